//! Table `card_told` of services that read files: who waits for the next one.
use super::Telling;
use crate::db::Tx;
use crate::on;
use chrono::{DateTime, Utc};
use sqlx::{query, query_scalar};
use uuid::Uuid;

/// Let nobody else change the cards of a holder before this is over. `false`: they were erased.
pub async fn hold_holder(tx: &mut Tx, holder: Uuid) -> sqlx::Result<bool> {
    on!(tx, |conn| query("UPDATE card_holder SET read_at = read_at WHERE id = $1")
        .bind(holder)
        .execute(conn)
        .await
        .map(|done| done.rows_affected() > 0))
}

/// A holder waits for the next file: the card that works, and those that stand in files or may. Each time
/// with a new mark, so that what is being written now does not count for it.
pub async fn wait_for_file(
    tx: &mut Tx,
    (service, holder): (&str, Uuid),
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    hold_holder(tx, holder).await?;
    on!(tx, |conn| query(
        "INSERT INTO card_told (card, service, state, digest, wanted, tried_at, tries, code,
            message, field, operation, place)
         SELECT c.id, $1, 'waiting', '', $3, $4, 0, '', '', '', '', '' FROM card c
         WHERE c.holder = $2 AND (c.state = 'enabled' OR EXISTS (
            SELECT 1 FROM card_told t WHERE t.card = c.id AND t.service = $1
                AND (t.digest <> '' OR t.state IN ('waiting', 'failing'))))
         ORDER BY c.id
         ON CONFLICT (card, service) DO UPDATE SET state = excluded.state,
            wanted = excluded.wanted, tried_at = excluded.tried_at, tries = 0, code = ''"
    )
    .bind(service)
    .bind(holder)
    .bind(Uuid::now_v7().to_string())
    .bind(now)
    .execute(conn)
    .await
    .map(|_| ()))
}

/// Holders behind one of them who wait for a file, by their ids.
pub async fn who_waits(
    tx: &mut Tx,
    service: &str,
    (behind, most): (Uuid, i64),
) -> sqlx::Result<Vec<Uuid>> {
    on!(tx, |conn| query_scalar(
        "SELECT DISTINCT c.holder FROM card_told t JOIN card c ON c.id = t.card
         WHERE t.service = $1 AND t.state IN ('waiting', 'failing') AND c.holder > $2
         ORDER BY c.holder LIMIT $3"
    )
    .bind(service)
    .bind(behind)
    .bind(most)
    .fetch_all(conn)
    .await)
}

/// A file with a line of this card is about to be written: it may be known there.
pub async fn doubt_card(
    tx: &mut Tx,
    (service, card): (&str, Uuid),
    perhaps: &str,
) -> sqlx::Result<()> {
    on!(tx, |conn| query("UPDATE card_told SET digest = $3 WHERE card = $1 AND service = $2")
        .bind(card)
        .bind(service)
        .bind(perhaps)
        .execute(conn)
        .await
        .map(|_| ()))
}

/// Nobody knows any more what stands in files of the cards of a holder that ever stood there, blocked or not.
pub async fn doubt_cards(
    tx: &mut Tx,
    (service, holder): (&str, Uuid),
    perhaps: &str,
) -> sqlx::Result<()> {
    on!(tx, |conn| query(
        "UPDATE card_told SET digest = $3 WHERE service = $1 AND told_at IS NOT NULL
            AND card IN (SELECT id FROM card WHERE holder = $2)"
    )
    .bind(service)
    .bind(holder)
    .bind(perhaps)
    .execute(conn)
    .await
    .map(|_| ()))
}

/// The file is there: that is how far a card came, unless it waits for another one since.
pub async fn settle_waiting(tx: &mut Tx, of: &Telling, mark: &str) -> sqlx::Result<()> {
    on!(tx, |conn| query(
        "UPDATE card_told SET state = $4, digest = $5, wanted = $6, told_at = $7, tried_at = $8,
            tries = 0, code = $9
         WHERE card = $1 AND service = $2 AND wanted = $3"
    )
    .bind(of.card)
    .bind(&of.service)
    .bind(mark)
    .bind(of.state)
    .bind(&of.digest)
    .bind(&of.wanted)
    .bind(of.told_at)
    .bind(of.tried_at)
    .bind(&of.code)
    .execute(conn)
    .await
    .map(|_| ()))
}

/// The file is not: it goes on waiting.
pub async fn fail_waiting(
    tx: &mut Tx,
    (service, card, mark): (&str, Uuid, &str),
    (code, now): (&str, DateTime<Utc>),
) -> sqlx::Result<()> {
    on!(tx, |conn| query(
        "UPDATE card_told SET state = 'failing', tries = tries + 1, code = $4, tried_at = $5
         WHERE card = $1 AND service = $2 AND wanted = $3"
    )
    .bind(card)
    .bind(service)
    .bind(mark)
    .bind(code)
    .bind(now)
    .execute(conn)
    .await
    .map(|_| ()))
}
