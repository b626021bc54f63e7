//! The mark of a student: one conditional write, and what keeps it honest.
use super::Seance;
use super::seances::seance_where;
use crate::attendance::record::{Channel, Status};
use crate::attendance::zone::ZoneResult;
use crate::db::Tx;
use crate::identity::PersonId;
use crate::on;
use chrono::{DateTime, Utc};
use sqlx::types::Json;
use sqlx::{query, query_as, query_scalar};
use uuid::Uuid;

/// What is written when a student marks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMark {
    /// The séance.
    pub session: Uuid,
    /// Who.
    pub student: PersonId,
    /// Present or late.
    pub status: Status,
    /// Minutes.
    pub minutes_late: i64,
    /// The time of the scan.
    pub marked_at: DateTime<Utc>,
    /// How.
    pub channel: Channel,
    /// From where.
    pub zone: ZoneResult,
    /// What the teacher should look at.
    pub flags: Vec<&'static str>,
}

/// Write the mark, when the roll is open and the student is still expected; the line's id. `None`:
/// something else is the case, and nothing was written.
pub async fn mark(tx: &mut Tx, new: &NewMark) -> sqlx::Result<Option<Uuid>> {
    on!(tx, |conn| query_scalar(
        "UPDATE attendance_record SET status = $3, minutes_late = $4, marked_at = $5, channel = $6,
            zone_result = $7, flags = $8, version = version + 1
         WHERE class_session = $1 AND student = $2 AND status = 'expected'
            AND EXISTS (SELECT 1 FROM class_session WHERE id = $1 AND state = 'open')
         RETURNING id"
    )
    .bind(new.session)
    .bind(new.student)
    .bind(new.status)
    .bind(new.minutes_late)
    .bind(new.marked_at)
    .bind(new.channel)
    .bind(new.zone)
    .bind(Json(&new.flags))
    .fetch_optional(conn)
    .await)
}

/// Use a scan up. `false`: it was used before.
pub async fn use_scan(
    tx: &mut Tx,
    nonce: &[u8],
    (session, student): (Uuid, PersonId),
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    on!(tx, |conn| query(
        "INSERT INTO scan_use (nonce, class_session, student, used_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (nonce) DO NOTHING"
    )
    .bind(nonce)
    .bind(session)
    .bind(student)
    .bind(now)
    .execute(conn)
    .await
    .map(|done| done.rows_affected() > 0))
}

/// Note with which browser somebody marks. `false`: somebody else did so before in this séance.
pub async fn use_device(
    tx: &mut Tx,
    device: &[u8],
    (session, student): (Uuid, PersonId),
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    on!(&mut *tx, |conn| query(
        "INSERT INTO device_use (class_session, device_hash, student, used_at)
         VALUES ($1, $2, $3, $4) ON CONFLICT (class_session, device_hash) DO NOTHING"
    )
    .bind(session)
    .bind(device)
    .bind(student)
    .bind(now)
    .execute(conn)
    .await
    .map(|_| ()))?;
    let owner: PersonId = on!(tx, |conn| query_scalar(
        "SELECT student FROM device_use WHERE class_session = $1 AND device_hash = $2"
    )
    .bind(session)
    .bind(device)
    .fetch_one(conn)
    .await)?;
    Ok(owner == student)
}

/// Whether somebody is there in another séance at the same time.
pub async fn overlaps(tx: &mut Tx, here: &Seance, student: PersonId) -> sqlx::Result<bool> {
    let count: i64 = on!(tx, |conn| {
        query_scalar(
        "SELECT count(*) FROM attendance_record a JOIN class_session c ON c.id = a.class_session
         WHERE a.student = $1 AND a.status IN ('present', 'late') AND c.id <> $2
            AND c.state <> 'cancelled' AND c.starts_at < $4 AND c.ends_at > $3"
    )
    .bind(student)
    .bind(here.id)
    .bind(here.starts_at)
    .bind(here.ends_at)
    .fetch_one(conn)
    .await
    })?;
    Ok(count > 0)
}

