//! Identity providers that vouch for people: `[idp:NAME]`.
//!
//! Somebody leaves for the provider at `/login/with/NAME` and comes back to `/login/from/NAME`
//! ([`journey`]), in one way for every protocol ([`oidc`], [`saml`], [`cas`]). What it says about
//! them becomes attributes like those of a directory ([`claims`]), as far as it may say so
//! ([`scope`]), and everything behind the door is the same for everybody.
mod asking_again;
mod away;
mod back_channel;
mod cas;
mod claims;
mod discovery;
mod error;
mod grants;
mod journey;
mod oidc;
mod saml;
mod scope;
mod stop;

pub use asking_again::{AskAgain, Asking};
pub(super) use back_channel::hear_the_end;
pub use discovery::Discovery;
pub(super) use discovery::{choose, leave, list};
use error::UpstreamError;
pub use grants::Grants;
pub(super) use journey::{begin, come_back};
pub use saml::ServiceProvider;
pub(super) use saml::{consume, offer, take_offer};

use crate::config::{IdpSection, Protocol};
use crate::finding::Finding;
use crate::identity::Attributes;
use crate::identity::sources::Found;
use crate::outbound::Outbound;
use crate::sso::carried::Carried;
use crate::sso::saml::{IdentityProvider, is_plain_name};
use crate::sso::store::Provenance;
use crate::web::query::Fields;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Duration, Utc};
use claims::TooMuch;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::net::IpAddr;
use std::sync::Arc;

/// Parameters by which an address says where somebody comes from (`dispatch.md` 7.9).
const HINTS: [&str; 4] = ["idp", "kc_idp_hint", "idpId", "source"];

/// All of them, in the order of the settings; clones are one.
#[derive(Clone, Default)]
pub struct Upstreams(Arc<Vec<Upstream>>);

/// One of them.
pub struct Upstream {
    /// `[idp:NAME]`
    pub name: String,
    /// Shown to people.
    pub label: String,
    section: IdpSection,
    provider: Provider,
}

/// How one is spoken to.
enum Provider {
    Oidc(oidc::Provider),
    Saml(saml::Provider),
    Cas(cas::Server),
}

/// What is kept while somebody is away.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "snake_case")]
enum Kept {
    Oidc(oidc::Secrets),
    Saml(saml::Asked),
    Cas(cas::Asked),
}

/// A question about who somebody is.
struct Question<'a> {
    /// Where the answer shall go.
    back: &'a str,
    /// What names the journey.
    state: &'a str,
    /// The person must prove anew who they are.
    is_fresh: bool,
    now: DateTime<Utc>,
}

/// Somebody whom a provider knows.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Told {
    /// What it calls them.
    subject: String,
    /// The kind of that name, in SAML.
    format: Option<String>,
    /// Within what it is unique, in SAML.
    qualifiers: [Option<String>; 2],
    /// Everything that it says of them.
    claims: Map<String, Value>,
    /// When they proved who they are; `None`: it does not say.
    proved_at: Option<DateTime<Utc>>,
    /// What it calls the session.
    session: Option<String>,
    /// When the session there ends at the latest.
    until: Option<DateTime<Utc>>,
    /// The identifier that may open one session only, and until when it must be remembered.
    once: Option<(String, DateTime<Utc>)>,
    /// By what it may be asked again.
    #[serde(skip)]
    grant: Option<String>,
}

/// A SAML identity provider, as logout messages see it.
pub struct SamlParty {
    /// `[idp:NAME]`
    pub name: String,
    /// Shown to people.
    pub label: String,
    /// What it says of itself.
    pub provider: Arc<IdentityProvider>,
    /// Take signatures with SHA-1.
    pub allow_sha1: bool,
    /// Whether it wants to hear of the end of sessions.
    pub is_told: bool,
}

