//! What accounts may send: table `mail` counts it, each message by the time at which it was let go.
use super::outbox::MailRow;
use crate::db::Tx;
use crate::mail::account::{Account, AccountId};
use crate::on;
use chrono::{DateTime, TimeDelta, Utc};
use sqlx::{query, query_as};

/// What an account sent lately.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spent {
    /// In the last minute.
    pub minute: i64,
    /// In the last 24 hours.
    pub day: i64,
}

/// What an account sent lately.
pub async fn spent(tx: &mut Tx, account: &Account, now: DateTime<Utc>) -> sqlx::Result<Spent> {
    let (minute, day) = on!(tx, |conn| query_as(
        "SELECT count(*) FILTER (WHERE begun_at > $2), count(*) FROM mail
         WHERE account = $1 AND begun_at > $3"
    )
    .bind(account.id)
    .bind(now - TimeDelta::minutes(1))
    .bind(now - TimeDelta::days(1))
    .fetch_one(conn)
    .await)?;
    Ok(Spent { minute, day })
}

/// Take the row of an account, in transactions that write to it and to messages: the account first, the
/// message then, so that nobody waits for somebody who waits.
pub async fn lock_account(tx: &mut Tx, id: AccountId) -> sqlx::Result<()> {
    on!(tx, |conn| query("UPDATE mail_account SET changed_at = changed_at WHERE id = $1")
        .bind(id)
        .execute(conn)
        .await
        .map(|_| ()))
}

/// Count a message for an account, if its limits allow one more. `false`: they do not, or the account
/// is gone. Others who want the same wait at the account's row until this is committed, and so count
/// what was counted before them.
pub async fn spend(
    tx: &mut Tx,
    mail: &MailRow,
    account: &Account,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    lock_account(tx, account.id).await?;
    let done = on!(tx, |conn| query(
        "UPDATE mail SET account = $2, begun_at = $3 WHERE id = $1
            AND EXISTS (SELECT 1 FROM mail_account WHERE id = $2)
            AND (SELECT count(*) FROM mail WHERE account = $2 AND begun_at > $4 AND id <> $1) < $6
            AND (SELECT count(*) FROM mail WHERE account = $2 AND begun_at > $5 AND id <> $1) < $7"
    )
    .bind(mail.id)
    .bind(account.id)
    .bind(now)
    .bind(now - TimeDelta::minutes(1))
    .bind(now - TimeDelta::days(1))
    .bind(account.per_minute)
    .bind(account.per_day)
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(done > 0)
}

/// It did not leave: it counts for no account, and leaves through the one that it was meant for.
pub async fn give_back(tx: &mut Tx, mail: &MailRow) -> sqlx::Result<()> {
    on!(tx, |conn| query(
        "UPDATE mail SET begun_at = NULL,
            account = (SELECT id FROM mail_account WHERE id = $2) WHERE id = $1"
    )
    .bind(mail.id)
    .bind(mail.account)
    .execute(conn)
    .await
    .map(|_| ()))
}
