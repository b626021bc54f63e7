//! `/logout` with a service: an application signs somebody out and wants them back (CAS 3.0, 2.3).
use super::desk::Desk;
use crate::dispatch::{Exit, Onward, ask_to_sign_out, leave};
use crate::identity::MaybeSignedIn;
use crate::sso::applications::ServiceUrl;
use crate::web;
use crate::web::redirect::found;
use actix_web::HttpResponse;

/// A declared application may sign out and is gone back to; anything else is asked about, since a
/// picture on another site must not sign anybody out (SEC-63).
pub(super) async fn show(who: MaybeSignedIn, desk: Desk, exit: Exit) -> web::Result<HttpResponse> {
    let asked = desk.query.any(&["service", "url"]);
    let service = asked.and_then(|text| ServiceUrl::parse(text).ok());
    let applications = &desk.snapshot.partners.applications;
    let known = service.as_ref().and_then(|service| Some((service, applications.find(service)?)));
    let Some((service, application)) = known else {
        return ask_to_sign_out(&exit, who.0.as_ref()).await;
    };
    let address = service.url().as_str();
    let Some(session) = exit.own_session().await? else { return Ok(found(address)) };
    let onward = Onward::Service { label: application.name.clone(), address: address.to_owned() };
    leave(&exit, &session, onward).await
}
