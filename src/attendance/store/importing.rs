//! What lists are compared with, and what they write besides.
use crate::attendance::seance::State;
use crate::db::Tx;
use crate::identity::{Attributes, PersonId, Rne};
use crate::on;
use chrono::{DateTime, NaiveDate, Utc};
use sqlx::types::Json;
use sqlx::{query, query_as, query_scalar};
use uuid::Uuid;

/// What is known of a séance that came from a timetable.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct KnownSeance {
    /// Its id.
    pub id: Uuid,
    /// What the timetable calls it.
    pub ext_uid: String,
    /// Which one of a series, or empty.
    pub ext_recurrence: String,
    /// How far it is.
    pub state: State,
    /// Of what the timetable said last.
    pub ext_digest: Option<Vec<u8>>,
    /// Gone from the timetable.
    pub is_orphan: bool,
    /// Planned beginning.
    pub starts_at: DateTime<Utc>,
    /// Planned end.
    pub ends_at: DateTime<Utc>,
    /// CM, TD, TP, …
    pub kind: String,
    /// What is taught.
    pub subject_name: String,
}

/// The séances of a timetable.
pub async fn of_timetable(tx: &mut Tx, rne: &Rne, source: &str) -> sqlx::Result<Vec<KnownSeance>> {
    on!(tx, |conn| query_as(
        "SELECT c.id, c.ext_uid, c.ext_recurrence, c.state, c.ext_digest, c.is_orphan, c.starts_at,
            c.ends_at, c.kind, s.name AS subject_name
         FROM class_session c JOIN subject s ON s.id = c.subject
         WHERE c.rne = $1 AND c.ext_source = $2 ORDER BY c.starts_at, c.id"
    )
    .bind(rne)
    .bind(source)
    .fetch_all(conn)
    .await)
}

/// The timetable says something else since the roll was called.
pub async fn set_conflict(tx: &mut Tx, id: Uuid, digest: &[u8]) -> sqlx::Result<()> {
    on!(tx, |conn| query(
        "UPDATE class_session SET has_conflict = TRUE, ext_digest = $2, is_orphan = FALSE,
            looked_at = NULL
         WHERE id = $1"
    )
    .bind(id)
    .bind(digest)
    .execute(conn)
    .await
    .map(drop))
}

/// The timetable does not name it any more.
pub async fn set_orphan(tx: &mut Tx, id: Uuid) -> sqlx::Result<()> {
    let sql = "UPDATE class_session SET is_orphan = TRUE, looked_at = NULL WHERE id = $1";
    on!(tx, |conn| query(sql).bind(id).execute(conn).await.map(drop))
}

/// A planned séance that is written anew: nothing hangs on it yet.
pub async fn forget_planned(tx: &mut Tx, id: Uuid) -> sqlx::Result<()> {
    on!(tx, |conn| query("DELETE FROM class_session WHERE id = $1 AND state = 'planned'")
        .bind(id)
        .execute(conn)
        .await
        .map(drop))
}

/// Keep what its timetable calls a séance, and what it says of it.
pub async fn name_planned(
    tx: &mut Tx,
    id: Uuid,
    (source, uid, recurrence): (&str, &str, &str),
    (digest, is_compulsory, is_cancelled): (Vec<u8>, bool, bool),
) -> sqlx::Result<()> {
    on!(tx, |conn| query(
        "UPDATE class_session SET ext_source = $2, ext_uid = $3, ext_recurrence = $4,
            ext_digest = $5, is_compulsory = $6,
            state = CASE WHEN $7 THEN 'cancelled' ELSE state END
         WHERE id = $1"
    )
    .bind(id)
    .bind(source)
    .bind(uid)
    .bind(recurrence)
    .bind(digest)
    .bind(is_compulsory)
    .bind(is_cancelled)
    .execute(conn)
    .await
    .map(drop))
}

/// The séances that timetables call so, or the one of this id.
pub async fn sessions_called(tx: &mut Tx, rne: &Rne, named: &str) -> sqlx::Result<Vec<Uuid>> {
    on!(tx, |conn| query_scalar(
        "SELECT id FROM class_session
         WHERE rne = $1 AND state <> 'cancelled' AND (ext_uid = $2 OR id = $3) LIMIT 2"
    )
    .bind(rne)
    .bind(named)
    .bind(named.parse::<Uuid>().ok())
    .fetch_all(conn)
    .await)
}

/// Who is in which group of a year on a day or later: programme, kind, name, student.
pub async fn memberships(
    tx: &mut Tx,
    rne: &Rne,
    year: &str,
    day: NaiveDate,
) -> sqlx::Result<Vec<(String, String, String, PersonId)>> {
    on!(tx, |conn| query_as(
        "SELECT p.code, g.kind, g.name, m.student FROM group_member m
            JOIN student_group g ON g.id = m.student_group JOIN programme p ON p.id = g.programme
         WHERE g.rne = $1 AND p.year_label = $2 AND (m.until IS NULL OR m.until > $3)"
    )
    .bind(rne)
    .bind(year)
    .bind(day)
    .fetch_all(conn)
    .await)
}

/// What the accounts of the people of a school say.
pub async fn attributes_at(
    tx: &mut Tx,
    rne: &Rne,
    now: DateTime<Utc>,
) -> sqlx::Result<Vec<(PersonId, Attributes)>> {
    let rows: Vec<(PersonId, Json<Attributes>)> = on!(tx, |conn| query_as(
        "SELECT person, attributes FROM account WHERE ended_at IS NULL AND person IN (
            SELECT person FROM affiliation
            WHERE rne = $1 AND (valid_until IS NULL OR valid_until > $2))"
    )
    .bind(rne)
    .bind(now)
    .fetch_all(conn)
    .await)?;
    Ok(rows.into_iter().map(|(person, Json(attributes))| (person, attributes)).collect())
}
