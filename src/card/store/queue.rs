//! What waits in the office: counts by state, and cards that somebody looks for.
use super::Card;
use crate::card::csn::Csn;
use crate::card::state::State;
use crate::card_columns;
use crate::db::{Tx, among, literal};
use crate::identity::person::fold;
use crate::on;
use sqlx::{Database, Encode, QueryBuilder, Type, query_as};
use uuid::Uuid;

/// Words of a name that count.
const WORDS: usize = 4;

/// Which cards.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Search {
    /// Words of a name, the beginning of an eppn or a mail address, a number of a chip in one of its
    /// forms, a European number, what an application knows a card by, or the id of a card.
    pub words: String,
    /// In one of these states; none: in any.
    pub states: Vec<State>,
    /// Of these types; `None`: of any.
    pub types: Option<Vec<String>>,
    /// Only those behind this one, in the order of their ids.
    pub behind: Option<Uuid>,
    /// Rows to leave out.
    pub skip: i64,
    /// Rows at most.
    pub limit: i64,
}

impl Search {
    /// The state, when one is meant.
    pub fn state(&self) -> Option<State> {
        if let [state] = self.states[..] { Some(state) } else { None }
    }
}

/// How many cards of these types are in each state.
pub async fn counts(tx: &mut Tx, types: Option<&[String]>) -> sqlx::Result<Vec<(State, i64)>> {
    if types.is_some_and(<[String]>::is_empty) {
        return Ok(Vec::new());
    }
    on!(tx, |conn| {
        let mut sql = QueryBuilder::new(
            "SELECT c.state, count(*) FROM card c JOIN card_holder h ON h.id = c.holder",
        );
        if let Some(types) = types {
            sql.push(" WHERE h.card_type");
            among(&mut sql, types);
        }
        sql.push(" GROUP BY c.state");
        sql.build_query_as().fetch_all(conn).await
    })
}

/// Cards that are looked for: those that wait longest first, or the newest when no state is named.
pub async fn search(tx: &mut Tx, of: &Search) -> sqlx::Result<Vec<Card>> {
    if of.types.as_ref().is_some_and(Vec::is_empty) {
        return Ok(Vec::new());
    }
    let words = of.words.trim();
    on!(tx, |conn| {
        let mut sql = QueryBuilder::new(card_columns!("WHERE TRUE"));
        if let Some(types) = &of.types {
            sql.push(" AND h.card_type");
            among(&mut sql, types);
        }
        if !of.states.is_empty() {
            sql.push(" AND c.state");
            among(&mut sql, of.states.iter().copied());
        }
        if let Some(behind) = of.behind {
            sql.push(" AND c.id > ").push_bind(behind);
        }
        if !words.is_empty() {
            named(&mut sql, words);
        }
        sql.push(match (of.behind, of.state()) {
            (Some(_), _) => " ORDER BY c.id",
            (None, Some(_)) => " ORDER BY c.state_at, c.id",
            (None, None) => " ORDER BY c.id DESC",
        });
        sql.push(" LIMIT ").push_bind(of.limit).push(" OFFSET ").push_bind(of.skip);
        sql.build_query_as().fetch_all(conn).await
    })
}

pub(super) fn named<DB: Database>(sql: &mut QueryBuilder<DB>, words: &str)
where
    String: for<'q> Encode<'q, DB> + Type<DB>,
    Uuid: for<'q> Encode<'q, DB> + Type<DB>,
{
    let start = format!("{}%", literal(&words.to_lowercase()));
    sql.push(" AND ((TRUE");
    for part in fold(words).split_whitespace().take(WORDS) {
        sql.push(" AND p.sort_name LIKE ").push_bind(format!("%{}%", literal(part)));
        sql.push(" ESCAPE '!'");
    }
    sql.push(") OR h.eppn LIKE ").push_bind(start.clone());
    sql.push(" ESCAPE '!' OR lower(p.mail) LIKE ").push_bind(start).push(" ESCAPE '!'");
    sql.push(" OR c.escn = ").push_bind(words.to_lowercase());
    let numbers = Csn::meant_by(words);
    if !numbers.is_empty() {
        sql.push(" OR c.csn");
        among(sql, numbers.iter().map(Csn::to_string));
    }
    sql.push(" OR c.id IN (SELECT card FROM card_app_id WHERE value = ");
    sql.push_bind(words.to_owned()).push(")");
    if let Ok(id) = words.parse::<Uuid>() {
        sql.push(" OR c.id = ").push_bind(id);
    }
    sql.push(")");
}

/// Cards that wait for an encoder, those that wait longest first.
pub async fn waiting(tx: &mut Tx, most: i64) -> sqlx::Result<Vec<Card>> {
    on!(tx, |conn| query_as(card_columns!(
        "WHERE c.state IN ('printed', 'in_encode') ORDER BY c.state_at, c.id LIMIT $1"
    ))
    .bind(most)
    .fetch_all(conn)
    .await)
}
