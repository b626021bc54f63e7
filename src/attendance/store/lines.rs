//! Tables `attendance_record` and `presence`.
use super::seances::hold;
use crate::attendance::record::{Channel, Status};
use crate::attendance::seance::State;
use crate::attendance::zone::ZoneResult;
use crate::db::Tx;
use crate::identity::{PersonId, Rne};
use crate::on;
use chrono::{DateTime, Utc};
use sqlx::types::Json;
use sqlx::{query, query_as, query_scalar};
use uuid::Uuid;

/// A line of a roll with the name on it.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct LineRow {
    /// Its id.
    pub id: Uuid,
    /// The school.
    pub rne: Rne,
    /// Who.
    pub student: PersonId,
    /// Their name.
    pub display_name: String,
    /// What it says.
    pub status: Status,
    /// Minutes late.
    pub minutes_late: i64,
    /// When they were marked.
    pub marked_at: Option<DateTime<Utc>>,
    /// How.
    pub channel: Option<Channel>,
    /// From where.
    pub zone_result: ZoneResult,
    /// What the teacher should look at.
    pub flags: Json<Vec<String>>,
    /// Reason of the last correction.
    pub note: String,
    /// Raised by each change.
    pub version: i64,
}

/// All lines of a roll in order of name.
pub async fn lines(tx: &mut Tx, session: Uuid) -> sqlx::Result<Vec<LineRow>> {
    on!(tx, |conn| query_as(
        "SELECT a.id, a.rne, a.student, p.display_name, a.status, a.minutes_late, a.marked_at,
            a.channel, a.zone_result, a.flags, a.note, a.version
         FROM attendance_record a JOIN person p ON p.id = a.student
         WHERE a.class_session = $1 ORDER BY p.sort_name, a.student"
    )
    .bind(session)
    .fetch_all(conn)
    .await)
}

/// The line of one student.
pub async fn line_of(
    tx: &mut Tx,
    session: Uuid,
    student: PersonId,
) -> sqlx::Result<Option<LineRow>> {
    on!(tx, |conn| query_as(
        "SELECT a.id, a.rne, a.student, p.display_name, a.status, a.minutes_late, a.marked_at,
            a.channel, a.zone_result, a.flags, a.note, a.version
         FROM attendance_record a JOIN person p ON p.id = a.student
         WHERE a.class_session = $1 AND a.student = $2"
    )
    .bind(session)
    .bind(student)
    .fetch_optional(conn)
    .await)
}

/// Write what somebody says by hand of a line as they saw it. `false`: it has changed since.
pub async fn set_line(
    tx: &mut Tx,
    seen: &LineRow,
    (status, minutes_late, channel): (Status, i64, Channel),
    note: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    // Present or late: the time of the mark stays, and how it came.
    let is_marked = status.is_there() && !seen.status.is_there();
    on!(tx, |conn| query(
        "UPDATE attendance_record SET status = $3, minutes_late = $4, note = $5,
            marked_at = CASE WHEN $6 THEN $7 WHEN $3 = 'expected' THEN NULL ELSE marked_at END,
            channel = CASE WHEN $6 THEN $8 WHEN $3 = 'expected' THEN NULL ELSE channel END,
            version = version + 1
         WHERE id = $1 AND version = $2"
    )
    .bind(seen.id)
    .bind(seen.version)
    .bind(status)
    .bind(minutes_late)
    .bind(note)
    .bind(is_marked)
    .bind(now)
    .bind(channel)
    .execute(conn)
    .await
    .map(|done| done.rows_affected() > 0))
}

/// Add to what the teacher should look at. `false`: the line has changed since.
pub async fn set_flags(tx: &mut Tx, seen: &LineRow, flags: &[String]) -> sqlx::Result<bool> {
    on!(tx, |conn| query(
        "UPDATE attendance_record SET flags = $3, version = version + 1
         WHERE id = $1 AND version = $2"
    )
    .bind(seen.id)
    .bind(seen.version)
    .bind(Json(flags))
    .execute(conn)
    .await
    .map(|done| done.rows_affected() > 0))
}

