//! What the map of roles looks at: accounts of people, where these belong, what it gave before.
use super::role::{Row, StoredGrant};
use crate::db::{Tx, among};
use crate::identity::{Attributes, PersonId, Profile, Rne};
use crate::on;
use chrono::{DateTime, Utc};
use sqlx::types::Json;
use sqlx::{QueryBuilder, query, query_scalar};
use std::collections::BTreeMap;
use uuid::Uuid;

/// People asked about in one statement.
const CHUNK: usize = 500;

/// What one account says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// Its source.
    pub source: String,
    /// Its attributes.
    pub attributes: Attributes,
    /// Where it belongs now, and as what.
    pub belongs: Vec<(Rne, Profile)>,
}

/// The accounts of people that are in their sources, by person.
pub async fn facts_of(
    tx: &mut Tx,
    people: &[PersonId],
    now: DateTime<Utc>,
) -> sqlx::Result<BTreeMap<PersonId, Vec<Facts>>> {
    let mut all: BTreeMap<PersonId, Vec<Facts>> = BTreeMap::new();
    for chunk in people.chunks(CHUNK) {
        let accounts: Vec<(Uuid, PersonId, String, Json<Attributes>)> = on!(&mut *tx, |conn| {
            let mut sql = QueryBuilder::new(
                "SELECT id, person, source, attributes FROM account
                 WHERE ended_at IS NULL AND person",
            );
            among(&mut sql, chunk.iter().copied()).build_query_as().fetch_all(conn).await
        })?;
        let belongs: Vec<(Uuid, Rne, Profile)> = on!(&mut *tx, |conn| {
            let mut sql = QueryBuilder::new(
                "SELECT account, rne, profile FROM affiliation
                 WHERE (valid_until IS NULL OR valid_until > ",
            );
            sql.push_bind(now).push(") AND person");
            among(&mut sql, chunk.iter().copied()).build_query_as().fetch_all(conn).await
        })?;
        let mut by_account: BTreeMap<Uuid, Vec<(Rne, Profile)>> = BTreeMap::new();
        for (account, rne, profile) in belongs {
            by_account.entry(account).or_default().push((rne, profile));
        }
        for (id, person, source, Json(attributes)) in accounts {
            let belongs = by_account.remove(&id).unwrap_or_default();
            all.entry(person).or_default().push(Facts { source, attributes, belongs });
        }
    }
    Ok(all)
}

/// What the map gave to these people.
pub async fn mapped_grants(tx: &mut Tx, people: &[PersonId]) -> sqlx::Result<Vec<StoredGrant>> {
    let mut grants = Vec::new();
    for chunk in people.chunks(CHUNK) {
        let rows: Vec<Row> = on!(&mut *tx, |conn| {
            let mut sql = QueryBuilder::new(
                "SELECT person, role, scope_kind, scope, rule, granted_by, granted_at
                 FROM role_grant WHERE rule <> '' AND person",
            );
            among(&mut sql, chunk.iter().copied()).build_query_as().fetch_all(conn).await
        })?;
        grants.extend(rows.into_iter().filter_map(Row::stored));
    }
    Ok(grants)
}

/// The next people behind one of them, in order of their ids.
pub async fn people_after(
    tx: &mut Tx,
    last: Option<PersonId>,
    limit: i64,
) -> sqlx::Result<Vec<PersonId>> {
    on!(tx, |conn| query_scalar("SELECT id FROM person WHERE id > $1 ORDER BY id LIMIT $2")
        .bind(last.map_or(Uuid::nil(), |last| last.0))
        .bind(limit)
        .fetch_all(conn)
        .await)
}

/// The digest of the map by which rights were given last.
pub async fn applied_map(tx: &mut Tx) -> sqlx::Result<Option<Vec<u8>>> {
    on!(tx, |conn| query_scalar("SELECT digest FROM role_map WHERE id = 1")
        .fetch_optional(conn)
        .await)
}

/// Note that rights are what this map says.
pub async fn note_map(tx: &mut Tx, digest: &[u8], now: DateTime<Utc>) -> sqlx::Result<()> {
    on!(tx, |conn| query(
        "INSERT INTO role_map (id, digest, applied_at) VALUES (1, $1, $2)
         ON CONFLICT (id) DO UPDATE SET digest = excluded.digest, applied_at = excluded.applied_at"
    )
    .bind(digest)
    .bind(now)
    .execute(conn)
    .await
    .map(|_| ()))
}
