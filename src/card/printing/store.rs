//! Tables `card_batch` and `card_print`.
use super::said::Said;
use crate::db::{Tx, among};
use crate::identity::PersonId;
use crate::on;
use crate::uploads::Scan;
use chrono::{DateTime, Utc};
use sqlx::types::Json;
use sqlx::{QueryBuilder, query, query_as, query_scalar};
use uuid::Uuid;

/// What became of a card in a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum Outcome {
    /// Nobody said yet.
    Waiting,
    /// It came out well.
    Printed,
    /// It did not, or was not printed at all.
    Misprinted,
}

/// A batch of a list.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Batch {
    /// Its id.
    pub id: Uuid,
    /// When it was made.
    pub made_at: DateTime<Utc>,
    /// Who made it, by name.
    pub name: Option<String>,
    /// Cards that wait for somebody to say how they came out.
    pub waiting: i64,
    /// Cards that came out well.
    pub printed: i64,
    /// Cards that did not.
    pub misprinted: i64,
}

/// A card in a batch.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Print {
    /// The card.
    pub card: Uuid,
    /// Whose.
    pub person: PersonId,
    /// The same, everywhere.
    pub eppn: String,
    /// Type of the holder.
    pub card_type: String,
    /// What it says.
    pub said: Json<Said>,
    /// What became of it.
    pub outcome: Outcome,
    /// Its photo.
    pub photo: Option<Uuid>,
    /// Name of the file.
    pub storage_key: Option<String>,
    /// Whether it can be looked at.
    pub scan_state: Option<Scan>,
}

/// Keep a batch that begins.
pub async fn insert_batch(
    tx: &mut Tx,
    id: Uuid,
    by: Option<PersonId>,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let sql = "INSERT INTO card_batch (id, made_at, made_by) VALUES ($1, $2, $3)";
    on!(tx, |conn| query(sql).bind(id).bind(now).bind(by).execute(conn).await.map(|_| ()))
}

/// Put a card in a batch.
pub async fn insert_print(
    tx: &mut Tx,
    (batch, card): (Uuid, Uuid),
    place: i64,
    said: &Said,
) -> sqlx::Result<()> {
    on!(tx, |conn| query(
        "INSERT INTO card_print (batch, card, place, said, outcome)
         VALUES ($1, $2, $3, $4, 'waiting')"
    )
    .bind(batch)
    .bind(card)
    .bind(place)
    .bind(Json(said))
    .execute(conn)
    .await
    .map(|_| ()))
}

/// A card is printed no more: what became of it in the batch where it waited, if it did.
pub async fn settle(
    tx: &mut Tx,
    card: Uuid,
    outcome: Outcome,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    on!(tx, |conn| query(
        "UPDATE card_print SET outcome = $2, outcome_at = $3
         WHERE card = $1 AND outcome = 'waiting'"
    )
    .bind(card)
    .bind(outcome)
    .bind(now)
    .execute(conn)
    .await
    .map(|_| ()))
}

/// Whether a card waits in this batch.
pub async fn waits(tx: &mut Tx, batch: Uuid, card: Uuid) -> sqlx::Result<bool> {
    let found: Option<Uuid> = on!(tx, |conn| query_scalar(
        "SELECT card FROM card_print WHERE batch = $1 AND card = $2 AND outcome = 'waiting'"
    )
    .bind(batch)
    .bind(card)
    .fetch_optional(conn)
    .await)?;
    Ok(found.is_some())
}

/// Batches of cards of these types and no others, and those that somebody made, whatever became of the types of
/// their cards; the newest first. `None`: all of them.
pub async fn batches(
    tx: &mut Tx,
    (id, of): (Option<Uuid>, Option<(&[String], PersonId)>),
    (skip, limit): (i64, i64),
) -> sqlx::Result<Vec<Batch>> {
    on!(tx, |conn| {
        let mut sql = QueryBuilder::new(
            "SELECT b.id, b.made_at, p.display_name AS name,
                count(*) FILTER (WHERE r.outcome = 'waiting') AS waiting,
                count(*) FILTER (WHERE r.outcome = 'printed') AS printed,
                count(*) FILTER (WHERE r.outcome = 'misprinted') AS misprinted
             FROM card_batch b JOIN card_print r ON r.batch = b.id
                LEFT JOIN person p ON p.id = b.made_by WHERE TRUE",
        );
        if let Some(id) = id {
            sql.push(" AND b.id = ").push_bind(id);
        }
        if let Some((types, maker)) = of {
            sql.push(" AND (b.made_by = ").push_bind(maker);
            if !types.is_empty() {
                sql.push(
                    " OR NOT EXISTS (SELECT 1 FROM card_print o JOIN card c ON c.id = o.card
                        JOIN card_holder h ON h.id = c.holder
                        WHERE o.batch = b.id AND NOT h.card_type",
                );
                among(&mut sql, types).push(")");
            }
            sql.push(")");
        }
        sql.push(" GROUP BY b.id, b.made_at, p.display_name ORDER BY b.made_at DESC, b.id DESC");
        sql.push(" LIMIT ").push_bind(limit).push(" OFFSET ").push_bind(skip);
        sql.build_query_as().fetch_all(conn).await
    })
}

/// The cards of a batch, in the order of its pages.
pub async fn prints(tx: &mut Tx, batch: Uuid) -> sqlx::Result<Vec<Print>> {
    on!(tx, |conn| query_as(
        "SELECT r.card, a.person, h.eppn, h.card_type, r.said, r.outcome, f.id AS photo,
            f.storage_key, f.scan_state
         FROM card_print r JOIN card c ON c.id = r.card JOIN card_holder h ON h.id = c.holder
            JOIN account a ON a.id = h.account
            LEFT JOIN card_photo f ON f.id = c.photo AND f.holder IS NOT NULL
         WHERE r.batch = $1 ORDER BY r.place, r.card"
    )
    .bind(batch)
    .fetch_all(conn)
    .await)
}

/// What was, or is about to be, printed on a card, and the batch where it waits.
pub async fn said_of(tx: &mut Tx, card: Uuid) -> sqlx::Result<Option<(Json<Said>, Option<Uuid>)>> {
    on!(tx, |conn| query_as(
        "SELECT r.said, CASE WHEN r.outcome = 'waiting' THEN r.batch END
         FROM card_print r JOIN card_batch b ON b.id = r.batch
         WHERE r.card = $1 AND r.outcome <> 'misprinted' ORDER BY b.made_at DESC LIMIT 1"
    )
    .bind(card)
    .fetch_optional(conn)
    .await)
}

/// Forget batches whose cards are all forgotten.
pub async fn drop_empty(tx: &mut Tx) -> sqlx::Result<()> {
    let sql = "DELETE FROM card_batch WHERE NOT EXISTS
        (SELECT 1 FROM card_print r WHERE r.batch = card_batch.id)";
    on!(tx, |conn| query(sql).execute(conn).await.map(|_| ()))
}
