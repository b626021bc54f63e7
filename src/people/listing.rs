//! People one after the other, in the order in which they became known.
use super::store::Found;
use crate::db::{Tx, among, literal};
use crate::identity::person::fold;
use crate::identity::{PersonId, Rne};
use crate::on;
use chrono::{DateTime, Utc};
use sqlx::QueryBuilder;
use uuid::Uuid;

/// Words of a name that count.
const WORDS: usize = 4;

/// Which people are wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    /// All of these words are in the name, or a login or the mail address begins so.
    pub words: String,
    /// Only who belongs to one of these schools now; `None`: everybody.
    pub schools: Option<Vec<Rne>>,
    /// Behind this one.
    pub after: Option<PersonId>,
}

/// The next people, `limit` at most.
pub async fn people_after(
    tx: &mut Tx,
    wanted: &Wanted,
    limit: i64,
    now: DateTime<Utc>,
) -> sqlx::Result<Vec<Found>> {
    if wanted.schools.as_ref().is_some_and(Vec::is_empty) {
        return Ok(Vec::new());
    }
    let after = wanted.after.map_or(Uuid::nil(), |id| id.0);
    on!(tx, |conn| {
        let mut sql =
            QueryBuilder::new("SELECT id, display_name, mail FROM person p WHERE p.id > ");
        sql.push_bind(after);
        if !wanted.words.trim().is_empty() {
            sql.push(" AND ((1 = 1");
            for word in fold(&wanted.words).split_whitespace().take(WORDS) {
                sql.push(" AND p.sort_name LIKE ").push_bind(format!("%{}%", literal(word)));
                sql.push(" ESCAPE '!'");
            }
            let start = format!("{}%", literal(&wanted.words.trim().to_lowercase()));
            sql.push(") OR lower(p.mail) LIKE ").push_bind(start.clone());
            sql.push(" ESCAPE '!' OR p.id IN (SELECT person FROM account WHERE login_key LIKE ");
            sql.push_bind(start).push(" ESCAPE '!'))");
        }
        if let Some(schools) = &wanted.schools {
            sql.push(
                " AND EXISTS (SELECT 1 FROM affiliation f WHERE f.person = p.id
                    AND (f.valid_until IS NULL OR f.valid_until > ",
            );
            sql.push_bind(now).push(") AND f.rne");
            among(&mut sql, schools.iter().map(Rne::as_str)).push(")");
        }
        sql.push(" ORDER BY p.id LIMIT ").push_bind(limit);
        sql.build_query_as().fetch_all(conn).await
    })
}

/// Accounts of a person that say now that they belong to one of these schools.
pub async fn accounts_at(
    tx: &mut Tx,
    person: PersonId,
    schools: &[Rne],
    now: DateTime<Utc>,
) -> sqlx::Result<Vec<Uuid>> {
    if schools.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<(Uuid,)> = on!(tx, |conn| {
        let mut sql = QueryBuilder::new("SELECT DISTINCT account FROM affiliation WHERE person = ");
        sql.push_bind(person).push(" AND (valid_until IS NULL OR valid_until > ");
        sql.push_bind(now).push(") AND rne");
        let sql = among(&mut sql, schools.iter().map(Rne::as_str));
        sql.build_query_as().fetch_all(conn).await
    })?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}
