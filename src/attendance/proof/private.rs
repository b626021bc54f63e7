//! Where private keys are used: to read the tokens that we made, and to sign.
use super::error::ProofError;
use super::jws::{Kind, Trust, sign};
use super::key::{PrivateKey, PublicKey};
use super::prover::{Prover, in_use};
use super::revoked::RevokedList;
use super::store::{self, SealedToken};
use super::token::Token;
use crate::keys::{self, KeyRow, Purpose};
use chrono::TimeDelta;
use std::sync::Arc;
use uuid::Uuid;

/// The list of certificates that were taken back is as old as this at most.
const LIST_KEEPS: TimeDelta = TimeDelta::minutes(10);

impl Prover {
    /// Which presence a token stands for. A token that we did not make touches no key.
    pub(super) async fn presence_of(&self, token: &Token) -> Result<Option<Uuid>, ProofError> {
        let found = store::by_digest(&mut self.db.read().await?, &token.digest()).await?;
        let Some(SealedToken { presence, kid, token }) = found else { return Ok(None) };
        let rows = keys::standing(&mut self.db.read().await?, Purpose::Presence).await?;
        let mut rows = rows.into_iter();
        let Some(key) = rows.find(|row| public(row).is_ok_and(|key| key.kid() == kid)) else {
            return Ok(None);
        };
        let text = self.privately(key, move |key| key.decrypt(&token.0)).await;
        let expected = presence.to_string();
        let is_same = text.as_ref().is_ok_and(|text| {
            text.len() == expected.len() && openssl::memcmp::eq(text, expected.as_bytes())
        });
        if !is_same {
            tracing::error!(%presence, "a token that we kept does not hold its presence");
        }
        Ok(is_same.then_some(presence))
    }

    /// The keys that sign certificates, or did so.
    pub async fn trust(&self) -> Result<Trust, ProofError> {
        let rows = keys::standing(&mut self.db.read().await?, Purpose::Certificate).await?;
        let keys: Result<Vec<_>, _> = rows.iter().map(public).collect();
        Ok(Trust::new(keys?))
    }

    /// The signed list of certificates that were taken back.
    pub async fn revoked_list(&self) -> Result<String, ProofError> {
        let mut kept = self.list.lock().await;
        let now = self.clock.now();
        if let Some((made_at, list)) = kept.as_ref()
            && now - *made_at < LIST_KEEPS
        {
            return Ok(list.clone());
        }
        let ids = store::revoked(&mut self.db.read().await?).await?;
        let key = self.key_in_use(Purpose::Certificate).await?;
        let kid = public(&key)?.kid().to_owned();
        let list = RevokedList::new(&self.origin, now.timestamp(), &ids);
        let sign = move |key: &PrivateKey| sign((&kid, key), Kind::Revoked, &list);
        let list = self.privately(key, sign).await?;
        *kept = Some((now, list.clone()));
        Ok(list)
    }

    /// For strangers: nothing is made because of them.
    async fn key_in_use(&self, purpose: Purpose) -> Result<KeyRow, ProofError> {
        let rows = keys::standing(&mut self.db.read().await?, purpose).await?;
        in_use(rows).ok_or(ProofError::NoKey)
    }

    /// For marks and downloads: a key that is missing is made in the background.
    pub(super) async fn key_or_prepare(&self, purpose: Purpose) -> Result<KeyRow, ProofError> {
        let found = self.key_in_use(purpose).await;
        if matches!(found, Err(ProofError::NoKey)) {
            self.prepare().await?;
        }
        found
    }

    /// Work that needs a private key: counted, two at once, on no thread that serves.
    pub(super) async fn privately<T: Send + 'static>(
        &self,
        row: KeyRow,
        work: impl FnOnce(&PrivateKey) -> Result<T, ProofError> + Send + 'static,
    ) -> Result<T, ProofError> {
        let turn = self.workers.acquire().await.map_err(ProofError::crypto)?;
        self.private_operations.inc();
        let master = Arc::clone(&self.master);
        let work = move || work(&PrivateKey::from_pem(&master.open(&row)?.secret)?);
        let done = tokio::task::spawn_blocking(work).await.map_err(ProofError::crypto)?;
        drop(turn);
        done
    }
}

/// The public half of a key.
pub(super) fn public(row: &KeyRow) -> Result<PublicKey, ProofError> {
    PublicKey::from_pem(&row.certificate)
}
