//! Changing a key without losing anybody: a new one is published, later used, and the one that it
//! replaced is published until it is retired (SEC-56).
use super::store::{self, KeyRow};
use super::{Cause, KeyError, MasterKey, OpenKey, Purpose, keep, run};
use crate::audit::{Event, Trace};
use crate::db::Db;
use chrono::{DateTime, Duration, Utc};
use uuid::Uuid;

/// How long a key is published before it signs: as long as our metadata is valid, so that every
/// partner that refreshes in time knows it.
const PUBLISHED: Duration = Duration::days(14);

/// Why a key stays what it is.
#[derive(Debug, thiserror::Error)]
pub enum RollError {
    /// No key waits.
    #[error("no new {0} key waits to be used; make one with: aiguillage keys new")]
    NoneWaits(&'static str),
    /// Partners may not know it yet.
    #[error(
        "the key {id} is published since {since} only: partners may not know it before {until}; \
         if the key in use was stolen, use the new one at once with --now"
    )]
    TooEarly {
        /// Which.
        id: Uuid,
        /// Day from which it is published.
        since: String,
        /// Day from which it may sign.
        until: String,
    },
    /// It is the one in use.
    #[error(
        "the key {0} is in use; make another one with: aiguillage keys new, use it with: \
         aiguillage keys rotate, and retire this one then"
    )]
    InUse(Uuid),
    /// No such key, or it is retired already.
    #[error("there is no key {0} that could be retired")]
    Unknown(Uuid),
    /// The database did not answer.
    #[error("the database does not answer")]
    Database(#[from] sqlx::Error),
}

/// What a key is at the moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Published, not used yet.
    Waiting,
    /// In use.
    Current,
    /// Used before; still published.
    Replaced,
    /// Gone.
    Retired,
}

impl State {
    /// The word for administrators.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Current => "in use",
            Self::Replaced => "replaced",
            Self::Retired => "retired",
        }
    }

    /// What the key of `row` is among all keys.
    pub fn of(row: &KeyRow, all: &[KeyRow]) -> Self {
        if row.retired_at.is_some() {
            return Self::Retired;
        }
        if row.used_since.is_none() {
            return Self::Waiting;
        }
        let rank = |row: &KeyRow| (row.used_since, row.id);
        let peers = all.iter().filter(|other| other.purpose == row.purpose);
        let mut peers = peers.filter(|other| other.retired_at.is_none());
        if peers.any(|other| rank(other) > rank(row)) { Self::Replaced } else { Self::Current }
    }
}

/// Make one more key for a purpose. It waits until [`rotate`]; when none is in use yet, it is used
/// at once.
pub async fn add(
    db: &Db,
    master: &MasterKey,
    purpose: Purpose,
    now: DateTime<Utc>,
    make: impl FnOnce() -> Result<OpenKey, Cause> + Send + 'static,
) -> Result<State, KeyError> {
    let key = run(make).await?;
    let mut tx = db.write().await?;
    store::take_turn(&mut tx).await?;
    let standing = store::standing(&mut tx, purpose).await?;
    let is_first = !standing.iter().any(|row| row.used_since.is_some());
    keep(&mut tx, master, purpose, &key, (now, is_first.then_some(now))).await?;
    tx.commit().await?;
    Ok(if is_first { State::Current } else { State::Waiting })
}

/// Use the newest key that waits. The one it replaces stays published. `at_once` does not ask
/// whether partners had time to learn of it.
pub async fn rotate(
    db: &Db,
    purpose: Purpose,
    at_once: bool,
    now: DateTime<Utc>,
) -> Result<Uuid, RollError> {
    let mut tx = db.write().await?;
    store::take_turn(&mut tx).await?;
    let standing = store::standing(&mut tx, purpose).await?;
    let waiting = standing.iter().find(|row| row.used_since.is_none());
    let next = waiting.ok_or(RollError::NoneWaits(purpose.as_str()))?;
    let until = next.created_at + PUBLISHED;
    if purpose.is_published() && !at_once && until > now {
        let day = |time: DateTime<Utc>| time.format("%F").to_string();
        let (since, until) = (day(next.created_at), day(until));
        return Err(RollError::TooEarly { id: next.id, since, until });
    }
    store::use_from(&mut tx, next.id, now).await?;
    let event = Event::ok("keys.rotated").reason(purpose.as_str()).field("key", next.id);
    event.record(&mut tx, &Trace::default(), now).await?;
    tx.commit().await?;
    Ok(next.id)
}

/// Neither use nor publish a key any more; its secret is destroyed. The one in use cannot go.
pub async fn retire(db: &Db, id: Uuid, now: DateTime<Utc>) -> Result<(), RollError> {
    let mut tx = db.write().await?;
    store::take_turn(&mut tx).await?;
    let row = store::by_id(&mut tx, id).await?.ok_or(RollError::Unknown(id))?;
    if State::of(&row, &store::list(&mut tx).await?) == State::Current {
        return Err(RollError::InUse(id));
    }
    store::end(&mut tx, id, now).await?;
    let event = Event::ok("keys.retired").reason(&row.purpose).field("key", id);
    event.record(&mut tx, &Trace::default(), now).await?;
    Ok(tx.commit().await?)
}
