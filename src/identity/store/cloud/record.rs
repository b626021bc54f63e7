//! Table `cloud_record`: what is known, and how it is written.
use crate::db::{Tx, among};
use crate::identity::PersonId;
use crate::identity::cloud::{CloudId, Field, Fields, RecordId};
use crate::on;
use chrono::{DateTime, Utc};
use sqlx::types::Json;
use sqlx::{QueryBuilder, query, query_as};

/// Rows in one statement.
pub(super) const CHUNK: usize = 500;

/// What is compared when a record comes again.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct KnownRecord {
    /// Its name in the index.
    pub id: RecordId,
    /// The cloud id in its form for comparison.
    pub cloud_key: String,
    /// Exactly as it came.
    pub cloud_id: String,
    /// Who wrote it last.
    pub origin: String,
    /// Who it is.
    pub person: Option<PersonId>,
    /// Digest of the fields.
    pub digest: Vec<u8>,
    /// `shown`, `stale`, `refused` or `withdrawn`.
    pub state: String,
    /// Equal on records of one human being.
    pub claim: String,
    /// When its server named it last, to six hours.
    pub seen_at: DateTime<Utc>,
    /// Newest signed message, Unix seconds.
    pub signed_at: i64,
}

/// A record as it is to be from now on.
#[derive(Debug, Clone)]
pub struct RecordRow {
    /// Its name, when it is a new one.
    pub id: RecordId,
    /// Exactly as it came.
    pub cloud_id: CloudId,
    /// `push`, `signed`, `import:NAME`, …
    pub origin: String,
    /// Who it is.
    pub person: Option<PersonId>,
    /// What is known.
    pub fields: Fields,
    /// Equal on records of one human being.
    pub claim: String,
    /// Of the server, when servers claim the same one.
    pub priority: i64,
    /// `shown` or `refused`.
    pub state: &'static str,
    /// Newest signed message, Unix seconds.
    pub signed_at: i64,
}

const KNOWN: &str =
    "SELECT id, cloud_key, cloud_id, origin, person, digest, state, claim, seen_at, signed_at
     FROM cloud_record WHERE ";

/// Those of these cloud ids, in their form for comparison, that are known.
pub async fn known_records(tx: &mut Tx, keys: &[String]) -> sqlx::Result<Vec<KnownRecord>> {
    let mut known = Vec::with_capacity(keys.len());
    for chunk in keys.chunks(CHUNK) {
        let rows: Vec<KnownRecord> = on!(&mut *tx, |conn| {
            let mut sql = QueryBuilder::new(KNOWN);
            among(sql.push("cloud_key"), chunk).build_query_as().fetch_all(conn).await
        })?;
        known.extend(rows);
    }
    Ok(known)
}

/// The same by their names in the index.
pub async fn known_by_id(tx: &mut Tx, ids: &[RecordId]) -> sqlx::Result<Vec<KnownRecord>> {
    let mut known = Vec::with_capacity(ids.len());
    for chunk in ids.chunks(CHUNK) {
        let rows: Vec<KnownRecord> = on!(&mut *tx, |conn| {
            let mut sql = QueryBuilder::new(KNOWN);
            among(sql.push("id"), chunk.iter().copied()).build_query_as().fetch_all(conn).await
        })?;
        known.extend(rows);
    }
    Ok(known)
}

/// Keep records, new ones or in the place of those with the same cloud id; the names under which
/// they are kept. No two of them may have the same cloud id. What is written in bulk says nothing of
/// where somebody is at work: that is `touch_active`.
pub async fn put_records(
    tx: &mut Tx,
    rows: &[RecordRow],
    now: DateTime<Utc>,
) -> sqlx::Result<Vec<RecordId>> {
    let mut names = Vec::with_capacity(rows.len());
    for chunk in rows.chunks(CHUNK) {
        let ids: Vec<(RecordId,)> = on!(&mut *tx, |conn| {
            let mut sql = QueryBuilder::new(
                "INSERT INTO cloud_record (id, cloud_key, cloud_id, instance, origin, person,
                    fields, digest, claim, priority, state, changed_at, active_at, seen_at,
                    signed_at, login_key) ",
            );
            sql.push_values(chunk, |mut values, row| {
                values.push_bind(row.id).push_bind(row.cloud_id.key());
                values.push_bind(row.cloud_id.as_str()).push_bind(row.cloud_id.instance());
                values.push_bind(&row.origin).push_bind(row.person);
                values.push_bind(Json(&row.fields)).push_bind(row.fields.digest().to_vec());
                values.push_bind(&row.claim).push_bind(row.priority).push_bind(row.state);
                values.push_bind(now).push_bind(now).push_bind(now).push_bind(row.signed_at);
                let login = row.fields.get(Field::Userid).unwrap_or_default();
                values.push_bind(login.to_lowercase());
            });
            sql.push(
                " ON CONFLICT (cloud_key) DO UPDATE SET cloud_id = excluded.cloud_id,
                    instance = excluded.instance, origin = excluded.origin,
                    person = excluded.person, fields = excluded.fields,
                    digest = excluded.digest, claim = excluded.claim,
                    priority = excluded.priority, state = excluded.state,
                    changed_at = excluded.changed_at, active_at = CASE cloud_record.state
                        WHEN 'withdrawn' THEN excluded.active_at ELSE cloud_record.active_at END,
                    seen_at = excluded.seen_at, signed_at = excluded.signed_at,
                    login_key = excluded.login_key
                 RETURNING id",
            );
            sql.build_query_as().fetch_all(conn).await
        })?;
        names.extend(ids.into_iter().map(|(id,)| id));
    }
    Ok(names)
}

