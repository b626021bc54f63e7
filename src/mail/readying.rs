//! Whether a message may leave now.
use super::account::Account;
use super::jobs::{HELD, SendMail, lang, now};
use super::store::{self, MailId, MailRow, MailState};
use super::template::Template;
use super::wording::{OwnWords, own_words};
use crate::db::Tx;
use crate::jobs::{Failure, Outcome, Turn};
use chrono::{DateTime, TimeDelta, Utc};
use std::time::Duration;

/// An address that bounced so often lately gets nothing more.
const MOST_BOUNCES: i64 = 2;
const LATELY: TimeDelta = TimeDelta::days(90);

/// What is done with a message before the server is asked.
pub(super) enum Ready {
    Go(Box<(MailRow, Account, Option<OwnWords>)>),
    End(Outcome),
}

/// Whether a message may leave now, and through which account.
pub(super) async fn ready(job: &SendMail, turn: &Turn) -> Result<Ready, Failure> {
    let mut tx = turn.db().write().await?;
    turn.hold(&mut tx).await?;
    let Some(mail) = store::find(&mut tx, job.mail).await? else {
        return Ok(Ready::End(Outcome::Done));
    };
    let set = |state, reply: &'static str| (state, reply);
    let ((state, reply), outcome) = match mail.state {
        MailState::Sent | MailState::Suppressed => return Ok(Ready::End(Outcome::Done)),
        // Only a person sends it again: that makes it queued.
        MailState::Uncertain => {
            return Ok(Ready::End(Outcome::Uncertain("no final reply".to_owned())));
        }
        // We were cut off between the content and the final reply (D35).
        MailState::Sending => {
            let why = "no final reply".to_owned();
            (set(MailState::Uncertain, "no final reply"), Outcome::Uncertain(why))
        }
        _ => match account_for(&mut tx, &mail).await? {
            Some(account) if account.is_open() => {
                if mail.state == MailState::Queued
                    && is_suppressed(&mut tx, &mail.recipient, now(turn)).await?
                {
                    (set(MailState::Suppressed, "bounced before"), Outcome::Done)
                } else if store::spend(&mut tx, &mail, &account, now(turn)).await? {
                    let words = words(&mut tx, &mail).await?;
                    tx.commit().await?;
                    return Ok(Ready::Go(Box::new((mail, account, words))));
                } else {
                    let wait = wait(&mut tx, &account, mail.id, now(turn)).await?;
                    (set(MailState::Queued, ""), Outcome::Again(wait))
                }
            }
            Some(_) => (set(MailState::Held, "account stopped"), Outcome::Again(HELD)),
            None => (set(MailState::Held, "no account"), Outcome::Again(HELD)),
        },
    };
    store::settle(&mut tx, mail.id, state, reply, now(turn)).await?;
    tx.commit().await?;
    Ok(Ready::End(outcome))
}

async fn account_for(tx: &mut Tx, mail: &MailRow) -> sqlx::Result<Option<Account>> {
    match mail.account {
        Some(id) => store::account(tx, id).await,
        None => store::default_account(tx).await,
    }
}

/// Whether an address took no mail so often lately that it gets nothing more.
pub(super) async fn is_suppressed(
    tx: &mut Tx,
    recipient: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    Ok(store::bounced_before(tx, recipient, now - LATELY).await? >= MOST_BOUNCES)
}

/// How long a message has to wait because its account has sent enough; those that wait are spread
/// over the time that all of them need.
async fn wait(
    tx: &mut Tx,
    account: &Account,
    mail: MailId,
    now: DateTime<Utc>,
) -> sqlx::Result<Duration> {
    let dice = u64::from(mail.0.as_bytes()[15]);
    if store::spent(tx, account, now).await?.day >= account.per_day {
        return Ok(Duration::from_secs(900 + dice * 7));
    }
    let queued = store::count_queued(tx).await?.unsigned_abs();
    let spread = (queued * 60 / account.per_minute.max(1).unsigned_abs()).min(3_600);
    Ok(Duration::from_secs(60 + spread * dice / 255))
}

/// What administrators wrote for such messages, if they did.
async fn words(tx: &mut Tx, mail: &MailRow) -> sqlx::Result<Option<OwnWords>> {
    match Template::parse(&mail.template) {
        Some(template) => own_words(tx, template, lang(mail)).await,
        None => Ok(None),
    }
}
