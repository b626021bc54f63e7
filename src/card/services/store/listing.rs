//! Table `card_told`: what nobody handled, of which cards, as it is listed and taken away.
use super::Telling;
use crate::card::services::told::ToldState;
use crate::db::{Tx, among, literal};
use crate::identity::Attributes;
use crate::on;
use sqlx::types::Json;
use sqlx::{Database, Encode, QueryBuilder, Type};
use uuid::Uuid;

/// Which of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sought {
    /// Of this service, with this code; an empty service: of any.
    pub kind: (String, String),
    /// With these words in what the service said.
    pub message: String,
    /// Whether it keeps the card from being known there; `None`: it does not matter.
    pub blocking: Option<bool>,
    /// Of holders of these types; `None`: of any.
    pub types: Option<Vec<String>>,
}

/// What nobody handled, as it is listed.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Listed {
    /// What was told.
    #[sqlx(flatten)]
    pub telling: Telling,
    /// Whose card.
    pub display_name: String,
    /// The same, everywhere.
    pub eppn: String,
    /// Where they are written to.
    pub mail: Option<String>,
    /// Number of the chip.
    pub csn: Option<String>,
    /// What the account says.
    pub attributes: Json<Attributes>,
}

impl Listed {
    /// Whether the card is not known there because of it.
    pub fn is_blocking(&self) -> bool {
        self.telling.state == ToldState::Refused
    }
}

const LISTED: &str =
    "SELECT t.card, t.service, t.state, t.digest, t.wanted, t.told_at, t.tried_at, t.tries,
        t.code, t.message, t.field, t.operation, t.place, p.display_name, h.eppn, p.mail, c.csn,
        a.attributes
     FROM card_told t JOIN card c ON c.id = t.card JOIN card_holder h ON h.id = c.holder
        JOIN account a ON a.id = h.account JOIN person p ON p.id = a.person WHERE TRUE";

/// What was refused or taken with a remark, as far as it is sought.
fn only<DB: Database>(sql: &mut QueryBuilder<DB>, of: &Sought)
where
    String: for<'q> Encode<'q, DB> + Type<DB>,
{
    let refused = "t.state = 'refused'";
    let remarked = "t.operation <> '' AND t.state IN ('on', 'nothing')";
    sql.push(match of.blocking {
        None => format!(" AND ({refused} OR {remarked})"),
        Some(true) => format!(" AND {refused}"),
        Some(false) => format!(" AND {remarked}"),
    });
    let (service, code) = &of.kind;
    if !service.is_empty() {
        sql.push(" AND t.service = ").push_bind(service.clone());
        sql.push(" AND t.code = ").push_bind(code.clone());
    }
    if !of.message.is_empty() {
        let words = format!("%{}%", literal(&of.message.to_lowercase()));
        sql.push(" AND lower(t.message) LIKE ").push_bind(words).push(" ESCAPE '!'");
    }
    if let Some(types) = &of.types {
        among(sql.push(" AND h.card_type"), types.iter().cloned());
    }
}

/// What nobody handled, the newest first.
pub async fn listed(
    tx: &mut Tx,
    of: &Sought,
    (skip, limit): (i64, i64),
) -> sqlx::Result<Vec<Listed>> {
    on!(tx, |conn| {
        let mut sql = QueryBuilder::new(LISTED);
        only(&mut sql, of);
        sql.push(" ORDER BY t.tried_at DESC, t.card LIMIT ").push_bind(limit);
        sql.push(" OFFSET ").push_bind(skip);
        sql.build_query_as().fetch_all(conn).await
    })
}

/// The same behind this card at this service, in their order.
pub async fn listed_behind(
    tx: &mut Tx,
    of: &Sought,
    (card, service): &(Uuid, String),
    limit: i64,
) -> sqlx::Result<Vec<Listed>> {
    on!(tx, |conn| {
        let mut sql = QueryBuilder::new(LISTED);
        only(&mut sql, of);
        sql.push(" AND (t.card > ").push_bind(*card).push(" OR t.card = ").push_bind(*card);
        sql.push(" AND t.service > ").push_bind(service.clone());
        sql.push(") ORDER BY t.card, t.service LIMIT ").push_bind(limit);
        sql.build_query_as().fetch_all(conn).await
    })
}

/// How many cards nobody handled, by service and code, of holders of these types.
pub async fn count_listed(
    tx: &mut Tx,
    types: Option<&[String]>,
) -> sqlx::Result<Vec<(String, String, i64)>> {
    let of = Sought { types: types.map(<[String]>::to_vec), ..Sought::default() };
    on!(tx, |conn| {
        let mut sql = QueryBuilder::new(
            "SELECT t.service, t.code, count(*) FROM card_told t JOIN card c ON c.id = t.card
                JOIN card_holder h ON h.id = c.holder WHERE TRUE",
        );
        only(&mut sql, &of);
        sql.push(" GROUP BY t.service, t.code ORDER BY t.service, t.code");
        sql.build_query_as().fetch_all(conn).await
    })
}
