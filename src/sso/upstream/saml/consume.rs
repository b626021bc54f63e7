//! `/saml/acs`: what providers send. Nothing about the person is shown here: of all our cookies only
//! that of the journey comes along from another site. It must be that of the browser that left:
//! otherwise somebody could have others fetch an answer and take it up themselves (SEC-45).
use super::super::away::{Away, PATIENCE};
use super::super::stop::Stop;
use super::super::{Kept, Provider, Upstream};
use super::{Asked, Heard};
use crate::sso::saml::{Reason, Refusal};
use crate::sso::store::see_request;
use crate::web::query::{Fields, bad};
use crate::web::redirect::see_other;
use crate::web::{self, Error, cookies};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;

/// An answer arrives (SEC-45).
pub(in crate::sso) async fn consume(body: String, stop: Stop) -> web::Result<HttpResponse> {
    let fields = Fields::parse(&body)?;
    let message = fields.get("SAMLResponse").ok_or_else(|| bad("no SAMLResponse"))?;
    let state = fields.get("RelayState");
    let mut tx = stop.db.read().await?;
    let away = Away::find(&mut tx, state, stop.now).await?;
    drop(tx);
    let browser = cookies::value(&stop.request, cookies::FLOW).unwrap_or_default();
    match away {
        // Another tab was faster, or cookies are off: what came is dropped, and our page says so.
        Some((_, away)) if browser.is_empty() => to_our_page(&away.upstream, state),
        Some((_, away)) if !away.is_of(&browser) => Err(another_browser()),
        Some((_, away)) => {
            let state = state.unwrap_or_default();
            stop.hear(&away, message, state).await?;
            to_our_page(&away.upstream, Some(state))
        }
        None => stop.hear_unasked(message, state).await,
    }
}

/// Where journeys end, with nothing heard: whoever is signed in goes on, others may start anew.
pub(super) fn to_our_page(name: &str, state: Option<&str>) -> web::Result<HttpResponse> {
    let query = [("state", state.unwrap_or_default())];
    let query = serde_urlencoded::to_string(query).map_err(Error::internal)?;
    Ok(see_other(&format!("/login/from/{name}?{query}")))
}

impl Stop {
    /// Check the answer to a question of ours and keep it with the journey.
    async fn hear(&self, away: &Away, message: &str, state: &str) -> web::Result<()> {
        let Kept::Saml(asked) = &away.kept else { return Err(unasked()) };
        let upstream = self.settings.upstreams.get(&away.upstream).ok_or_else(unasked)?;
        let Provider::Saml(provider) = &upstream.provider else { return Err(unasked()) };
        let heard = match provider.believe(message, Some(&asked.id), self.now).await {
            Ok(told) => {
                let since = away.since - provider.own.skew;
                let is_new = told.proved_at.is_some_and(|at| at >= since);
                if asked.is_fresh && !is_new {
                    let old = Refusal::new(Reason::Authn, "not proved anew");
                    return Err(refused(&old, Some(upstream)));
                }
                Heard::Somebody(Box::new(told))
            }
            Err(refusal) if refusal.reason == Reason::Status => Heard::Nobody,
            Err(refusal) => return Err(refused(&refusal, Some(upstream))),
        };
        let mut tx = self.db.write().await?;
        let again = Away::find(&mut tx, Some(state), self.now).await?;
        let Some((id, mut away)) = again else { return Err(unasked()) };
        // Each question is answered once, on whatever node (SEC-50).
        let until = away.since + PATIENCE;
        let is_first = see_request(&mut tx, "heard", &id.to_string(), self.now, until).await?;
        match &mut away.kept {
            Kept::Saml(Asked { heard: empty, .. }) if is_first => *empty = Some(heard),
            _ => return Err(unasked()),
        }
        away.keep_again(&mut tx, id).await?;
        Ok(tx.commit().await?)
    }
}

/// An answer that another browser brings than the one that asked.
fn another_browser() -> Error {
    refused(&Refusal::new(Reason::Form, "brought by another browser"), None)
}

/// An answer to no question of ours.
pub(super) fn unasked() -> Error {
    refused(&Refusal::new(Reason::InResponseTo, "answers no question of ours"), None)
}

/// One text for everything that is wrong; the reason is for log and audit (SEC-44).
pub(super) fn refused(refusal: &Refusal, upstream: Option<&Upstream>) -> Error {
    let detail = match upstream {
        Some(upstream) => format!("{}: {refusal}", upstream.name),
        None => refusal.to_string(),
    };
    web::Refusal::new("E-SAML", StatusCode::BAD_REQUEST, "saml.refused").detail(detail).into()
}
