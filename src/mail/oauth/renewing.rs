//! A token to show: the one that is kept, or a new one that one of all who want it asks for.
//!
//! Whoever asks holds a lease in the row. Providers that give a new refresh token with each answer
//! take the old one no more, so two who asked at once would lose the account.
use super::answer::{Granted, Trouble};
use super::polling::problem;
use super::settings::Provider;
use crate::clock::span;
use crate::db::Db;
use crate::mail::account::Account;
use crate::mail::figures;
use crate::mail::post::{Mailer, Place};
use crate::mail::stopping::{stop, tell};
use crate::mail::store::{self, InVain, TokenRow};
use chrono::{DateTime, TimeDelta, Utc};
use std::time::Duration;
use uuid::Uuid;
use zeroize::Zeroizing;

/// Longer than one question may take: a name, an answer, and once more without the secret.
const LEASE: TimeDelta = TimeDelta::seconds(90);
/// Who finds a lease looks so often whether there is a new token by now.
const LOOKS: u32 = 150;
const BETWEEN_LOOKS: Duration = Duration::from_millis(100);
/// The first and the longest wait after a failure, seconds.
const WAITS: (i64, i64) = (5, 300);

/// A token to show.
#[derive(Clone)]
pub(in crate::mail) struct Token {
    pub(in crate::mail) text: Zeroizing<String>,
    /// Names it, so that a refusal can be told from that of an older one.
    pub(in crate::mail) version: Uuid,
}

