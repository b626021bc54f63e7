//! One entry of a source, or why nothing can be made of it.
use crate::identity::formats::Known;
use crate::identity::{Account, Attributes};
use serde::{Deserialize, Serialize};

/// Somebody whom a source names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Candidate {
    /// The source's name for them.
    pub(super) source_id: String,
    /// What they type at sign-in.
    pub(super) login: String,
    /// What the source says.
    pub(super) attributes: Attributes,
    /// What was looked up for it elsewhere in the directory.
    pub(super) known: Known,
}

impl Candidate {
    pub(super) fn account(&self, source: &str) -> Account {
        Account {
            source: source.to_owned(),
            source_id: self.source_id.clone(),
            login: self.login.clone(),
            attributes: self.attributes.clone(),
        }
    }
}

/// An entry and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    /// `line 7`, `people.csv:7`, or the digest of a DN.
    pub(super) place: String,
    /// Somebody, or why not. Whoever can be recognised is not taken for vanished.
    pub(super) read: Result<Candidate, (Reject, Option<String>)>,
}

/// An entry that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rejected {
    /// Where it stands: a line, or the digest of a DN.
    pub place: String,
    /// Stable code.
    pub code: &'static str,
    /// Why.
    pub why: String,
}

impl Rejected {
    pub(super) fn new(place: &str, why: &Reject) -> Self {
        Self { place: place.to_owned(), code: why.code(), why: why.to_string() }
    }
}

/// Why an entry cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Reject {
    /// Nothing names it for good.
    #[error("{0} is empty")]
    NoId(String),
    /// Nobody would know whom it means.
    #[error("there is no name: displayName, cn, or givenName and sn")]
    NoName,
    /// An entry before has the same id.
    #[error("an entry before has the same id")]
    Twice,
    /// More or fewer values than columns.
    #[error("{found} columns instead of {wanted}")]
    Columns {
        /// In this line.
        found: usize,
        /// In the first line.
        wanted: usize,
    },
    /// A line that is no JSON object.
    #[error("no JSON object")]
    NoObject,
    /// It is somebody else than whom it was sent for.
    #[error("{0} is another one than in the address")]
    OtherId(String),
    /// Nobody has so long an id.
    #[error("{0} is longer than 512 bytes")]
    TooLong(String),
}

impl Reject {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoId(_) => "W-SYNC-NO-ID",
            Self::NoName => "W-SYNC-NO-NAME",
            Self::Twice => "W-SYNC-TWICE",
            Self::Columns { .. } => "W-SYNC-COLUMNS",
            Self::NoObject => "W-SYNC-JSON",
            Self::OtherId(_) => "W-SYNC-OTHER-ID",
            Self::TooLong(_) => "W-SYNC-LONG",
        }
    }
}
