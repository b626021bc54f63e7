//! Tables `card_app_id` and `card_app_line`: what chips carry for each application.
use crate::db::{Tx, among};
use crate::on;
use sqlx::{QueryBuilder, query, query_scalar};
use uuid::Uuid;

/// An identifier of a card.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Identifier {
    /// The card.
    pub card: Uuid,
    /// The application.
    pub application: String,
    /// What it knows the card by.
    pub value: String,
}

/// The next number of an application; numbers go up, whoever gives them out.
pub async fn next_number(tx: &mut Tx, application: &str) -> sqlx::Result<u64> {
    let number: i64 = on!(tx, |conn| query_scalar(
        "INSERT INTO card_app_line (application, last_number) VALUES ($1, 1)
         ON CONFLICT (application) DO UPDATE SET last_number = card_app_line.last_number + 1
         RETURNING last_number"
    )
    .bind(application)
    .fetch_one(conn)
    .await)?;
    Ok(number.unsigned_abs())
}

/// Keep what an application knows a card by.
pub async fn insert_identifier(tx: &mut Tx, new: &Identifier) -> sqlx::Result<()> {
    let sql = "INSERT INTO card_app_id (card, application, value) VALUES ($1, $2, $3)";
    on!(tx, |conn| query(sql)
        .bind(new.card)
        .bind(&new.application)
        .bind(&new.value)
        .execute(conn)
        .await
        .map(|_| ()))
}

/// The identifiers of these cards, in the order of applications.
pub async fn identifiers_of(tx: &mut Tx, cards: &[Uuid]) -> sqlx::Result<Vec<Identifier>> {
    if cards.is_empty() {
        return Ok(Vec::new());
    }
    on!(tx, |conn| {
        let mut sql =
            QueryBuilder::new("SELECT card, application, value FROM card_app_id WHERE card");
        among(&mut sql, cards.iter().copied());
        sql.push(" ORDER BY application").build_query_as().fetch_all(conn).await
    })
}
