//! Finding people, for pages and for programs.
use crate::db::{Tx, among, literal};
use crate::identity::person::fold;
use crate::identity::{PersonId, Rne};
use crate::on;
use chrono::{DateTime, Utc};
use sqlx::{Database, Encode, QueryBuilder, Type};
use uuid::Uuid;

/// Words of a name that count.
const WORDS: usize = 4;

/// Somebody found.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Found {
    /// Who.
    pub id: PersonId,
    /// As people call them.
    pub display_name: String,
    /// Mail address.
    pub mail: Option<String>,
}

/// In which order people come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Order {
    /// By name.
    #[default]
    Name,
    /// The newest first.
    Newest,
    /// As they became known, behind this one.
    Behind(Option<PersonId>),
}

/// Whom to look for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Search {
    /// Words of a name, the beginning of a login or of a mail address, or a person's id.
    pub words: String,
    /// People of these schools; `None`: everybody.
    pub schools: Option<Vec<Rne>>,
    /// In which order.
    pub order: Order,
    /// Rows to leave out.
    pub skip: i64,
    /// Rows at most.
    pub limit: i64,
}

/// People whose name holds all of these words, or of whom a login or the mail address begins so.
pub async fn find_people(
    tx: &mut Tx,
    search: &Search,
    now: DateTime<Utc>,
) -> sqlx::Result<Vec<Found>> {
    if search.schools.as_ref().is_some_and(Vec::is_empty) {
        return Ok(Vec::new());
    }
    let words = search.words.trim();
    on!(tx, |conn| {
        let mut sql = QueryBuilder::new("SELECT id, display_name, mail FROM person WHERE TRUE");
        if !words.is_empty() {
            named(&mut sql, words);
        }
        if let Some(schools) = &search.schools {
            sql.push(" AND id IN (SELECT person FROM affiliation WHERE rne");
            among(&mut sql, schools)
                .push(" AND (valid_until IS NULL OR valid_until > ")
                .push_bind(now)
                .push("))");
        }
        match search.order {
            Order::Name => sql.push(" ORDER BY sort_name, id"),
            Order::Newest => sql.push(" ORDER BY id DESC"),
            Order::Behind(last) => {
                sql.push(" AND id > ").push_bind(last.map_or(Uuid::nil(), |id| id.0));
                sql.push(" ORDER BY id")
            }
        };
        sql.push(" LIMIT ").push_bind(search.limit).push(" OFFSET ").push_bind(search.skip);
        sql.build_query_as().fetch_all(conn).await
    })
}

/// Only those whom words name.
fn named<DB: Database>(sql: &mut QueryBuilder<DB>, words: &str)
where
    String: for<'q> Encode<'q, DB> + Type<DB>,
    Uuid: for<'q> Encode<'q, DB> + Type<DB>,
{
    let start = format!("{}%", literal(&words.to_lowercase()));
    sql.push(" AND ((TRUE");
    for part in fold(words).split_whitespace().take(WORDS) {
        sql.push(" AND sort_name LIKE ").push_bind(format!("%{}%", literal(part)));
        sql.push(" ESCAPE '!'");
    }
    sql.push(") OR lower(mail) LIKE ").push_bind(start.clone());
    sql.push(" ESCAPE '!' OR id IN (SELECT person FROM account WHERE login_key LIKE ");
    sql.push_bind(start).push(" ESCAPE '!')");
    if let Ok(id) = words.parse::<Uuid>() {
        sql.push(" OR id = ").push_bind(id);
    }
    sql.push(")");
}

/// Whether somebody belongs to one of these schools.
pub(super) async fn is_of_schools(
    tx: &mut Tx,
    person: PersonId,
    (schools, now): (&[&Rne], DateTime<Utc>),
) -> sqlx::Result<bool> {
    let count: i64 = on!(tx, |conn| {
        let mut sql = QueryBuilder::new("SELECT count(*) FROM affiliation WHERE person = ");
        sql.push_bind(person).push(" AND rne");
        among(&mut sql, schools.iter().copied())
            .push(" AND (valid_until IS NULL OR valid_until > ")
            .push_bind(now)
            .push(")");
        sql.build_query_scalar().fetch_one(conn).await
    })?;
    Ok(count > 0)
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
