//! Opening a session for somebody whose password was right, or for whom somebody vouches.
use super::browser::describe;
use super::budget_keeper::Try;
use super::farewell;
use super::sign_in::SignInSettings;
use super::store::{
    NewGrant, Provenance, Visit, hand_over, insert_grant, note_provenance, see_request, visits,
};
use crate::audit::Event;
use crate::db::{Db, Tx};
use crate::identity::arrival::Arrival;
use crate::identity::session::{EndReason, Lifetimes, Method, NewSession, Session};
use crate::identity::sources::Found;
use crate::identity::store;
use crate::identity::token::Token;
use crate::rights::Role;
use crate::web::redirect::see_other;
use crate::web::{self, Client, Error, cookies};
use actix_web::{HttpRequest, HttpResponse};
use chrono::{DateTime, Duration, Utc};
use uuid::Uuid;

/// How long a browser stays known for its own failure counter, seconds.
const DEVICE_SECONDS: i64 = 180 * 86_400;
/// Sessions of administrators (SEC-25).
const ADMIN_TIMES: Lifetimes =
    Lifetimes { absolute: Duration::hours(8), idle: Duration::minutes(15) };
/// Longest idle time of profiles that share machines.
const SHORT_IDLE: Duration = Duration::minutes(30);

/// How and when somebody proved who they are.
pub(super) struct Proof<'a> {
    pub(super) method: Method,
    pub(super) at: DateTime<Utc>,
    /// The try that was counted, for a password.
    pub(super) attempt: Option<&'a Try>,
    /// Who vouches for them.
    pub(super) vouched: Option<Vouched<'a>>,
}

impl Proof<'_> {
    fn ends(&self) -> Option<DateTime<Utc>> {
        self.vouched.as_ref()?.until
    }
}

/// An answer of an identity provider.
pub(super) struct Vouched<'a> {
    /// By what it knows the session.
    pub(super) from: &'a Provenance,
    /// When the session there ends at the latest.
    pub(super) until: Option<DateTime<Utc>>,
    /// What of the answer opens one session only, and until when that is remembered (SEC-51).
    pub(super) once: Option<&'a (String, DateTime<Utc>)>,
    /// By what, and how often, it is asked about the person while the session lasts.
    pub(super) grant: Option<(&'a str, Duration)>,
}

/// Opens the session of somebody who was believed.
pub(super) struct Entry<'a> {
    pub(super) request: &'a HttpRequest,
    pub(super) client: &'a Client,
    pub(super) settings: &'a SignInSettings,
    pub(super) db: &'a Db,
    pub(super) now: DateTime<Utc>,
}

/// On to where they wanted to go, with what the browser is to keep.
fn welcome(next: &str, (token, device): (&Token, String), came_by: Option<&str>) -> HttpResponse {
    let mut answer = see_other(next);
    let ours = [
        cookies::session(cookies::SESSION, token.as_str().to_owned()),
        cookies::lasting(cookies::DEVICE, device, DEVICE_SECONDS),
        cookies::forget(cookies::FLOW),
    ];
    let lasting = |name: &str| cookies::lasting(cookies::UPSTREAM, name.to_owned(), DEVICE_SECONDS);
    for cookie in ours.into_iter().chain(came_by.map(lasting)) {
        let _ = answer.add_cookie(&cookie);
    }
    answer
}

