//! How rolls stand, and whose they are: one question for a whole list of them.
use crate::attendance::record::Status;
use crate::db::{Tx, among};
use crate::on;
use sqlx::QueryBuilder;
use std::collections::BTreeMap;
use uuid::Uuid;

/// How a roll stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Overview {
    /// Present or late.
    pub there: usize,
    /// Not there, for good or not yet.
    pub missing: usize,
    /// Nothing is known yet.
    pub expected: usize,
    /// Everybody who is not exempt.
    pub all: usize,
    /// Changes of lines, all added up: raised by each of them.
    pub changes: i64,
}

/// How the roll of a séance stands.
pub async fn absences_of_roll(tx: &mut Tx, session: Uuid) -> sqlx::Result<Overview> {
    Ok(overviews(tx, &[session]).await?.remove(&session).unwrap_or_default())
}

/// How the rolls of these séances stand; one without a line is not in it. A few hundred at most.
pub async fn overviews(tx: &mut Tx, sessions: &[Uuid]) -> sqlx::Result<BTreeMap<Uuid, Overview>> {
    let mut overviews: BTreeMap<Uuid, Overview> = BTreeMap::new();
    if sessions.is_empty() {
        return Ok(overviews);
    }
    let rows: Vec<(Uuid, Status, i64, i64)> = on!(tx, |conn| {
        let mut sql = QueryBuilder::new(
            "SELECT class_session, status, count(*), CAST(sum(version) AS BIGINT)
             FROM attendance_record WHERE class_session",
        );
        let sql = among(&mut sql, sessions.iter().copied()).push(" GROUP BY class_session, status");
        sql.build_query_as().fetch_all(conn).await
    })?;
    for (session, status, count, versions) in rows {
        overviews.entry(session).or_default().add(status, count, versions);
    }
    Ok(overviews)
}

impl Overview {
    fn add(&mut self, status: Status, count: i64, versions: i64) {
        let count = usize::try_from(count).unwrap_or_default();
        match status {
            Status::Present | Status::Late => self.there += count,
            Status::Expected => self.expected += count,
            Status::Exempt => {}
            Status::AbsentProvisional | Status::Absent | Status::Excused | Status::Excluded => {
                self.missing += count;
            }
        }
        self.all += if status == Status::Exempt { 0 } else { count };
        self.changes += versions;
    }
}

/// The groups of a séance with their programme: `M1 MIAGE TD2`.
pub async fn group_names(tx: &mut Tx, session: Uuid) -> sqlx::Result<Vec<String>> {
    Ok(names_of_groups(tx, &[session]).await?.remove(&session).unwrap_or_default())
}

/// The same for each of these séances, a few hundred at most.
pub async fn names_of_groups(
    tx: &mut Tx,
    sessions: &[Uuid],
) -> sqlx::Result<BTreeMap<Uuid, Vec<String>>> {
    let mut names: BTreeMap<Uuid, Vec<String>> = BTreeMap::new();
    if sessions.is_empty() {
        return Ok(names);
    }
    let rows: Vec<(Uuid, String)> = on!(tx, |conn| {
        let mut sql = QueryBuilder::new(
            "SELECT c.class_session, p.code || ' ' || g.name FROM class_session_group c
                JOIN student_group g ON g.id = c.student_group
                JOIN programme p ON p.id = g.programme WHERE c.class_session",
        );
        let sql = among(&mut sql, sessions.iter().copied()).push(" ORDER BY 2");
        sql.build_query_as().fetch_all(conn).await
    })?;
    for (session, name) in rows {
        names.entry(session).or_default().push(name);
    }
    Ok(names)
}
