//! An identity provider tells us, from server to server, that somebody signed out there: by CAS (CAS
//! Protocol 3.0, 2.3.3) or by OpenID Connect (Back-Channel Logout 1.0; SEC-69).
//!
//! Portals hear nothing of it, since only the person's own browser holds their cookies; applications
//! do, and our own session is over at once.
use super::stop::Stop;
use super::{Provider, Upstream, secret_name};
use crate::audit::{Event, Trace};
use crate::db::Tx;
use crate::identity::session::EndReason;
use crate::identity::store::KnownSession;
use crate::sso::farewell;
use crate::sso::saml::{Element, Profile, Reason, Refusal, admit};
use crate::sso::store::{Visit, end, see_request, sessions_of_index, sessions_of_name};
use crate::web::query::{Fields, bad};
use crate::web::{self, Error};
use actix_web::HttpResponse;
use actix_web::web::Path;
use chrono::{DateTime, Utc};

/// Whose sessions are over.
pub(super) enum Ended {
    /// That one.
    Session(String),
    /// Those of somebody.
    Person(String),
}

/// `POST /login/from/NAME`.
pub(in crate::sso) async fn hear_the_end(
    body: String,
    name: Path<String>,
    stop: Stop,
) -> web::Result<HttpResponse> {
    let upstream = stop.settings.upstreams.get(&name).ok_or(Error::NotFound)?;
    let fields = Fields::parse(&body)?;
    let (ended, once) =
        match (&upstream.provider, fields.get("logoutRequest"), fields.get("logout_token")) {
            (Provider::Cas(_), Some(message), None) => {
                let ticket = session_index(message).map_err(|refusal| bad(refusal.detail))?;
                (Ended::Session(secret_name(&ticket)), None)
            }
            (Provider::Oidc(provider), None, Some(token)) => {
                let heard = provider.hear_the_end(token, stop.now).await;
                let (ended, once) = heard.map_err(|error| bad(&error.to_string()))?;
                (ended, Some(once))
            }
            _ => return Err(bad("no message that this provider sends")),
        };
    stop.end(upstream, &ended, once).await?;
    // Nobody may keep it (Back-Channel Logout 1.0, 2.8); whether there was a session stays ours.
    Ok(HttpResponse::Ok().finish())
}

/// The one `SessionIndex` of a `LogoutRequest`: a ticket, which only we and the server know.
fn session_index(message: &str) -> Result<String, Refusal> {
    let root = admit(message.trim().as_bytes(), Profile::Logout)?;
    let odd = || Refusal::new(Reason::Shape, "not a LogoutRequest");
    let named = root.children().filter(|child| child.name == "SessionIndex");
    let all: Vec<String> = named.filter_map(Element::only_text).collect();
    match all.as_slice() {
        [only] if root.name == "LogoutRequest" => Ok(only.trim().to_owned()),
        _ => Err(odd()),
    }
}

/// A session is over there, and so here: the applications that are to be told.
pub(super) async fn over(
    tx: &mut Tx,
    session: &KnownSession,
    idp: &str,
    (trace, now): (&Trace, DateTime<Utc>),
) -> sqlx::Result<Vec<Visit>> {
    let Some(known) = end(tx, session.id, EndReason::SignedOut, now).await? else {
        return Ok(Vec::new());
    };
    Event::ok("auth.logout")
        .by(session.person, &session.short())
        .reason("idp")
        .field("idp", idp)
        .field("applications", known.len())
        .record(tx, trace, now)
        .await?;
    Ok(known)
}

impl Stop {
    /// End what is left of these sessions, and tell their applications.
    async fn end(
        &self,
        upstream: &Upstream,
        ended: &Ended,
        once: Option<(String, DateTime<Utc>)>,
    ) -> web::Result<()> {
        let mut tx = self.db.write().await?;
        if let Some((id, until)) = once
            && !see_request(&mut tx, &upstream.name, &id, self.now, until).await?
        {
            return Err(bad("a logout token that was used before"));
        }
        let sessions = match ended {
            Ended::Session(index) => sessions_of_index(&mut tx, &upstream.name, index).await?,
            Ended::Person(name) => sessions_of_name(&mut tx, &upstream.name, name).await?,
        };
        let mut told = Vec::new();
        let when = (&self.client.trace(), self.now);
        for session in sessions {
            told.extend(over(&mut tx, &session, &upstream.name, when).await?);
        }
        tx.commit().await?;
        farewell::say_behind(&self.settings.outbound, told, self.now);
        Ok(())
    }
}
