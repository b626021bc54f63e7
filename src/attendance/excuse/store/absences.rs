//! Table `justification_record`: the absences that a justification is about.
use crate::attendance::record::Status;
use crate::attendance::seance;
use crate::db::Tx;
use crate::identity::{PersonId, Rne};
use crate::on;
use chrono::{DateTime, Utc};
use sqlx::{query, query_as};
use uuid::Uuid;

/// An absence that a justification is about, or could be.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Absence {
    /// The line.
    pub record: Uuid,
    /// The séance.
    pub session: Uuid,
    /// What was taught.
    pub subject_name: String,
    /// CM, TD, TP, …
    pub kind: String,
    /// Planned beginning.
    pub starts_at: DateTime<Utc>,
    /// Planned end.
    pub ends_at: DateTime<Utc>,
    /// How far the séance is.
    pub state: seance::State,
    /// What the line says.
    pub status: Status,
    /// Whether this justification excused it.
    pub is_excused: bool,
}

/// The absences of a student in a span of time about which nothing waits.
pub async fn coverable(
    tx: &mut Tx,
    (student, rne): (PersonId, &Rne),
    (from, until): (DateTime<Utc>, DateTime<Utc>),
) -> sqlx::Result<Vec<Absence>> {
    on!(tx, |conn| {
        query_as(
        "SELECT a.id AS record, c.id AS session, s.name AS subject_name, c.kind, c.starts_at,
            c.ends_at, c.state, a.status, FALSE AS is_excused
         FROM attendance_record a JOIN class_session c ON c.id = a.class_session
            JOIN subject s ON s.id = c.subject
         WHERE a.student = $1 AND a.rne = $2 AND a.status = 'absent' AND c.state = 'closed'
            AND c.starts_at < $4 AND c.ends_at > $3 AND NOT EXISTS (
                SELECT 1 FROM justification_record jr JOIN justification j ON j.id = jr.justification
                WHERE jr.record = a.id AND j.state IN ('submitted', 'more_info'))
         ORDER BY c.starts_at, c.id LIMIT 500"
    )
    .bind(student)
    .bind(rne)
    .bind(from)
    .bind(until)
    .fetch_all(conn)
    .await
    })
}

/// The absences that a justification is about, in order of time.
pub async fn covered(tx: &mut Tx, id: Uuid) -> sqlx::Result<Vec<Absence>> {
    on!(tx, |conn| query_as(
        "SELECT a.id AS record, c.id AS session, s.name AS subject_name, c.kind, c.starts_at,
            c.ends_at, c.state, a.status, jr.is_excused
         FROM justification_record jr JOIN attendance_record a ON a.id = jr.record
            JOIN class_session c ON c.id = a.class_session JOIN subject s ON s.id = c.subject
         WHERE jr.justification = $1 ORDER BY c.starts_at, a.id"
    )
    .bind(id)
    .fetch_all(conn)
    .await)
}

/// It is about this absence.
pub async fn cover(tx: &mut Tx, id: Uuid, record: Uuid) -> sqlx::Result<()> {
    on!(tx, |conn| query(
        "INSERT INTO justification_record (justification, record, is_excused)
         VALUES ($1, $2, FALSE) ON CONFLICT (justification, record) DO NOTHING"
    )
    .bind(id)
    .bind(record)
    .execute(conn)
    .await
    .map(|_| ()))
}

/// A line goes from one status to another by a decision. `false`: it says something else, or its
/// séance is locked.
pub async fn turn(
    tx: &mut Tx,
    (id, record): (Uuid, Uuid),
    (from, to): (Status, Status),
) -> sqlx::Result<bool> {
    let done = on!(&mut *tx, |conn| query(
        "UPDATE attendance_record SET status = $3, version = version + 1
         WHERE id = $1 AND status = $2 AND EXISTS (SELECT 1 FROM class_session c
            WHERE c.id = attendance_record.class_session AND c.state = 'closed')"
    )
    .bind(record)
    .bind(from)
    .bind(to)
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?;
    if done == 0 {
        return Ok(false);
    }
    on!(tx, |conn| query(
        "UPDATE justification_record SET is_excused = $3 WHERE justification = $1 AND record = $2"
    )
    .bind(id)
    .bind(record)
    .bind(to == Status::Excused)
    .execute(conn)
    .await
    .map(|_| true))
}

/// School and day of an absence of somebody.
pub async fn absence_of(
    tx: &mut Tx,
    record: Uuid,
    student: PersonId,
) -> sqlx::Result<Option<(Rne, DateTime<Utc>)>> {
    on!(tx, |conn| query_as(
        "SELECT a.rne, c.starts_at FROM attendance_record a
            JOIN class_session c ON c.id = a.class_session
         WHERE a.id = $1 AND a.student = $2 AND a.status = 'absent'"
    )
    .bind(record)
    .bind(student)
    .fetch_optional(conn)
    .await)
}
