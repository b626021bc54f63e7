//! Signing out by our own page or by an application.
use super::departure::Onward;
use super::exit::Exit;
use crate::identity::{MaybeSignedIn, SignedIn};
use crate::sso::pages;
use crate::web::page::{Page, Place};
use crate::web::query::Fields;
use crate::web::{self, Frame, cookies};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;

/// Asks: a picture on another site must not sign anybody out (SEC-63).
pub fn ask_to_sign_out(frame: &Frame, who: Option<&SignedIn>) -> HttpResponse {
    match who {
        Some(who) => {
            let shell = who.shell(frame, Place::Elsewhere);
            Page(pages::AskSignOut { shell }).with(StatusCode::OK)
        }
        None => Page(pages::SignedOut::of(frame)).with(StatusCode::OK),
    }
}

/// The form of that page.
pub async fn sign_out(body: String, who: MaybeSignedIn, exit: Exit) -> web::Result<HttpResponse> {
    let Some(who) = who.0 else { return Ok(ask_to_sign_out(&exit.frame, None)) };
    let fields = Fields::parse(&body)?;
    who.must_own_form(fields.get("csrf").unwrap_or_default())?;
    let mut answer = leave(&exit, &who, Onward::Page).await?;
    if fields.is_on("forget") {
        let _ = answer.add_cookie(&cookies::forget(cookies::CHOICE));
    }
    Ok(answer)
}

/// End this session, and go on to whoever has to hear of it.
pub async fn leave(exit: &Exit, who: &SignedIn, onward: Onward) -> web::Result<HttpResponse> {
    let mut tx = exit.db.write().await?;
    let known = exit.end(&mut tx, who.session.id).await?.unwrap_or_default();
    let event = known.count(who.event("auth.logout"));
    event.record(&mut tx, &exit.client.trace(), exit.now).await?;
    tx.commit().await?;
    exit.tell(known, onward).await
}
