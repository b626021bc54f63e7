//! Table `class_session`: séances and what becomes of their rolls.
use super::presence::presences_of_roll;
use crate::attendance::record::Status;
use crate::attendance::seance::{State, Times};
use crate::config::Attendance;
use crate::config::Policy;
use crate::db::Tx;
use crate::identity::{PersonId, Rne};
use crate::on;
use chrono::{DateTime, Utc};
use ipnet::IpNet;
use sqlx::{query, query_as, query_scalar};
use uuid::Uuid;

/// A séance as it is kept, with the names of its subject and room.
#[expect(clippy::struct_excessive_bools, reason = "each is a column")]
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Seance {
    /// Stands in clear in the code on the wall.
    pub id: Uuid,
    /// The school.
    pub rne: Rne,
    /// What is taught.
    pub subject: Uuid,
    /// Its name.
    pub subject_name: String,
    /// CM, TD, TP, …
    pub kind: String,
    /// What a timetable calls it.
    pub title: String,
    /// Where.
    pub room: Option<Uuid>,
    /// Its name; empty: none.
    pub room_name: String,
    /// Planned beginning.
    pub starts_at: DateTime<Utc>,
    /// Planned end.
    pub ends_at: DateTime<Utc>,
    /// How far it is.
    pub state: State,
    /// `rotating` or `static`.
    pub mode: String,
    /// Whether it counts in rates.
    pub is_compulsory: bool,
    /// Marks from outside the room's network.
    pub zone_policy: Policy,
    /// Several students with one browser.
    pub device_policy: Policy,
    /// Minutes until somebody is late.
    pub late_after_min: i64,
    /// Minutes until nobody marks themselves any more.
    pub refuse_after_min: Option<i64>,
    /// Seconds of a code.
    pub rotation_s: i64,
    /// Whether six digits can be typed.
    pub has_spoken_code: bool,
    /// What codes are made of, sealed.
    pub roll_secret: Option<Vec<u8>>,
    /// When the roll was opened first.
    pub opened_at: Option<DateTime<Utc>>,
    /// When it was closed last.
    pub closed_at: Option<DateTime<Utc>>,
    /// Closed by the clock, and nobody said that it is right.
    pub is_provisional: bool,
    /// People in the room.
    pub headcount: Option<i64>,
    /// The timetable says something else since.
    pub has_conflict: bool,
}

impl Seance {
    /// When it is.
    pub fn times(&self) -> Times {
        Times { starts_at: self.starts_at, ends_at: self.ends_at }
    }

    /// Seconds of a code.
    pub fn rotation(&self) -> u64 {
        u64::try_from(self.rotation_s).unwrap_or(10).clamp(5, 60)
    }

    /// Whether its code may be printed.
    pub fn is_static(&self) -> bool {
        self.mode == "static"
    }
}

/// A séance to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSeance {
    /// Its id.
    pub id: Uuid,
    /// The school.
    pub rne: Rne,
    /// What is taught.
    pub subject: Uuid,
    /// CM, TD, TP, …
    pub kind: String,
    /// What a timetable calls it.
    pub title: String,
    /// Where.
    pub room: Option<Uuid>,
    /// When.
    pub times: Times,
    /// `rotating` or `static`.
    pub is_static: bool,
    /// Whose séance it is.
    pub groups: Vec<Uuid>,
    /// Who calls the roll.
    pub teachers: Vec<PersonId>,
    /// Who made it.
    pub by: Option<PersonId>,
    /// How its roll is called.
    pub rules: Attendance,
}

/// How a roll is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Closing {
    /// By whom; `None`: by the clock, or by a program.
    pub by: Option<PersonId>,
    /// Nobody is absent for good yet: the clock closed it.
    pub is_provisional: bool,
    /// People in the room, if they were counted.
    pub headcount: Option<i64>,
    /// When.
    pub at: DateTime<Utc>,
}

/// Everything of a séance, and what behind it.
macro_rules! seance_where {
    ($($rest:expr),+ $(,)?) => {
        concat!(
            "SELECT c.id, c.rne, c.subject, s.name AS subject_name, c.kind, c.title, c.room,
                coalesce(r.name, '') AS room_name, c.starts_at, c.ends_at, c.state, c.mode,
                c.is_compulsory, c.zone_policy, c.device_policy, c.late_after_min,
                c.refuse_after_min, c.rotation_s, c.has_spoken_code, c.roll_secret, c.opened_at,
                c.closed_at, c.is_provisional, c.headcount, c.has_conflict
             FROM class_session c JOIN subject s ON s.id = c.subject
                LEFT JOIN room r ON r.id = c.room ",
            $($rest),+
        )
    };
}
pub(in crate::attendance) use seance_where;

