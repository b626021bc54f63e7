//! Presences, and how their lines came to say what they say.
use crate::attendance::record::{Channel, Status};
use crate::attendance::seance::State;
use crate::db::Tx;
use crate::identity::{PersonId, Rne};
use crate::on;
use chrono::{DateTime, NaiveDate, Utc};
use sqlx::{query, query_as, query_scalar};
use uuid::Uuid;

/// A presence and all that proofs tell of it.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Presence {
    /// Secret.
    pub id: Uuid,
    /// Its line.
    pub record: Uuid,
    /// The school.
    pub rne: Rne,
    /// Who.
    pub student: PersonId,
    /// Their name.
    pub display_name: String,
    /// When it was noted.
    pub created_at: DateTime<Utc>,
    /// Since when it proves nothing.
    pub revoked_at: Option<DateTime<Utc>>,
    /// What the roll says.
    pub status: Status,
    /// Minutes late.
    pub minutes_late: i64,
    /// The time that counts.
    pub marked_at: Option<DateTime<Utc>>,
    /// How.
    pub channel: Channel,
    /// The séance.
    pub session: Uuid,
    /// How far that is.
    pub state: State,
    /// CM, TD, TP, …
    pub kind: String,
    /// What was taught.
    pub subject_name: String,
    /// Planned beginning.
    pub starts_at: DateTime<Utc>,
    /// Planned end.
    pub ends_at: DateTime<Utc>,
    /// Name of the room, or empty.
    pub room_name: String,
    /// Where that is.
    pub campus: String,
}

/// By which group somebody was expected.
#[derive(Debug, Clone, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct Belonging {
    /// Name of the group.
    pub group_name: String,
    /// Name of its programme.
    pub programme: String,
    /// `2026-2027`
    pub year_label: String,
}

/// One presence.
pub async fn presence(tx: &mut Tx, id: Uuid) -> sqlx::Result<Option<Presence>> {
    on!(tx, |conn| query_as(
        "SELECT b.id, b.record, b.rne, a.student, p.display_name, b.created_at, b.revoked_at,
            a.status, a.minutes_late, a.marked_at, coalesce(a.channel, 'manual') AS channel,
            c.id AS session, c.state, c.kind, s.name AS subject_name, c.starts_at, c.ends_at,
            coalesce(r.name, '') AS room_name, coalesce(r.campus, '') AS campus
         FROM presence b JOIN attendance_record a ON a.id = b.record
            JOIN person p ON p.id = a.student JOIN class_session c ON c.id = a.class_session
            JOIN subject s ON s.id = c.subject LEFT JOIN room r ON r.id = c.room
         WHERE b.id = $1"
    )
    .bind(id)
    .fetch_optional(conn)
    .await)
}

/// The group of a séance to which somebody belongs on its day; of several the first by name stands
/// for all.
pub async fn belonging(
    tx: &mut Tx,
    (session, student): (Uuid, PersonId),
    day: NaiveDate,
) -> sqlx::Result<Option<Belonging>> {
    on!(tx, |conn| query_as(
        "SELECT gr.name AS group_name, pr.name AS programme, pr.year_label
         FROM class_session_group sg JOIN group_member m ON m.student_group = sg.student_group
            JOIN student_group gr ON gr.id = sg.student_group
            JOIN programme pr ON pr.id = gr.programme
         WHERE sg.class_session = $1 AND m.student = $2
            AND m.since <= $3 AND (m.until IS NULL OR m.until > $3)
         ORDER BY gr.name, gr.id LIMIT 1"
    )
    .bind(session)
    .bind(student)
    .bind(day)
    .fetch_optional(conn)
    .await)
}

/// The good presence of a line.
pub async fn presence_of_line(tx: &mut Tx, line: Uuid) -> sqlx::Result<Option<Uuid>> {
    on!(tx, |conn| query_scalar("SELECT id FROM presence WHERE record = $1 AND revoked_at IS NULL")
        .bind(line)
        .fetch_optional(conn)
        .await)
}

/// The good presences of a roll.
pub(super) async fn presences_of_roll(tx: &mut Tx, session: Uuid) -> sqlx::Result<Vec<Uuid>> {
    on!(tx, |conn| query_scalar(
        "SELECT b.id FROM presence b JOIN attendance_record a ON a.id = b.record
         WHERE a.class_session = $1 AND b.revoked_at IS NULL ORDER BY b.id"
    )
    .bind(session)
    .fetch_all(conn)
    .await)
}

/// Names of those who teach a séance.
pub async fn teacher_names(tx: &mut Tx, session: Uuid) -> sqlx::Result<Vec<String>> {
    on!(tx, |conn| query_scalar(
        "SELECT p.display_name FROM class_session_teacher t JOIN person p ON p.id = t.teacher
         WHERE t.class_session = $1 ORDER BY p.sort_name, p.id"
    )
    .bind(session)
    .fetch_all(conn)
    .await)
}

/// A change of a line that took a reason, or a decision.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Change {
    /// When.
    pub at: DateTime<Utc>,
    /// By whom; their row may be gone.
    pub made_by: Option<PersonId>,
    /// What the line said.
    pub was: Status,
    /// What it says since.
    pub became: Status,
    /// Why, as it was typed.
    pub why: String,
}

/// Keep what was changed.
pub async fn insert_change(tx: &mut Tx, record: Uuid, change: &Change) -> sqlx::Result<()> {
    on!(tx, |conn| query(
        "INSERT INTO record_change (id, record, at, made_by, was, became, why)
         VALUES ($1, $2, $3, $4, $5, $6, $7)"
    )
    .bind(Uuid::now_v7())
    .bind(record)
    .bind(change.at)
    .bind(change.made_by)
    .bind(change.was)
    .bind(change.became)
    .bind(&change.why)
    .execute(conn)
    .await
    .map(|_| ()))
}

/// Students of a roll whose last change made them exempt.
pub async fn exempted_by_office(tx: &mut Tx, session: Uuid) -> sqlx::Result<Vec<PersonId>> {
    on!(tx, |conn| query_scalar(
        "SELECT a.student FROM attendance_record a
         WHERE a.class_session = $1 AND a.status = 'exempt' AND 'exempt' = (
            SELECT h.became FROM record_change h WHERE h.record = a.id
            ORDER BY h.at DESC, h.id DESC LIMIT 1)"
    )
    .bind(session)
    .fetch_all(conn)
    .await)
}

/// What was changed on a line, the oldest first.
pub async fn changes_of(tx: &mut Tx, record: Uuid) -> sqlx::Result<Vec<Change>> {
    on!(tx, |conn| query_as(
        "SELECT at, made_by, was, became, why FROM record_change WHERE record = $1
         ORDER BY at, id"
    )
    .bind(record)
    .fetch_all(conn)
    .await)
}
