//! How many papers there are, and which of them go.
use super::files::PaperRow;
use crate::db::Tx;
use crate::identity::PersonId;
use crate::on;
use chrono::{DateTime, Utc};
use sqlx::{query, query_as};
use uuid::Uuid;

/// Count a paper, whatever becomes of it.
pub async fn count_file(tx: &mut Tx, row: &PaperRow, student: PersonId) -> sqlx::Result<()> {
    on!(tx, |conn| query("INSERT INTO paper_sent (id, student, at) VALUES ($1, $2, $3)")
        .bind(row.id)
        .bind(student)
        .bind(row.created_at)
        .execute(conn)
        .await
        .map(|_| ()))
}

/// What was counted before then counts no more.
pub async fn forget_counts(tx: &mut Tx, before: DateTime<Utc>) -> sqlx::Result<u64> {
    on!(tx, |conn| query("DELETE FROM paper_sent WHERE at < $1")
        .bind(before)
        .execute(conn)
        .await
        .map(|done| done.rows_affected()))
}

/// How many papers a justification has and how many bytes they are, those under way included; and
/// how many its student sent since a day.
pub async fn usage(
    tx: &mut Tx,
    (justification, student): (Uuid, PersonId),
    (month, now): (DateTime<Utc>, DateTime<Utc>),
) -> sqlx::Result<(i64, i64, i64)> {
    let (count, bytes): (i64, i64) = on!(&mut *tx, |conn| query_as(
        "SELECT count(*), CAST(coalesce(sum(size), 0) AS BIGINT) FROM justification_file
         WHERE justification = $1 AND delete_after > $2 AND scan_state <> 'infected'"
    )
    .bind(justification)
    .bind(now)
    .fetch_one(conn)
    .await)?;
    let (recent,): (i64,) =
        on!(tx, |conn| query_as("SELECT count(*) FROM paper_sent WHERE student = $1 AND at > $2")
            .bind(student)
            .bind(month)
            .fetch_one(conn)
            .await)?;
    Ok((count, bytes, recent))
}

/// Papers whose time is over, and those whose justification is gone, behind this one: from now on
/// nobody can keep them any more.
pub async fn take_due(
    tx: &mut Tx,
    behind: Uuid,
    now: DateTime<Utc>,
) -> sqlx::Result<Vec<(Uuid, String)>> {
    let due: Vec<(Uuid, String)> = on!(&mut *tx, |conn| query_as(
        "SELECT id, storage_key FROM justification_file
         WHERE id > $2 AND (delete_after <= $1 OR justification IS NULL) ORDER BY id LIMIT 500"
    )
    .bind(now)
    .bind(behind)
    .fetch_all(conn)
    .await)?;
    let mut taken = Vec::with_capacity(due.len());
    for (id, key) in due {
        // Somebody may have sent the justification in between.
        let done = on!(&mut *tx, |conn| query(
            "UPDATE justification_file SET justification = NULL
             WHERE id = $1 AND (delete_after <= $2 OR justification IS NULL)"
        )
        .bind(id)
        .bind(now)
        .execute(conn)
        .await
        .map(|done| done.rows_affected()))?;
        if done > 0 {
            taken.push((id, key));
        }
    }
    Ok(taken)
}

/// Its file is gone.
pub async fn drop_row(tx: &mut Tx, id: Uuid) -> sqlx::Result<()> {
    on!(tx, |conn| query("DELETE FROM justification_file WHERE id = $1")
        .bind(id)
        .execute(conn)
        .await
        .map(|_| ()))
}
