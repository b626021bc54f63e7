//! A demo portal hears that somebody signed out (SAML Profiles 4.4.3.3).
use super::portal::{Portal, our_sign_on};
use super::stage::Stage;
use crate::clock::Clock;
use crate::dispatch::{Dispatcher, Vouching};
use crate::sso::saml::{
    LogoutAnswer, LogoutChecks, LogoutMessage, LogoutOutcome, MessageId, Sender,
};
use crate::web::redirect::see_other;
use crate::web::{self, Error, Frame};
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};

type Parts = (Data<Stage>, Data<Dispatcher>, Data<Vouching>, Data<Clock>);

/// End what the message names, and say so. The portal has no key: it signs nothing.
pub(super) async fn hear(
    request: HttpRequest,
    name: Path<String>,
    frame: Frame,
    (stage, dispatcher, vouching, clock): Parts,
) -> web::Result<HttpResponse> {
    let portal = Portal::find(&name, &stage, &dispatcher).ok_or(Error::NotFound)?;
    let now = clock.now();
    let idp = our_sign_on(&vouching, now)?;
    let endpoint = format!("{}/slo", portal.entity_id);
    let message = {
        let sender = |entity_id: &str| {
            let is_known = entity_id == idp.entity_id;
            let keys = &idp.signing_keys;
            is_known.then_some(Sender { entity_id: &idp.entity_id, keys, allow_sha1: false })
        };
        let checks = LogoutChecks { sender: &sender, endpoint: &endpoint, now };
        LogoutMessage::from_redirect(request.query_string(), &checks)
    };
    let asked = match message {
        Ok(LogoutMessage::Request(asked)) => asked,
        Ok(LogoutMessage::Response(_)) => return Err(Error::NotFound),
        Err(refusal) => return Ok(portal.refused(&frame, &refusal, &stage)),
    };
    stage.close_sessions(&name, &asked);
    let id = MessageId::random().map_err(Error::internal)?;
    let answer = LogoutAnswer {
        id: id.as_str(),
        issuer: &portal.entity_id,
        endpoint: &vouching.absolute("/saml/slo"),
        in_response_to: &asked.id,
        outcome: LogoutOutcome::Done,
        now,
    };
    let message = answer.write().map_err(Error::internal)?;
    let to = message.redirect(asked.relay_state.as_deref(), None).map_err(Error::internal)?;
    Ok(see_other(&to))
}