/// Why there is none.
#[derive(Debug, thiserror::Error)]
pub(in crate::mail) enum NoToken {
    /// The provider did not answer; its account is as good as before.
    #[error("no new token yet: {why}")]
    Later { after: Duration, why: String },
    /// Somebody has to agree again, or to mend the settings.
    #[error("{problem} {detail}")]
    Dead { problem: &'static str, detail: String },
    #[error("the database does not answer")]
    Database(#[from] sqlx::Error),
}

impl Mailer {
    /// A token of an account, renewed if it is about to end or is the one that was `refused`.
    pub(in crate::mail) async fn token(
        &self,
        db: &Db,
        account: &Account,
        refused: Option<Uuid>,
    ) -> Result<Token, NoToken> {
        for _ in 0..LOOKS {
            let row = store::token(&mut db.read().await?, account.id).await?;
            let row = row.ok_or_else(|| dead("not_connected"))?;
            let now = self.post.clock.now();
            let is_good = refused != Some(row.version) && now < row.expires_at;
            if is_good && !is_due(&row, now) {
                return self.unseal_access(&row);
            }
            let is_asked = row.lease_until.is_some_and(|until| until > now);
            let rests = row.retry_at.filter(|time| *time > now);
            if is_good && (is_asked || rests.is_some() || row.refresh.is_none()) {
                return self.unseal_access(&row);
            }
            if row.refresh.is_none() {
                return Err(dead("no_refresh_token"));
            }
            if let Some(time) = rests {
                let after = (time - now).to_std().unwrap_or_default();
                return Err(NoToken::Later { after, why: "the provider did not answer".into() });
            }
            let lease = if is_asked { None } else { self.lease(db, &row).await? };
            let Some(lease) = lease else {
                tokio::time::sleep(BETWEEN_LOOKS).await;
                continue;
            };
            match self.renew(db, account, (&row, lease)).await {
                Err(NoToken::Later { .. }) if is_good => return self.unseal_access(&row),
                Ok(Some(token)) => return Ok(token),
                Ok(None) => {}
                Err(none) => return Err(none),
            }
        }
        Err(NoToken::Later { after: BETWEEN_LOOKS * LOOKS, why: "somebody else is asking".into() })
    }

    /// The right to ask for new tokens. `None`: somebody else has it.
    async fn lease(&self, db: &Db, row: &TokenRow) -> sqlx::Result<Option<Uuid>> {
        let (lease, now) = (Uuid::new_v4(), self.post.clock.now());
        let mut tx = db.write().await?;
        let is_ours = store::lease_token(&mut tx, row, lease, (now, now + LEASE)).await?;
        tx.commit().await?;
        Ok(is_ours.then_some(lease))
    }

    /// Ask for new tokens, as the one who may. `None`: others stand there by now.
    async fn renew(
        &self,
        db: &Db,
        account: &Account,
        (row, lease): (&TokenRow, Uuid),
    ) -> Result<Option<Token>, NoToken> {
        let answer = self.ask_again(account, row).await;
        let now = self.post.clock.now();
        figures::count_renewal(if answer.is_ok() { "ok" } else { "failed" });
        match answer {
            Ok(granted) => {
                let new = self.sealed_again(row, &granted, now)?;
                let mut tx = db.write().await?;
                // Whatever became of the lease: what the provider gave last is what counts.
                let is_kept = store::replace_token(&mut tx, row.version, &new).await?;
                tx.commit().await?;
                let token = Token { text: granted.access, version: new.version };
                Ok(is_kept.then_some(token))
            }
            Err(Trouble::Refused { error, description }) => {
                let word = match problem(&error) {
                    known @ ("invalid_grant" | "invalid_client") => known,
                    _ => "refused_by_provider",
                };
                let detail = format!("{error} {description}");
                self.give_up(db, account, (row, lease), (word, &detail)).await
            }
            // Sealed with another key, or the provider may not be asked: no waiting helps.
            Err(Trouble::Forbidden(why)) => {
                self.give_up(db, account, (row, lease), ("unusable", &why)).await
            }
            Err(trouble) => {
                let asked = if let Trouble::Busy { after, .. } = &trouble { *after } else { None };
                let after = back_off(row.failures).max(asked.unwrap_or_default());
                let until = now + span(after);
                let mut tx = db.write().await?;
                store::release_token(&mut tx, row, lease, InVain::Until(until)).await?;
                tx.commit().await?;
                let why = trouble.to_string();
                tracing::warn!(account = %account.id, why, "a mail account has no new token yet: {why}");
                Err(NoToken::Later { after, why })
            }
        }
    }

    async fn ask_again(&self, account: &Account, row: &TokenRow) -> Result<Granted, Trouble> {
        let sealed = row.refresh.as_deref().unwrap_or_default();
        let refresh = self.unseal(Place::Refresh(account.id), sealed);
        let refresh = refresh.map_err(|error| Trouble::Forbidden(error.to_string()))?;
        let mut form = vec![("grant_type", "refresh_token"), ("refresh_token", refresh.as_str())];
        if account.oauth.provider != Provider::Google {
            form.push(("scope", &account.oauth.scopes));
        }
        let client = self.client(account)?;
        client.ask(&account.oauth.token_endpoint, form, &self.allowed).await?.granted()
    }

    /// The provider takes us no more: the account stands still, its mail is held, people hear.
    async fn give_up(
        &self,
        db: &Db,
        account: &Account,
        (row, lease): (&TokenRow, Uuid),
        (problem, detail): (&'static str, &str),
    ) -> Result<Option<Token>, NoToken> {
        let why = if problem == "invalid_grant" { InVain::Dead } else { InVain::Refused };
        let mut tx = db.write().await?;
        stop(self, &mut tx, account, (problem, detail)).await?;
        if !store::release_token(&mut tx, row, lease, why).await? {
            return Ok(None);
        }
        tell(self, &mut tx, account, (problem, detail)).await?;
        self.post.queue.commit(tx).await?;
        Err(NoToken::Dead { problem, detail: detail.to_owned() })
    }

    /// The row of these tokens in place of that one; without a new refresh token the old one stays.
    fn sealed_again(
        &self,
        old: &TokenRow,
        granted: &Granted,
        now: DateTime<Utc>,
    ) -> Result<TokenRow, NoToken> {
        let mut new = self.sealed(old.account, granted, now).map_err(|_| dead("sealing"))?;
        if new.refresh.is_none() {
            new.refresh.clone_from(&old.refresh);
        }
        if granted.scopes.is_none() {
            new.scopes.clone_from(&old.scopes);
        }
        Ok(new)
    }

    fn unseal_access(&self, row: &TokenRow) -> Result<Token, NoToken> {
        let text = self.unseal(Place::Access(row.account), &row.access);
        Ok(Token { text: text.map_err(|_| dead("sealing"))?, version: row.version })
    }
}

fn dead(problem: &'static str) -> NoToken {
    NoToken::Dead { problem, detail: String::new() }
}

/// Whether a token ends soon: within five minutes, or in the last fifth of a short life.
fn is_due(row: &TokenRow, now: DateTime<Utc>) -> bool {
    let life = row.expires_at - row.obtained_at;
    let margin = if life < TimeDelta::minutes(25) { life / 5 } else { TimeDelta::seconds(300) };
    now >= row.expires_at - margin
}

/// How long nobody asks after so many failures before this one.
fn back_off(failures: i64) -> Duration {
    let (first, most) = WAITS;
    let doubled = first << failures.clamp(0, 6);
    Duration::from_secs(doubled.min(most).unsigned_abs())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::AccountId;

    #[test]
    fn a_token_is_renewed_before_it_ends() {
        let at = |seconds| DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds);
        let row = |life| TokenRow {
            account: AccountId(Uuid::nil()),
            version: Uuid::nil(),
            access: Vec::new(),
            refresh: None,
            scopes: String::new(),
            obtained_at: at(0),
            expires_at: at(life),
            lease: None,
            lease_until: None,
            failures: 0,
            retry_at: None,
        };
        for (life, due) in [(3_600, 3_300), (1_500, 1_200), (1_000, 800), (30, 24)] {
            assert!(!is_due(&row(life), at(due - 1)), "{life}");
            assert!(is_due(&row(life), at(due)), "{life}");
        }
    }

    #[test]
    fn waits_grow_from_five_seconds_to_five_minutes() {
        let waits: Vec<u64> = (0..8).map(|failures| back_off(failures).as_secs()).collect();
        assert_eq!(waits, [5, 10, 20, 40, 80, 160, 300, 300]);
    }
}
