//! Keys: one master key in a file seals every other key, which lives in the database (D37).
//!
//! Nodes that share a database must share the master key too.
mod master;
mod roll;
mod store;

pub use master::{MasterKey, MasterKeyError};
pub use roll::{RollError, State, add, retire, rotate};
pub use store::{KeyRow, SealedKey, list, standing};

use crate::audit::{Event, Trace};
use crate::db::{Db, Tx};
use chrono::{DateTime, Utc};
use zeroize::Zeroizing;

/// What a key is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Signs SAML messages; has a certificate.
    Saml,
    /// Authenticates our own cookies and forms.
    Cookie,
    /// Persistent names of people at partners are made from it: it is for ever.
    NameId,
    /// Encrypts the tokens of presences; its public half stands where others have a certificate.
    Presence,
    /// Signs certificates of presence; likewise.
    Certificate,
}

impl Purpose {
    /// The word in the table.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Saml => "saml",
            Self::Cookie => "cookie",
            Self::NameId => "name_id",
            Self::Presence => "presence",
            Self::Certificate => "certificate",
        }
    }

    /// Whether others must know a key before it is used.
    pub fn is_published(self) -> bool {
        matches!(self, Self::Saml | Self::Certificate)
    }
}

/// What kept a key from being made.
pub type Cause = Box<dyn std::error::Error + Send + Sync>;

/// Why a key is not to be had.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The master key.
    #[error(transparent)]
    Master(#[from] MasterKeyError),
    /// The row was sealed by another master key, or was tampered with.
    #[error(
        "the keys in the database were sealed by another master key: \
         restore the file master.key that belongs to this database"
    )]
    Sealed,
    /// The database did not answer.
    #[error("the database does not answer")]
    Database(#[from] sqlx::Error),
    /// The key could not be made.
    #[error("a key could not be made")]
    Making(#[source] Cause),
}

/// An opened key.
pub struct OpenKey {
    /// The secret part, in the form its maker chose.
    pub secret: Zeroizing<Vec<u8>>,
    /// PEM certificate or public key, empty when there is none.
    pub certificate: String,
}

/// The key in use for a purpose; made and kept when there is none yet.
pub async fn load_or_make(
    db: &Db,
    master: &MasterKey,
    purpose: Purpose,
    now: DateTime<Utc>,
    make: impl FnOnce() -> Result<OpenKey, Cause> + Send + 'static,
) -> Result<OpenKey, KeyError> {
    let mut tx = db.read().await?;
    if let Some(row) = in_use(&mut tx, purpose).await? {
        return master.open(&row);
    }
    drop(tx);
    let key = run(make).await?;
    let mut tx = db.write().await?;
    // Another node may have made one meanwhile: the first stays, all nodes must use the same.
    store::take_turn(&mut tx).await?;
    if let Some(row) = in_use(&mut tx, purpose).await? {
        return master.open(&row);
    }
    keep(&mut tx, master, purpose, &key, (now, Some(now))).await?;
    tx.commit().await?;
    Ok(key)
}

async fn in_use(tx: &mut Tx, purpose: Purpose) -> sqlx::Result<Option<KeyRow>> {
    let first = standing(tx, purpose).await?.into_iter().next();
    Ok(first.filter(|row| row.used_since.is_some()))
}

/// Generating takes seconds: not on a thread that serves.
async fn run(
    make: impl FnOnce() -> Result<OpenKey, Cause> + Send + 'static,
) -> Result<OpenKey, KeyError> {
    let made = tokio::task::spawn_blocking(make).await;
    made.map_err(|error| KeyError::Making(error.into()))?.map_err(KeyError::Making)
}

async fn keep(
    tx: &mut Tx,
    master: &MasterKey,
    purpose: Purpose,
    key: &OpenKey,
    (now, used_since): (DateTime<Utc>, Option<DateTime<Utc>>),
) -> Result<(), KeyError> {
    let sealed = master.seal(key).map_err(|error| KeyError::Making(error.into()))?;
    store::insert(tx, purpose, &sealed, now, used_since).await?;
    let event = Event::ok("keys.created").reason(purpose.as_str()).field("key", sealed.id);
    Ok(event.record(tx, &Trace::default(), now).await?)
}

/// 32 random bytes, for purposes without a certificate.
pub fn random_key() -> Result<OpenKey, Cause> {
    let mut secret = Zeroizing::new(vec![0; 32]);
    openssl::rand::rand_bytes(&mut secret)?;
    Ok(OpenKey { secret, certificate: String::new() })
}
