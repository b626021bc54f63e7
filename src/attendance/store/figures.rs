//! Sums for the figures of 13.1, made by the database: a university has a million lines.
use super::span::{days, meetings};
use super::within::Within;
use crate::attendance::figures::{By, Period};
use crate::attendance::rates::PARTS;
use crate::db::Tx;
use crate::on;
use chrono::{DateTime, Utc};
use sqlx::{AssertSqlSafe, query_as};
use uuid::Uuid;

/// What settled lines add up to, under one key.
#[derive(Debug, Clone, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct LineSums {
    /// Whose, or of what; `None` where a day is the key, and for everything.
    pub id: Option<Uuid>,
    /// Days since 1970 where that is the key, else 0.
    pub day: i64,
    /// What it is called.
    pub name: String,
    /// By what it is sorted.
    pub sort_name: String,
    /// Planned minutes of what counts.
    pub expected: i64,
    /// Minutes of absences.
    pub absent: i64,
    /// Minutes of those that nobody excused.
    pub unjustified: i64,
    /// How often late.
    pub lates: i64,
    /// Minutes late.
    pub minutes_late: i64,
    /// Half-days with an absence in them.
    pub half_days: i64,
    /// Those with an absence that nobody excused.
    pub unjustified_half_days: i64,
    /// Half-days by their minutes, in [`PARTS`].
    pub computed_parts: i64,
}

/// How many séances that are over were begun how late.
#[derive(Debug, Clone, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct CallSums {
    /// As in [`LineSums`].
    pub id: Option<Uuid>,
    /// As in [`LineSums`].
    pub day: i64,
    /// What it is called.
    pub name: String,
    /// By what it is sorted.
    pub sort_name: String,
    /// Minutes from the planned beginning to the opening of the roll; `None`: it was not opened.
    pub delay: Option<i64>,
    /// Séances whose roll nobody called.
    pub uncalled: i64,
    /// All of them.
    pub ended: i64,
}

/// Sums over settled lines: closed and confirmed rolls of compulsory séances.
pub async fn line_sums(
    tx: &mut Tx,
    (by, within): (By, &Within),
    of: &Period,
) -> sqlx::Result<Vec<LineSums>> {
    let (key, join) = line_key(tx, by);
    let day = if by == By::Month { "l.day" } else { "CAST(0 AS BIGINT)" };
    let (name, sort_name, label) = label(by);
    let meetings = meetings(tx, of);
    let sql = format!(
        "{meetings}, line AS (
            SELECT a.id, a.student, m.id AS meeting, m.subject, m.minutes, m.day, m.half,
                CASE WHEN a.status IN ('absent', 'excused', 'excluded') THEN m.minutes ELSE 0 END
                    AS absent,
                CASE WHEN a.status IN ('absent', 'excluded') THEN m.minutes ELSE 0 END
                    AS unjustified,
                CASE WHEN a.status = 'late' THEN 1 ELSE 0 END AS late,
                CASE WHEN a.status = 'late' THEN a.minutes_late ELSE 0 END AS minutes_late
            FROM attendance_record a JOIN meeting m ON m.id = a.class_session
            WHERE m.is_settled
                AND a.status IN ('present', 'late', 'absent', 'excused', 'excluded')
        ), half AS (
            SELECT {key} AS key, {day} AS day, l.student, l.half,
                CAST(sum(l.minutes) AS BIGINT) AS minutes,
                CAST(sum(l.absent) AS BIGINT) AS absent,
                CAST(sum(l.unjustified) AS BIGINT) AS unjustified,
                CAST(sum(l.late) AS BIGINT) AS lates,
                CAST(sum(l.minutes_late) AS BIGINT) AS minutes_late
            FROM line l {join} GROUP BY 1, 2, 3, 4
        ), total AS (
            SELECT key, day, CAST(sum(minutes) AS BIGINT) AS expected,
                CAST(sum(absent) AS BIGINT) AS absent,
                CAST(sum(unjustified) AS BIGINT) AS unjustified,
                CAST(sum(lates) AS BIGINT) AS lates,
                CAST(sum(minutes_late) AS BIGINT) AS minutes_late,
                CAST(sum(CASE WHEN absent > 0 THEN 1 ELSE 0 END) AS BIGINT) AS half_days,
                CAST(sum(CASE WHEN unjustified > 0 THEN 1 ELSE 0 END) AS BIGINT)
                    AS unjustified_half_days,
                CAST(sum(CASE WHEN minutes > 0
                    THEN (2 * {PARTS} * absent + minutes) / (2 * minutes)
                    ELSE 0 END) AS BIGINT) AS computed_parts
            FROM half GROUP BY key, day
        )
        SELECT k.key AS id, k.day, {name} AS name, {sort_name} AS sort_name, k.expected, k.absent,
            k.unjustified, k.lates, k.minutes_late, k.half_days, k.unjustified_half_days,
            k.computed_parts
        FROM total k {label}"
    );
    on!(tx, |conn| query_as(AssertSqlSafe(sql))
        .bind(within.as_str())
        .bind(of.since)
        .bind(of.until)
        .bind(of.programme)
        .bind(of.subject)
        .bind(of.kind.as_deref())
        .fetch_all(conn)
        .await)
}

