//! "My sessions": where somebody is signed in, and ending it from afar.
use super::farewell;
use super::pages;
use crate::audit::{Event, Trace};
use crate::clock::Clock;
use crate::db::{Db, Tx};
use crate::identity::session::{EndReason, Session};
use crate::identity::{PersonId, SignedIn, store};
use crate::outbound::Outbound;
use crate::web::page::{Page, Place};
use crate::web::redirect::see_other;
use crate::web::{self, Client, Error, Frame};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use chrono::{DateTime, Utc};

use super::SignInSettings;
use super::store::{Visit, end as end_session};

/// What ending a session works with.
type Parts = (Data<Db>, Data<Clock>, Data<SignInSettings>);

/// The list, this session first.
pub(super) async fn list(
    frame: Frame,
    who: SignedIn,
    (db, clock): (Data<Db>, Data<Clock>),
    settings: Data<SignInSettings>,
) -> web::Result<HttpResponse> {
    let mut tx = db.read().await?;
    let mut sessions = store::live_sessions(&mut tx, who.id(), clock.now()).await?;
    sessions.sort_by_key(|session| session.id != who.session.id);
    let zone = settings.arrival.dispatch.time_zone;
    let show = |session: &Session| pages::Session {
        id: session.id.to_string(),
        browser: session.browser.clone(),
        started: frame.lang.moment(session.authenticated_at.with_timezone(&zone).naive_local()),
        last_used: frame.lang.moment(session.last_seen.with_timezone(&zone).naive_local()),
        address: session.network.clone(),
        is_this_one: session.id == who.session.id,
    };
    let page = pages::Sessions {
        shell: who.shell(&frame, Place::Sessions),
        sessions: sessions.iter().map(show).collect(),
    };
    Ok(Page(page).with(StatusCode::OK))
}

/// End one of one's own sessions.
pub(super) async fn end_one(
    body: String,
    who: SignedIn,
    client: Client,
    parts: Parts,
) -> web::Result<HttpResponse> {
    let id = who.form(&body)?.id("session");
    match end(&who, &client, parts, |session| Some(session.id) == id).await? {
        0 => Err(Error::NotFound),
        _ => Ok(back()),
    }
}

/// End all of one's own sessions but this one.
pub(super) async fn end_others(
    body: String,
    who: SignedIn,
    client: Client,
    parts: Parts,
) -> web::Result<HttpResponse> {
    let own = who.session.id;
    who.form(&body)?;
    end(&who, &client, parts, |session| session.id != own).await?;
    Ok(back())
}

/// End those of one's own sessions that are meant, each with a row in the record; how many.
async fn end(
    who: &SignedIn,
    client: &Client,
    (db, clock, settings): Parts,
    is_meant: impl Fn(&Session) -> bool,
) -> web::Result<usize> {
    let now = clock.now();
    let mut tx = db.write().await?;
    let sweep = end_own(&mut tx, who, is_meant, (&client.trace(), now)).await?;
    tx.commit().await?;
    Ok(sweep.tell(&settings.outbound, now))
}

/// The same in a transaction.
pub(super) async fn end_own(
    tx: &mut Tx,
    who: &SignedIn,
    is_meant: impl Fn(&Session) -> bool,
    when: (&Trace, DateTime<Utc>),
) -> sqlx::Result<Sweep> {
    let event = |session: &Session| who.event("session.ended").field("ended", session.short());
    end_sessions(tx, who.id(), is_meant, event, when).await
}

/// Sessions that were ended together.
#[must_use = "applications that knew of them are to be told"]
pub struct Sweep(Vec<Vec<Visit>>);

impl Sweep {
    /// These and others.
    pub(super) fn and(mut self, others: Self) -> Self {
        self.0.extend(others.0);
        self
    }

    /// Tell the applications that knew of them, without waiting; how many sessions it was.
    pub fn tell(self, outbound: &Outbound, now: DateTime<Utc>) -> usize {
        let count = self.0.len();
        farewell::say_behind(outbound, self.0.into_iter().flatten().collect(), now);
        count
    }
}

/// End those sessions of somebody that are meant, each with a row in the record.
pub async fn end_sessions(
    tx: &mut Tx,
    of: PersonId,
    is_meant: impl Fn(&Session) -> bool,
    event: impl Fn(&Session) -> Event,
    (trace, now): (&Trace, DateTime<Utc>),
) -> sqlx::Result<Sweep> {
    let mut ended = Vec::new();
    for session in store::live_sessions(tx, of, now).await?.iter().filter(|it| is_meant(it)) {
        ended.extend(end_session(tx, session.id, EndReason::EndedElsewhere, now).await?);
        event(session).record(tx, trace, now).await?;
    }
    Ok(Sweep(ended))
}

fn back() -> HttpResponse {
    see_other("/sessions")
}
