//! `/logout` with a service: an application signs somebody out and wants them back (CAS 3.0, 2.3).
use super::desk::{Desk, Parts};
use crate::identity::MaybeSignedIn;
use crate::sso::applications::ServiceUrl;
use crate::sso::{Leaving, Onward, SignInSettings, ask_to_sign_out, signed_out};
use crate::web::redirect::found;
use crate::web::{self, Client, Frame, cookies};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

/// A declared application may sign out and is gone back to; anything else is asked about, since a
/// picture on another site must not sign anybody out (SEC-63).
pub(super) async fn show(
    request: HttpRequest,
    frame: Frame,
    who: MaybeSignedIn,
    client: Client,
    parts: Parts,
    settings: Data<SignInSettings>,
) -> web::Result<HttpResponse> {
    let desk = Desk::open(&request, client, parts)?;
    let asked = desk.query.any(&["service", "url"]);
    let service = asked.and_then(|text| ServiceUrl::parse(text).ok());
    let applications = &desk.snapshot.partners.applications;
    let known = service.as_ref().and_then(|service| Some((service, applications.find(service)?)));
    let Some((service, application)) = known else {
        return Ok(ask_to_sign_out(&frame, who.0.as_ref()));
    };
    let Some(who) = who.0 else { return Ok(found(service.url().as_str())) };
    let leaving =
        Leaving { client: &desk.client, db: &desk.db, settings: &settings, now: desk.now };
    let left = leaving.sign_out(&who).await?;
    let mut answer = if left.is_complete() {
        found(service.url().as_str())
    } else {
        let onward =
            Onward { label: application.name.clone(), address: service.url().as_str().to_owned() };
        signed_out(&frame, left, Some(onward))
    };
    let _ = answer.add_cookie(&cookies::forget(cookies::SESSION));
    Ok(answer)
}
