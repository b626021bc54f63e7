//! What a walk along the chains says.
use super::chain::Hash;
use super::store::Head;
use chrono::{DateTime, Utc};
use serde::Serialize;
use std::str::FromStr;
use uuid::Uuid;

/// What is wrong with a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The row, its place or its hash is not what it was.
    Changed,
    /// It is missing.
    Removed,
    /// It was put between two others, or behind the last one.
    Inserted,
    /// It stands where the next one stood.
    Swapped,
    /// Its personal part is not the one that was sealed.
    Personal,
    /// The chain ends with another hash than was noted.
    Head,
    /// Rows before it are missing, and no purge tells of that.
    Checkpoint,
    /// Another hash was seen here before.
    Rewritten,
}

/// The first row of a chain with which something is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// What is wrong.
    pub kind: Kind,
    /// Its number in the chain.
    pub seq: i64,
    /// Its id; none when it is missing.
    pub id: Option<Uuid>,
    /// When it was done, as far as the row can be believed.
    pub at: Option<DateTime<Utc>>,
}

/// One chain as it was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Walked {
    /// Whose chain.
    pub node: i64,
    /// Rows up to this one were purged.
    pub base: i64,
    /// The last row that is in order.
    pub seq: i64,
    /// Its hash.
    pub hash: Hash,
    /// When the last row was sealed.
    pub sealed_at: DateTime<Utc>,
    /// Rows that are in order.
    pub rows: i64,
    /// Those of them whose personal part was erased.
    pub erased: i64,
    /// Those of them that were sealed more than a minute after the time that they tell.
    pub late: i64,
    /// What is wrong.
    pub fault: Option<Fault>,
}

/// What came of the walk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// All chains.
    pub chains: Vec<Walked>,
    /// Rows that are not sealed yet.
    pub waiting: i64,
    /// Rows that say they are sealed, but in no chain that there is: nobody sealed them.
    pub strays: i64,
    /// Rows before a checkpoint that are still there: a purge broke off, or somebody put them there.
    pub left: i64,
    /// Heads that were to be compared and lie before a checkpoint: nothing can be said of them.
    pub unseen: i64,
}

impl Report {
    /// Whether every row is what it was.
    pub fn is_whole(&self) -> bool {
        self.strays == 0 && self.chains.iter().all(|chain| chain.fault.is_none())
    }
}

/// A head that was logged once, `NODE:SEQ:HASH`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen(pub Head);

impl FromStr for Seen {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = "write NODE:SEQ:HASH as in the log line \"audit head\"";
        let mut parts = text.splitn(3, ':');
        let mut next = || parts.next().ok_or(wrong);
        let node = next()?.parse().map_err(|_| wrong)?;
        let seq = next()?.parse().map_err(|_| wrong)?;
        Ok(Self(Head { node, seq, hash: next()?.parse()? }))
    }
}
