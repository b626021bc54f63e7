//! A SAML identity provider, to which we are a service provider (SAML Profiles 4.1; SEC-44 to
//! SEC-52).
//!
//! Its answer comes in a form from its own site, where the session cookie does not travel: it is
//! checked there ([`consume`]), kept with the journey, and taken up by a page of ours (D20).
mod consume;
mod file;
mod names;
mod offer;

pub(in crate::sso) use consume::consume;
pub(super) use file::findings;
pub(in crate::sso) use offer::{offer, take_offer};

use super::{Question, Told, UpstreamError};
use crate::config::{Described, SamlSettings};
use crate::sso::saml::{
    self, Decryption, Expected, IdentityProvider, MessageId, Reason, Received, Refusal,
    check_response, name_id_format,
};
use crate::sso::{Federations, KeyRing};
use chrono::{DateTime, Duration, Utc};
use file::File;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Longest `SessionIndex` that is kept, bytes; logout messages do without a longer one.
const LONGEST_INDEX: usize = 512;

/// Us, as identity providers know us.
#[derive(Clone)]
pub struct ServiceProvider {
    /// Our entityID.
    pub entity_id: String,
    /// Our origin, without a slash behind.
    pub origin: String,
    /// What our questions are signed with.
    pub keys: KeyRing,
    /// How far clocks may be apart.
    pub skew: Duration,
    /// Whoever describes some of them.
    pub federations: Federations,
}

/// What is kept while somebody is away.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Asked {
    /// `ID` of our question.
    id: String,
    /// The person must prove anew who they are.
    is_fresh: bool,
    /// What came meanwhile.
    heard: Option<Heard>,
}

/// An answer that was checked.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Heard {
    Somebody(Box<Told>),
    /// The person, or the provider, said no.
    Nobody,
}

impl Asked {
    /// What came, once the browser is back at a page of ours.
    pub(super) fn heard(self) -> Result<Told, UpstreamError> {
        match self.heard {
            Some(Heard::Somebody(told)) => Ok(*told),
            Some(Heard::Nobody) => Err(UpstreamError::Cancelled("status")),
            None => Err(UpstreamError::NotBelieved("state")),
        }
    }
}

/// One `[idp:NAME]` with `kind = saml`.
pub(super) struct Provider {
    pub(super) settings: SamlSettings,
    own: ServiceProvider,
    description: Description,
}

/// Where its description is.
enum Description {
    File(File),
    By { federation: String, entity_id: String },
}

impl Provider {
    pub(super) fn new(settings: SamlSettings, own: ServiceProvider) -> Self {
        let description = match settings.described.clone() {
            Described::File(path) => Description::File(File::new(path)),
            Described::By { federation, entity_id } => Description::By { federation, entity_id },
        };
        Self { settings, own, description }
    }

    /// Where to send the browser, signed: some refuse unsigned questions.
    pub(super) async fn question(
        &self,
        question: &Question<'_>,
    ) -> Result<(String, Asked), UpstreamError> {
        let provider = self.describe(question.now)?;
        let id = MessageId::random().map_err(|error| silent(&error))?;
        let asked = Asked { id: id.as_str().to_owned(), is_fresh: question.is_fresh, heard: None };
        let endpoint = provider.redirect_sso().ok_or_else(|| silent(&"no address"))?.to_owned();
        let (own, state, now) = (self.own.clone(), question.state.to_owned(), question.now);
        let is_fresh = question.is_fresh;
        let write = move || {
            let question = saml::Question {
                id: &id,
                issuer: &own.entity_id,
                endpoint: &endpoint,
                acs_url: &own.acs_url(),
                force_authn: is_fresh,
                is_passive: false,
                now,
            };
            question.redirect(Some(&state), Some(&own.keys.now().signer))
        };
        let written = actix_web::web::block(write).await.map_err(|error| silent(&error))?;
        Ok((written.map_err(|error| silent(&error))?, asked))
    }

    /// Believe the field `SAMLResponse`, or not; `request_id`: the question that it answers.
    async fn believe(
        &self,
        message: &str,
        request_id: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<Told, Refusal> {
        let unknown = |_| Refusal::new(Reason::Issuer, "its description cannot be used");
        let provider = self.describe(now).map_err(unknown)?;
        let (own, keys) = (self.own.clone(), self.own.keys.now());
        let excused = self.settings.excused;
        let (message, request_id) = (message.to_owned(), request_id.map(str::to_owned));
        let check = move || {
            let expected = Expected {
                identity_provider: &provider,
                entity_id: &own.entity_id,
                acs_url: &own.acs_url(),
                request_id: request_id.as_deref(),
                now,
                skew: own.skew,
                allow_sha1: excused.sha1,
                require_signed_response: false,
                decryption: Some(Decryption { keys: &keys.readers, allow_cbc: excused.cbc }),
            };
            check_response(&message, &expected)
        };
        let checked = actix_web::web::block(check).await;
        let failed = |_| Refusal::new(Reason::Form, "it was not looked at");
        checked.map_err(failed)?.map(told)
    }

    /// Its description, as it stands in its file or in its federation now.
    pub(super) fn describe(
        &self,
        now: DateTime<Utc>,
    ) -> Result<Arc<IdentityProvider>, UpstreamError> {
        let (federation, entity_id) = match &self.description {
            Description::File(file) => return file.read(now).map_err(|error| silent(&error)),
            Description::By { federation, entity_id } => (federation, entity_id),
        };
        let provider = self.own.federations.provider(federation, entity_id);
        let provider = provider.ok_or_else(|| silent(&"its federation does not describe it"))?;
        if provider.valid_until.is_some_and(|until| until <= now) {
            return Err(silent(&"its metadata has run out"));
        }
        Ok(provider)
    }

    /// Its name in SAML, without reading anything.
    pub(super) fn entity_id(&self, now: DateTime<Utc>) -> Option<String> {
        match &self.description {
            Description::By { entity_id, .. } => Some(entity_id.clone()),
            Description::File(_) => Some(self.describe(now).ok()?.entity_id.clone()),
        }
    }
}

impl ServiceProvider {
    /// `AssertionConsumerService`.
    pub fn acs_url(&self) -> String {
        format!("{}/saml/acs", self.origin)
    }
}

/// Whether a kind of name says nothing the next time.
pub(super) fn is_passing(format: Option<&str>) -> bool {
    format == Some(name_id_format::TRANSIENT)
}

fn told(received: Received) -> Told {
    Told {
        claims: names::claims(&received.attributes),
        subject: received.name_id,
        format: received.name_id_format,
        qualifiers: received.name_qualifiers,
        proved_at: Some(received.signed_in),
        session: received.session_index.filter(|index| index.len() <= LONGEST_INDEX),
        until: received.session_ends,
        once: Some((received.assertion_id, received.remember_until)),
        grant: None,
    }
}

fn silent(why: &impl std::fmt::Display) -> UpstreamError {
    UpstreamError::Silent(why.to_string())
}
