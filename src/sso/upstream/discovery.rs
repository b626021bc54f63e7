//! Choosing an identity provider on somebody else's page (`dispatch.md` 7.9): the way there and back
//! (SAML Identity Provider Discovery Protocol 2.4), and the list that such pages show.
use super::Upstreams;
use super::stop::Stop;
use crate::clock::Clock;
use crate::sso::SignInSettings;
use crate::sso::carried::Carried;
use crate::sso::saml::{IdentityProvider, Logo};
use crate::web::query::Fields;
use crate::web::redirect::found;
use crate::web::{self, Error, Refusal};
use actix_web::HttpResponse;
use actix_web::http::{StatusCode, header};
use actix_web::web::Data;
use serde_json::{Value, json};
use url::Url;

/// Where the discovery service is, and what it knows us as.
#[derive(Debug, Clone)]
pub struct Discovery {
    /// `[saml] discovery`
    pub url: Url,
    /// Our entityID.
    pub entity_id: String,
}

impl Discovery {
    /// Its address, with where it shall send the browser back to.
    fn address(&self, back: &str) -> String {
        let mut address = self.url.clone();
        address
            .query_pairs_mut()
            .append_pair("entityID", &self.entity_id)
            .append_pair("return", back)
            .append_pair("returnIDParam", "entityID");
        address.into()
    }
}

/// `/login/discovery`: off to the discovery service.
pub(in crate::sso) async fn leave(stop: Stop) -> web::Result<HttpResponse> {
    let service = stop.settings.discovery.as_ref().ok_or(Error::NotFound)?;
    let carried = Carried::of(&Fields::parse(stop.request.query_string())?);
    let back = carried.behind(&format!("{}/saml/disco", stop.settings.origin));
    Ok(found(&service.address(&back)))
}

/// `/saml/disco`: back from it, or from any page that offers us. It only says where somebody wants
/// to sign in, so that anybody may have sent them.
pub(in crate::sso) async fn choose(stop: Stop) -> web::Result<HttpResponse> {
    let query = Fields::parse(stop.request.query_string())?;
    let carried = Carried::of(&query);
    let Some(entity_id) = query.get("entityID") else {
        // They chose nothing: our own page has other ways.
        return Ok(found(&carried.behind("/login")));
    };
    match stop.settings.upstreams.by_entity_id(entity_id, stop.now) {
        Some(upstream) => Ok(found(&upstream.way(&carried))),
        None => Err(Refusal::new("E-IDP-UNKNOWN", StatusCode::NOT_FOUND, "upstream.refused")
            .detail(entity_id)
            .into()),
    }
}

/// `/saml/discofeed.json`: our SAML identity providers, as the pages of others list them.
pub(in crate::sso) async fn list(
    settings: Data<SignInSettings>,
    clock: Data<Clock>,
) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "public, max-age=600"))
        .insert_header((header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"))
        .json(feed(&settings.upstreams, &clock))
}

fn feed(upstreams: &Upstreams, clock: &Clock) -> Vec<Value> {
    let now = clock.now();
    let described = upstreams.by_saml().filter_map(|(upstream, provider)| {
        Some(entry(&upstream.label, provider.describe(now).ok()?.as_ref()))
    });
    described.collect()
}

fn entry(label: &str, provider: &IdentityProvider) -> Value {
    let shown = &provider.shown;
    let texts = |texts: &[(String, String)]| -> Vec<Value> {
        texts.iter().map(|(lang, value)| json!({ "value": value, "lang": lang })).collect()
    };
    let logo =
        |logo: &Logo| json!({ "value": logo.url, "width": logo.width, "height": logo.height });
    let ours = [("fr".to_owned(), label.to_owned())];
    let names = if shown.names.is_empty() { &ours[..] } else { &shown.names };
    let mut entry = json!({ "entityID": provider.entity_id, "DisplayNames": texts(names) });
    if !shown.keywords.is_empty() {
        entry["Keywords"] = texts(&shown.keywords).into();
    }
    if !shown.logos.is_empty() {
        entry["Logos"] = shown.logos.iter().map(logo).collect();
    }
    entry
}
