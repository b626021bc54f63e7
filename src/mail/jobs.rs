//! Handing mail over.
use super::account::{Account, AccountId};
use super::entering::NotOpen;
use super::message::{Sealed, seal};
use super::oauth::NoToken;
use super::post::Mailer;
use super::readying::{Ready, ready};
use super::smtp::SmtpError;
use super::stopping::{stop, tell};
use super::store::{self, MailId, MailRow, MailState};
use super::template::Template;
use super::verdict::{Verdict, verdict};
use super::wording::OwnWords;
use crate::jobs::{Answer, Failure, Job, Outcome, Policy, Turn};
use crate::web::lang::Lang;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Held mail looks so often whether its account works again; whoever mends one wakes it up at once.
pub(super) const HELD: Duration = Duration::from_mins(10);

/// Hands one message over.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SendMail {
    /// Which.
    pub mail: MailId,
}

impl Job for SendMail {
    type Parts = Mailer;
    const KIND: &'static str = "mail.send";
    const LABEL: &'static str = "job-send-mail";
    const POLICY: Policy = Policy {
        priority: 5,
        waits: &[
            Duration::from_mins(1),
            Duration::from_mins(5),
            Duration::from_mins(15),
            Duration::from_hours(1),
            Duration::from_hours(4),
            Duration::from_hours(12),
        ],
        gives_up_after: Duration::from_hours(24),
        patience: Duration::from_mins(10),
    };

    fn once(&self) -> Option<String> {
        Some(self.mail.to_string())
    }

    async fn run(self, mailer: Mailer, turn: Turn) -> Answer {
        let (mail, account, words) = match ready(&self, &turn).await? {
            Ready::Go(found) => *found,
            Ready::End(outcome) => return Ok(outcome),
        };
        let (sealed, wording) = match write(&mailer, (&mail, &account), words.as_ref()) {
            Ok(sealed) => sealed,
            Err(why) => {
                let mut tx = turn.db().write().await?;
                turn.hold(&mut tx).await?;
                store::settle(&mut tx, mail.id, MailState::Failed, &why, now(&turn)).await?;
                tx.commit().await?;
                return Ok(Outcome::GaveUp(why));
            }
        };
        match hand_over(&mailer, &turn, (&mail, &account), (&sealed, wording)).await? {
            Ok(reply) => sent(&mailer, &turn, (&mail, &account), &reply).await,
            Err(NotOpen::Smtp(error)) => not_sent(&mailer, &turn, (&mail, &account), &error).await,
            Err(NotOpen::Token(none)) => no_token(&turn, (&mail, account.id), none).await,
        }
    }
}

pub(super) fn now(turn: &Turn) -> DateTime<Utc> {
    turn.clock().now()
}

pub(super) fn lang(mail: &MailRow) -> Lang {
    Lang::parse(&mail.lang).unwrap_or_default()
}

/// The message as it leaves with the version of its words, or why it cannot be written: a few words.
fn write(
    mailer: &Mailer,
    (mail, account): (&MailRow, &Account),
    words: Option<&OwnWords>,
) -> Result<(Sealed, i64), String> {
    let template = Template::parse(&mail.template).ok_or("no such template")?;
    let values = mail.vars.as_ref().ok_or("what it said is forgotten")?;
    let (written, wording) =
        mailer.write((template, lang(mail)), words, &values.0).map_err(|error| {
            tracing::error!(error = ?error, mail.id = %mail.id, "a message cannot be written");
            error.to_string()
        })?;
    let at = mail.created_at;
    let sealed = seal(mail, account, written, (&mailer.network.name, at));
    Ok((sealed.map_err(|error| error.to_string())?, wording))
}