/// Whoever is expected in an open roll is present; their lines.
pub async fn all_present(
    tx: &mut Tx,
    session: Uuid,
    now: DateTime<Utc>,
) -> sqlx::Result<Vec<Uuid>> {
    // Holds the séance first: two of these take the lines in one order.
    if !hold(tx, session, State::Open).await? {
        return Ok(Vec::new());
    }
    on!(tx, |conn| query_scalar(
        "UPDATE attendance_record SET status = 'present', minutes_late = 0, marked_at = $2,
            channel = 'manual', version = version + 1
         WHERE class_session = $1 AND status = 'expected' RETURNING id"
    )
    .bind(session)
    .bind(now)
    .fetch_all(conn)
    .await)
}

/// Keep the presence of a line.
pub async fn insert_presence(
    tx: &mut Tx,
    presence: Uuid,
    (rne, line): (&Rne, Uuid),
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    on!(tx, |conn| query(
        "INSERT INTO presence (id, rne, record, created_at) VALUES ($1, $2, $3, $4)"
    )
    .bind(presence)
    .bind(rne)
    .bind(line)
    .bind(now)
    .execute(conn)
    .await
    .map(|_| ()))
}

/// The presence of a line is worth nothing any more.
pub async fn revoke_presence(
    tx: &mut Tx,
    line: Uuid,
    reason: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    on!(tx, |conn| query(
        "UPDATE presence SET revoked_at = $2, revoke_reason = $3
         WHERE record = $1 AND revoked_at IS NULL"
    )
    .bind(line)
    .bind(now)
    .bind(reason)
    .execute(conn)
    .await
    .map(|done| done.rows_affected() > 0))
}

/// A line as its student sees it.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct OwnLine {
    /// Its id.
    pub record: Uuid,
    /// The school.
    pub rne: Rne,
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
    /// State of the séance.
    pub state: State,
    /// Closed by the clock, and nobody said that it is right.
    pub is_provisional: bool,
    /// Whether it counts.
    pub is_compulsory: bool,
    /// What the roll says.
    pub status: Status,
    /// Minutes late.
    pub minutes_late: i64,
    /// When they were marked.
    pub marked_at: Option<DateTime<Utc>>,
    /// How.
    pub channel: Option<Channel>,
}

/// Most lines of one student that are read together.
pub const OWN_LINES: usize = 2_000;

/// The lines of a student from one moment to another, of one school if it is named, the newest
/// first. One more than [`OWN_LINES`] says that there are too many.
pub async fn own_lines(
    tx: &mut Tx,
    student: PersonId,
    (since, until): (DateTime<Utc>, Option<DateTime<Utc>>),
    school: Option<&Rne>,
) -> sqlx::Result<Vec<OwnLine>> {
    on!(tx, |conn| {
        query_as(
        "SELECT a.id AS record, c.rne, c.id AS session, s.name AS subject_name, c.kind, c.starts_at, c.ends_at, c.state,
            c.is_provisional, c.is_compulsory, a.status, a.minutes_late, a.marked_at, a.channel
         FROM attendance_record a JOIN class_session c ON c.id = a.class_session
            JOIN subject s ON s.id = c.subject
         WHERE a.student = $1 AND c.starts_at >= $2 AND c.state <> 'cancelled'
            AND ($3 IS NULL OR c.starts_at < $3) AND ($4 IS NULL OR c.rne = $4)
         ORDER BY c.starts_at DESC, c.id LIMIT $5"
    )
    .bind(student)
    .bind(since)
    .bind(until)
    .bind(school)
    .bind(i64::try_from(OWN_LINES).unwrap_or(i64::MAX) + 1)
    .fetch_all(conn)
    .await
    })
}
