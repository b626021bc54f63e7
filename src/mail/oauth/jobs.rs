//! What goes on by itself: asking whether a code was typed, and keeping tokens alive.
use super::attempt::{Attempt, AttemptId, AttemptState};
use super::polling::Next;
use super::renewing::NoToken;
use crate::audit::{Event, Trace};
use crate::jobs::{Answer, Job, Outcome, Policy, Turn};
use crate::mail::account::Account;
use crate::mail::post::Mailer;
use crate::mail::store::{self, Ending};
use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Tokens that are younger are left alone at night.
const YOUNG: TimeDelta = TimeDelta::hours(1);

/// Asks whether the code of an attempt was typed, until it was or it is too late. It is in the
/// table when it may be asked next, so that it goes on after a restart.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PollDevice {
    /// Which.
    pub attempt: AttemptId,
}

impl Job for PollDevice {
    type Parts = Mailer;
    const KIND: &'static str = "mail.device";
    const LABEL: &'static str = "job-mail-device";
    const POLICY: Policy = Policy {
        priority: 10,
        waits: &[Duration::from_secs(10)],
        gives_up_after: Duration::from_hours(2),
        patience: Duration::from_mins(5),
    };

    fn once(&self) -> Option<String> {
        Some(self.attempt.0.to_string())
    }

    async fn run(self, mailer: Mailer, turn: Turn) -> Answer {
        let mut tx = turn.db().write().await?;
        turn.hold(&mut tx).await?;
        let Some(attempt) = store::attempt(&mut tx, self.attempt).await? else {
            return Ok(Outcome::Done);
        };
        let Some(account) = store::account(&mut tx, attempt.account).await? else {
            return Ok(Outcome::Done);
        };
        tx.commit().await?;
        if attempt.state != AttemptState::Polling {
            return Ok(Outcome::Done);
        }
        let now = turn.clock().now();
        if now >= attempt.expires_at {
            let next = (AttemptState::Expired, "expired", String::new());
            return end(&turn, &attempt, next).await;
        }
        if let Some(early) = attempt.next_at.filter(|time| *time > now) {
            return Ok(Outcome::Again((early - now).to_std().unwrap_or_default()));
        }
        match mailer.poll(&account, &attempt).await {
            Next::Keep(granted) => {
                let from = (&attempt, AttemptState::Polling);
                // Whoever holds the job by now: the attempt itself says whether this still counts.
                let mut tx = turn.db().write().await?;
                let is_kept = mailer.connect(&mut tx, &account, from, &granted).await?;
                note(&turn, &mut tx, &attempt, if is_kept { "granted" } else { "late" }).await?;
                tx.commit().await?;
                if is_kept {
                    return connected(&mailer, &turn, &account).await;
                }
                mailer.decline(&account, &granted).await;
                Ok(Outcome::Done)
            }
            Next::Wait { usual, now: wait } => {
                // Counted from the answer, not from the question.
                let next_at = turn.clock().now() + TimeDelta::seconds(wait);
                let mut tx = turn.db().write().await?;
                turn.hold(&mut tx).await?;
                let goes_on = store::go_on(&mut tx, attempt.id, usual, next_at).await?;
                tx.commit().await?;
                let wait = Duration::from_secs(wait.unsigned_abs());
                Ok(if goes_on { Outcome::Again(wait) } else { Outcome::Done })
            }
            Next::Stop { state, problem, detail } => {
                end(&turn, &attempt, (state, problem, detail)).await
            }
        }
    }
}

async fn end(
    turn: &Turn,
    attempt: &Attempt,
    (state, problem, detail): (AttemptState, &str, String),
) -> Answer {
    let mut tx = turn.db().write().await?;
    turn.hold(&mut tx).await?;
    let ending = Ending { state, problem, detail: &detail };
    let from = (attempt.id, AttemptState::Polling);
    if store::end_attempt(&mut tx, from, &ending, turn.clock().now()).await? {
        note(turn, &mut tx, attempt, problem).await?;
    }
    tx.commit().await?;
    Ok(Outcome::Done)
}

async fn note(
    turn: &Turn,
    tx: &mut crate::db::Tx,
    attempt: &Attempt,
    reason: &str,
) -> sqlx::Result<()> {
    let event =
        Event::ok("mail.connected").reason(reason).field("attempt", attempt.id.0.to_string());
    let event = event.field("account", attempt.account.to_string());
    event.record(tx, &Trace::default(), turn.clock().now()).await
}

/// There are tokens: see whether the server takes them.
async fn connected(mailer: &Mailer, turn: &Turn, account: &Account) -> Answer {
    let account = store::account(&mut turn.db().read().await?, account.id).await?;
    if let Some(account) = account.filter(Account::is_open) {
        mailer.prove(turn.db(), &account).await?;
    }
    Ok(Outcome::Done)
}

/// Renews the tokens of all accounts, so that none dies because it was not used, and one that is
/// dead is found before the morning.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RefreshTokens {}

impl Job for RefreshTokens {
    type Parts = Mailer;
    const KIND: &'static str = "mail.tokens";
    const LABEL: &'static str = "job-mail-tokens";
    const POLICY: Policy = Policy::SERVICE;

    async fn run(self, mailer: Mailer, turn: Turn) -> Answer {
        let rows = store::tokens(&mut turn.db().read().await?).await?;
        let mut again = None;
        for row in rows {
            let is_young = turn.clock().now() - row.obtained_at < YOUNG;
            let found = store::account(&mut turn.db().read().await?, row.account).await?;
            let Some(account) = found.filter(|_| row.refresh.is_some() && !is_young) else {
                continue;
            };
            let mut tx = turn.db().write().await?;
            turn.hold(&mut tx).await?;
            tx.commit().await?;
            match mailer.token(turn.db(), &account, Some(row.version)).await {
                Err(NoToken::Later { after, .. }) => again = again.max(Some(after)),
                Err(NoToken::Database(error)) => return Err(error.into()),
                // A dead one stopped its account, and administrators have heard.
                Ok(_) | Err(NoToken::Dead { .. }) => {}
            }
        }
        Ok(again.map_or(Outcome::Done, Outcome::Again))
    }
}
