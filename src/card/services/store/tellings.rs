//! Table `card_told`.
use crate::card::services::fault::Fault;
use crate::card::services::told::ToldState;
use crate::db::Tx;
use crate::on;
use chrono::{DateTime, Utc};
use sqlx::{query, query_as, query_scalar};
use std::collections::BTreeMap;
use uuid::Uuid;

/// What a service was told of a card, and what it said.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Telling {
    /// The card.
    pub card: Uuid,
    /// `esc`, …
    pub service: String,
    /// How far it came.
    pub state: ToldState,
    /// Of what was accepted, and counts there.
    pub digest: String,
    /// Of what was to be told.
    pub wanted: String,
    /// When something was accepted last.
    pub told_at: Option<DateTime<Utc>>,
    /// When it was tried last.
    pub tried_at: DateTime<Utc>,
    /// Tries that failed since.
    pub tries: i64,
    /// What was wrong: a code.
    pub code: String,
    /// The same in the words of the service.
    pub message: String,
    /// The field that it is about.
    pub field: String,
    /// `POST`, …
    pub operation: String,
    /// Path of the call.
    pub place: String,
}

impl Telling {
    /// Nothing was told yet.
    pub fn blank(card: Uuid, service: &str, now: DateTime<Utc>) -> Self {
        Self {
            card,
            service: service.to_owned(),
            state: ToldState::Failing,
            digest: String::new(),
            wanted: String::new(),
            told_at: None,
            tried_at: now,
            tries: 0,
            code: String::new(),
            message: String::new(),
            field: String::new(),
            operation: String::new(),
            place: String::new(),
        }
    }

    /// Whether a service took it, or what it could of it, and said something against it.
    pub fn is_noted(&self) -> bool {
        !self.operation.is_empty() && matches!(self.state, ToldState::On | ToldState::Nothing)
    }

    /// The same with what was said against it, or without.
    #[must_use]
    pub fn with(self, fault: Fault) -> Self {
        let Fault { code, message, field, operation, place, status: _ } = fault;
        Self { code, message, field: field.into(), operation, place, ..self }
    }
}

/// The columns, with what goes on behind.
macro_rules! tellings {
    ($rest:expr) => {
        concat!(
            "SELECT t.card, t.service, t.state, t.digest, t.wanted, t.told_at, t.tried_at, t.tries,
                t.code, t.message, t.field, t.operation, t.place FROM card_told t ",
            $rest
        )
    };
}

/// What a service was told of the cards of a holder.
pub async fn tellings_of(tx: &mut Tx, service: &str, holder: Uuid) -> sqlx::Result<Vec<Telling>> {
    on!(tx, |conn| query_as(tellings!(
        "JOIN card c ON c.id = t.card WHERE t.service = $1 AND c.holder = $2"
    ))
    .bind(service)
    .bind(holder)
    .fetch_all(conn)
    .await)
}

/// What services were told of a card.
pub async fn tellings_of_card(tx: &mut Tx, card: Uuid) -> sqlx::Result<Vec<Telling>> {
    on!(tx, |conn| query_as(tellings!("WHERE t.card = $1 ORDER BY t.service"))
        .bind(card)
        .fetch_all(conn)
        .await)
}

/// Write it down; whoever was written to about it will be again when it is something else.
pub async fn keep_telling(tx: &mut Tx, of: &Telling) -> sqlx::Result<()> {
    on!(tx, |conn| query(
        "INSERT INTO card_told (card, service, state, digest, wanted, told_at, tried_at, tries,
            code, message, field, operation, place)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
         ON CONFLICT (card, service) DO UPDATE SET reported_at = CASE WHEN
                card_told.state = excluded.state AND card_told.code = excluded.code
                THEN card_told.reported_at END,
            state = excluded.state, digest = excluded.digest, wanted = excluded.wanted,
            told_at = excluded.told_at, tried_at = excluded.tried_at, tries = excluded.tries,
            code = excluded.code, message = excluded.message, field = excluded.field,
            operation = excluded.operation, place = excluded.place"
    )
    .bind(of.card)
    .bind(&of.service)
    .bind(of.state)
    .bind(&of.digest)
    .bind(&of.wanted)
    .bind(of.told_at)
    .bind(of.tried_at)
    .bind(of.tries)
    .bind(&of.code)
    .bind(&of.message)
    .bind(&of.field)
    .bind(&of.operation)
    .bind(&of.place)
    .execute(conn)
    .await
    .map(|_| ()))
}

/// Holders behind this one of whom services know something, or should, by their ids.
pub async fn holders_after(tx: &mut Tx, last: Uuid, most: i64) -> sqlx::Result<Vec<Uuid>> {
    on!(tx, |conn| query_scalar(
        "SELECT h.id FROM card_holder h WHERE h.id > $1 AND EXISTS (
            SELECT 1 FROM card c WHERE c.holder = h.id AND (c.state = 'enabled' OR EXISTS (
                SELECT 1 FROM card_told t WHERE t.card = c.id
                    AND (t.digest <> '' OR t.state IN ('failing', 'refused')))))
         ORDER BY h.id LIMIT $2"
    )
    .bind(last)
    .bind(most)
    .fetch_all(conn)
    .await)
}

/// How many cards are refused, by service and code.
pub async fn count_refused(tx: &mut Tx) -> sqlx::Result<Vec<(String, String, i64)>> {
    on!(tx, |conn| query_as(
        "SELECT service, code, count(*) FROM card_told WHERE state = 'refused'
         GROUP BY service, code ORDER BY service, code"
    )
    .fetch_all(conn)
    .await)
}

/// Nobody knows any more what a service knows of a holder: all of it is told again.
pub async fn doubt(tx: &mut Tx, service: &str, holder: Uuid, perhaps: &str) -> sqlx::Result<()> {
    for sql in [
        "UPDATE card_subject SET digest = $3, asked_at = NULL
         WHERE service = $1 AND holder = $2 AND digest <> ''",
        "UPDATE card_told SET digest = $3 WHERE service = $1 AND digest <> ''
            AND card IN (SELECT id FROM card WHERE holder = $2)",
    ] {
        on!(&mut *tx, |conn| query(sql)
            .bind(service)
            .bind(holder)
            .bind(perhaps)
            .execute(conn)
            .await
            .map(|_| ()))?;
    }
    Ok(())
}

/// Somebody is being written to about what is refused and was not written about yet: how many cards these are, by
/// service and code.
pub async fn mark_reported(
    tx: &mut Tx,
    now: DateTime<Utc>,
) -> sqlx::Result<Vec<(String, String, i64)>> {
    let marked: Vec<(String, String)> = on!(tx, |conn| query_as(
        "UPDATE card_told SET reported_at = $1 WHERE state = 'refused' AND reported_at IS NULL
         RETURNING service, code"
    )
    .bind(now)
    .fetch_all(conn)
    .await)?;
    let mut counts = BTreeMap::new();
    for kind in marked {
        *counts.entry(kind).or_insert(0) += 1;
    }
    Ok(counts.into_iter().map(|((service, code), count)| (service, code, count)).collect())
}