/// How the rolls of séances were called that ended before `limit`. Students have no part in that.
pub async fn call_sums(
    tx: &mut Tx,
    (by, within): (By, &Within),
    of: &Period,
    limit: DateTime<Utc>,
) -> sqlx::Result<Vec<CallSums>> {
    let Some((key, join)) = call_key(by) else { return Ok(Vec::new()) };
    let day = if by == By::Month { "m.day" } else { "CAST(0 AS BIGINT)" };
    let (name, sort_name, label) = label(by);
    let meetings = meetings(tx, of);
    let sql = format!(
        "{meetings}, total AS (
            SELECT {key} AS key, {day} AS day, m.delay,
                CAST(sum(CASE WHEN m.state = 'planned' THEN 1 ELSE 0 END) AS BIGINT) AS uncalled,
                count(*) AS ended
            FROM meeting m {join} WHERE m.ends_at < $7 AND m.state <> 'cancelled'
            GROUP BY 1, 2, 3
        )
        SELECT k.key AS id, k.day, {name} AS name, {sort_name} AS sort_name, k.delay, k.uncalled,
            k.ended
        FROM total k {label}"
    );
    on!(tx, |conn| query_as(AssertSqlSafe(sql))
        .bind(within.as_str())
        .bind(of.since)
        .bind(of.until)
        .bind(of.programme)
        .bind(of.subject)
        .bind(of.kind.as_deref())
        .bind(limit)
        .fetch_all(conn)
        .await)
}

/// Groups, or programmes, of lines: those of which the student is a member on the day that the clock
/// on the wall shows.
fn belonging(tx: &Tx, what: &str) -> String {
    let (since, until) = (days(tx, "n.since"), days(tx, "n.until"));
    format!(
        "JOIN (SELECT DISTINCT o.id, {what}
            FROM (SELECT x.id, g.id AS student_group, g.programme
                FROM line x JOIN group_member n ON n.student = x.student
                    AND {since} <= x.day AND (n.until IS NULL OR {until} > x.day)
                JOIN student_group g ON g.id = n.student_group
                WHERE EXISTS (SELECT 1 FROM class_session_group v
                    JOIN student_group w ON w.id = v.student_group
                    WHERE v.class_session = x.meeting AND w.programme = g.programme)) o
            ) b ON b.id = l.id"
    )
}

/// Key of a line, and what to join for it. A line belongs to the groups of which its student is a
/// member that day, as far as they are of a programme that the séance is for.
fn line_key(tx: &Tx, by: By) -> (&'static str, String) {
    let teachers = "JOIN class_session_teacher t ON t.class_session = l.meeting";
    match by {
        By::All | By::Month => ("CAST(NULL AS UUID)", String::new()),
        By::Student => ("l.student", String::new()),
        By::Subject => ("l.subject", String::new()),
        By::Teacher => ("t.teacher", teachers.to_owned()),
        By::Group => ("b.student_group", belonging(tx, "student_group")),
        By::Programme => ("b.programme", belonging(tx, "programme")),
    }
}

/// Key of a séance, and what to join for it.
fn call_key(by: By) -> Option<(&'static str, &'static str)> {
    Some(match by {
        By::All | By::Month => ("CAST(NULL AS UUID)", ""),
        By::Student => return None,
        By::Subject => ("m.subject", ""),
        By::Teacher => ("t.teacher", "JOIN class_session_teacher t ON t.class_session = m.id"),
        By::Group => ("g.student_group", "JOIN class_session_group g ON g.class_session = m.id"),
        By::Programme => (
            "g.programme",
            "JOIN (SELECT DISTINCT v.class_session, w.programme FROM class_session_group v
                JOIN student_group w ON w.id = v.student_group) g ON g.class_session = m.id",
        ),
    })
}

/// Name, what it is sorted by, and what to join for both.
fn label(by: By) -> (&'static str, &'static str, &'static str) {
    match by {
        By::All | By::Month => ("''", "''", ""),
        By::Student | By::Teacher => {
            ("p.display_name", "p.sort_name", "JOIN person p ON p.id = k.key")
        }
        By::Subject => ("s.name", "lower(s.name)", "JOIN subject s ON s.id = k.key"),
        By::Group => (
            "p.code || ' ' || g.name",
            "lower(p.code || ' ' || g.name)",
            "JOIN student_group g ON g.id = k.key JOIN programme p ON p.id = g.programme",
        ),
        By::Programme => (
            "p.name || ', ' || p.year_label",
            "lower(p.name || ', ' || p.year_label)",
            "JOIN programme p ON p.id = k.key",
        ),
    }
}
