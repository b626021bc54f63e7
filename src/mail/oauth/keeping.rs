//! What a provider gave, as it is kept; and us, as it knows us.
use super::answer::{Granted, Trouble};
use super::asking::Client;
use super::attempt::{Attempt, AttemptState};
use crate::db::Tx;
use crate::mail::account::{Account, AccountId, AccountState};
use crate::mail::post::{Mailer, Place};
use crate::mail::store::{self, Ending, TokenRow};
use chrono::{DateTime, TimeDelta, Utc};
use openssl::error::ErrorStack;
use uuid::Uuid;
use zeroize::Zeroizing;

impl Mailer {
    /// Us, as the provider of an account knows us.
    pub(super) fn client(&self, account: &Account) -> Result<Client, Trouble> {
        let oauth = &account.oauth;
        let secret = match &oauth.client_secret {
            Some(sealed) => self
                .unseal(Place::ClientSecret(account.id), sealed)
                .map_err(|error| Trouble::Forbidden(error.to_string()))?,
            None => Zeroizing::default(),
        };
        Ok(Client { id: oauth.client_id.clone(), secret, proof: oauth.client_proof })
    }

    /// Tokens as they are kept.
    pub(super) fn sealed(
        &self,
        account: AccountId,
        granted: &Granted,
        now: DateTime<Utc>,
    ) -> Result<TokenRow, ErrorStack> {
        let refresh = granted.refresh.as_ref();
        Ok(TokenRow {
            account,
            version: Uuid::new_v4(),
            access: self.seal(Place::Access(account), &granted.access)?,
            refresh: refresh.map(|it| self.seal(Place::Refresh(account), it)).transpose()?,
            scopes: granted.scopes.clone().unwrap_or_default(),
            obtained_at: now,
            expires_at: now + TimeDelta::seconds(granted.life),
            lease: None,
            lease_until: None,
            failures: 0,
            retry_at: None,
        })
    }

    /// Keep what an attempt that stands at `from` came to. `false`: it was ended meanwhile or the
    /// account is another one by now, and nothing is kept.
    pub(super) async fn connect(
        &self,
        tx: &mut Tx,
        account: &Account,
        (attempt, from): (&Attempt, AttemptState),
        granted: &Granted,
    ) -> sqlx::Result<bool> {
        let now = self.post.clock.now();
        // Its provider, server or user may have been changed while the provider was asked.
        store::lock_account(tx, account.id).await?;
        let there = store::account(tx, account.id).await?;
        if there.is_none_or(|there| there.changed_at != account.changed_at) {
            return Ok(false);
        }
        let lasts = granted.refresh.is_some();
        let (state, problem) = if lasts {
            (AccountState::Untested, "")
        } else {
            (AccountState::Incomplete, "no_refresh_token")
        };
        let outcome = if lasts { AttemptState::Granted } else { AttemptState::Failed };
        let ending = Ending { state: outcome, problem, detail: "" };
        if !store::end_attempt(tx, (attempt.id, from), &ending, now).await? {
            return Ok(false);
        }
        let had_one = store::token(tx, account.id).await?.is_some();
        if lasts || !had_one {
            store::set_state(tx, account.id, state, problem).await?;
        }
        if lasts {
            let mut row = self.sealed(account.id, granted, now).map_err(sealing)?;
            if row.scopes.is_empty() {
                row.scopes.clone_from(&account.oauth.scopes);
            }
            store::put_token(tx, &row).await?;
        }
        Ok(true)
    }
}

fn sealing(error: ErrorStack) -> sqlx::Error {
    sqlx::Error::Encode(error.into())
}
