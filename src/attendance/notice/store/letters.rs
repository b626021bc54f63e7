//! Table `notice_letter`, and what letters are about.
use crate::attendance::record::Status;
use crate::attendance::store::{Within, seance_within};
use crate::db::Tx;
use crate::identity::{PersonId, Rne};
use crate::on;
use chrono::{DateTime, NaiveDate, Utc};
use sqlx::{query, query_as};
use uuid::Uuid;

/// An absence in a letter.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct LetterAbsence {
    /// The school.
    pub rne: Rne,
    /// When it began.
    pub starts_at: DateTime<Utc>,
    /// When it ended.
    pub ends_at: DateTime<Utc>,
    /// CM, TD, TP, …
    pub kind: String,
    /// What was taught.
    pub subject_name: String,
    /// What the roll says.
    pub status: Status,
}

/// Confirmed absences of somebody, in order of time. Why they were away is not asked for.
pub async fn letter_absences(
    tx: &mut Tx,
    (within, programme): (&Within, Option<Uuid>),
    student: PersonId,
    (since, until): (DateTime<Utc>, DateTime<Utc>),
) -> sqlx::Result<Vec<LetterAbsence>> {
    on!(tx, |conn| query_as(concat!(
        "SELECT c.rne, c.starts_at, c.ends_at, c.kind, s.name AS subject_name, a.status
         FROM attendance_record a JOIN class_session c ON c.id = a.class_session
            JOIN subject s ON s.id = c.subject
         WHERE a.student = $2 AND c.starts_at >= $3 AND c.starts_at < $4
            AND c.state IN ('closed', 'locked') AND NOT c.is_provisional AND c.is_compulsory
            AND a.status IN ('absent', 'excused', 'excluded')
            AND ($5 IS NULL OR EXISTS (SELECT 1 FROM class_session_group v
                JOIN student_group w ON w.id = v.student_group
                WHERE v.class_session = c.id AND w.programme = $5)) AND ",
        seance_within!(),
        " ORDER BY c.starts_at, c.id LIMIT 500"
    ))
    .bind(within.as_str())
    .bind(student)
    .bind(since)
    .bind(until)
    .bind(programme)
    .fetch_all(conn)
    .await)
}

/// A letter that was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewLetter {
    /// The school.
    pub rne: Rne,
    /// To whom.
    pub student: PersonId,
    /// Of which alert, when it is of one.
    pub alert: Option<Uuid>,
    /// In which language.
    pub lang: &'static str,
    /// Version of its text; 0: as it is built in.
    pub wording: i64,
    /// Its days.
    pub days: (NaiveDate, NaiveDate),
    /// Who made it.
    pub made_by: PersonId,
    /// When.
    pub made_at: DateTime<Utc>,
}

/// Keep that a letter was written.
pub async fn insert_letter(tx: &mut Tx, it: &NewLetter) -> sqlx::Result<()> {
    on!(tx, |conn| query(
        "INSERT INTO notice_letter (id, rne, student, alert, lang, wording, since, until, made_by,
            made_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
    )
    .bind(Uuid::now_v7())
    .bind(&it.rne)
    .bind(it.student)
    .bind(it.alert)
    .bind(it.lang)
    .bind(it.wording)
    .bind(it.days.0)
    .bind(it.days.1)
    .bind(it.made_by)
    .bind(it.made_at)
    .execute(conn)
    .await
    .map(drop))
}

/// When letters of an alert were written, and with which version of the text.
pub async fn letters_of(tx: &mut Tx, alert: Uuid) -> sqlx::Result<Vec<(DateTime<Utc>, i64)>> {
    on!(tx, |conn| query_as(
        "SELECT made_at, wording FROM notice_letter WHERE alert = $1 ORDER BY made_at, id"
    )
    .bind(alert)
    .fetch_all(conn)
    .await)
}

/// What was told so long ago that nobody asks for it any more.
pub async fn forget_told(
    tx: &mut Tx,
    (rolls, before): (DateTime<Utc>, DateTime<Utc>),
) -> sqlx::Result<u64> {
    let mut rows = 0;
    for (sql, limit) in [
        ("DELETE FROM roll_notice WHERE at < $1", rolls),
        ("DELETE FROM notice_letter WHERE made_at < $1", before),
        ("DELETE FROM alert_sent WHERE sent_at < $1", before),
    ] {
        rows += on!(&mut *tx, |conn| query(sql)
            .bind(limit)
            .execute(conn)
            .await
            .map(|done| done.rows_affected()))?;
    }
    Ok(rows)
}