/// One séance.
pub async fn seance(tx: &mut Tx, id: Uuid) -> sqlx::Result<Option<Seance>> {
    on!(tx, |conn| query_as(seance_where!("WHERE c.id = $1")).bind(id).fetch_optional(conn).await)
}

/// Whether somebody calls the roll of a séance.
pub async fn is_teacher(tx: &mut Tx, session: Uuid, person: PersonId) -> sqlx::Result<bool> {
    let count: i64 = on!(tx, |conn| query_scalar(
        "SELECT count(*) FROM class_session_teacher WHERE class_session = $1 AND teacher = $2"
    )
    .bind(session)
    .bind(person)
    .fetch_one(conn)
    .await)?;
    Ok(count > 0)
}

/// Open a planned roll. `false`: it is not planned any more.
pub async fn open(
    tx: &mut Tx,
    id: Uuid,
    secret: &[u8],
    by: Option<PersonId>,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let sql = "UPDATE class_session SET state = 'open', roll_secret = $2, opened_at = $3,
            opened_by = $4
         WHERE id = $1 AND state = 'planned'";
    on!(tx, |conn| query(sql)
        .bind(id)
        .bind(secret)
        .bind(now)
        .bind(by)
        .execute(conn)
        .await
        .map(|done| done.rows_affected() > 0))
}

