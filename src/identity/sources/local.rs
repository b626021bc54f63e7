//! People kept in our own tables, with Argon2id passwords (SEC-36, SEC-37).
use super::{Found, Password, SourceError};
use crate::db::Db;
use crate::identity::store::{self, StoredAccount};
use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use std::sync::Arc;
use tokio::sync::Semaphore;

/// Accounts brought for a link rule.
const MOST_LINKED: usize = 50;
/// Hashings that may wait for a turn.
const QUEUE: usize = 32;

/// Passwords being hashed, at most one a processor.
#[derive(Debug, Clone)]
pub struct Hashing {
    turns: Arc<Semaphore>,
    places: Arc<Semaphore>,
}

/// One `[source:NAME]` of kind `local`.
#[derive(Debug, Clone)]
pub struct LocalSource {
    name: String,
    db: Db,
    hashing: Hashing,
}

impl Default for Hashing {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let turns = Arc::new(Semaphore::new(cores));
        Self { turns, places: Arc::new(Semaphore::new(cores + QUEUE)) }
    }
}

impl Hashing {
    /// Run one hashing off the request threads; `Busy` when too many wait already.
    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, SourceError> {
        let _place = self.places.try_acquire().map_err(|_| SourceError::Busy)?;
        let _turn = self.turns.acquire().await.map_err(|_| SourceError::Busy)?;
        tokio::task::spawn_blocking(work).await.map_err(|_| SourceError::Busy)
    }
}

impl LocalSource {
    /// A source whose accounts carry `name`.
    pub fn new(name: &str, db: Db, hashing: Hashing) -> Self {
        Self { name: name.to_owned(), db, hashing }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Accounts with this login: one or none.
    pub async fn find(&self, login: &str) -> Result<Vec<Found>, SourceError> {
        let mut tx = self.db.read().await.map_err(unavailable)?;
        let accounts = store::accounts_by_login(&mut tx, login).await.map_err(unavailable)?;
        Ok(accounts.into_iter().filter(|a| a.source == self.name).map(found).collect())
    }

    /// The account with this id.
    pub async fn read(&self, source_id: &str) -> Result<Option<Found>, SourceError> {
        let mut tx = self.db.read().await.map_err(unavailable)?;
        let account = store::account_by_source_id(&mut tx, &self.name, source_id).await;
        Ok(account.map_err(unavailable)?.map(found))
    }

    /// Accounts with a value of an attribute, compared without regard to case.
    pub async fn find_by(&self, attribute: &str, value: &str) -> Result<Vec<Found>, SourceError> {
        let mut tx = self.db.read().await.map_err(unavailable)?;
        let accounts = store::accounts_of_source(&mut tx, &self.name).await.map_err(unavailable)?;
        let value = value.to_lowercase();
        let equal = |a: &StoredAccount| {
            a.attributes.all(attribute).iter().any(|v| v.to_lowercase() == value)
        };
        Ok(accounts.into_iter().filter(equal).map(found).collect())
    }

    /// The same by the values that link rules compare, however many accounts there are.
    pub async fn find_by_key(
        &self,
        attribute: &str,
        value: &str,
    ) -> Result<Vec<Found>, SourceError> {
        let mut tx = self.db.read().await.map_err(unavailable)?;
        let key = (attribute, value);
        let accounts = store::accounts_by_key(&mut tx, &self.name, key, MOST_LINKED).await;
        Ok(accounts.map_err(unavailable)?.into_iter().map(found).collect())
    }

    /// Whether the password is right.
    pub async fn verify(&self, found: &Found, password: &Password) -> Result<bool, SourceError> {
        if !password.may_be_tried() {
            return self.pretend(password).await.map(|()| false);
        }
        let mut tx = self.db.read().await.map_err(unavailable)?;
        let account = store::account_by_source_id(&mut tx, &self.name, &found.source_id)
            .await
            .map_err(unavailable)?;
        let stored = match account {
            Some(account) => store::password_of(&mut tx, account.id).await.map_err(unavailable)?,
            None => None,
        };
        drop(tx);
        let Some(stored) = stored else { return self.pretend(password).await.map(|()| false) };
        let password = password.clone();
        let right = self.hashing.run(move || matches(&stored.hash, password.reveal())).await?;
        Ok(right && !stored.disabled)
    }

    /// Take the time a real check takes, for logins that nobody has (SEC-35).
    pub async fn pretend(&self, password: &Password) -> Result<(), SourceError> {
        let password = password.clone();
        self.hashing.run(move || drop(hash_password(password.reveal()))).await
    }
}

/// Argon2id, 19 MiB, two passes, one lane.
pub fn hash_password(password: &str) -> Result<String, argon2::password_hash::Error> {
    Ok(Argon2::default().hash_password(password.as_bytes())?.to_string())
}

fn matches(hash: &str, password: &str) -> bool {
    PasswordHash::new(hash)
        .is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
}

fn found(account: StoredAccount) -> Found {
    Found {
        source: account.source,
        source_id: account.source_id,
        login: account.login,
        attributes: account.attributes,
        ..Found::default()
    }
}

#[expect(clippy::needless_pass_by_value, reason = "what `map_err` hands over")]
pub(super) fn unavailable(error: sqlx::Error) -> SourceError {
    SourceError::Unreachable(error.to_string())
}
