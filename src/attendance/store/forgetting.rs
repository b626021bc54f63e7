//! Forgetting what a school year left behind (16).
use crate::db::Tx;
use crate::on;
use chrono::{DateTime, NaiveDate, Utc};
use sqlx::{query, query_scalar};
use uuid::Uuid;

/// Séances that began before, some of them; those that somebody pays for by their rolls, a moment of
/// their own.
pub async fn old_seances(
    tx: &mut Tx,
    (before, funded): (DateTime<Utc>, DateTime<Utc>),
) -> sqlx::Result<Vec<Uuid>> {
    on!(tx, |conn| query_scalar(
        "SELECT c.id FROM class_session c
         WHERE c.starts_at < $1 AND (c.starts_at < $2 OR NOT EXISTS (
            SELECT 1 FROM class_session_group v JOIN student_group w ON w.id = v.student_group
                JOIN programme p ON p.id = w.programme
            WHERE v.class_session = c.id AND p.funder IS NOT NULL))
         ORDER BY c.starts_at, c.id LIMIT 50"
    )
    .bind(before)
    .bind(funded)
    .fetch_all(conn)
    .await)
}

/// A séance goes with its lines and presences. Of its certificates only the number stays, so that the
/// list of those that were taken back is whole.
pub async fn forget_seance(tx: &mut Tx, id: Uuid) -> sqlx::Result<()> {
    let statements = [
        "UPDATE certificate SET jws = '' WHERE presence IN (
            SELECT p.id FROM presence p JOIN attendance_record a ON a.id = p.record
            WHERE a.class_session = $1)",
        "DELETE FROM presence_token WHERE presence IN (
            SELECT p.id FROM presence p JOIN attendance_record a ON a.id = p.record
            WHERE a.class_session = $1)",
        "DELETE FROM class_session WHERE id = $1",
    ];
    for sql in statements {
        on!(&mut *tx, |conn| query(sql).bind(id).execute(conn).await.map(|_| ()))?;
    }
    Ok(())
}

/// Justifications, exemptions, announced absences and memberships that ended before.
pub async fn forget_around(
    tx: &mut Tx,
    (before, day): (DateTime<Utc>, NaiveDate),
) -> sqlx::Result<u64> {
    let mut rows = 0;
    let statements = [
        "DELETE FROM justification WHERE until < $1",
        "DELETE FROM exemption WHERE until < $1",
        "DELETE FROM group_member WHERE until < $1",
    ];
    for sql in statements {
        rows += on!(&mut *tx, |conn| query(sql)
            .bind(day)
            .execute(conn)
            .await
            .map(|done| done.rows_affected()))?;
    }
    rows += on!(tx, |conn| query("DELETE FROM planned_absence WHERE until < $1")
        .bind(before)
        .execute(conn)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(rows)
}

/// What was typed into justifications that were decided before, those about somebody's health at a
/// moment of their own.
pub async fn forget_words(
    tx: &mut Tx,
    (health, others): (DateTime<Utc>, DateTime<Utc>),
) -> sqlx::Result<u64> {
    on!(tx, |conn| query(
        "UPDATE justification SET comment = '', note = ''
         WHERE (comment <> '' OR note <> '') AND state NOT IN ('draft', 'submitted', 'more_info')
            AND coalesce(decided_at, submitted_at, created_at) < CASE
                WHEN reason IN (SELECT id FROM absence_reason WHERE is_health) THEN $1
                ELSE $2 END"
    )
    .bind(health)
    .bind(others)
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))
}
