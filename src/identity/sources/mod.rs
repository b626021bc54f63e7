//! Where people are known: directories that are asked who somebody is.
//!
//! A source finds entries by what was typed ([`ldap::LdapSource::find`]), tries a password on
//! one of them and reads it again later by its id. It decides nothing about sessions, limits or
//! schools: it brings [`Found`] entries, and a [`SourceError`] when it cannot tell.
mod attempt;
pub mod directories;
pub mod error;
pub mod ldap;
pub mod local;
pub mod lockout;
pub mod secret;

pub use attempt::{Attempt, Typed};
pub use directories::{Backend, Directories, Gathered, Hearsay, Source, rule_target};
pub use error::SourceError;
pub use ldap::{LdapSettings, LdapSource, kept_attributes};
pub use local::{Hashing, LocalSource, hash_password};
pub use lockout::{Lockout, forget_failures};
pub use secret::{Password, Secret};

use super::formats::Known;
use super::{Account, Attributes};
use serde::{Deserialize, Serialize};

/// What kind of people a source knows: `role` of `[source:NAME]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Staff of an academy (`dispatch.md` 4.3).
    Agents,
    /// Parents and pupils of the teleservices (4.4, 4.5).
    Teleservices,
    /// The replica of the schools' own directories (4.6).
    Local,
    /// A university with supann attributes (4.7).
    University,
}

impl Role {
    /// The role by the word that stands in the configuration.
    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "agents" => Some(Self::Agents),
            "teleservices" => Some(Self::Teleservices),
            "local" => Some(Self::Local),
            "university" => Some(Self::University),
            _ => None,
        }
    }

    /// The word, also sent as `source`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Agents => "agents",
            Self::Teleservices => "teleservices",
            Self::Local => "local",
            Self::University => "university",
        }
    }
}

/// An entry of a source that may be the person we look for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    /// Name of the source: `[source:NAME]`.
    pub source: String,
    /// What the source calls the entry for good.
    pub source_id: String,
    /// Where the entry stands; empty in sources without a tree.
    pub dn: String,
    /// The login as the source writes it, which may differ from what was typed.
    pub login: String,
    /// What the entry says, its DN among it as `dn`.
    pub attributes: Attributes,
    /// What was looked up for it elsewhere in the directory; empty until somebody asks.
    pub known: Known,
    /// The source that did not answer when it was asked for that: stored schools stand.
    pub silent: Option<String>,
    /// Which server of the source answered: the rest of this sign-in stays with it (REL-04).
    pub(crate) server: usize,
}

impl Found {
    /// What is kept of it.
    pub fn account(&self) -> Account {
        Account {
            source: self.source.clone(),
            source_id: self.source_id.clone(),
            login: self.login.clone(),
            attributes: self.attributes.clone(),
        }
    }
}
