//! Signing out by our own page or by an application.
use super::departure::{Departure, Onward};
use super::exit::Exit;
use crate::audit::Event;
use crate::identity::SignedIn;
use crate::identity::session::Session;
use crate::sso::pages;
use crate::web::page::{Page, Place, Shell};
use crate::web::query::Fields;
use crate::web::redirect::see_other;
use crate::web::{self, Refusal, cookies};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use uuid::Uuid;

/// Asks: a picture on another site must not sign anybody out (SEC-63). A session that was not used
/// for too long is asked about as well, since portals may still believe in it; and somebody who is
/// on the way out goes on.
pub async fn ask_to_sign_out(exit: &Exit, who: Option<&SignedIn>) -> web::Result<HttpResponse> {
    if let Some(who) = who {
        return Ok(ask(who.shell(&exit.frame, Place::Elsewhere)));
    }
    match exit.session().await? {
        Some(session) if session.ended_at.is_none() => {
            Ok(ask(exit.frame.shell(&session.csrf_token)))
        }
        Some(session) => exit.on_the_way(session.id).await,
        None => Ok(exit.nothing_left()),
    }
}

fn ask(shell: Shell) -> HttpResponse {
    Page(pages::AskSignOut { shell }).with(StatusCode::OK)
}

/// The form of that page.
pub async fn sign_out(body: String, exit: Exit) -> web::Result<HttpResponse> {
    let Some(session) = exit.session().await? else { return Ok(exit.nothing_left()) };
    if session.ended_at.is_some() {
        return exit.on_the_way(session.id).await;
    }
    let fields = Fields::parse(&body)?;
    if !session.owns_form(fields.get("csrf").unwrap_or_default()) {
        return Err(Refusal::new("E-CSRF", StatusCode::FORBIDDEN, "request.refused").into());
    }
    let mut answer = leave(&exit, &session, Onward::Page).await?;
    if fields.is_on("forget") {
        let _ = answer.add_cookie(&cookies::forget(cookies::CHOICE));
    }
    Ok(answer)
}

/// End this session, and go on to whoever has to hear of it.
pub async fn leave(exit: &Exit, session: &Session, onward: Onward) -> web::Result<HttpResponse> {
    let mut tx = exit.db.write().await?;
    let Some(known) = exit.end(&mut tx, session.id).await? else {
        drop(tx);
        return exit.on_the_way(session.id).await;
    };
    let event = Event::ok("auth.logout").by(session.person, &session.short());
    known.count(event).record(&mut tx, &exit.client.trace(), exit.now).await?;
    let departure = exit.prepare(&mut tx, session.id, known, onward).await?;
    tx.commit().await?;
    exit.tell(session.id, departure).await
}

impl Exit {
    /// The session of an application's visitor, when there is one to end.
    pub async fn own_session(&self) -> sqlx::Result<Option<Session>> {
        Ok(self.session().await?.filter(|session| session.ended_at.is_none()))
    }

    /// Somebody whose session is over: on to the portals that have not heard of it.
    async fn on_the_way(&self, session: Uuid) -> web::Result<HttpResponse> {
        let mut tx = self.db.read().await?;
        let departure = self.departure(&mut tx, session).await?;
        match departure.filter(Departure::is_under_way) {
            Some(_) => Ok(see_other(&format!("/logout/{session}"))),
            None => Ok(self.nothing_left()),
        }
    }

    /// Nobody has to be told.
    pub(super) fn nothing_left(&self) -> HttpResponse {
        Page(pages::SignedOut::of(&self.frame)).with(StatusCode::OK)
    }
}