/// Open rolls with a spoken code on which somebody stands.
pub async fn spoken_open(tx: &mut Tx, student: PersonId) -> sqlx::Result<Vec<Seance>> {
    on!(tx, |conn| query_as(seance_where!(
        "JOIN attendance_record a ON a.class_session = c.id
         WHERE c.state = 'open' AND c.has_spoken_code AND a.student = $1 ORDER BY c.starts_at, c.id"
    ))
    .bind(student)
    .fetch_all(conn)
    .await)
}

/// A scan that was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refusing {
    /// The séance.
    pub session: Uuid,
    /// Who.
    pub student: PersonId,
    /// Code of the refusal.
    pub code: &'static str,
}

/// Note a refused scan for the teacher; the id of the note.
pub async fn note_refused(tx: &mut Tx, it: Refusing, now: DateTime<Utc>) -> sqlx::Result<Uuid> {
    let id = Uuid::now_v7();
    on!(tx, |conn| query(
        "INSERT INTO refused_scan (id, class_session, student, code, at)
         VALUES ($1, $2, $3, $4, $5)"
    )
    .bind(id)
    .bind(it.session)
    .bind(it.student)
    .bind(it.code)
    .bind(now)
    .execute(conn)
    .await
    .map(|_| id))
}

/// Take a note back: it was no refusal.
pub async fn unnote_refused(tx: &mut Tx, note: Uuid) -> sqlx::Result<()> {
    on!(tx, |conn| query("DELETE FROM refused_scan WHERE id = $1")
        .bind(note)
        .execute(conn)
        .await
        .map(drop))
}

/// How often somebody was refused with this code since then.
pub async fn refusals_of(tx: &mut Tx, it: Refusing, since: DateTime<Utc>) -> sqlx::Result<i64> {
    on!(tx, |conn| query_scalar(
        "SELECT count(*) FROM refused_scan
         WHERE class_session = $1 AND student = $2 AND code = $3 AND at > $4"
    )
    .bind(it.session)
    .bind(it.student)
    .bind(it.code)
    .bind(since)
    .fetch_one(conn)
    .await)
}

/// How many scans of a roll were refused: raised by each of them.
pub async fn count_refused(tx: &mut Tx, session: Uuid) -> sqlx::Result<i64> {
    on!(tx, |conn| query_scalar("SELECT count(*) FROM refused_scan WHERE class_session = $1")
        .bind(session)
        .fetch_one(conn)
        .await)
}

/// A refused scan as the teacher sees it.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct RefusedRow {
    /// Who.
    pub student: PersonId,
    /// Their name.
    pub display_name: String,
    /// Code of the refusal.
    pub code: String,
    /// When, the last time.
    pub at: DateTime<Utc>,
    /// Where they are expected at this time; empty: nowhere.
    pub elsewhere: String,
}

/// Refused scans of a séance, each student and refusal once.
pub async fn refused(tx: &mut Tx, here: &Seance) -> sqlx::Result<Vec<RefusedRow>> {
    on!(tx, |conn| query_as(
        "SELECT f.student, p.display_name, f.code, max(f.at) AS at, coalesce((
            SELECT max(s.name) FROM attendance_record a
                JOIN class_session c ON c.id = a.class_session JOIN subject s ON s.id = c.subject
            WHERE a.student = f.student AND c.id <> $1 AND c.starts_at < $3 AND c.ends_at > $2
                AND c.state IN ('planned', 'open')), '') AS elsewhere
         FROM refused_scan f JOIN person p ON p.id = f.student
         WHERE f.class_session = $1
         GROUP BY f.student, p.display_name, f.code ORDER BY max(f.at) DESC, f.student LIMIT 50"
    )
    .bind(here.id)
    .bind(here.starts_at)
    .bind(here.ends_at)
    .fetch_all(conn)
    .await)
}