/// The dialogue. Before the content leaves, that is kept: whoever finds the message so later
/// knows that it may have arrived.
async fn hand_over(
    mailer: &Mailer,
    turn: &Turn,
    (mail, account): (&MailRow, &Account),
    (sealed, wording): (&Sealed, i64),
) -> Result<Result<String, NotOpen>, Failure> {
    let room = mailer.doors.enter(account.id).await;
    let mut dialogue = match mailer.enter(turn.db(), account).await {
        Ok(dialogue) => dialogue,
        Err(error) => return Ok(Err(error)),
    };
    if let Err(error) = dialogue.announce(&sealed.from, &sealed.to).await {
        dialogue.close().await;
        return Ok(Err(error.into()));
    }
    let mut tx = turn.db().write().await?;
    turn.hold(&mut tx).await?;
    store::begin(&mut tx, mail.id).await?;
    store::worded(&mut tx, mail.id, wording).await?;
    tx.commit().await?;
    let delivered = dialogue.deliver(&sealed.content).await;
    tokio::spawn(async move {
        dialogue.close().await;
        drop(room);
    });
    Ok(delivered.map_err(NotOpen::from))
}

/// There is no token to show: the message waits, however long it takes, and is not lost.
async fn no_token(turn: &Turn, (mail, account): (&MailRow, AccountId), none: NoToken) -> Answer {
    let (state, reply, wait) = match none {
        NoToken::Later { after, why } => (MailState::Queued, why, after),
        NoToken::Dead { problem, .. } => (MailState::Held, problem.to_owned(), HELD),
        NoToken::Database(error) => return Err(error.into()),
    };
    let mut tx = turn.db().write().await?;
    turn.hold(&mut tx).await?;
    store::lock_account(&mut tx, account).await?;
    store::settle(&mut tx, mail.id, state, &reply, now(turn)).await?;
    store::give_back(&mut tx, mail).await?;
    tx.commit().await?;
    Ok(Outcome::Again(wait))
}

async fn sent(
    mailer: &Mailer,
    turn: &Turn,
    (mail, account): (&MailRow, &Account),
    reply: &str,
) -> Answer {
    let mut tx = turn.db().write().await?;
    turn.hold(&mut tx).await?;
    if store::mark_ok(&mut tx, account).await? {
        mailer.post.queue.hasten::<SendMail>(&mut tx).await?;
    }
    store::settle(&mut tx, mail.id, MailState::Sent, reply, now(turn)).await?;
    tx.commit().await?;
    super::figures::count("sent");
    Ok(Outcome::Done)
}

async fn not_sent(
    mailer: &Mailer,
    turn: &Turn,
    (mail, account): (&MailRow, &Account),
    error: &SmtpError,
) -> Answer {
    let reply = error.to_string();
    let is_redirected = !account.redirect_to.is_empty();
    let verdict = verdict(error, account.auth);
    let verdict = if is_redirected { verdict.redirected() } else { verdict };
    // What the server said may name people: it stays with the message, which is erased.
    let brief = error.brief();
    let (state, answer) = match verdict {
        Verdict::Later if turn.is_last => (MailState::Failed, Err(Failure::new(brief))),
        Verdict::Later => (MailState::Deferred, Err(Failure::new(brief))),
        Verdict::AccountStops(_) => (MailState::Held, Ok(Outcome::Again(HELD))),
        Verdict::BadRecipient => (MailState::Bounced, Ok(Outcome::Done)),
        Verdict::Refused => (MailState::Failed, Ok(Outcome::Done)),
        Verdict::Uncertain => (MailState::Uncertain, Ok(Outcome::Uncertain(brief))),
    };
    super::figures::count(state.as_str());
    let mut tx = turn.db().write().await?;
    turn.hold(&mut tx).await?;
    store::lock_account(&mut tx, account.id).await?;
    store::settle(&mut tx, mail.id, state, &reply, now(turn)).await?;
    if matches!(state, MailState::Deferred | MailState::Held) {
        store::give_back(&mut tx, mail).await?;
    }
    let mut problem = state.as_str();
    if let Verdict::AccountStops(word) = verdict {
        problem = word;
        stop(mailer, &mut tx, account, (word, &reply)).await?;
    }
    if !matches!(state, MailState::Deferred) && mail.template != Template::Failed.as_str() {
        tell(mailer, &mut tx, account, (problem, &reply)).await?;
    }
    tx.commit().await?;
    answer
}
