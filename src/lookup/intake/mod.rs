//! Everything that writes records: pushes, signed messages, imports, withdrawals, sweeps.
//!
//! Whatever changes here is noted in the change log in the same transaction; the index follows.
//! Who vanishes enters the index's deny set the moment the transaction is committed (D47).
mod comparing;
mod grave;
mod hiding;
mod owner;
mod removing;
mod signed;
mod sweep;
mod writing;

pub use comparing::Pushing;
pub use grave::GraveKey;
pub use signed::{SignedRecord, Unsigned};
pub use sweep::SweepReport;

use super::index::Index;
use crate::audit::Trace;
use crate::clock::Clock;
use crate::config::{Config, ConflictRule, OwnerRule};
use crate::db::Db;
use crate::identity::PersonId;
use crate::identity::cloud::{CloudId, Field, Fields, RecordId};
use crate::jobs::{Failure, Turn};
use std::sync::Arc;
use std::time::Duration;

/// Who says what a record holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// A Nextcloud server with a shared key; with `server`, one that may write its own users only.
    Push {
        /// In its form for comparison.
        server: Option<String>,
    },
    /// A list that an administrator gave.
    Import {
        /// Its name.
        list: String,
    },
    /// A directory.
    Source {
        /// `[source:NAME]`
        name: String,
    },
}

impl Origin {
    /// The word in the table.
    pub fn word(&self) -> String {
        match self {
            Self::Push { .. } => "push".to_owned(),
            Self::Import { list } => format!("import:{list}"),
            Self::Source { name } => format!("source:{name}"),
        }
    }

    /// Whether it may write users of a server, given in its form for comparison.
    pub(super) fn may_write(&self, instance: &str) -> bool {
        match self {
            Self::Push { server: Some(server) } => server == instance,
            _ => true,
        }
    }
}

/// A record as it comes in; nothing of it was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incoming {
    /// `user@server`
    pub cloud_id: String,
    /// What is known; `None` when there was something else in its place.
    pub fields: Option<Fields>,
    /// Who it is, when the origin knows.
    pub person: Option<PersonId>,
}

/// What came of a push.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// New records.
    pub added: usize,
    /// Records with other fields than before, or found again.
    pub changed: usize,
    /// Records as they were.
    pub unchanged: usize,
    /// Records that were left out.
    pub refused: Vec<Refused>,
}

impl Report {
    /// Of the next portion.
    pub(super) fn add(&mut self, other: Self) {
        self.added += other.added;
        self.changed += other.changed;
        self.unchanged += other.unchanged;
        self.refused.extend(other.refused);
    }
}

/// A record that was left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// As it came.
    pub cloud_id: String,
    /// Why.
    pub why: Why,
}

/// Why a record was left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Why {
    /// No cloud id that Nextcloud would accept.
    BadId,
    /// Not an object with texts in it.
    BadFields,
    /// A value of more than 255 letters.
    TooLong,
    /// The key that came with it is for another server.
    OtherServer,
    /// Another server claimed this person first.
    Claimed,
}

impl Why {
    /// A word for logs and reports.
    pub fn word(self) -> &'static str {
        match self {
            Self::BadId => "bad-id",
            Self::BadFields => "bad-fields",
            Self::TooLong => "too-long",
            Self::OtherServer => "other-server",
            Self::Claimed => "claimed",
        }
    }
}

/// Writes records, so that the index hears of it.
#[derive(Clone)]
pub struct Intake {
    db: Db,
    clock: Clock,
    index: Option<Index>,
    rules: Arc<Rules>,
}

/// `[lookup]`, as far as it says how records are written.
struct Rules {
    fields: Vec<Field>,
    conflict: ConflictRule,
    owner: Vec<OwnerRule>,
    /// Server, in its form for comparison, and its priority.
    priorities: Vec<(String, i64)>,
    stale_after: Duration,
    remove_after: Duration,
    tells_others: bool,
    grave_key: GraveKey,
}

impl Intake {
    /// `index` is left out in processes that do not serve: the one that does follows the log.
    pub fn new(
        config: &Config,
        (db, clock): (&Db, &Clock),
        index: Option<Index>,
        grave_key: GraveKey,
    ) -> Self {
        let lookup = &config.lookup;
        let by_priority = lookup.conflict == ConflictRule::Priority;
        let of = |instance: &crate::config::Instance| (instance.server.clone(), instance.priority);
        let rules = Rules {
            fields: lookup.fields.clone(),
            conflict: lookup.conflict,
            owner: lookup.owner.clone(),
            priorities: config.instances.iter().filter(|_| by_priority).map(of).collect(),
            stale_after: lookup.stale_after,
            remove_after: lookup.remove_after,
            tells_others: lookup.replication_password.is_some(),
            grave_key,
        };
        Self { db: db.clone(), clock: clock.clone(), index, rules: Arc::new(rules) }
    }

    /// Write all of these, visible together; those that cannot be written are left out.
    pub async fn push(
        &self,
        origin: &Origin,
        records: Vec<Incoming>,
        trace: &Trace,
    ) -> sqlx::Result<Report> {
        let mut pushing = self.begin(origin.clone());
        pushing.take(records).await?;
        pushing.finish(trace).await
    }

    /// A push that comes piece by piece.
    pub fn begin(&self, origin: Origin) -> Pushing {
        Pushing::new(self.clone(), origin)
    }

    /// Remove users for good; how many there were.
    pub async fn remove(&self, ids: &[CloudId], trace: &Trace) -> sqlx::Result<usize> {
        removing::remove(self, ids, trace).await
    }

    /// Hide a person from every search, or show them again.
    pub async fn hide(&self, person: PersonId, hidden: bool, trace: &Trace) -> sqlx::Result<()> {
        hiding::hide(self, person, hidden, trace).await
    }

    /// Hide whom their servers name no more, remove whom they have not named for long, and give
    /// records the people they belong to. Ends early when the node is about to stop.
    pub async fn sweep(&self, turn: &Turn) -> Result<SweepReport, Failure> {
        sweep::sweep(self, turn).await
    }

    /// What stands for a cloud id after it was removed.
    fn grave(&self, cloud_key: &str) -> Vec<u8> {
        self.rules.grave_key.digest(cloud_key)
    }

    /// Committed: searches here must not show them any more, and the index has something to do.
    fn gone(&self, ids: &[RecordId], seq: i64) {
        if let Some(index) = &self.index {
            index.deny(ids, seq);
            index.wake();
        }
    }

    fn changed(&self) {
        if let Some(index) = &self.index {
            index.wake();
        }
    }
}
