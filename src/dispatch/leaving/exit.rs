//! What leaving works with, and its first step: our own session ends (SEC-27).
use super::departure::{Departure, Hop, Onward, State};
use crate::audit::Event;
use crate::clock::Clock;
use crate::db::{Db, Tx};
use crate::dispatch::service::{Book, Dispatcher};
use crate::dispatch::vouching::Vouching;
use crate::identity::session::{EndReason, Session};
use crate::identity::store::{self, SessionPartner};
use crate::identity::token::Token;
use crate::outbound::Outbound;
use crate::sso::store::{Provenance, Visit, end, insert_flow_as, provenance};
use crate::sso::{SignInSettings, tell_applications};
use crate::web::redirect::see_other;
use crate::web::{self, Client, Error, Frame, cookies};
use actix_web::dev::Payload;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest, HttpResponse};
use chrono::{DateTime, Duration, Utc};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use uuid::Uuid;

/// How long a way out may take.
pub(super) const PATIENCE: Duration = Duration::minutes(10);
/// The kind of flow that keeps it.
pub(super) const KIND: &str = "departure";

/// Everything that leaving needs of its request.
pub struct Exit {
    pub(super) frame: Frame,
    pub(super) client: Client,
    pub(super) db: Data<Db>,
    pub(super) snapshot: Arc<Book>,
    pub(super) vouching: Data<Vouching>,
    pub(super) now: DateTime<Utc>,
    outbound: Data<Outbound>,
    pub(super) settings: Data<SignInSettings>,
    /// The cookie of the browser's session, live or not.
    cookie: Option<Token>,
}

type Parts = (
    (Frame, Client),
    (Data<Db>, Data<Clock>, Data<Dispatcher>, Data<Vouching>),
    (Data<Outbound>, Data<SignInSettings>),
);

impl FromRequest for Exit {
    type Error = actix_web::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, actix_web::Error>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let cookie = cookies::value(request, cookies::SESSION);
        let parts = Parts::from_request(request, payload);
        Box::pin(async move {
            let (page, (db, clock, dispatcher, vouching), more) = parts.await?;
            let ((frame, client), (outbound, settings)) = (page, more);
            let cookie = cookie.and_then(|value| Token::parse(&value));
            let (snapshot, now) = (dispatcher.files.snapshot(), clock.now());
            Ok(Self { frame, client, db, snapshot, vouching, now, outbound, settings, cookie })
        })
    }
}

/// Who knew of ended sessions.
#[derive(Default)]
pub(super) struct Known {
    pub(super) partners: Vec<SessionPartner>,
    pub(super) visits: Vec<Visit>,
    /// Identity providers that vouched for them.
    pub(super) from: Vec<Provenance>,
}

impl Known {
    /// An event that says how many they are.
    pub(super) fn count(&self, event: Event) -> Event {
        event.field("partners", self.partners.len()).field("applications", self.visits.len())
    }

    /// Those of one more session.
    pub(super) fn add(&mut self, more: Self) {
        self.partners.extend(more.partners);
        self.visits.extend(more.visits);
        self.from.extend(more.from);
    }
}

impl Exit {
    /// End a session; who knew of it. `None`: it had ended already.
    pub(super) async fn end(&self, tx: &mut Tx, id: Uuid) -> sqlx::Result<Option<Known>> {
        let ended = end(tx, id, EndReason::SignedOut, self.now).await?;
        let Some(visits) = ended else { return Ok(None) };
        let partners = store::partners_of(tx, id).await?;
        let from = provenance(tx, id).await?.into_iter().collect();
        Ok(Some(Known { partners, visits, from }))
    }

    /// The browser's session: live, unused for too long, or over.
    pub(super) async fn session(&self) -> sqlx::Result<Option<Session>> {
        let Some(token) = &self.cookie else { return Ok(None) };
        let mut tx = self.db.read().await?;
        store::session_by_token(&mut tx, token).await
    }

    /// Keep who has to hear of the end, in the transaction that ends the session.
    pub(super) async fn prepare(
        &self,
        tx: &mut Tx,
        session: Uuid,
        known: Known,
        onward: Onward,
    ) -> web::Result<Departure> {
        let departure = self.departing(known, onward);
        let payload = serde_json::to_value(&departure).map_err(Error::internal)?;
        let until = self.now + PATIENCE;
        insert_flow_as(tx, (session, KIND), &payload, self.now, until).await?;
        Ok(departure)
    }

    /// Tell the applications, then on to the first portal or to the last page.
    pub(super) async fn tell(
        &self,
        session: Uuid,
        mut departure: Departure,
    ) -> web::Result<HttpResponse> {
        self.tell_applications(&mut departure).await;
        let mut tx = self.db.write().await?;
        self.keep(&mut tx, session, &departure).await?;
        tx.commit().await?;
        if departure.goes_on() {
            return Ok(see_other(&format!("/logout/{session}")));
        }
        self.last(&departure).await
    }

    /// The same from another browser: portals hear nothing, since their cookies are elsewhere.
    pub(super) async fn tell_from_afar(
        &self,
        known: Known,
        onward: Onward,
    ) -> web::Result<HttpResponse> {
        let mut departure = self.departing(known, onward);
        self.tell_applications(&mut departure).await;
        while departure.step().is_some() {}
        self.finish(&departure).await
    }

    /// The last page; the cookie stays while somebody may still answer.
    pub(super) async fn last(&self, departure: &Departure) -> web::Result<HttpResponse> {
        let mut answer = self.finish(departure).await?;
        let is_heard = |hop: &Hop| hop.state != State::NotReached;
        if !departure.is_switch() && departure.hops.iter().all(is_heard) {
            let _ = answer.add_cookie(&cookies::forget(cookies::SESSION));
        }
        Ok(answer)
    }

    fn departing(&self, known: Known, onward: Onward) -> Departure {
        let portals = known.partners.into_iter().map(|partner| self.portal_hop(partner));
        let providers = known.from.iter().filter_map(|from| self.provider_hop(from));
        Departure {
            hops: portals.chain(providers).collect(),
            visits: known.visits,
            applications: Vec::new(),
            onward,
            source: known.from.into_iter().next().map(|from| from.idp),
            upstream: None,
        }
    }

    /// Tell those who have not been told yet, and learn where the identity provider is left.
    pub(super) async fn tell_applications(&self, departure: &mut Departure) {
        let visits = std::mem::take(&mut departure.visits);
        let told = tell_applications(&self.outbound, visits, self.now);
        let upstream = self.upstream(departure.source.take());
        let (told, upstream) = tokio::join!(told, upstream);
        departure.applications.extend(by_label(told));
        departure.upstream = upstream.or(departure.upstream.take());
    }

    /// The identity provider behind a source, when it has a way out.
    async fn upstream(&self, source: Option<String>) -> Option<(String, String)> {
        let upstream = self.settings.upstreams.get(&source?)?;
        upstream.way_out(&self.settings.origin, self.now).await
    }
}

/// Each application once, with the worst that became of its tickets.
fn by_label(told: Vec<(Visit, bool)>) -> Vec<(String, State)> {
    let mut all: Vec<(String, State)> = Vec::new();
    for (visit, has_heard) in told {
        let state = match (visit.is_told, has_heard) {
            (false, _) => State::NotOffered,
            (true, false) => State::NotReached,
            (true, true) => State::Done,
        };
        match all.iter_mut().find(|(label, _)| *label == visit.label) {
            Some((_, known)) if *known == State::Done => *known = state,
            Some(_) => {}
            None => all.push((visit.label, state)),
        }
    }
    all
}
