//! Table `cloud_record` as administrators and the people in it look at it.
use crate::db::Tx;
use crate::identity::PersonId;
use crate::identity::cloud::{CloudId, Fields, RecordId};
use crate::on;
use chrono::{DateTime, Utc};
use sqlx::query_as;
use sqlx::types::Json;
use uuid::Uuid;

/// How many records came from somewhere.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct RecordCount {
    /// From where, as in `cloud_record.origin`.
    pub name: String,
    /// Records, hidden ones included.
    pub records: i64,
}

/// A record of a person, shown or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnRecord {
    /// Its name in the index.
    pub id: RecordId,
    /// The account, as it came.
    pub cloud_id: String,
    /// The server, in its form for comparison.
    pub instance: String,
    /// Where it came from.
    pub origin: String,
    /// `shown`, `stale` or `refused`.
    pub state: String,
    /// What is known.
    pub fields: Fields,
    /// When that changed last.
    pub changed_at: DateTime<Utc>,
}

type OwnRow = (Uuid, String, String, String, String, Json<Fields>, DateTime<Utc>);

/// Records by where they came from, the largest first.
pub async fn records_by_origin(tx: &mut Tx) -> sqlx::Result<Vec<RecordCount>> {
    on!(tx, |conn| query_as(
        "SELECT origin AS name, count(*) AS records FROM cloud_record
         GROUP BY origin ORDER BY count(*) DESC, origin LIMIT 200"
    )
    .fetch_all(conn)
    .await)
}

/// Where one page of [`cloud_ids_of`] ends and the next one begins.
pub type Behind = (DateTime<Utc>, Uuid);

/// One page of the accounts that came from `origin`, longest unseen first, and where it ends.
pub async fn cloud_ids_of(
    tx: &mut Tx,
    origin: &str,
    after: Option<Behind>,
    limit: i64,
) -> sqlx::Result<(Vec<CloudId>, Option<Behind>)> {
    let (seen, id) = after.unwrap_or((DateTime::UNIX_EPOCH, Uuid::nil()));
    let rows: Vec<(DateTime<Utc>, Uuid, String)> = on!(tx, |conn| query_as(
        "SELECT seen_at, id, cloud_id FROM cloud_record
         WHERE origin = $1 AND (seen_at, id) > ($2, $3) ORDER BY seen_at, id LIMIT $4"
    )
    .bind(origin)
    .bind(seen)
    .bind(id)
    .bind(limit)
    .fetch_all(conn)
    .await)?;
    let end = rows.last().map(|(seen, id, _)| (*seen, *id));
    let ids = rows.iter().filter_map(|(_, _, text)| CloudId::parse(text).ok());
    Ok((ids.collect(), end))
}

/// Every record of a person, found or not.
pub async fn own_records(tx: &mut Tx, person: PersonId) -> sqlx::Result<Vec<OwnRecord>> {
    let rows: Vec<OwnRow> = on!(tx, |conn| query_as(
        "SELECT id, cloud_id, instance, origin, state, fields, changed_at FROM cloud_record
         WHERE person = $1 ORDER BY instance, cloud_id"
    )
    .bind(person)
    .fetch_all(conn)
    .await)?;
    let record = |(id, cloud_id, instance, origin, state, fields, changed_at): OwnRow| OwnRecord {
        id: RecordId(id),
        cloud_id,
        instance,
        origin,
        state,
        fields: fields.0,
        changed_at,
    };
    Ok(rows.into_iter().map(record).collect())
}
