//! Rows that were kept long enough are removed; a checkpoint stays, from which the chain goes on.
use super::chain::Hash;
use super::store::{self, Chain, Head};
use super::{Event, Trace};
use crate::db::Tx;
use crate::on;
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use sqlx::types::Json;
use sqlx::{query, query_as, query_scalar};

/// Rows of one transaction (SEC-114).
const PORTION: i64 = 1_000;
/// Rows of a chain by which its checkpoint moves at most.
const MOST: i64 = 100_000;
/// Purges that are read again to find where a chain begins.
const CHECKPOINTS: i64 = 20;

/// One step, in one transaction, of removing what was done before a moment, as far as it is the beginning
/// of a chain; how many rows went. Call it again until it says `None`: nothing is left to do.
///
/// The checkpoints move first, with the row `audit.purged` that names them, by 100,000 rows of a chain
/// at most: a purge that breaks off is finished by the next one.
pub async fn purge(
    tx: &mut Tx,
    before: DateTime<Utc>,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<u64>> {
    match remove(tx).await? {
        0 => Ok((advance(tx, before, now).await? > 0).then_some(0)),
        removed => Ok(Some(removed)),
    }
}

/// Move the checkpoints; how many more rows lie before them.
async fn advance(tx: &mut Tx, before: DateTime<Utc>, now: DateTime<Utc>) -> sqlx::Result<i64> {
    let (mut checkpoints, mut rows) = (Vec::new(), 0);
    for chain in store::chains(tx).await? {
        let last = last_before(tx, &chain, before).await?;
        let last = last.filter(|last| last.seq > chain.base.seq);
        checkpoints.push(match last {
            Some(last) if move_base(tx, &chain.base, &last).await? => {
                rows += last.seq - chain.base.seq;
                last
            }
            _ => chain.base,
        });
    }
    if rows > 0 {
        let named = |base: &Head| json!({ "node": base.node, "seq": base.seq, "hash": base.hash });
        let chains: Vec<Value> = checkpoints.iter().filter(|it| it.seq > 0).map(named).collect();
        let event = Event::ok("audit.purged").field("rows", rows).field("before", before);
        event.field("chains", chains).record(tx, &Trace::default(), now).await?;
    }
    Ok(rows)
}

/// The row before the first one that is young enough to stay. `None`: nothing goes.
async fn last_before(
    tx: &mut Tx,
    chain: &Chain,
    before: DateTime<Utc>,
) -> sqlx::Result<Option<Head>> {
    let Chain { head, base, .. } = chain;
    let end = head.seq.min(base.seq + MOST);
    let first: Option<i64> = on!(&mut *tx, |conn| query_scalar(
        "SELECT seq FROM audit WHERE node = $1 AND seq <= $2 AND at >= $3 ORDER BY seq LIMIT 1"
    )
    .bind(head.node)
    .bind(end)
    .bind(before)
    .fetch_optional(conn)
    .await)?;
    let last = first.map_or(end, |first| first - 1);
    let hash: Option<Vec<u8>> =
        on!(tx, |conn| query_scalar("SELECT hash FROM audit WHERE node = $1 AND seq = $2")
            .bind(head.node)
            .bind(last)
            .fetch_optional(conn)
            .await)?;
    let hash = hash.as_deref().and_then(Hash::from_bytes);
    Ok(hash.map(|hash| Head { node: head.node, seq: last, hash }))
}

/// Whether the checkpoint stood where it was thought to stand, and moved.
async fn move_base(tx: &mut Tx, from: &Head, to: &Head) -> sqlx::Result<bool> {
    on!(tx, |conn| query(
        "UPDATE audit_chain SET base_seq = $1, base_hash = $2 WHERE node = $3 AND base_seq = $4"
    )
    .bind(to.seq)
    .bind(to.hash.as_bytes())
    .bind(to.node)
    .bind(from.seq)
    .execute(conn)
    .await
    .map(|done| done.rows_affected() == 1))
}

/// Remove some of what lies before the checkpoints.
async fn remove(tx: &mut Tx) -> sqlx::Result<u64> {
    on!(tx, |conn| query(
        "DELETE FROM audit WHERE id IN
             (SELECT a.id FROM audit_chain c JOIN audit a ON a.node = c.node AND a.seq <= c.base_seq
              LIMIT $1)"
    )
    .bind(PORTION)
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))
}

/// Checkpoints that purges noted.
pub(super) async fn noted(tx: &mut Tx) -> sqlx::Result<Vec<Head>> {
    let rows: Vec<(Json<Value>,)> = on!(tx, |conn| query_as(
        "SELECT fields FROM audit WHERE event = 'audit.purged' ORDER BY at DESC LIMIT $1"
    )
    .bind(CHECKPOINTS)
    .fetch_all(conn)
    .await)?;
    let chains = rows.iter().filter_map(|(fields,)| fields.get("chains")?.as_array());
    Ok(chains.flatten().filter_map(head).collect())
}

fn head(noted: &Value) -> Option<Head> {
    let hash = noted.get("hash")?.as_str()?.parse().ok()?;
    Some(Head { node: noted.get("node")?.as_i64()?, seq: noted.get("seq")?.as_i64()?, hash })
}
