//! Identity providers that vouch for people: `[idp:NAME]`.
//!
//! Somebody leaves for the provider at `/login/with/NAME` and comes back to `/login/from/NAME`
//! ([`journey`]). What it says about them ([`oidc`]) becomes attributes like those of a directory
//! ([`claims`]), so that everything behind the door is the same for everybody.
mod claims;
mod journey;
mod oidc;

pub(super) use journey::{begin, come_back};

use crate::config::IdpSection;
use crate::outbound::Outbound;
use crate::sso::carried::Carried;
use crate::web::query::Fields;
use chrono::{DateTime, Utc};
use oidc::Provider;
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

impl Upstream {
    /// The way there, for somebody on the way to something.
    pub(super) fn way(&self, carried: &Carried) -> String {
        format!("/login/with/{}?{}", self.name, carried.query())
    }

    /// Where a session there is ended, and what people call it.
    pub async fn way_out(&self, origin: &str, now: DateTime<Utc>) -> Option<(String, String)> {
        let address = self.provider.way_out(&format!("{origin}/logout"), now).await?;
        Some((self.label.clone(), address))
    }
}

impl Upstreams {
    /// Those of the settings; nobody is asked anything yet.
    pub fn new(sections: &[IdpSection], outbound: &Outbound) -> Self {
        let upstream = |section: &IdpSection| Upstream {
            name: section.name.clone(),
            label: section.label.clone(),
            section: section.clone(),
            provider: Provider::new(section.oidc.clone(), outbound.clone()),
        };
        Self(Arc::new(sections.iter().map(upstream).collect()))
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
}
