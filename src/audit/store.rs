//! Tables `audit_chain` and `audit_personal`, and the columns of `audit` that seal a row.
use super::chain::{Hash, Personal, Place, Row};
use crate::db::Tx;
use crate::on;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;
use sqlx::types::Json;
use sqlx::{query, query_as, query_scalar};
use std::fmt;
use uuid::Uuid;

/// A process that says nothing for so long has lost its chain to whoever needs one.
pub(super) const LEASE: TimeDelta = TimeDelta::seconds(30);

/// How far a chain goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// Whose chain.
    pub node: i64,
    /// Number of its last row; 0: none.
    pub seq: i64,
    /// Hash of that row.
    pub hash: Hash,
}

impl fmt::Display for Head {
    /// As it is logged, and as `audit verify --seen` takes it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.node, self.seq, self.hash)
    }
}

type HeadRow = (i64, i64, Vec<u8>);

fn head((node, seq, hash): HeadRow) -> sqlx::Result<Head> {
    Ok(Head { node, seq, hash: read_hash(&hash)? })
}

fn read_hash(bytes: &[u8]) -> sqlx::Result<Hash> {
    Hash::from_bytes(bytes).ok_or_else(|| sqlx::Error::Decode("a hash has 32 bytes".into()))
}

/// Keep a new row, or find that it is kept already.
pub(super) async fn insert(tx: &mut Tx, row: &Row) -> sqlx::Result<()> {
    on!(tx, |conn| query(
        "INSERT INTO audit
            (id, at, event, outcome, reason, person, network, request_id, session, fields)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (id) DO NOTHING"
    )
    .bind(row.id)
    .bind(row.at)
    .bind(&row.event)
    .bind(&row.outcome)
    .bind(&row.reason)
    .bind(row.person)
    .bind(&row.network)
    .bind(&row.request_id)
    .bind(&row.session)
    .bind(Json(&row.fields))
    .execute(conn)
    .await
    .map(|_| ()))
}

/// The chain of this process until the transaction ends, the one it had or one that nobody has. Its
/// row stays locked so long. `None`: somebody was quicker, there will be one at the next try.
pub(super) async fn hold(
    tx: &mut Tx,
    holder: Uuid,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<Head>> {
    // Only one process serves from a file: after a crash it need not wait for itself.
    let is_alone = matches!(tx, Tx::Sqlite(_));
    let held: Option<HeadRow> = on!(&mut *tx, |conn| query_as(
        "UPDATE audit_chain SET holder = $1, until = $2
         WHERE node = (SELECT node FROM audit_chain WHERE holder = $1 OR until < $3 OR $4
                       ORDER BY CASE WHEN holder = $1 THEN 0 ELSE 1 END, node LIMIT 1)
           AND (holder = $1 OR until < $3 OR $4)
         RETURNING node, seq, hash"
    )
    .bind(holder)
    .bind(now + LEASE)
    .bind(now)
    .bind(is_alone)
    .fetch_optional(conn)
    .await)?;
    match held {
        Some(row) => head(row).map(Some),
        None => begin(tx, holder, now).await,
    }
}

/// One chain more.
async fn begin(tx: &mut Tx, holder: Uuid, now: DateTime<Utc>) -> sqlx::Result<Option<Head>> {
    let begun: Option<HeadRow> = on!(tx, |conn| {
        query_as(
        "INSERT INTO audit_chain (node, seq, hash, sealed_at, base_seq, base_hash, holder, until)
         SELECT coalesce(max(node), 0) + 1, 0, $1, $2, 0, $1, $3, $4 FROM audit_chain WHERE true
         ON CONFLICT (node) DO NOTHING
         RETURNING node, seq, hash"
    )
    .bind(Hash::NONE.as_bytes())
    .bind(now)
    .bind(holder)
    .bind(now + LEASE)
    .fetch_optional(conn)
    .await
    })?;
    begun.map(head).transpose()
}

/// Give the chain back at once.
pub(super) async fn release(tx: &mut Tx, holder: Uuid) -> sqlx::Result<()> {
    on!(tx, |conn| query("UPDATE audit_chain SET until = $1 WHERE holder = $2")
        .bind(DateTime::UNIX_EPOCH)
        .bind(holder)
        .execute(conn)
        .await
        .map(|_| ()))
}

/// When the oldest row that waits was written.
pub(super) async fn oldest_waiting(tx: &mut Tx) -> sqlx::Result<Option<DateTime<Utc>>> {
    on!(tx, |conn| query_scalar("SELECT at FROM audit WHERE seq IS NULL ORDER BY id LIMIT 1")
        .fetch_optional(conn)
        .await)
}

/// How many rows wait.
pub(super) async fn count_waiting(tx: &mut Tx) -> sqlx::Result<i64> {
    on!(tx, |conn| query_scalar("SELECT count(*) FROM audit WHERE seq IS NULL")
        .fetch_one(conn)
        .await)
}

/// How many rows say they are sealed, but belong to no chain; and how many lie before a checkpoint.
pub(super) async fn count_outside(tx: &mut Tx) -> sqlx::Result<(i64, i64)> {
    on!(tx, |conn| query_as(
        "SELECT count(*) FILTER (WHERE audit_chain.node IS NULL OR audit.seq < 1),
                count(*) FILTER (WHERE audit.seq BETWEEN 1 AND audit_chain.base_seq)
         FROM audit LEFT JOIN audit_chain ON audit_chain.node = audit.node
         WHERE audit.seq IS NOT NULL"
    )
    .fetch_one(conn)
    .await)
}

/// Rows that wait, the oldest first, but none that another process is sealing at this moment.
pub(super) async fn waiting(tx: &mut Tx, most: i64) -> sqlx::Result<Vec<Row>> {
    match tx {
        Tx::Sqlite(tx) => query_as(WAITING).bind(most).fetch_all(&mut **tx).await,
        Tx::Postgres(tx) => query_as(WAITING_UNLOCKED).bind(most).fetch_all(&mut **tx).await,
    }
}

macro_rules! waiting {
    ($rest:literal) => {
        concat!(
            "SELECT id, at, event, outcome, reason, person, network, request_id, session, fields
             FROM audit WHERE seq IS NULL ORDER BY id LIMIT $1",
            $rest
        )
    };
}
const WAITING: &str = waiting!("");
const WAITING_UNLOCKED: &str = waiting!(" FOR UPDATE SKIP LOCKED");

/// Close a row: what is personal was taken out of it.
pub(super) async fn seal(
    tx: &mut Tx,
    row: &Row,
    place: &Place,
    personal: Option<&Personal>,
    hash: Hash,
) -> sqlx::Result<()> {
    if let Some(personal) = personal {
        insert_personal(tx, row.id, personal).await?;
    }
    let digest = personal.and_then(Personal::digest);
    on!(tx, |conn| query(
        "UPDATE audit SET node = $1, seq = $2, sealed_at = $3, network = $4, fields = $5,
             personal = $6, hash = $7
         WHERE id = $8"
    )
    .bind(place.node)
    .bind(place.seq)
    .bind(place.sealed_at)
    .bind(&row.network)
    .bind(Json(&row.fields))
    .bind(digest.as_ref().map(Hash::as_bytes))
    .bind(hash.as_bytes())
    .bind(row.id)
    .execute(conn)
    .await
    .map(|_| ()))
}

async fn insert_personal(tx: &mut Tx, row: Uuid, personal: &Personal) -> sqlx::Result<()> {
    on!(tx, |conn| query("INSERT INTO audit_personal (audit, salt, facts) VALUES ($1, $2, $3)")
        .bind(row)
        .bind(&personal.salt)
        .bind(Json(&personal.facts))
        .execute(conn)
        .await
        .map(|_| ()))
}

/// The chain goes as far as this now.
pub(super) async fn move_head(tx: &mut Tx, head: &Head, now: DateTime<Utc>) -> sqlx::Result<()> {
    on!(tx, |conn| query(
        "UPDATE audit_chain SET seq = $1, hash = $2, sealed_at = $3 WHERE node = $4"
    )
    .bind(head.seq)
    .bind(head.hash.as_bytes())
    .bind(now)
    .bind(head.node)
    .execute(conn)
    .await
    .map(|_| ()))
}

/// A chain and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Chain {
    pub(super) head: Head,
    pub(super) base: Head,
    pub(super) sealed_at: DateTime<Utc>,
    /// The highest number of any row that says it belongs to it.
    pub(super) highest: i64,
}

