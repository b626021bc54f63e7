//! Tables `erasure` and `tombstone`: who was erased, and which accounts do not come back by a reading.
use crate::db::{Tx, among};
use crate::identity::PersonId;
use crate::on;
use chrono::{DateTime, Utc};
use openssl::sha::sha256;
use sqlx::{QueryBuilder, query, query_scalar};
use std::collections::HashSet;
use uuid::Uuid;

/// Hashes asked about in one statement.
const CHUNK: usize = 500;

/// What stands for an account of a source that is gone.
pub fn tombstone(source: &str, source_id: &str) -> Vec<u8> {
    sha256(format!("tombstone\0{source}\0{source_id}").as_bytes()).to_vec()
}

/// Somebody is to be erased. `false`: that was asked for before.
pub async fn insert_erasure(
    tx: &mut Tx,
    person: PersonId,
    (by, reason): (Option<PersonId>, &str),
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    on!(tx, |conn| query(
        "INSERT INTO erasure (person, asked_by, reason, asked_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (person) DO NOTHING"
    )
    .bind(person)
    .bind(by)
    .bind(reason)
    .bind(now)
    .execute(conn)
    .await
    .map(|done| done.rows_affected() > 0))
}

/// Nothing of them is left.
pub async fn end_erasure(tx: &mut Tx, person: PersonId, now: DateTime<Utc>) -> sqlx::Result<()> {
    on!(tx, |conn| query("UPDATE erasure SET done_at = $2 WHERE person = $1 AND done_at IS NULL")
        .bind(person)
        .bind(now)
        .execute(conn)
        .await
        .map(|_| ()))
}

/// No reading of its source brings this account back before then.
pub async fn bury_account(tx: &mut Tx, hash: &[u8], until: DateTime<Utc>) -> sqlx::Result<()> {
    on!(tx, |conn| query(
        "INSERT INTO tombstone (hash, until) VALUES ($1, $2)
         ON CONFLICT (hash) DO UPDATE SET until = excluded.until"
    )
    .bind(hash)
    .bind(until)
    .execute(conn)
    .await
    .map(|_| ()))
}

/// The same after a backup, which may not know of it. Whose owner came back meanwhile by themselves has an
/// account, and stays as it is.
pub async fn bury_again(tx: &mut Tx, hash: &[u8], until: DateTime<Utc>) -> sqlx::Result<()> {
    on!(tx, |conn| query(
        "INSERT INTO tombstone (hash, until) VALUES ($1, $2) ON CONFLICT (hash) DO NOTHING"
    )
    .bind(hash)
    .bind(until)
    .execute(conn)
    .await
    .map(|_| ()))
}

/// Its owner came back by themselves.
pub async fn unbury_account(tx: &mut Tx, hash: &[u8]) -> sqlx::Result<()> {
    on!(tx, |conn| query("DELETE FROM tombstone WHERE hash = $1")
        .bind(hash)
        .execute(conn)
        .await
        .map(|_| ()))
}

/// Those of these ids of a source that were erased.
pub async fn buried_accounts(
    tx: &mut Tx,
    source: &str,
    ids: &[String],
) -> sqlx::Result<HashSet<String>> {
    let mut buried = HashSet::new();
    for chunk in ids.chunks(CHUNK) {
        let hashes: Vec<_> = chunk.iter().map(|id| tombstone(source, id)).collect();
        let found: Vec<Vec<u8>> = on!(&mut *tx, |conn| {
            let mut sql = QueryBuilder::new("SELECT hash FROM tombstone WHERE hash");
            among(&mut sql, hashes.clone()).build_query_scalar().fetch_all(conn).await
        })?;
        let pairs = chunk.iter().zip(&hashes).filter(|(_, hash)| found.contains(hash));
        buried.extend(pairs.map(|(id, _)| id.clone()));
    }
    Ok(buried)
}

/// Forget tombstones whose time has come; how many.
pub async fn delete_tombstones(tx: &mut Tx, now: DateTime<Utc>) -> sqlx::Result<u64> {
    on!(tx, |conn| query("DELETE FROM tombstone WHERE until < $1")
        .bind(now)
        .execute(conn)
        .await
        .map(|done| done.rows_affected()))
}

/// The accounts of a person as their tombstones call them.
pub async fn tombstones_of(tx: &mut Tx, person: PersonId) -> sqlx::Result<Vec<Vec<u8>>> {
    let accounts = super::accounts_of(tx, person).await?;
    Ok(accounts.iter().map(|it| tombstone(&it.source, &it.source_id)).collect())
}

/// People all of whose accounts ended before that time, behind this one.
pub async fn departed(
    tx: &mut Tx,
    before: DateTime<Utc>,
    after: Option<PersonId>,
    limit: i64,
) -> sqlx::Result<Vec<PersonId>> {
    on!(tx, |conn| query_scalar(
        "SELECT DISTINCT person FROM account a WHERE ended_at <= $1 AND person > $2
            AND NOT EXISTS (SELECT 1 FROM account b WHERE b.person = a.person
                AND (b.ended_at IS NULL OR b.ended_at > $1))
            AND NOT EXISTS (SELECT 1 FROM erasure e WHERE e.person = a.person AND e.done_at IS NULL)
         ORDER BY person LIMIT $3"
    )
    .bind(before)
    .bind(after.unwrap_or(PersonId(Uuid::nil())))
    .bind(limit)
    .fetch_all(conn)
    .await)
}

/// Whether an erasure was asked for and is not done.
pub async fn is_being_erased(tx: &mut Tx, person: PersonId) -> sqlx::Result<bool> {
    let open: i64 = on!(tx, |conn| query_scalar(
        "SELECT count(*) FROM erasure WHERE person = $1 AND done_at IS NULL"
    )
    .bind(person)
    .fetch_one(conn)
    .await)?;
    Ok(open > 0)
}
