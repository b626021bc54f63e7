//! Members of a group, by dates: the past is never rewritten.
use super::within::{Within, school_within};
use crate::db::{Tx, literal};
use crate::identity::person::fold;
use crate::identity::{PersonId, Rne};
use crate::on;
use chrono::{DateTime, NaiveDate, Utc};
use sqlx::{QueryBuilder, query, query_as};
use uuid::Uuid;

/// People who are found at most.
const MOST: i64 = 20;
/// Rows of one statement.
const LOT: usize = 500;

/// A group with its programme.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Group {
    /// Its id.
    pub id: Uuid,
    /// The school.
    pub rne: Rne,
    /// CM, TD, TP, free.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// Code and year of the programme.
    pub programme: String,
    /// The directory that names its members.
    pub ldap_source: Option<String>,
    /// Whom it asks for.
    pub ldap_filter: Option<String>,
}

/// Somebody in a group.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Membership {
    /// Who.
    pub student: PersonId,
    /// Their name.
    pub display_name: String,
    /// The first day.
    pub since: NaiveDate,
    /// The first day without; `None`: still a member.
    pub until: Option<NaiveDate>,
}

/// A group of the schools in there.
pub async fn group(tx: &mut Tx, within: &Within, id: Uuid) -> sqlx::Result<Option<Group>> {
    on!(tx, |conn| query_as(concat!(
        "SELECT g.id, g.rne, g.kind, g.name, p.code || ' ' || p.year_label AS programme,
            g.ldap_source, g.ldap_filter
         FROM student_group g JOIN programme p ON p.id = g.programme
         WHERE g.id = $2 AND ",
        school_within!("g")
    ))
    .bind(within.as_str())
    .bind(id)
    .fetch_optional(conn)
    .await)
}

/// Whoever is or was in a group; those who are stand first.
pub async fn members(
    tx: &mut Tx,
    group: Uuid,
    day: NaiveDate,
    (skip, limit): (i64, i64),
) -> sqlx::Result<Vec<Membership>> {
    on!(tx, |conn| query_as(
        "SELECT m.student, p.display_name, m.since, m.until FROM group_member m
            JOIN person p ON p.id = m.student
         WHERE m.student_group = $1
         ORDER BY CASE WHEN m.until IS NULL OR m.until > $2 THEN 0 ELSE 1 END, p.sort_name,
            m.student, m.since LIMIT $4 OFFSET $3"
    )
    .bind(group)
    .bind(day)
    .bind(skip)
    .bind(limit)
    .fetch_all(conn)
    .await)
}

/// People of a school whose name holds these words, or of whom a login begins so.
pub async fn people_at(
    tx: &mut Tx,
    rne: &Rne,
    words: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<Vec<(PersonId, String)>> {
    let parts: Vec<String> = fold(words).split_whitespace().map(literal).collect();
    let named = format!("%{}%", parts.join("%"));
    on!(tx, |conn| query_as(
        "SELECT p.id, p.display_name FROM person p
         WHERE p.id IN (SELECT person FROM affiliation
                WHERE rne = $1 AND (valid_until IS NULL OR valid_until > $2))
            AND (p.sort_name LIKE $3 ESCAPE '!' OR p.id IN (
                SELECT person FROM account WHERE login_key LIKE $4 ESCAPE '!'))
         ORDER BY p.sort_name, p.id LIMIT $5"
    )
    .bind(rne)
    .bind(now)
    .bind(named)
    .bind(format!("{}%", literal(&words.trim().to_lowercase())))
    .bind(MOST)
    .fetch_all(conn)
    .await)
}

/// Whether somebody belongs to a school.
pub async fn is_at(
    tx: &mut Tx,
    person: PersonId,
    rne: &Rne,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let found: Option<(PersonId,)> = on!(tx, |conn| query_as(
        "SELECT person FROM affiliation
         WHERE person = $1 AND rne = $2 AND (valid_until IS NULL OR valid_until > $3) LIMIT 1"
    )
    .bind(person)
    .bind(rne)
    .bind(now)
    .fetch_optional(conn)
    .await)?;
    Ok(found.is_some())
}

/// Hold a group whose members are named by hand until the end of the transaction. `false`: a
/// directory names them by now, or the group is gone.
pub async fn hold_by_hand(tx: &mut Tx, group: Uuid) -> sqlx::Result<bool> {
    let sql = "UPDATE student_group SET source = source WHERE id = $1 AND ldap_filter IS NULL";
    on!(tx, |conn| query(sql).bind(group).execute(conn).await.map(|done| done.rows_affected() > 0))
}

/// Somebody is a member from a day on. `false`: they are already, or will be one later.
pub async fn add_member(
    tx: &mut Tx,
    group: Uuid,
    student: PersonId,
    since: NaiveDate,
) -> sqlx::Result<bool> {
    Ok(add_members(tx, &[(group, student)], since).await? > 0)
}

/// People are members from a day on, except those who are already or will be later; how many.
pub async fn add_members(
    tx: &mut Tx,
    new: &[(Uuid, PersonId)],
    since: NaiveDate,
) -> sqlx::Result<u64> {
    let mut added = 0;
    for lot in new.chunks(LOT) {
        added += on!(&mut *tx, |conn| {
            let mut sql = QueryBuilder::new(
                "INSERT INTO group_member (student_group, student, since)
                 SELECT v.column1, v.column2, v.column3 FROM (",
            );
            sql.push_values(lot, |mut row, (group, student)| {
                row.push_bind(*group).push_bind(*student).push_bind(since);
            });
            sql.push(
                ") AS v WHERE NOT EXISTS (SELECT 1 FROM group_member m
                    WHERE m.student_group = v.column1 AND m.student = v.column2
                        AND (m.until IS NULL OR m.until > v.column3))
                 ON CONFLICT (student_group, student, since) DO NOTHING",
            );
            sql.build().execute(conn).await.map(|done| done.rows_affected())
        })?;
    }
    Ok(added)
}

/// Somebody is no member from a day on; who was to become one from then on never does. `false`:
/// they are none, or it ended before.
pub async fn end_member(
    tx: &mut Tx,
    group: Uuid,
    student: PersonId,
    until: NaiveDate,
) -> sqlx::Result<bool> {
    let removed = on!(&mut *tx, |conn| query(
        "DELETE FROM group_member WHERE student_group = $1 AND student = $2 AND since >= $3"
    )
    .bind(group)
    .bind(student)
    .bind(until)
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?;
    let ended = on!(tx, |conn| query(
        "UPDATE group_member SET until = $3 WHERE student_group = $1 AND student = $2
            AND since < $3 AND (until IS NULL OR until > $3)"
    )
    .bind(group)
    .bind(student)
    .bind(until)
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(removed + ended > 0)
}
