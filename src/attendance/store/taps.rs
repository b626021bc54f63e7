//! Table `tap`, and the rolls of a room.
use super::Seance;
use super::seances::seance_where;
use super::within::{Within, seance_within};
use crate::attendance::refusal::RollRefusal;
use crate::attendance::stations::{Reader, TapAnswer, TapTold, plain};
use crate::db::Tx;
use crate::identity::PersonId;
use crate::on;
use chrono::{DateTime, Utc};
use openssl::sha::sha256;
use serde_json::Value;
use sqlx::types::Json;
use sqlx::{query, query_as};
use uuid::Uuid;

/// A tap and what came of it.
pub struct KeptTap<'a> {
    /// Token, reader, number.
    pub name: (Uuid, &'a str, i64),
    /// As it was told.
    pub told: &'a TapTold,
    /// By whom.
    pub by: &'a Reader,
    /// Student and séance, when they are known.
    pub whose: Option<(PersonId, Uuid)>,
    /// What was answered.
    pub answer: &'a TapAnswer,
}

/// SHA-256 of kind and number of a card: tells two cards apart, and is neither of them.
fn card_hash(told: &TapTold) -> Vec<u8> {
    sha256(format!("{:?} {}", told.kind, plain(&told.value)).as_bytes()).to_vec()
}

/// What was answered to this tap; `Err`: that was another card.
pub async fn kept_tap(
    tx: &mut Tx,
    (token, station, seq): (Uuid, &str, i64),
    told: &TapTold,
) -> sqlx::Result<Option<Result<Value, RollRefusal>>> {
    let row: Option<(Json<Value>, Option<Vec<u8>>)> = on!(tx, |conn| query_as(
        "SELECT answer, card_hash FROM tap WHERE token = $1 AND station = $2 AND seq = $3"
    )
    .bind(token)
    .bind(station)
    .bind(seq)
    .fetch_optional(conn)
    .await)?;
    Ok(row.map(|(Json(answer), hash)| {
        let is_same = hash.is_none_or(|hash| hash == card_hash(told));
        if is_same { Ok(answer) } else { Err(RollRefusal::OtherCard) }
    }))
}

/// Keep a tap. `false`: this number was kept already.
pub async fn keep_tap(tx: &mut Tx, tap: &KeptTap<'_>) -> sqlx::Result<bool> {
    let (token, station, seq) = tap.name;
    on!(tx, |conn| query(
        "INSERT INTO tap (token, station, seq, tapped_at, received_at, student, class_session,
            answer, card_hash)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (token, station, seq) DO NOTHING"
    )
    .bind(token)
    .bind(station)
    .bind(seq)
    .bind(tap.told.tapped_at)
    .bind(tap.by.now)
    .bind(tap.whose.map(|(student, _)| student))
    .bind(tap.whose.map(|(_, session)| session))
    .bind(Json(tap.answer))
    .bind(card_hash(tap.told))
    .execute(conn)
    .await
    .map(|done| done.rows_affected() > 0))
}

/// The séances of a room that are on in a span of time, those with an open roll first.
pub async fn in_room(
    tx: &mut Tx,
    within: &Within,
    room: &str,
    (from, until): (DateTime<Utc>, DateTime<Utc>),
) -> sqlx::Result<Vec<Seance>> {
    on!(tx, |conn| query_as(seance_where!(
        "WHERE r.name = $2 AND c.starts_at <= $4 AND c.ends_at >= $3
            AND c.state IN ('planned', 'open', 'closed') AND ",
        seance_within!(),
        " ORDER BY CASE c.state WHEN 'open' THEN 0 ELSE 1 END, c.starts_at, c.id LIMIT 20"
    ))
    .bind(within.as_str())
    .bind(room)
    .bind(from)
    .bind(until)
    .fetch_all(conn)
    .await)
}

/// What was kept of taps.
pub async fn forget_taps(tx: &mut Tx, before: DateTime<Utc>) -> sqlx::Result<u64> {
    on!(tx, |conn| query("DELETE FROM tap WHERE received_at < $1")
        .bind(before)
        .execute(conn)
        .await
        .map(|done| done.rows_affected()))
}

/// Whether a séance is in there.
pub async fn is_within(tx: &mut Tx, within: &Within, session: Uuid) -> sqlx::Result<bool> {
    let found: Option<(Uuid,)> = on!(tx, |conn| query_as(concat!(
        "SELECT c.id FROM class_session c WHERE c.id = $2 AND ",
        seance_within!()
    ))
    .bind(within.as_str())
    .bind(session)
    .fetch_optional(conn)
    .await)?;
    Ok(found.is_some())
}