impl Upstream {
    fn new(section: &IdpSection, outbound: &Outbound, own: &ServiceProvider) -> Self {
        let provider = match &section.protocol {
            Protocol::Oidc(settings) => {
                Provider::Oidc(oidc::Provider::new(settings.clone(), outbound.clone()))
            }
            Protocol::Saml(settings) => {
                Provider::Saml(saml::Provider::new(settings.clone(), own.clone()))
            }
            Protocol::Cas(settings) => {
                Provider::Cas(cas::Server::new(settings.clone(), outbound.clone()))
            }
        };
        let IdpSection { name, label, .. } = section;
        Self { name: name.clone(), label: label.clone(), section: section.clone(), provider }
    }

    /// The way there, for somebody on the way to something.
    pub(super) fn way(&self, carried: &Carried) -> String {
        format!("/login/with/{}?{}", self.name, carried.query())
    }

    /// How often it is asked about those who came by it; `None`: never.
    pub(super) fn asked_every(&self) -> Option<Duration> {
        match &self.section.protocol {
            Protocol::Oidc(settings) => settings.refresh,
            Protocol::Saml(_) | Protocol::Cas(_) => None,
        }
    }

    /// Whether the sign-in page offers it to everybody.
    pub(super) fn has_tile(&self) -> bool {
        self.section.has_tile
    }

    /// For whom it is, in a few words.
    pub(super) fn audience(&self) -> Option<&str> {
        self.section.audience.as_deref()
    }

    /// Whether people at this address usually come by it.
    pub(super) fn is_near(&self, address: IpAddr) -> bool {
        self.section.networks.iter().any(|network| network.contains(&address))
    }

    /// Where a session there is ended by a page of its own, and what people call it.
    pub async fn way_out(&self, origin: &str, now: DateTime<Utc>) -> Option<(String, String)> {
        let back = format!("{origin}/logout");
        let address = match &self.provider {
            Provider::Oidc(provider) => provider.way_out(&back, now).await?,
            Provider::Cas(server) => server.way_out(&back),
            Provider::Saml(_) => return None,
        };
        Some((self.label.clone(), address))
    }

    /// Where to send the browser, and what to keep until it is back.
    async fn question(&self, question: &Question<'_>) -> Result<(String, Kept), UpstreamError> {
        match &self.provider {
            Provider::Oidc(it) => it.question(question).await.map(|(to, it)| (to, Kept::Oidc(it))),
            Provider::Saml(it) => it.question(question).await.map(|(to, it)| (to, Kept::Saml(it))),
            Provider::Cas(it) => Ok(it.question(question)).map(|(to, it)| (to, Kept::Cas(it))),
        }
    }

    /// Who is back, when what came with them is believed; `times`: since when, and now.
    async fn answer(
        &self,
        back: &str,
        query: &Fields,
        kept: Kept,
        times: (DateTime<Utc>, DateTime<Utc>),
    ) -> Result<Told, UpstreamError> {
        match (&self.provider, kept) {
            (Provider::Oidc(it), Kept::Oidc(kept)) => it.answer(back, query, &kept, times).await,
            (Provider::Saml(_), Kept::Saml(kept)) => kept.heard(),
            (Provider::Cas(it), Kept::Cas(kept)) => it.answer(query, &kept, times.1).await,
            _ => Err(UpstreamError::NotBelieved("state")),
        }
    }

    /// What it told, as a directory would have. Unless its `uid` is trusted, nobody can call
    /// themselves as somebody of our directories is called (SEC-57).
    fn found(&self, told: &Told) -> Result<Found, UpstreamError> {
        let word = &self.section.word;
        let usual = match self.provider {
            Provider::Oidc(_) => &oidc::USUAL[..],
            Provider::Saml(_) | Provider::Cas(_) => &[],
        };
        let mut attributes = claims::attributes(&told.claims, word, usual)
            .map_err(|TooMuch| UpstreamError::NotBelieved("size"))?;
        let subject = self.subject(told, &attributes)?;
        match attributes.all("uid") {
            [only] if word.uid && is_plain_name(only) => {}
            [_, ..] if word.uid => return Err(UpstreamError::NotBelieved("subject")),
            _ => {
                attributes.remove("uid");
                attributes.add("uid", format!("{subject}@{}", self.name));
            }
        }
        Ok(Found {
            source: self.name.clone(),
            login: attributes.first("uid").unwrap_or(&subject).to_owned(),
            source_id: subject,
            attributes,
            ..Found::default()
        })
    }

