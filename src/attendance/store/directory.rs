//! Groups that a directory fills, and what came of their last reading.
use super::members::Group;
use super::within::{Within, school_within};
use crate::db::{Tx, among};
use crate::identity::{PersonId, Rne};
use crate::on;
use chrono::{DateTime, NaiveDate, Utc};
use sqlx::types::Json;
use sqlx::{QueryBuilder, query, query_as, query_scalar};
use uuid::Uuid;

/// Values of one look-up.
const LOT: usize = 500;

/// What came of the last reading of a group.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct ReadingRow {
    /// When.
    pub read_at: DateTime<Utc>,
    /// `kept`, `sweeping` or `failed`.
    pub outcome: String,
    /// People whom the directory names.
    pub found: i64,
    /// New members.
    pub joined: i64,
    /// Members no more.
    pub ended: i64,
    /// What the directory calls people whom nobody knows here.
    pub unknown: Json<Vec<String>>,
}

/// The groups in there that a directory fills.
pub async fn groups_of_directories(tx: &mut Tx, within: &Within) -> sqlx::Result<Vec<Group>> {
    on!(tx, |conn| query_as(concat!(
        "SELECT g.id, g.rne, g.kind, g.name, p.code || ' ' || p.year_label AS programme,
            g.ldap_source, g.ldap_filter
         FROM student_group g JOIN programme p ON p.id = g.programme
         WHERE g.ldap_filter IS NOT NULL AND p.is_active AND ",
        school_within!("g"),
        " ORDER BY g.rne, g.id"
    ))
    .bind(within.as_str())
    .fetch_all(conn)
    .await)
}

/// Say which directory fills a group, or that none does.
pub async fn set_directory(
    tx: &mut Tx,
    group: Uuid,
    named: Option<(&str, &str)>,
) -> sqlx::Result<()> {
    // First the group, as a reading takes them.
    on!(&mut *tx, |conn| query(
        "UPDATE student_group SET ldap_source = $2, ldap_filter = $3, source = $4 WHERE id = $1"
    )
    .bind(group)
    .bind(named.map(|(source, _)| source))
    .bind(named.map(|(_, filter)| filter))
    .bind(if named.is_some() { "ldap" } else { "manual" })
    .execute(conn)
    .await
    .map(drop))?;
    on!(tx, |conn| query("DELETE FROM group_reading WHERE student_group = $1")
        .bind(group)
        .execute(conn)
        .await
        .map(drop))
}

/// Hold a group as it was when the directory was asked. `false`: it asks for others by now.
pub async fn hold_group(tx: &mut Tx, group: &Group) -> sqlx::Result<bool> {
    on!(tx, |conn| query(
        "UPDATE student_group SET source = 'ldap'
         WHERE id = $1 AND ldap_source = $2 AND ldap_filter = $3"
    )
    .bind(group.id)
    .bind(&group.ldap_source)
    .bind(&group.ldap_filter)
    .execute(conn)
    .await
    .map(|done| done.rows_affected() > 0))
}

/// Whose accounts of a source have these ids there, if they belong to a school: id and person.
pub async fn people_of_source(
    tx: &mut Tx,
    (source, ids): (&str, &[String]),
    rne: &Rne,
    now: DateTime<Utc>,
) -> sqlx::Result<Vec<(String, PersonId)>> {
    let mut found = Vec::new();
    for lot in ids.chunks(LOT) {
        let rows: Vec<(String, PersonId)> = on!(&mut *tx, |conn| {
            let mut sql = QueryBuilder::new(
                "SELECT k.source_id, k.person FROM account k
                 WHERE EXISTS (SELECT 1 FROM affiliation a WHERE a.person = k.person AND a.rne = ",
            );
            sql.push_bind(rne).push(" AND (a.valid_until IS NULL OR a.valid_until > ");
            sql.push_bind(now).push(")) AND k.source = ").push_bind(source);
            sql.push(" AND k.source_id");
            among(&mut sql, lot).build_query_as().fetch_all(conn).await
        })?;
        found.extend(rows);
    }
    Ok(found)
}

/// Whoever is a member on a day, or will become one.
pub async fn members_from(tx: &mut Tx, group: Uuid, day: NaiveDate) -> sqlx::Result<Vec<PersonId>> {
    on!(tx, |conn| query_scalar(
        "SELECT DISTINCT student FROM group_member
         WHERE student_group = $1 AND (until IS NULL OR until > $2)"
    )
    .bind(group)
    .bind(day)
    .fetch_all(conn)
    .await)
}

/// Keep what came of a reading; the one before is forgotten.
pub async fn keep_group_reading(tx: &mut Tx, group: Uuid, row: &ReadingRow) -> sqlx::Result<()> {
    on!(tx, |conn| query(
        "INSERT INTO group_reading (student_group, read_at, outcome, found, joined, ended, unknown)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (student_group) DO UPDATE SET read_at = excluded.read_at,
            outcome = excluded.outcome, found = excluded.found, joined = excluded.joined,
            ended = excluded.ended, unknown = excluded.unknown"
    )
    .bind(group)
    .bind(row.read_at)
    .bind(&row.outcome)
    .bind(row.found)
    .bind(row.joined)
    .bind(row.ended)
    .bind(&row.unknown)
    .execute(conn)
    .await
    .map(drop))
}

/// What came of readings of groups that nobody reads any more: it names people.
pub async fn forget_readings(tx: &mut Tx, before: DateTime<Utc>) -> sqlx::Result<u64> {
    on!(tx, |conn| query("DELETE FROM group_reading WHERE read_at < $1")
        .bind(before)
        .execute(conn)
        .await
        .map(|done| done.rows_affected()))
}

/// What came of the last reading of a group.
pub async fn group_reading(tx: &mut Tx, group: Uuid) -> sqlx::Result<Option<ReadingRow>> {
    on!(tx, |conn| query_as(
        "SELECT read_at, outcome, found, joined, ended, unknown FROM group_reading
         WHERE student_group = $1"
    )
    .bind(group)
    .fetch_optional(conn)
    .await)
}
