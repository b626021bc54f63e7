//! What the demonstration plays with: its people, its addresses, and what its portals remember.
use super::certificate::Certificate;
use super::list;
use super::mailroom::Mailroom;
use super::people::{DemoPerson, random_password};
use super::provider::oidc::ProviderKey;
use super::services::{Services, paybox};
use crate::config::Config;
use crate::identity::token::Token;
use crate::sso::saml::{KeyError, LogoutRequest, Reason, Received, Refusal, Signer};
use chrono::{DateTime, Utc};
use openssl::error::ErrorStack;
use openssl::pkey::{PKey, Private};
use serde_json::Value;
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What the portals and the start page play with; one for the whole service.
#[derive(Clone)]
pub struct Stage {
    /// Who can be tried.
    pub people: Arc<Vec<DemoPerson>>,
    /// Whom the demonstration's own identity providers vouch for, by the provider's name.
    pub(super) elsewhere: Arc<HashMap<&'static str, Vec<DemoPerson>>>,
    /// With what the OpenID provider signs.
    pub(super) provider_key: ProviderKey,
    /// With what the SAML identity provider signs.
    pub(super) provider_signer: Arc<Signer>,
    /// Our origin as identity provider, `http://localhost:8080`.
    pub origin: String,
    /// Origin of the portals: the same program, another site, `http://127.0.0.1:8080`. In a local
    /// network there is no second site: ours.
    pub portal_origin: String,
    /// With what https is spoken in a local network.
    pub certificate: Option<Arc<Certificate>>,
    /// The list that may be changed while the service runs.
    pub(super) list: Arc<str>,
    /// Whether made-up colleagues are still on their way.
    pub(super) is_filling: Arc<AtomicBool>,
    /// What the mail provider remembers.
    pub(super) mailroom: Mailroom,
    /// What services were told of cards.
    pub(super) services: Services,
    /// With what the made-up Paybox signs.
    pub(super) paybox: Option<PKey<Private>>,
    /// What the portals remember, in memory only.
    memory: Arc<Mutex<Memory>>,
}

#[derive(Default)]
struct Memory {
    visits: HashMap<String, Visit>,
    questions: HashMap<String, Pending>,
    seen: HashMap<String, DateTime<Utc>>,
    entered: HashMap<String, Entered>,
    granted: HashMap<String, Granted>,
}

/// A code of the OpenID provider or a ticket of the CAS server, until it is handed in.
#[derive(Clone)]
pub(super) struct Granted {
    pub(super) code: String,
    pub(super) login: String,
    pub(super) nonce: String,
    /// The challenge, or the service.
    pub(super) bound_to: String,
    pub(super) at: DateTime<Utc>,
}

/// Somebody in the application.
#[derive(Clone)]
pub(super) struct Entered {
    /// The ticket by which the sign-on will name the session.
    pub(super) ticket: String,
    /// What the application was told.
    pub(super) told: Value,
}

/// Somebody in a portal.
#[derive(Clone)]
pub(super) struct Visit {
    pub(super) portal: String,
    pub(super) received: Received,
    pub(super) relay_state: Option<String>,
    /// The question that was answered, if this portal asked one.
    pub(super) answers: Option<String>,
    pub(super) token: String,
}

/// A question that a portal asked.
pub(super) struct Pending {
    pub(super) id: String,
    pub(super) portal: String,
    pub(super) until: DateTime<Utc>,
}

impl Stage {
    /// A stage on which nothing happened yet, for this machine only.
    pub(super) fn of(
        config: &Config,
        people: Vec<DemoPerson>,
        elsewhere: HashMap<&'static str, Vec<DemoPerson>>,
        now: DateTime<Utc>,
    ) -> Result<Self, KeyError> {
        let port = config.http.public_url.port_or_known_default().unwrap_or(80);
        Ok(Self {
            people: Arc::new(people),
            elsewhere: Arc::new(elsewhere),
            provider_key: ProviderKey::make()?,
            provider_signer: Arc::new(Signer::generate("educonnect.demo.example", now)?),
            origin: config.http.origin(),
            portal_origin: format!("http://127.0.0.1:{port}"),
            certificate: None,
            list: config.file.with_file_name(list::FILE).display().to_string().into(),
            is_filling: Arc::default(),
            mailroom: Mailroom::default(),
            services: Services::new(config.access.first().map(|export| export.folder.clone())),
            paybox: config.file.parent().and_then(paybox::signs),
            memory: Arc::default(),
        })
    }