    /// What names the person for good.
    fn subject(&self, told: &Told, attributes: &Attributes) -> Result<String, UpstreamError> {
        let unnamed = UpstreamError::NotBelieved("subject");
        let subject = match &self.section.word.id {
            Some(id) => match attributes.all(id) {
                [only] => only.clone(),
                _ => return Err(unnamed),
            },
            None if saml::is_passing(told.format.as_deref()) => {
                tracing::error!(
                    idp = self.name,
                    "{} names people anew each time: set `id` to an attribute that stays",
                    self.name
                );
                return Err(unnamed);
            }
            None => told.subject.clone(),
        };
        let are_plain = is_plain_name(&subject) && is_plain_name(&told.subject);
        if are_plain { Ok(subject) } else { Err(unnamed) }
    }

    /// By what it knows the session.
    fn provenance(&self, told: &Told) -> Provenance {
        Provenance {
            idp: self.name.clone(),
            name_id: told.subject.clone(),
            name_format: told.format.clone(),
            name_qualifier: told.qualifiers[0].clone(),
            sp_name_qualifier: told.qualifiers[1].clone(),
            session_index: told.session.clone(),
        }
    }
}

impl Upstreams {
    /// Those of the settings; nobody is asked anything yet.
    pub fn new(sections: &[IdpSection], outbound: &Outbound, own: &ServiceProvider) -> Self {
        Self(Arc::new(sections.iter().map(|it| Upstream::new(it, outbound, own)).collect()))
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Upstream> {
        self.0.iter()
    }

    /// One by name.
    pub fn get(&self, name: &str) -> Option<&Upstream> {
        self.iter().find(|upstream| upstream.name == name)
    }

    /// The one that an address hints at; unknown hints are ignored.
    pub(super) fn hinted(&self, query: &Fields) -> Option<&Upstream> {
        HINTS.iter().find_map(|name| self.get(query.get(name)?))
    }

    /// The one that SAML calls so.
    pub(super) fn by_entity_id(&self, entity_id: &str, now: DateTime<Utc>) -> Option<&Upstream> {
        let is_it = |provider: &saml::Provider| {
            provider.entity_id(now).is_some_and(|known| known == entity_id)
        };
        self.by_saml().find(|(_, provider)| is_it(provider)).map(|(upstream, _)| upstream)
    }

    /// Those that speak SAML and describe themselves, for logout messages.
    pub fn saml_parties(&self, now: DateTime<Utc>) -> Vec<SamlParty> {
        let party = |(upstream, provider): (&Upstream, &saml::Provider)| {
            Some(SamlParty {
                name: upstream.name.clone(),
                label: upstream.label.clone(),
                provider: provider.describe(now).ok()?,
                allow_sha1: provider.settings.excused.sha1,
                is_told: provider.settings.slo,
            })
        };
        self.by_saml().filter_map(party).collect()
    }

    /// Those that speak SAML.
    fn by_saml(&self) -> impl Iterator<Item = (&Upstream, &saml::Provider)> {
        self.iter().filter_map(|upstream| match &upstream.provider {
            Provider::Saml(provider) => Some((upstream, provider)),
            _ => None,
        })
    }
}

/// What a provider calls a session, when that is a secret or may be of any length.
fn secret_name(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(openssl::sha::sha256(text.as_bytes()))
}

/// What is wrong with the settings and files of identity providers; nobody is asked anything.
pub fn findings(sections: &[IdpSection], now: DateTime<Utc>) -> Vec<Finding> {
    let saml = sections.iter().filter_map(|section| match &section.protocol {
        Protocol::Saml(settings) => Some((section.name.as_str(), settings)),
        _ => None,
    });
    saml::findings(&saml.collect::<Vec<_>>(), now)
}
