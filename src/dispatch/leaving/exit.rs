//! What leaving works with, and its first step: our own session ends (SEC-27).
use super::departure::{Departure, Hop, Onward, State};
use crate::audit::Event;
use crate::clock::Clock;
use crate::db::{Db, Tx};
use crate::dispatch::service::{Book, Dispatcher};
use crate::dispatch::vouching::Vouching;
use crate::identity::session::EndReason;
use crate::identity::store::{self, SessionPartner};
use crate::identity::token::Token;
use crate::outbound::Outbound;
use crate::sso::saml::Partner;
use crate::sso::store::{Visit, insert_flow, visits};
use crate::sso::{SignInSettings, tell_applications};
use crate::web::{self, Client, Error, Frame, cookies};
use actix_web::dev::Payload;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest, HttpResponse};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Duration, Utc};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use uuid::Uuid;

/// How long a way out may take.
const PATIENCE: Duration = Duration::minutes(10);
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
    settings: Data<SignInSettings>,
    /// The cookie by which the browser is known on its way.
    browser: Option<Token>,
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
        let browser = cookies::value(request, cookies::FLOW);
        let parts = Parts::from_request(request, payload);
        Box::pin(async move {
            let (page, (db, clock, dispatcher, vouching), more) = parts.await?;
            let ((frame, client), (outbound, settings)) = (page, more);
            let browser = browser.and_then(|value| Token::parse(&value));
            let (snapshot, now) = (dispatcher.files.snapshot(), clock.now());
            Ok(Self { frame, client, db, snapshot, vouching, now, outbound, settings, browser })
        })
    }
}

/// Who knew of ended sessions.
#[derive(Default)]
pub(super) struct Known {
    pub(super) partners: Vec<SessionPartner>,
    pub(super) visits: Vec<Visit>,
    /// The source that vouched for the person.
    pub(super) source: Option<String>,
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
        self.source = self.source.take().or(more.source);
    }
}

impl Exit {
    /// End a session; who knew of it. `None`: it had ended already.
    pub(super) async fn end(&self, tx: &mut Tx, id: Uuid) -> sqlx::Result<Option<Known>> {
        if !store::end_session(tx, id, EndReason::SignedOut, self.now).await? {
            return Ok(None);
        }
        let partners = store::partners_of(tx, id).await?;
        let source = store::source_of_session(tx, id).await?;
        Ok(Some(Known { partners, visits: visits(tx, id).await?, source }))
    }

    /// Tell everybody who knew: applications at once, portals by the browser, whose session it was.
    pub(super) async fn tell(&self, known: Known, onward: Onward) -> web::Result<HttpResponse> {
        let browser = self.browser.clone().unwrap_or_default();
        let departure = self.departing(known, onward, &browser).await;
        let mut answer = if departure.goes_on() {
            let payload = serde_json::to_value(&departure).map_err(Error::internal)?;
            let mut tx = self.db.write().await?;
            let until = self.now + PATIENCE;
            let id = insert_flow(&mut tx, KIND, &payload, self.now, until).await?;
            tx.commit().await?;
            let mut answer = web::redirect::see_other(&format!("/logout/{id}"));
            let _ = answer.add_cookie(&cookies::flow(browser.as_str().to_owned()));
            answer
        } else {
            self.finish(&departure).await?
        };
        let _ = answer.add_cookie(&cookies::forget(cookies::SESSION));
        Ok(answer)
    }

    /// The same from another browser: portals hear nothing, since their cookies are elsewhere.
    pub(super) async fn tell_from_afar(
        &self,
        known: Known,
        onward: Onward,
    ) -> web::Result<HttpResponse> {
        let mut departure = self.departing(known, onward, &Token::new()).await;
        while departure.step().is_some() {}
        self.finish(&departure).await
    }

    async fn departing(&self, known: Known, onward: Onward, browser: &Token) -> Departure {
        let told = tell_applications(&self.outbound, known.visits, self.now).await;
        Departure {
            hops: known.partners.into_iter().map(|partner| self.hop(partner)).collect(),
            applications: by_label(told),
            onward,
            upstream: self.upstream(known.source.as_deref()).await,
            browser: hash(browser),
        }
    }

    /// The identity provider behind a source, when it has a way out.
    async fn upstream(&self, source: Option<&str>) -> Option<(String, String)> {
        let upstream = self.settings.upstreams.get(source?)?;
        upstream.way_out(&self.settings.origin, self.now).await
    }

    /// Whether this is the browser that began to leave.
    pub(super) fn is_browser_of(&self, departure: &Departure) -> bool {
        self.browser.as_ref().is_some_and(|browser| hash(browser) == departure.browser)
    }

    fn hop(&self, known: SessionPartner) -> Hop {
        let SessionPartner { entity_id, session_index, name_id } = known;
        let partner = self.snapshot.partners.partners.by_entity_id(&entity_id);
        let can_be_asked = partner.is_some_and(|partner| self.way_to(partner).is_some());
        let label = partner.map(|partner| self.label(partner));
        Hop {
            label: label.unwrap_or_else(|| entity_id.clone()),
            state: if can_be_asked { State::Waiting } else { State::NotOffered },
            entity_id,
            name_id,
            session_index,
        }
    }
}

impl Exit {
    /// What people call a portal: its own name, that of its only school, else its entityID.
    pub(super) fn label(&self, partner: &Partner) -> String {
        let mut schools = partner.names().flat_map(|name| self.snapshot.schools.at(name));
        let only = schools.next().filter(|_| schools.next().is_none());
        let name = partner.name.clone().or_else(|| Some(only?.label.clone()));
        name.unwrap_or_else(|| partner.entity_id.clone())
    }
}

/// What is kept of a cookie.
fn hash(browser: &Token) -> String {
    STANDARD.encode(browser.hash())
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
