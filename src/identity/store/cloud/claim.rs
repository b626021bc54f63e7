//! Who claims to be the same human being, and with what right.
use super::record::CHUNK;
use crate::db::{Tx, among};
use crate::identity::cloud::RecordId;
use crate::on;
use chrono::{DateTime, Utc};
use sqlx::{QueryBuilder, query_as, query_scalar};

/// A record that makes a claim.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Claimant {
    /// The record.
    pub id: RecordId,
    /// The claim.
    pub claim: String,
    /// On which server.
    pub instance: String,
    /// `shown`, `stale`, `refused`.
    pub state: String,
}

/// Everybody who makes one of these claims.
pub async fn claimants(tx: &mut Tx, claims: &[String]) -> sqlx::Result<Vec<Claimant>> {
    let mut found = Vec::new();
    for chunk in claims.chunks(CHUNK) {
        let rows: Vec<Claimant> = on!(&mut *tx, |conn| {
            let mut sql = QueryBuilder::new(
                "SELECT id, claim, instance, state FROM cloud_record WHERE claim",
            );
            among(&mut sql, chunk).push(" ORDER BY id").build_query_as().fetch_all(conn).await
        })?;
        found.extend(rows);
    }
    Ok(found)
}

/// Refused records whose claim no shown record of another server makes any more.
pub async fn refused_in_vain(tx: &mut Tx, limit: i64) -> sqlx::Result<Vec<RecordId>> {
    on!(tx, |conn| query_scalar(
        "SELECT r.id FROM cloud_record r WHERE r.state = 'refused'
             AND NOT EXISTS (SELECT 1 FROM cloud_record o WHERE o.claim = r.claim
                 AND o.instance <> r.instance AND o.state = 'shown')
         ORDER BY r.id LIMIT $1"
    )
    .bind(limit)
    .fetch_all(conn)
    .await)
}

/// By what right a record is shown when several answer to one name.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Standing {
    /// The record.
    pub id: RecordId,
    /// Equal on records of one human being.
    pub claim: String,
    /// Of its server.
    pub priority: i64,
    /// When its person was active there.
    pub active_at: DateTime<Utc>,
}

/// The standing of each of these records, the best first.
pub async fn standings(tx: &mut Tx, ids: &[RecordId]) -> sqlx::Result<Vec<Standing>> {
    on!(tx, |conn| {
        let mut sql =
            QueryBuilder::new("SELECT id, claim, priority, active_at FROM cloud_record WHERE id");
        among(&mut sql, ids.iter().copied())
            .push(" ORDER BY priority DESC, active_at DESC, id DESC");
        sql.build_query_as().fetch_all(conn).await
    })
}

/// One of several records of one human being on several servers.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct ClaimedRecord {
    /// Equal on all of them.
    pub claim: String,
    /// The account.
    pub cloud_id: String,
    /// Its server.
    pub instance: String,
    /// `shown`, `stale`, `refused`.
    pub state: String,
    /// Of its server.
    pub priority: i64,
    /// When its person was active there.
    pub active_at: DateTime<Utc>,
}

/// Claims that records of several servers make, the better right first, of `limit` claims behind
/// the claim `after`.
pub async fn conflicts(tx: &mut Tx, after: &str, limit: i64) -> sqlx::Result<Vec<ClaimedRecord>> {
    on!(tx, |conn| query_as(
        "SELECT r.claim, r.cloud_id, r.instance, r.state, r.priority, r.active_at
         FROM cloud_record r JOIN (
             SELECT claim FROM cloud_record WHERE claim > $1 AND state <> 'withdrawn'
             GROUP BY claim HAVING count(DISTINCT instance) > 1 ORDER BY claim LIMIT $2
         ) c ON c.claim = r.claim
         ORDER BY r.claim, r.priority DESC, r.active_at DESC, r.id DESC"
    )
    .bind(after)
    .bind(limit)
    .fetch_all(conn)
    .await)
}