/// Open a closed roll again, with other codes; whoever was absent is expected, unless somebody
/// decided about it. `false`: it is not closed.
pub async fn reopen(
    tx: &mut Tx,
    id: Uuid,
    secret: &[u8],
    by: Option<PersonId>,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    // The first opening is what minutes count from.
    let done = on!(&mut *tx, |conn| query(
        "UPDATE class_session SET state = 'open', roll_secret = $2, opened_by = $4,
            opened_at = coalesce(opened_at, $3), reopened_at = $3, closed_at = NULL,
            closed_by = NULL, is_provisional = FALSE, validated_at = NULL, validated_by = NULL
         WHERE id = $1 AND state = 'closed'"
    )
    .bind(id)
    .bind(secret)
    .bind(now)
    .bind(by)
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?;
    if done == 0 {
        return Ok(false);
    }
    on!(tx, |conn| query(
        "UPDATE attendance_record SET status = 'expected', version = version + 1
         WHERE class_session = $1 AND status IN ('absent', 'absent_provisional', 'excused')
            AND NOT EXISTS (SELECT 1 FROM justification_record d
                JOIN justification j ON j.id = d.justification
                WHERE d.record = attendance_record.id AND j.state IN ('accepted', 'refused'))"
    )
    .bind(id)
    .execute(conn)
    .await
    .map(|_| true))
}

/// Close an open roll: its codes are dead, and whoever is still expected is absent, or excused when
/// an accepted reason was announced. People who were counted stay counted. `None`: it is not open;
/// else how many are missing.
pub async fn close(tx: &mut Tx, id: Uuid, closing: Closing) -> sqlx::Result<Option<u64>> {
    let done = on!(&mut *tx, |conn| query(
        "UPDATE class_session SET state = 'closed', closed_at = $2, closed_by = $3,
            headcount = coalesce($4, headcount), is_provisional = $5
         WHERE id = $1 AND state = 'open'"
    )
    .bind(id)
    .bind(closing.at)
    .bind(closing.by)
    .bind(closing.headcount)
    .bind(closing.is_provisional)
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?;
    if done == 0 {
        return Ok(None);
    }
    excuse(tx, id, Status::Expected).await?;
    let status = if closing.is_provisional { "absent_provisional" } else { "absent" };
    on!(tx, |conn| query(
        "UPDATE attendance_record SET status = $2, version = version + 1
         WHERE class_session = $1 AND status = 'expected'"
    )
    .bind(id)
    .bind(status)
    .execute(conn)
    .await
    .map(|done| Some(done.rows_affected())))
}

/// Lines that say this are excused where an accepted reason was announced.
async fn excuse(tx: &mut Tx, id: Uuid, from: Status) -> sqlx::Result<()> {
    on!(tx, |conn| query(
        "UPDATE attendance_record SET status = 'excused', version = version + 1
         WHERE class_session = $1 AND status = $2 AND EXISTS (
            SELECT 1 FROM planned_absence p JOIN absence_reason r ON r.id = p.reason
                JOIN class_session c ON c.id = $1
            WHERE p.student = attendance_record.student AND p.rne = c.rne AND r.is_accepted
                AND p.since <= c.starts_at AND p.until >= c.ends_at)"
    )
    .bind(id)
    .bind(from)
    .execute(conn)
    .await
    .map(|_| ()))
}

/// Say that what the clock closed is right; what was announced since excuses. `None`: there is nothing
/// to say; else how many are absent now.
pub async fn validate(
    tx: &mut Tx,
    id: Uuid,
    by: Option<PersonId>,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<u64>> {
    let done = on!(&mut *tx, |conn| query(
        "UPDATE class_session SET is_provisional = FALSE, validated_at = $2, validated_by = $3
         WHERE id = $1 AND state = 'closed' AND is_provisional"
    )
    .bind(id)
    .bind(now)
    .bind(by)
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?;
    if done == 0 {
        return Ok(None);
    }
    excuse(tx, id, Status::AbsentProvisional).await?;
    on!(tx, |conn| query(
        "UPDATE attendance_record SET status = 'absent', version = version + 1
         WHERE class_session = $1 AND status = 'absent_provisional'"
    )
    .bind(id)
    .execute(conn)
    .await
    .map(|done| Some(done.rows_affected())))
}

/// It does not take place; presences in it prove nothing. `None`: it is over already; else the
/// presences that were good until now.
pub async fn cancel(tx: &mut Tx, id: Uuid, now: DateTime<Utc>) -> sqlx::Result<Option<Vec<Uuid>>> {
    let done = on!(&mut *tx, |conn| query(
        "UPDATE class_session SET state = 'cancelled', roll_secret = NULL
         WHERE id = $1 AND state IN ('planned', 'open')"
    )
    .bind(id)
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?;
    if done == 0 {
        return Ok(None);
    }
    // Waits for every mark that found the roll open; whoever comes later reads that it is not.
    on!(&mut *tx, |conn| query(
        "UPDATE attendance_record SET version = version + 1 WHERE class_session = $1"
    )
    .bind(id)
    .execute(conn)
    .await
    .map(drop))?;
    let presences = presences_of_roll(tx, id).await?;
    on!(tx, |conn| query(
        "UPDATE presence SET revoked_at = $2, revoke_reason = 'cancelled'
         WHERE revoked_at IS NULL
            AND record IN (SELECT id FROM attendance_record WHERE class_session = $1)"
    )
    .bind(id)
    .bind(now)
    .execute(conn)
    .await
    .map(drop))?;
    Ok(Some(presences))
}

/// Nothing changes any more. `false`: it is not closed, or not validated.
pub async fn lock(tx: &mut Tx, id: Uuid) -> sqlx::Result<bool> {
    let sql = "UPDATE class_session SET state = 'locked'
         WHERE id = $1 AND state = 'closed' AND NOT is_provisional";
    on!(tx, |conn| query(sql).bind(id).execute(conn).await.map(|done| done.rows_affected() > 0))
}

/// Hold a séance until the end of the transaction. `false`: it is in another state by now.
pub async fn hold(tx: &mut Tx, id: Uuid, state: State) -> sqlx::Result<bool> {
    let sql = "UPDATE class_session SET state = state WHERE id = $1 AND state = $2";
    on!(tx, |conn| query(sql)
        .bind(id)
        .bind(state)
        .execute(conn)
        .await
        .map(|done| done.rows_affected() > 0))
}

/// Open rolls whose séance ended before `limit`, and that nobody opened again since.
pub async fn overdue(tx: &mut Tx, limit: DateTime<Utc>) -> sqlx::Result<Vec<Uuid>> {
    on!(tx, |conn| query_scalar(
        "SELECT id FROM class_session WHERE state = 'open' AND ends_at < $1
            AND (reopened_at IS NULL OR reopened_at < $1) ORDER BY id LIMIT 500"
    )
    .bind(limit)
    .fetch_all(conn)
    .await)
}

/// The networks of a room; of a room without any, those of its school.
pub async fn networks(tx: &mut Tx, of: &Seance) -> sqlx::Result<Vec<IpNet>> {
    let texts: Vec<String> = on!(tx, |conn| query_scalar(
        "SELECT n.cidr FROM network_zone_cidr n JOIN network_zone z ON z.id = n.network_zone
         WHERE z.rne = $1 AND (z.id = (SELECT network_zone FROM room WHERE id = $2)
            OR (SELECT network_zone FROM room WHERE id = $2) IS NULL)"
    )
    .bind(&of.rne)
    .bind(of.room)
    .fetch_all(conn)
    .await)?;
    Ok(texts.iter().filter_map(|text| text.parse().ok()).collect())
}