/// All chains, as they stand in one moment.
pub(super) async fn chains(tx: &mut Tx) -> sqlx::Result<Vec<Chain>> {
    type Found = (i64, i64, Vec<u8>, i64, Vec<u8>, DateTime<Utc>, i64);
    let found: Vec<Found> = on!(tx, |conn| query_as(
        "SELECT node, seq, hash, base_seq, base_hash, sealed_at,
             coalesce((SELECT max(audit.seq) FROM audit WHERE audit.node = audit_chain.node), 0)
         FROM audit_chain ORDER BY node"
    )
    .fetch_all(conn)
    .await)?;
    let chain = |(node, seq, hash, base_seq, base_hash, sealed_at, highest): Found| {
        let base = head((node, base_seq, base_hash))?;
        Ok(Chain { head: head((node, seq, hash))?, base, sealed_at, highest })
    };
    found.into_iter().map(chain).collect()
}

/// How far a chain goes, for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Its last row.
    pub head: Head,
    /// When that was sealed.
    pub sealed_at: DateTime<Utc>,
}

/// How far the chains go that hold anything.
pub async fn standing(tx: &mut Tx) -> sqlx::Result<Vec<Standing>> {
    let chains = chains(tx).await?.into_iter().filter(|chain| chain.head.seq > 0);
    Ok(chains.map(|Chain { head, sealed_at, .. }| Standing { head, sealed_at }).collect())
}

/// The highest chain that any row says it belongs to.
pub(super) async fn highest_node(tx: &mut Tx) -> sqlx::Result<i64> {
    on!(tx, |conn| query_scalar("SELECT coalesce(max(node), 0) FROM audit").fetch_one(conn).await)
}

/// A sealed row with everything that its hash depends on.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub(super) struct Link {
    #[sqlx(flatten)]
    pub(super) row: Row,
    pub(super) seq: i64,
    pub(super) sealed_at: Option<DateTime<Utc>>,
    pub(super) personal: Option<Vec<u8>>,
    pub(super) hash: Option<Vec<u8>>,
    pub(super) salt: Option<Vec<u8>>,
    pub(super) facts: Option<Json<Value>>,
}

/// The next rows of a chain behind a number.
pub(super) async fn sealed_after(
    tx: &mut Tx,
    node: i64,
    seq: i64,
    most: i64,
) -> sqlx::Result<Vec<Link>> {
    on!(tx, |conn| query_as(
        "SELECT id, at, event, outcome, reason, person, network, request_id, session, fields,
             seq, sealed_at, personal, hash, salt, facts
         FROM audit LEFT JOIN audit_personal ON audit_personal.audit = audit.id
         WHERE node = $1 AND seq > $2 ORDER BY seq LIMIT $3"
    )
    .bind(node)
    .bind(seq)
    .bind(most)
    .fetch_all(conn)
    .await)
}
