//! The demo application: a client of CAS on the portals' site, which shows all that it is told.
use super::pages::{DemoApplication, Look};
use super::stage::{Entered, Stage};
use crate::dispatch::Dispatcher;
use crate::sso::applications::ServiceUrl;
use crate::web::page::Page;
use crate::web::query::Fields;
use crate::web::redirect::found;
use crate::web::{self, Error, Frame, cookies};
use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use reqwest::Certificate;
use serde_json::Value;
use std::time::Duration;

/// The application's own session.
const VISIT: &str = "__Host-demo-application";

/// Who has a session sees what was told; who brings a ticket gets one; everybody else is sent to
/// sign in.
pub(super) async fn show(
    request: HttpRequest,
    frame: Frame,
    (stage, dispatcher): (Data<Stage>, Data<Dispatcher>),
) -> web::Result<HttpResponse> {
    let here = format!("{}/application", stage.portal_origin);
    let query = Fields::parse(request.query_string())?;
    if let Some(ticket) = query.get("ticket") {
        let told = ask(&stage, &here, ticket).await.map_err(Error::internal)?;
        let Some(told) = told else { return Ok(found(&sign_in(&stage, &here))) };
        let token = stage.enter(Entered { ticket: ticket.to_owned(), told });
        let cookie = cookies::session(VISIT, token.as_str().to_owned());
        let mut answer = found(&here);
        let _ = answer.add_cookie(&cookie);
        return Ok(answer);
    }
    let entered = cookies::value(&request, VISIT).and_then(|token| stage.entered(&token));
    let Some(entered) = entered else { return Ok(found(&sign_in(&stage, &here))) };
    let name = ServiceUrl::parse(&here).ok();
    let applications = &dispatcher.files.snapshot().partners.applications;
    let name = name.and_then(|service| Some(applications.find(&service)?.name.clone()));
    let page = DemoApplication {
        lang: frame.lang,
        look: Look::Envole,
        school: name.unwrap_or_default(),
        person: name_of(&entered.told),
        attributes: attributes(&entered.told["attributes"]),
        sign_out: format!("{}/logout?{}", stage.origin, service(&here)),
    };
    Ok(Page(page).with(StatusCode::OK))
}

/// The sign-on says that a session ended.
pub(super) async fn hear(body: String, stage: Data<Stage>) -> web::Result<HttpResponse> {
    let fields = Fields::parse(&body)?;
    let message = fields.get("logoutRequest").unwrap_or_default();
    let behind = message.split_once("<samlp:SessionIndex>").map_or("", |(_, behind)| behind);
    stage.forget(behind.split('<').next().unwrap_or_default());
    Ok(HttpResponse::Ok().finish())
}

fn service(here: &str) -> String {
    serde_urlencoded::to_string([("service", here)]).unwrap_or_default()
}

fn sign_in(stage: &Stage, here: &str) -> String {
    format!("{}/login?{}", stage.origin, service(here))
}

/// Hand the ticket in, as any application does: from server to server.
async fn ask(stage: &Stage, here: &str, ticket: &str) -> reqwest::Result<Option<Value>> {
    let mut client = reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(5));
    let pem = stage.certificate.as_ref().and_then(|certificate| certificate.pem().ok());
    if let Some(pem) = pem {
        client = client.add_root_certificate(Certificate::from_pem(&pem)?);
    }
    let asked = [("service", here), ("ticket", ticket), ("format", "JSON")];
    let url = format!("{}/p3/serviceValidate", stage.origin);
    let answer: Value = client.build()?.get(url).query(&asked).send().await?.json().await?;
    let told = &answer["serviceResponse"]["authenticationSuccess"];
    Ok(told.is_object().then(|| told.clone()))
}

/// What a person is called, by the best that was told.
fn name_of(told: &Value) -> String {
    let name = told["attributes"]["displayName"][0].as_str().or(told["user"].as_str());
    name.unwrap_or_default().to_owned()
}

fn attributes(told: &Value) -> Vec<(String, Vec<String>)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let values =
        |values: &Value| values.as_array().into_iter().flatten().map(text).collect::<Vec<_>>();
    let told = told.as_object().into_iter().flatten();
    told.map(|(name, all)| (name.clone(), values(all))).collect()
}