    /// Let others in: by https, with passwords that they cannot guess.
    pub(super) fn open_to_others(&mut self, certificate: Certificate) -> Result<(), ErrorStack> {
        for person in Arc::make_mut(&mut self.people) {
            person.password = random_password()?;
        }
        self.portal_origin.clone_from(&self.origin);
        self.certificate = Some(Arc::new(certificate));
        Ok(())
    }

    /// Whether a host is the site of the portals and not ours.
    pub(super) fn is_portal_site(&self, host: &str) -> bool {
        self.portal_origin != self.origin && self.portal_origin.ends_with(host)
    }

    /// Open a portal's session.
    pub(super) fn open(&self, visit: Visit) -> Token {
        let token = Token::new();
        let visit = Visit { token: token.as_str().to_owned(), ..visit };
        self.remember().visits.insert(token.as_str().to_owned(), visit);
        token
    }

    /// The session of a cookie, if it is this portal's.
    pub(super) fn visit(&self, token: &str, portal: &str) -> Option<Visit> {
        self.remember().visits.get(token).filter(|visit| visit.portal == portal).cloned()
    }

    /// End a portal's session.
    pub(super) fn close(&self, token: &str) {
        self.remember().visits.remove(token);
    }

    /// End the sessions of a portal that a logout request names.
    pub(super) fn close_sessions(&self, portal: &str, asked: &LogoutRequest) {
        let is_meant = |visit: &Visit| {
            let Received { name_id, session_index, .. } = &visit.received;
            let index = session_index.as_ref().is_none_or(|it| asked.session_indexes.contains(it));
            visit.portal == portal && *name_id == asked.name_id && index
        };
        self.remember().visits.retain(|_, visit| !is_meant(visit));
    }

    /// Keep a code.
    pub(super) fn grant(&self, granted: Granted) {
        self.remember().granted.insert(granted.code.clone(), granted);
    }

    /// Hand a code in, once.
    pub(super) fn redeem(&self, code: &str) -> Option<Granted> {
        self.remember().granted.remove(code)
    }

    /// Open a session of the application.
    pub(super) fn enter(&self, entered: Entered) -> Token {
        let token = Token::new();
        self.remember().entered.insert(token.as_str().to_owned(), entered);
        token
    }

    /// The application's session of a cookie.
    pub(super) fn entered(&self, token: &str) -> Option<Entered> {
        self.remember().entered.get(token).cloned()
    }

    /// End the application's session that began with this ticket.
    pub(super) fn forget(&self, ticket: &str) {
        self.remember().entered.retain(|_, entered| entered.ticket != ticket);
    }

    /// Keep a question until it is answered.
    pub(super) fn ask(&self, question: Pending) {
        self.remember().questions.insert(question.id.clone(), question);
    }

    /// Whether this portal asked that, and nobody answered yet.
    pub(super) fn take_question(&self, id: &str, portal: &str, now: DateTime<Utc>) -> bool {
        let mut memory = self.remember();
        memory.questions.retain(|_, question| question.until > now);
        memory.questions.remove(id).is_some_and(|question| question.portal == portal)
    }

    /// An assertion is good for once.
    pub(super) fn first_time(
        &self,
        received: Received,
        now: DateTime<Utc>,
    ) -> Result<Received, Refusal> {
        let mut memory = self.remember();
        memory.seen.retain(|_, until| *until > now);
        let key = received.assertion_id.clone();
        match memory.seen.insert(key, received.remember_until) {
            None => Ok(received),
            Some(_) => Err(Refusal::new(Reason::Replay, "seen before")),
        }
    }

    /// Whether more colleagues are about to be found.
    pub(super) fn is_filling(&self) -> bool {
        self.is_filling.load(Ordering::Relaxed)
    }

    fn remember(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
