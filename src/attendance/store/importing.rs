//! What lists are compared with, and the row that a list holds.
use crate::attendance::seance::State;
use crate::db::{Tx, among};
use crate::identity::{Attributes, PersonId, Rne};
use crate::on;
use crate::rights::{Permission, Role};
use chrono::{DateTime, NaiveDate, Utc};
use sqlx::types::Json;
use sqlx::{QueryBuilder, query, query_as, query_scalar};
use uuid::Uuid;

/// Values of one look-up.
const LOT: usize = 500;

/// Hold the lists of a school until the end of the transaction: one is brought in after the other.
pub async fn hold_imports(tx: &mut Tx, rne: &Rne, now: DateTime<Utc>) -> sqlx::Result<()> {
    on!(tx, |conn| query(
        "INSERT INTO roll_import (rne, brought_at) VALUES ($1, $2)
         ON CONFLICT (rne) DO UPDATE SET brought_at = excluded.brought_at"
    )
    .bind(rne)
    .bind(now)
    .execute(conn)
    .await
    .map(drop))
}

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
    /// Cancelled, and by the timetable.
    pub is_ext_cancelled: bool,
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
        "SELECT c.id, c.ext_uid, c.ext_recurrence, c.state, c.ext_digest, c.is_orphan,
            c.is_ext_cancelled, c.starts_at, c.ends_at, c.kind, s.name AS subject_name
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

/// The timetable does not name it any more; what was called meanwhile is no orphan. `false`: it was.
pub async fn set_orphan(tx: &mut Tx, id: Uuid) -> sqlx::Result<bool> {
    let sql = "UPDATE class_session SET is_orphan = TRUE, looked_at = NULL
         WHERE id = $1 AND state = 'planned'";
    on!(tx, |conn| query(sql).bind(id).execute(conn).await.map(|done| done.rows_affected() > 0))
}

/// The séances that timetables call so, or the one of this id; two at most.
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

/// Goes on with: the person of the account `k` belongs to a school, or may call rolls there when
/// `calls` is set.
macro_rules! at_school {
    ($sql:expr, $rne:expr, $calls:expr, $now:expr) => {{
        $sql.push(" (EXISTS (SELECT 1 FROM affiliation f WHERE f.person = k.person AND f.rne = ");
        $sql.push_bind($rne).push(" AND (f.valid_until IS NULL OR f.valid_until > ");
        $sql.push_bind($now).push("))");
        if $calls {
            $sql.push(
                " OR EXISTS (SELECT 1 FROM role_grant g WHERE g.person = k.person AND g.role",
            );
            among(&mut $sql, callers()).push(
                " AND (g.scope_kind = 'installation' OR (g.scope_kind = 'school' AND g.scope = ",
            );
            $sql.push_bind($rne).push(") OR (g.scope_kind = 'programme' AND g.scope LIKE ");
            $sql.push_bind(format!("{}/%", $rne)).push(")))");
        }
        $sql.push(")");
    }};
}

/// Roles that call rolls.
fn callers() -> impl Iterator<Item = &'static str> {
    let calls = |role: &&Role| role.permissions().contains(&Permission::CallRoll);
    Role::ALL.iter().filter(calls).map(|role| role.as_str())
}

/// Folded logins of people of a school, each with whose they are. With `calls` also of those who may
/// call rolls there. Accounts that left their source name nobody.
pub async fn people_named(
    tx: &mut Tx,
    (rne, calls): (&Rne, bool),
    logins: &[String],
    now: DateTime<Utc>,
) -> sqlx::Result<Vec<(String, PersonId)>> {
    let mut found = Vec::new();
    for lot in logins.chunks(LOT) {
        let rows: Vec<(String, PersonId)> = on!(&mut *tx, |conn| {
            let mut sql = QueryBuilder::new(
                "SELECT DISTINCT k.login_key, k.person FROM account k
                 WHERE k.ended_at IS NULL AND",
            );
            at_school!(sql, rne, calls, now);
            sql.push(" AND k.login_key");
            among(&mut sql, lot).build_query_as().fetch_all(conn).await
        })?;
        found.extend(rows);
    }
    Ok(found)
}

/// Those of these people who belong to a school or may call rolls there.
pub async fn teachers_at(
    tx: &mut Tx,
    rne: &Rne,
    people: &[PersonId],
    now: DateTime<Utc>,
) -> sqlx::Result<Vec<PersonId>> {
    let mut found = Vec::new();
    for lot in people.chunks(LOT) {
        let rows: Vec<PersonId> = on!(&mut *tx, |conn| {
            let mut sql = QueryBuilder::new(
                "SELECT DISTINCT k.person FROM account k WHERE k.ended_at IS NULL AND",
            );
            at_school!(sql, rne, true, now);
            sql.push(" AND k.person");
            among(&mut sql, lot.iter().copied()).build_query_scalar().fetch_all(conn).await
        })?;
        found.extend(rows);
    }
    Ok(found)
}

/// The groups of a school and a year whose members a directory names: programme, kind, name.
pub async fn groups_by_directory(
    tx: &mut Tx,
    rne: &Rne,
    year: &str,
) -> sqlx::Result<Vec<(String, String, String)>> {
    on!(tx, |conn| query_as(
        "SELECT p.code, g.kind, g.name FROM student_group g JOIN programme p ON p.id = g.programme
         WHERE g.rne = $1 AND p.year_label = $2 AND g.ldap_filter IS NOT NULL"
    )
    .bind(rne)
    .bind(year)
    .fetch_all(conn)
    .await)
}