/// Their server named them.
pub async fn touch_seen(tx: &mut Tx, ids: &[RecordId], now: DateTime<Utc>) -> sqlx::Result<()> {
    for chunk in ids.chunks(CHUNK) {
        on!(&mut *tx, |conn| {
            let mut sql = QueryBuilder::new("UPDATE cloud_record SET seen_at = ");
            sql.push_bind(now).push(" WHERE id");
            among(&mut sql, chunk.iter().copied()).build().execute(conn).await.map(|_| ())
        })?;
    }
    Ok(())
}

/// Somebody is at work there: pushed alone, as a sign-in does.
pub async fn touch_active(tx: &mut Tx, id: RecordId, now: DateTime<Utc>) -> sqlx::Result<()> {
    on!(tx, |conn| query("UPDATE cloud_record SET active_at = $2, seen_at = $2 WHERE id = $1")
        .bind(id)
        .bind(now)
        .execute(conn)
        .await
        .map(|_| ()))
}

/// Who may find these may be others now: replication tells it on.
pub async fn touch_changed(tx: &mut Tx, ids: &[RecordId], now: DateTime<Utc>) -> sqlx::Result<()> {
    for chunk in ids.chunks(CHUNK) {
        on!(&mut *tx, |conn| {
            let mut sql = QueryBuilder::new("UPDATE cloud_record SET changed_at = ");
            sql.push_bind(now).push(" WHERE id");
            among(&mut sql, chunk.iter().copied()).build().execute(conn).await.map(|_| ())
        })?;
    }
    Ok(())
}

/// A signed message about it was taken.
pub async fn touch_signed(tx: &mut Tx, id: RecordId, signed_at: i64) -> sqlx::Result<()> {
    on!(tx, |conn| query("UPDATE cloud_record SET signed_at = $2 WHERE id = $1")
        .bind(id)
        .bind(signed_at)
        .execute(conn)
        .await
        .map(|_| ()))
}

/// Forget them.
pub async fn delete_records(tx: &mut Tx, ids: &[RecordId]) -> sqlx::Result<()> {
    for chunk in ids.chunks(CHUNK) {
        on!(&mut *tx, |conn| {
            let mut sql = QueryBuilder::new("DELETE FROM cloud_record WHERE id");
            among(&mut sql, chunk.iter().copied()).build().execute(conn).await.map(|_| ())
        })?;
    }
    Ok(())
}

/// Forget what is known of them; the cloud id stays until replication has told others.
pub async fn empty_records(tx: &mut Tx, ids: &[RecordId], now: DateTime<Utc>) -> sqlx::Result<()> {
    for chunk in ids.chunks(CHUNK) {
        on!(&mut *tx, |conn| {
            let mut sql =
                QueryBuilder::new("UPDATE cloud_record SET state = 'withdrawn', fields = ");
            sql.push_bind(Json(Fields::default())).push(", digest = ");
            sql.push_bind(Fields::default().digest().to_vec());
            sql.push(", person = NULL, login_key = '', claim = cloud_key, changed_at = ")
                .push_bind(now);
            sql.push(" WHERE id");
            among(&mut sql, chunk.iter().copied()).build().execute(conn).await.map(|_| ())
        })?;
    }
    Ok(())
}

/// Names of records by cloud id in its form for comparison.
pub async fn ids_by_key(tx: &mut Tx, keys: &[String]) -> sqlx::Result<Vec<(String, RecordId)>> {
    let known = known_records(tx, keys).await?;
    Ok(known.into_iter().map(|record| (record.cloud_key, record.id)).collect())
}

/// All records of these people, in order of cloud id, as pushes write them.
pub async fn records_of_people(tx: &mut Tx, people: &[PersonId]) -> sqlx::Result<Vec<RecordId>> {
    let mut found: Vec<(String, RecordId)> = Vec::new();
    for chunk in people.chunks(CHUNK) {
        let rows: Vec<(String, RecordId)> = on!(&mut *tx, |conn| {
            let mut sql = QueryBuilder::new("SELECT cloud_key, id FROM cloud_record WHERE person");
            among(&mut sql, chunk.iter().copied()).build_query_as().fetch_all(conn).await
        })?;
        found.extend(rows);
    }
    found.sort();
    Ok(found.into_iter().map(|(_, id)| id).collect())
}

/// All records of a person.
pub async fn records_of(tx: &mut Tx, person: PersonId) -> sqlx::Result<Vec<RecordId>> {
    let ids: Vec<(RecordId,)> =
        on!(tx, |conn| query_as("SELECT id FROM cloud_record WHERE person = $1 ORDER BY id")
            .bind(person)
            .fetch_all(conn)
            .await)?;
    Ok(ids.into_iter().map(|(id,)| id).collect())
}

/// Servers with records, as one of their cloud ids writes them (scheme kept), in order.
pub async fn instances(tx: &mut Tx) -> sqlx::Result<Vec<String>> {
    let mut servers = Vec::new();
    let mut last = String::new();
    // One step an instance along the index: a DISTINCT would read every record.
    loop {
        let next: Option<(String, String)> = on!(&mut *tx, |conn| {
            query_as(
            "SELECT instance, cloud_id FROM cloud_record WHERE instance > $1 AND state <> 'withdrawn'
             ORDER BY instance LIMIT 1"
        )
        .bind(&last)
        .fetch_optional(conn)
        .await
        })?;
        let Some((instance, cloud_id)) = next else { return Ok(servers) };
        servers.extend(CloudId::parse(&cloud_id).ok().map(|id| id.server().to_owned()));
        last = instance;
    }
}

/// How many records each server has.
pub async fn count_by_instance(tx: &mut Tx) -> sqlx::Result<Vec<(String, i64)>> {
    on!(tx, |conn| query_as("SELECT instance, count(*) FROM cloud_record GROUP BY instance")
        .fetch_all(conn)
        .await)
}
