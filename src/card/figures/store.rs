//! Sums over cards, each of one statement.
use crate::db::{Tx, among};
use crate::on;
use chrono::{DateTime, Utc};
use sqlx::{Database, Encode, QueryBuilder, Type};

/// Which cards, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Of {
    /// Of these types; `None`: of any.
    pub(super) types: Option<Vec<String>>,
    /// From then on.
    pub(super) since: DateTime<Utc>,
    /// Before then.
    pub(super) until: DateTime<Utc>,
}

/// What can be counted by a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum By {
    /// Cards that were asked for in the period, by their state now.
    State,
    /// The same by type.
    Type,
    /// Cards that do not work now and were asked for whenever, by why.
    Why,
    /// Steps of the period after which something was said or lost: sent back, void, stopped, destroyed.
    Refusal,
    /// Cards that came from the printer in the period, by how.
    Print,
}

impl By {
    /// The word, and where it is counted; what follows is on `c` and `h`.
    fn sql(self) -> (&'static str, &'static str) {
        match self {
            Self::State => ("c.state", " AND c.requested_at"),
            Self::Type => ("h.card_type", " AND c.requested_at"),
            Self::Why => {
                ("coalesce(c.stopped_for, '')", " AND c.state = 'disabled' AND c.state_at")
            }
            Self::Refusal => (
                "e.became",
                " AND e.became IN ('rejected', 'canceled', 'disabled', 'destroyed', 'caduc') AND e.at",
            ),
            Self::Print => ("r.outcome", " AND r.outcome <> 'waiting' AND r.outcome_at"),
        }
    }

    /// What is joined besides.
    fn joined(self) -> &'static str {
        match self {
            Self::Refusal => " JOIN card_change e ON e.card = c.id",
            Self::Print => " JOIN card_print r ON r.card = c.id",
            _ => "",
        }
    }
}

/// What happens to cards and is dated on them.
pub(super) const DATED: [&str; 4] = ["requested_at", "encoded_at", "enabled_at", "delivered_at"];

/// Cards by a word.
pub(super) async fn by(tx: &mut Tx, by: By, of: &Of) -> sqlx::Result<Vec<(String, i64)>> {
    let (word, moment) = by.sql();
    on!(tx, |conn| {
        let mut sql = QueryBuilder::new("SELECT ");
        sql.push(word).push(" AS word, count(*) FROM card c JOIN card_holder h ON h.id = c.holder");
        sql.push(by.joined()).push(" WHERE TRUE").push(moment);
        sql.push(" >= ").push_bind(of.since).push(moment).push(" < ").push_bind(of.until);
        kept(&mut sql, of);
        sql.push(" GROUP BY word ORDER BY word").build_query_as().fetch_all(conn).await
    })
}

/// How many cards were asked for, written, enabled and handed out between two beginnings after one
/// another: (which of [`DATED`], which interval, cards).
pub(super) async fn dated(
    tx: &mut Tx,
    begins: &[DateTime<Utc>],
    of: &Of,
) -> sqlx::Result<Vec<(i64, i64, i64)>> {
    let (Some(first), Some(last)) = (begins.first(), begins.last()) else { return Ok(Vec::new()) };
    on!(tx, |conn| {
        let mut sql = QueryBuilder::new("SELECT what, ");
        interval(&mut sql, "at", begins);
        sql.push(" AS place, count(*) FROM (");
        for (what, column) in DATED.into_iter().enumerate() {
            if what > 0 {
                sql.push(" UNION ALL ");
            }
            sql.push(format!("SELECT CAST({what} AS BIGINT) AS what, c.{column} AS at"));
            sql.push(" FROM card c JOIN card_holder h ON h.id = c.holder WHERE c.");
            sql.push(column).push(" >= ").push_bind(*first);
            sql.push(" AND c.").push(column).push(" < ").push_bind(*last);
            kept(&mut sql, of);
        }
        sql.push(") AS dated GROUP BY what, place");
        sql.build_query_as().fetch_all(conn).await
    })
}

