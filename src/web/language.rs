//! `POST /language`: the switch between French and English, the only thing it changes.
use super::lang::Lang;
use super::redirect::{Rule, Target};
use super::resource::{Map, at};
use crate::rights;
use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::Form;
use serde::Deserialize;

/// The map.
pub fn routes(map: &mut Map<'_>) {
    at("/language", rights::Rule::Public).post(switch).mount(map);
}

#[derive(Deserialize)]
struct Switch {
    lang: String,
    #[serde(default)]
    next: String,
}

async fn switch(form: Form<Switch>) -> HttpResponse {
    let back = Target::parse(&form.next, Rule::OwnPath);
    let back = back.as_ref().map_or("/", Target::as_str);
    HttpResponse::SeeOther()
        .cookie(Lang::parse(&form.lang).unwrap_or_default().cookie())
        .insert_header((header::LOCATION, back))
        .finish()
}
