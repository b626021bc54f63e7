//! The keys with which a running service signs, in step with the database.
use super::new_signing_key;
use super::saml::{KeyError as UnfitKey, SelfTestError, Signer, self_test};
use crate::db::Db;
use crate::keys::{self, KeyError, KeyRow, MasterKey, Purpose};
use arc_swap::ArcSwap;
use chrono::{DateTime, Utc};
use std::sync::Arc;
use uuid::Uuid;

/// The keys of one moment.
#[derive(Debug)]
pub struct SigningKeys {
    /// The one that signs.
    pub signer: Signer,
    /// All that stand, the one that signs first: partners encrypt for any of them.
    pub readers: Vec<Signer>,
    /// Certificates (base64 of DER) that are about to sign or did so until lately.
    pub other_certificates: Vec<String>,
    ids: Vec<Uuid>,
}

/// The keys in use, and where new ones come from. One for the whole service.
#[derive(Clone)]
pub struct KeyRing {
    keys: Arc<ArcSwap<SigningKeys>>,
    master: Arc<MasterKey>,
    db: Db,
}

/// Why keys are not used; those that were in use before stay so.
#[derive(Debug, thiserror::Error)]
pub enum KeyRingError {
    /// A key cannot be had.
    #[error("the signing key is not to be had")]
    Key(#[from] KeyError),
    /// It is none that we would use.
    #[error("the signing key cannot be used")]
    Unfit(#[from] UnfitKey),
    /// What it signs does not verify.
    #[error("the signing key failed its test")]
    Test(#[from] SelfTestError),
    /// All were retired or removed.
    #[error("there is no signing key in the database")]
    Gone,
    /// The database did not answer.
    #[error("the database does not answer")]
    Database(#[from] sqlx::Error),
}

impl KeyRing {
    /// The keys of the database; the first is made for `host` when there is none. What is about to
    /// sign is tried before (D14).
    pub async fn open(
        db: &Db,
        master: MasterKey,
        host: String,
        now: DateTime<Utc>,
    ) -> Result<Self, KeyRingError> {
        let make = move || new_signing_key(&host, now);
        keys::load_or_make(db, &master, Purpose::Saml, now, make).await?;
        let keys = read(&standing(db).await?, &master, now)?;
        let keys = Arc::new(ArcSwap::from_pointee(keys));
        Ok(Self { keys, master: Arc::new(master), db: db.clone() })
    }

    /// The keys of this moment.
    pub fn now(&self) -> Arc<SigningKeys> {
        self.keys.load_full()
    }

    /// Take the keys of the database if they are others. `true`: they were.
    pub async fn follow(&self, now: DateTime<Utc>) -> Result<bool, KeyRingError> {
        let rows = standing(&self.db).await?;
        if ids(&rows) == self.now().ids {
            return Ok(false);
        }
        let keys = read(&rows, &self.master, now)?;
        tracing::info!(keys = ?keys.ids, "the signing keys changed: the first of these signs");
        self.keys.store(Arc::new(keys));
        Ok(true)
    }
}

async fn standing(db: &Db) -> sqlx::Result<Vec<KeyRow>> {
    keys::standing(&mut db.read().await?, Purpose::Saml).await
}

fn ids(rows: &[KeyRow]) -> Vec<Uuid> {
    rows.iter().map(|row| row.id).collect()
}

fn read(
    rows: &[KeyRow],
    master: &MasterKey,
    now: DateTime<Utc>,
) -> Result<SigningKeys, KeyRingError> {
    let (first, others) = rows.split_first().ok_or(KeyRingError::Gone)?;
    if first.used_since.is_none() {
        return Err(KeyRingError::Gone);
    }
    let key = master.open(first)?;
    let signer = Signer::from_pem(&key.secret, key.certificate.as_bytes())?;
    self_test(&signer, now)?;
    let read = |row: &KeyRow| -> Result<Signer, KeyRingError> {
        let key = master.open(row)?;
        Ok(Signer::from_pem(&key.secret, key.certificate.as_bytes())?)
    };
    let readers = rows.iter().map(read).collect::<Result<_, _>>()?;
    let other_certificates = others.iter().map(|row| base64(&row.certificate)).collect();
    Ok(SigningKeys { signer, readers, other_certificates, ids: ids(rows) })
}

/// A PEM certificate of ours without its frame.
fn base64(pem: &str) -> String {
    pem.lines().filter(|line| !line.starts_with("-----")).collect()
}