/// Cards that work and end between two beginnings after one another: (which interval, cards).
pub(super) async fn due(
    tx: &mut Tx,
    begins: &[DateTime<Utc>],
    of: &Of,
) -> sqlx::Result<Vec<(i64, i64)>> {
    let (Some(first), Some(last)) = (begins.first(), begins.last()) else { return Ok(Vec::new()) };
    on!(tx, |conn| {
        let mut sql = QueryBuilder::new("SELECT ");
        interval(&mut sql, "c.due_at", begins);
        sql.push(" AS place, count(*) FROM card c JOIN card_holder h ON h.id = c.holder");
        sql.push(" WHERE c.state = 'enabled' AND c.due_at >= ").push_bind(*first);
        sql.push(" AND c.due_at < ").push_bind(*last);
        kept(&mut sql, of);
        sql.push(" GROUP BY place").build_query_as().fetch_all(conn).await
    })
}

/// What cards that work have besides.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, sqlx::FromRow)]
pub(super) struct Shares {
    /// Cards that work.
    pub(super) working: i64,
    /// Those whose holders show their photo.
    pub(super) photo: i64,
    /// Those with a European number.
    pub(super) european: i64,
    /// Those that the CROUS was told of.
    pub(super) crous: i64,
    /// Those that nobody handed out yet.
    pub(super) undelivered: i64,
}

/// What cards that work have besides.
pub(super) async fn shares(tx: &mut Tx, of: &Of) -> sqlx::Result<Shares> {
    on!(tx, |conn| {
        let mut sql = QueryBuilder::new(
            "SELECT count(*) AS working, count(*) FILTER (WHERE h.shows_photo) AS photo,
                count(*) FILTER (WHERE c.escn IS NOT NULL) AS european,
                count(*) FILTER (WHERE t.told_at IS NOT NULL) AS crous,
                count(*) FILTER (WHERE c.delivered_at IS NULL) AS undelivered
             FROM card c JOIN card_holder h ON h.id = c.holder
                LEFT JOIN card_told t ON t.card = c.id AND t.service = 'crous'
             WHERE c.state = 'enabled'",
        );
        kept(&mut sql, of);
        sql.build_query_as().fetch_one(conn).await
    })
}

/// People by how many cards they had, void requests apart: four is four and more.
pub(super) async fn each(tx: &mut Tx, of: &Of) -> sqlx::Result<Vec<(i64, i64)>> {
    on!(tx, |conn| {
        let mut sql = QueryBuilder::new(
            "SELECT CASE WHEN cards > 4 THEN 4 ELSE cards END AS many, count(*) FROM (
                SELECT a.person, count(*) AS cards FROM card c
                    JOIN card_holder h ON h.id = c.holder JOIN account a ON a.id = h.account
                WHERE c.state <> 'canceled'",
        );
        kept(&mut sql, of);
        sql.push(" GROUP BY a.person) AS held GROUP BY many ORDER BY many");
        sql.build_query_as().fetch_all(conn).await
    })
}

/// The types that holders have.
pub(super) async fn all_types(tx: &mut Tx) -> sqlx::Result<Vec<String>> {
    let sql = "SELECT DISTINCT card_type FROM card_holder ORDER BY card_type";
    on!(tx, |conn| sqlx::query_scalar(sql).fetch_all(conn).await)
}

/// Only those of the types that are asked for; none of no type.
fn kept<DB: Database>(sql: &mut QueryBuilder<DB>, of: &Of)
where
    String: for<'q> Encode<'q, DB> + Type<DB>,
{
    match &of.types {
        Some(types) if types.is_empty() => {
            sql.push(" AND FALSE");
        }
        Some(types) => {
            among(sql.push(" AND h.card_type"), types.iter().cloned());
        }
        None => {}
    }
}

/// Number of the interval in which a moment lies: the first beginning behind it says it. Months follow
/// the clock on the wall, which databases do not know: their beginnings are brought along.
fn interval<DB: Database>(sql: &mut QueryBuilder<DB>, moment: &str, begins: &[DateTime<Utc>])
where
    DateTime<Utc>: for<'q> Encode<'q, DB> + Type<DB>,
{
    sql.push("CAST(CASE");
    for (place, end) in begins.iter().skip(1).enumerate() {
        sql.push(" WHEN ").push(moment).push(" < ").push_bind(*end);
        sql.push(format!(" THEN {place}"));
    }
    sql.push(" ELSE -1 END AS BIGINT)");
}
