//! A code that is typed in a browser anywhere (RFC 8628).
use super::answer::Trouble;
use super::attempt::{Attempt, AttemptState, Way};
use super::jobs::PollDevice;
use super::polling::{Next, next, problem};
use crate::db::Db;
use crate::identity::PersonId;
use crate::mail::account::{Account, AccountId};
use crate::mail::post::{Mailer, Place};
use crate::mail::store::{self, Ending};
use chrono::TimeDelta;
use openssl::error::ErrorStack;

/// Codes that may wait to be typed at the same time, those of one account counted once.
const MOST_AT_ONCE: i64 = 3;

impl Mailer {
    /// Whether another code may be asked for.
    pub(super) async fn may_poll(&self, db: &Db, account: AccountId) -> sqlx::Result<bool> {
        let now = self.post.clock.now();
        Ok(store::count_polled(&mut db.read().await?, account, now).await? < MOST_AT_ONCE)
    }

    /// Ask the provider for a code. What comes of it is an attempt, also when it is a failure.
    pub(super) async fn begin_device(
        &self,
        account: &Account,
        person: PersonId,
    ) -> Result<Attempt, ErrorStack> {
        let answer = self.ask_for_code(account).await;
        let now = self.post.clock.now();
        let whose = (account.id, person);
        let mut attempt = Attempt::begin(whose, Way::Device, (now, now));
        match answer {
            Ok(code) => {
                attempt.secret = Some(self.seal(Place::Attempt(attempt.id), &code.secret)?);
                attempt.state = AttemptState::Polling;
                attempt.user_code = code.user_code;
                attempt.verification_uri = code.verification_uri;
                attempt.verification_uri_complete = code.verification_uri_complete;
                attempt.message = code.message;
                attempt.wait = code.wait;
                attempt.next_at = Some(now + TimeDelta::seconds(code.wait));
                attempt.expires_at = now + TimeDelta::seconds(code.open);
            }
            Err(trouble) => {
                attempt.state = AttemptState::Failed;
                (attempt.problem, attempt.detail) = told(trouble);
            }
        }
        Ok(attempt)
    }

    async fn ask_for_code(&self, account: &Account) -> Result<super::answer::DeviceCode, Trouble> {
        let form = vec![("scope", account.oauth.scopes.as_str())];
        let client = self.client(account)?;
        client.ask(&account.oauth.device_endpoint, form, &self.allowed).await?.device_code()
    }

    /// Ask once whether the code was typed, and say what follows.
    pub(super) async fn poll(&self, account: &Account, attempt: &Attempt) -> Next {
        let asking = async {
            let sealed = attempt.secret.as_deref().unwrap_or_default();
            let code = self.unseal(Place::Attempt(attempt.id), sealed);
            let code = code.map_err(|error| Trouble::Forbidden(error.to_string()))?;
            let form = vec![
                ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"),
                ("device_code", code.as_str()),
            ];
            let client = self.client(account)?;
            client.ask(&account.oauth.token_endpoint, form, &self.allowed).await?.granted()
        };
        next(asking.await, attempt.wait)
    }

    /// Keep a new attempt; what was open for the account before ends.
    pub(super) async fn keep_attempt(
        &self,
        tx: &mut crate::db::Tx,
        attempt: &Attempt,
    ) -> sqlx::Result<()> {
        let now = self.post.clock.now();
        store::add_attempt(tx, attempt).await?;
        store::cancel_attempts(tx, attempt.account, Some(attempt.id), now).await?;
        match attempt.state {
            AttemptState::Polling => {
                self.post.queue.add(tx, &PollDevice { attempt: attempt.id }).await?;
            }
            AttemptState::Created => {}
            state => {
                let ending = Ending { state, problem: &attempt.problem, detail: &attempt.detail };
                store::end_attempt(tx, (attempt.id, state), &ending, now).await?;
            }
        }
        Ok(())
    }
}

/// Our word for what went wrong, and the provider's.
pub(super) fn told(trouble: Trouble) -> (String, String) {
    match trouble {
        Trouble::Refused { error, description } => {
            (problem(&error).to_owned(), format!("{error} {description}"))
        }
        Trouble::Garbled(what) => ("garbled".to_owned(), what.to_owned()),
        Trouble::Forbidden(why) => ("forbidden".to_owned(), why),
        trouble => ("silent".to_owned(), trouble.to_string()),
    }
}
