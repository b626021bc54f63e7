//! Tables `crous_smart_card` and `crous_fare`, and what the office decided of a holder there.
use super::fare::Fare;
use super::zone::SmartCard;
use crate::config::FareBook;
use crate::db::Tx;
use crate::on;
use chrono::{DateTime, Utc};
use sqlx::{query, query_as};
use uuid::Uuid;

/// The zone on a chip.
pub async fn zone(tx: &mut Tx, uid: &str) -> sqlx::Result<Option<SmartCard>> {
    on!(tx, |conn| query_as(
        "SELECT uid, id_zdc, id_transmitter, id_mapping, created_on, pix_ss, pix_nn, appl, rid
         FROM crous_smart_card WHERE uid = $1"
    )
    .bind(uid)
    .fetch_optional(conn)
    .await)
}

/// What became of a zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// It was not known.
    New,
    /// It was, and is as it says now.
    Known,
    /// The chip is known with another number, or the number with another chip.
    Taken,
}

/// Keep the zone of a chip.
pub async fn keep_zone(tx: &mut Tx, zone: &SmartCard) -> sqlx::Result<Kept> {
    let there: Vec<(String, i64)> = on!(&mut *tx, |conn| query_as(
        "SELECT uid, id_zdc FROM crous_smart_card WHERE uid = $1 OR id_zdc = $2"
    )
    .bind(&zone.uid)
    .bind(zone.id_zdc)
    .fetch_all(conn)
    .await)?;
    if there.iter().any(|(uid, number)| *uid != zone.uid || *number != zone.id_zdc) {
        return Ok(Kept::Taken);
    }
    let kept = if there.is_empty() { Kept::New } else { Kept::Known };
    on!(tx, |conn| query(
        "INSERT INTO crous_smart_card
            (uid, id_zdc, id_transmitter, id_mapping, created_on, pix_ss, pix_nn, appl, rid)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         ON CONFLICT (uid) DO UPDATE SET id_transmitter = excluded.id_transmitter,
            id_mapping = excluded.id_mapping, created_on = excluded.created_on,
            pix_ss = excluded.pix_ss, pix_nn = excluded.pix_nn, appl = excluded.appl,
            rid = excluded.rid"
    )
    .bind(&zone.uid)
    .bind(zone.id_zdc)
    .bind(zone.id_transmitter)
    .bind(zone.id_mapping)
    .bind(&zone.created_on)
    .bind(&zone.pix_ss)
    .bind(&zone.pix_nn)
    .bind(&zone.appl)
    .bind(&zone.rid)
    .execute(conn)
    .await
    .map(|_| kept))
}

/// The fares of these institutions, in their order.
pub async fn fares(tx: &mut Tx, books: &[FareBook]) -> sqlx::Result<Vec<Fare>> {
    let mut fares = Vec::new();
    for book in books {
        let of: Vec<Fare> = on!(&mut *tx, |conn| query_as(
            "SELECT rne, status, index_min, index_max, company, rate FROM crous_fare
             WHERE crous = $1 AND rne = $2 ORDER BY place"
        )
        .bind(&book.crous)
        .bind(&book.rne)
        .fetch_all(conn)
        .await)?;
        fares.extend(of);
    }
    Ok(fares)
}

/// Keep the fares of an institution in place of those that were known.
pub async fn replace_fares(
    tx: &mut Tx,
    book: &FareBook,
    fares: &[Fare],
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    on!(&mut *tx, |conn| query("DELETE FROM crous_fare WHERE crous = $1 AND rne = $2")
        .bind(&book.crous)
        .bind(&book.rne)
        .execute(conn)
        .await
        .map(|_| ()))?;
    for (place, fare) in (0_i64..).zip(fares) {
        on!(&mut *tx, |conn| query(
            "INSERT INTO crous_fare
                (crous, rne, place, status, index_min, index_max, company, rate, read_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
        )
        .bind(&book.crous)
        .bind(&book.rne)
        .bind(place)
        .bind(&fare.status)
        .bind(fare.index_min)
        .bind(fare.index_max)
        .bind(fare.company)
        .bind(fare.rate)
        .bind(now)
        .execute(conn)
        .await
        .map(|_| ()))?;
    }
    Ok(())
}

/// What the office decided of a holder.
#[derive(Debug, Clone, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct Decided {
    /// Why nothing is told of them; `None`: it is.
    #[sqlx(rename = "crous_off")]
    pub off: Option<String>,
    /// Whether a closed account is to be opened again with the next visit.
    #[sqlx(rename = "crous_reopen")]
    pub reopens: bool,
}

/// It.
pub async fn decided(tx: &mut Tx, holder: Uuid) -> sqlx::Result<Decided> {
    let found: Option<Decided> =
        on!(tx, |conn| query_as("SELECT crous_off, crous_reopen FROM card_holder WHERE id = $1")
            .bind(holder)
            .fetch_optional(conn)
            .await)?;
    Ok(found.unwrap_or_default())
}

/// Nothing is told of a holder from now on, nor is their account opened; or everything again.
pub async fn set_off(tx: &mut Tx, holder: Uuid, why: Option<&str>) -> sqlx::Result<()> {
    if why.is_some() {
        set_reopen(tx, holder, false).await?;
    }
    let sql = "UPDATE card_holder SET crous_off = $2 WHERE id = $1";
    on!(tx, |conn| query(sql).bind(holder).bind(why).execute(conn).await.map(|_| ()))
}

/// A closed account is to be opened again, or was.
pub async fn set_reopen(tx: &mut Tx, holder: Uuid, reopens: bool) -> sqlx::Result<()> {
    let sql = "UPDATE card_holder SET crous_reopen = $2 WHERE id = $1";
    on!(tx, |conn| query(sql).bind(holder).bind(reopens).execute(conn).await.map(|_| ()))
}
