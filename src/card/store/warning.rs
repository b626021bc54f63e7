//! Table `card`: cards that end soon, and who was written to about it.
use super::Card;
use crate::card_columns;
use crate::db::Tx;
use crate::on;
use chrono::{DateTime, Utc};
use sqlx::{query, query_as};
use uuid::Uuid;

/// Cards that work, end between the two and of whose end nobody was told, behind this one.
pub async fn expiring(
    tx: &mut Tx,
    (now, until): (DateTime<Utc>, DateTime<Utc>),
    (behind, most): (Uuid, i64),
) -> sqlx::Result<Vec<Card>> {
    on!(tx, |conn| query_as(card_columns!(
        "WHERE c.state = 'enabled' AND c.due_at > $1 AND c.due_at <= $2 AND c.id > $3
            AND (c.warned_due_at IS NULL OR c.warned_due_at <> c.due_at)
         ORDER BY c.id LIMIT $4"
    ))
    .bind(now)
    .bind(until)
    .bind(behind)
    .bind(most)
    .fetch_all(conn)
    .await)
}

/// Its holder, who is held, is told of this end. `false`: they were before, or the card is another one by now.
pub async fn mark_warned(tx: &mut Tx, id: Uuid, due: DateTime<Utc>) -> sqlx::Result<bool> {
    on!(tx, |conn| query(
        "UPDATE card SET warned_due_at = due_at WHERE id = $1 AND state = 'enabled'
            AND due_at = $2 AND (warned_due_at IS NULL OR warned_due_at <> due_at)"
    )
    .bind(id)
    .bind(due)
    .execute(conn)
    .await
    .map(|done| done.rows_affected() > 0))
}
