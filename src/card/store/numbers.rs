//! Table `escn_issuer`: numbers of one issuer go up, whoever gives them out.
use crate::card::escn::{self, Escn, Issuer};
use crate::db::Tx;
use crate::on;
use crate::web::{self, Error};
use chrono::{DateTime, Utc};
use sqlx::query_scalar;

/// The step of time for the next number of an issuer: now, or one more than the last one.
pub async fn next_step(tx: &mut Tx, node: &str, now: u64) -> sqlx::Result<u64> {
    let now = i64::try_from(now).unwrap_or(i64::MAX);
    let step: i64 = on!(tx, |conn| query_scalar(
        "INSERT INTO escn_issuer (node, last_step) VALUES ($1, $2)
         ON CONFLICT (node) DO UPDATE SET last_step = CASE
            WHEN excluded.last_step > escn_issuer.last_step THEN excluded.last_step
            ELSE escn_issuer.last_step + 1 END
         RETURNING last_step"
    )
    .bind(node)
    .bind(now)
    .fetch_one(conn)
    .await)?;
    Ok(step.unsigned_abs())
}

/// A new number of an issuer.
pub async fn give_number(tx: &mut Tx, issuer: &Issuer, now: DateTime<Utc>) -> web::Result<Escn> {
    let mut random = [0; 2];
    openssl::rand::rand_bytes(&mut random).map_err(Error::internal)?;
    let step = next_step(tx, &issuer.node(), escn::step(now.timestamp_millis())).await?;
    Ok(issuer.number(step, escn::clock(random)))
}