impl Entry<'_> {
    /// `None`: an administrator outside the known networks, or an answer of an identity provider
    /// that opened a session before; told nothing more than "wrong".
    pub(super) async fn open(
        &self,
        found: &Found,
        arrival: &Arrival,
        proof: Proof<'_>,
        next: &str,
    ) -> web::Result<Option<HttpResponse>> {
        let mut tx = self.db.write().await?;
        let is_admin = store::has_role(&mut tx, arrival.person.id, Role::Admin).await?;
        if let Some(event) = self.refusal(&mut tx, arrival, is_admin, &proof).await? {
            event.record(&mut tx, &self.client.trace(), self.now).await?;
            tx.commit().await?;
            return Ok(None);
        }
        let new = NewSession {
            person: arrival.person.id,
            account: arrival.account,
            method: proof.method,
            authenticated_at: proof.at,
            lifetimes: self.lifetimes(arrival, is_admin).until(proof.ends(), self.now),
            network: self.client.network(),
            browser: describe(self.request),
            partial_sources: arrival.silent.clone(),
        };
        let (token, session) = new.begin(self.now);
        store::insert_session(&mut tx, &token, &session).await?;
        if let Some(vouched) = &proof.vouched {
            note_provenance(&mut tx, session.id, vouched.from).await?;
            self.keep_grant(&mut tx, session.id, vouched).await?;
        }
        let left = self.end_old_session(&mut tx, &session).await?;
        let device = cookies::value(self.request, cookies::DEVICE);
        let device = device.unwrap_or_else(|| Token::new().as_str().to_owned());
        if let Some(attempt) = proof.attempt {
            attempt.succeeded(&mut tx, &device, self.now).await?;
        }
        Event::ok("auth.login")
            .by(arrival.person.id, &session.short())
            .reason(proof.method.as_str())
            .field("source", &found.source)
            .field("partial_sources", &arrival.silent)
            .field("findings", &arrival.findings)
            .record(&mut tx, &self.client.trace(), self.now)
            .await?;
        tx.commit().await?;
        farewell::say_behind(&self.settings.outbound, left, self.now);
        // Whom the browser came by is offered first the next time.
        let came_by = (proof.method == Method::Federation).then_some(found.source.as_str());
        Ok(Some(welcome(next, (&token, device), came_by)))
    }

    async fn keep_grant(
        &self,
        tx: &mut Tx,
        session: Uuid,
        vouched: &Vouched<'_>,
    ) -> web::Result<()> {
        let Some((token, every)) = vouched.grant else { return Ok(()) };
        let sealed = self.settings.grants.seal(session, token).map_err(Error::internal)?;
        let grant = NewGrant { session, idp: vouched.from.idp.clone(), sealed };
        Ok(insert_grant(tx, &grant, (self.now, self.now + every)).await?)
    }

    /// Why nobody may come in, however right the proof is.
    async fn refusal(
        &self,
        tx: &mut Tx,
        arrival: &Arrival,
        is_admin: bool,
        proof: &Proof<'_>,
    ) -> sqlx::Result<Option<Event>> {
        if is_admin && !self.is_admin_network() {
            let event = Event::refused("auth.refused", "E-ADMIN-NETWORK");
            return Ok(Some(event.about(arrival.person.id)));
        }
        if let Some(Vouched { from, once: Some((id, until)), .. }) = &proof.vouched
            && !see_request(tx, &from.idp, id, self.now, *until).await?
        {
            let event = Event::refused("upstream.refused", "replay");
            return Ok(Some(event.field("idp", &from.idp)));
        }
        Ok(None)
    }

    /// A new sign-in ends the session that this browser had (SEC-24). Applications of the same
    /// person keep theirs; those of somebody else are to be told.
    async fn end_old_session(&self, tx: &mut Tx, new: &Session) -> sqlx::Result<Vec<Visit>> {
        let token = cookies::value(self.request, cookies::SESSION).and_then(|v| Token::parse(&v));
        let Some(token) = token else { return Ok(Vec::new()) };
        let Some(old) = store::session_by_token(tx, &token).await? else { return Ok(Vec::new()) };
        let is_news = store::end_session(tx, old.id, EndReason::Replaced, self.now).await?;
        match is_news {
            true if old.person == new.person => {
                hand_over(tx, old.id, new.id).await.map(|()| Vec::new())
            }
            true => visits(tx, old.id).await,
            false => Ok(Vec::new()),
        }
    }

    fn lifetimes(&self, arrival: &Arrival, is_admin: bool) -> Lifetimes {
        let times = &self.settings.times;
        let usual = Lifetimes {
            absolute: Duration::from_std(times.lifetime).unwrap_or(ADMIN_TIMES.absolute),
            idle: Duration::from_std(times.idle).unwrap_or(ADMIN_TIMES.idle),
        };
        if is_admin {
            let absolute = usual.absolute.min(ADMIN_TIMES.absolute);
            return Lifetimes { absolute, idle: usual.idle.min(ADMIN_TIMES.idle) };
        }
        let profiles = arrival.affiliations.iter().map(|affiliation| affiliation.profile);
        let shares_machines = !arrival.affiliations.is_empty()
            && profiles.clone().all(|profile| times.short_profiles.contains(&profile));
        let idle = if shares_machines { usual.idle.min(SHORT_IDLE) } else { usual.idle };
        Lifetimes { idle, ..usual }
    }

    fn is_admin_network(&self) -> bool {
        let address = self.client.address.known();
        address.is_some_and(|address| {
            self.settings.admin_networks.iter().any(|network| network.contains(&address))
        })
    }
}
