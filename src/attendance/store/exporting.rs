//! Lines of rolls to take away, séance by séance.
use super::within::{Within, seance_within};
use crate::attendance::figures::Period;
use crate::attendance::record::{Channel, Status};
use crate::attendance::zone::ZoneResult;
use crate::db::Tx;
use crate::identity::{PersonId, Rne};
use crate::on;
use chrono::{DateTime, Utc};
use sqlx::query_as;
use uuid::Uuid;

/// A séance that has a roll.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct ExportSeance {
    /// Its id.
    pub id: Uuid,
    /// Planned beginning.
    pub starts_at: DateTime<Utc>,
    /// Planned end.
    pub ends_at: DateTime<Utc>,
    /// Codes of its programmes.
    pub programmes: String,
    /// What was taught.
    pub subject: String,
    /// CM, TD, TP, …
    pub kind: String,
    /// Its groups.
    pub group_names: String,
    /// Who taught.
    pub teachers: String,
    /// Name of the room, or empty.
    pub room: String,
}

/// One line of its roll.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct ExportLine {
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
    /// Reason of the last correction, or empty.
    pub note: String,
    /// When it was changed last.
    pub changed_at: Option<DateTime<Utc>>,
    /// By whom; their row may be gone.
    pub changed_by: Option<String>,
}

/// Some séances with rolls, in order of time, behind one of them.
pub async fn export_seances(
    tx: &mut Tx,
    within: &Within,
    of: &Period,
    (behind, limit): ((DateTime<Utc>, Uuid), i64),
) -> sqlx::Result<Vec<ExportSeance>> {
    on!(tx, |conn| query_as(concat!(
        "SELECT c.id, c.starts_at, c.ends_at, s.name AS subject, c.kind,
            coalesce(r.name, '') AS room,
            coalesce((SELECT string_agg(d.code, ', ' ORDER BY d.code) FROM (
                SELECT DISTINCT p.code FROM class_session_group v
                    JOIN student_group w ON w.id = v.student_group
                    JOIN programme p ON p.id = w.programme
                WHERE v.class_session = c.id) d), '') AS programmes,
            coalesce((SELECT string_agg(w.name, ', ' ORDER BY w.name) FROM class_session_group v
                JOIN student_group w ON w.id = v.student_group WHERE v.class_session = c.id), '')
                AS group_names,
            coalesce((SELECT string_agg(p.display_name, ', ' ORDER BY p.sort_name)
                FROM class_session_teacher t JOIN person p ON p.id = t.teacher
                WHERE t.class_session = c.id), '') AS teachers
         FROM class_session c JOIN subject s ON s.id = c.subject LEFT JOIN room r ON r.id = c.room
         WHERE c.starts_at >= $2 AND c.starts_at < $3
            AND ($4 IS NULL OR EXISTS (SELECT 1 FROM class_session_group v
                JOIN student_group w ON w.id = v.student_group
                WHERE v.class_session = c.id AND w.programme = $4))
            AND ($5 IS NULL OR c.subject = $5) AND ($6 IS NULL OR c.kind = $6)
            AND c.state IN ('open', 'closed', 'locked')
            AND (c.starts_at > $7 OR (c.starts_at = $7 AND c.id > $8)) AND ",
        seance_within!(),
        " ORDER BY c.starts_at, c.id LIMIT $9"
    ))
    .bind(within.as_str())
    .bind(of.since)
    .bind(of.until)
    .bind(of.programme)
    .bind(of.subject)
    .bind(of.kind.as_deref())
    .bind(behind.0)
    .bind(behind.1)
    .bind(limit)
    .fetch_all(conn)
    .await)
}

/// The lines of one of them in order of name.
pub async fn export_lines(tx: &mut Tx, session: Uuid) -> sqlx::Result<Vec<ExportLine>> {
    // Of several changes of one line the last stands for all.
    on!(tx, |conn| query_as(
        "SELECT a.student, p.display_name, a.status, a.minutes_late, a.marked_at, a.channel,
            a.zone_result, a.note, h.at AS changed_at, q.display_name AS changed_by
         FROM attendance_record a JOIN person p ON p.id = a.student
            LEFT JOIN record_change h ON h.id = (SELECT i.id FROM record_change i
                WHERE i.record = a.id ORDER BY i.at DESC, i.id DESC LIMIT 1)
            LEFT JOIN person q ON q.id = h.made_by
         WHERE a.class_session = $1 ORDER BY p.sort_name, a.student"
    )
    .bind(session)
    .fetch_all(conn)
    .await)
}

/// The programmes in there: id, school, name with its year.
pub async fn programme_rows(
    tx: &mut Tx,
    within: &Within,
) -> sqlx::Result<Vec<(Uuid, Rne, String)>> {
    on!(tx, |conn| query_as(
        "SELECT p.id, p.rne, p.name || ', ' || p.year_label FROM programme p
         WHERE $1 = '' OR replace($1, ',school:' || p.rne || ',', '') <> $1
            OR replace($1, ',programme:' || p.rne || '/' || p.code || ',', '') <> $1
         ORDER BY 3, 1 LIMIT 500"
    )
    .bind(within.as_str())
    .fetch_all(conn)
    .await)
}
