//! Table `api_token`.
use crate::api::token::{ApiToken, Grant};
use crate::db::Tx;
use crate::on;
use chrono::{DateTime, Duration, Utc};
use serde::de::DeserializeOwned;
use sqlx::types::Json;
use sqlx::{query, query_as};
use uuid::Uuid;

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    name: String,
    scopes: Json<Vec<String>>,
    rne: Json<Vec<String>>,
    sources: Json<Vec<String>>,
    networks: Json<Vec<String>>,
    made_by: String,
    made_at: DateTime<Utc>,
    expires_at: Option<DateTime<Utc>>,
    used_at: Option<DateTime<Utc>>,
    revoked_at: Option<DateTime<Utc>>,
}

/// Words that this version knows; a limit that it cannot read closes the token altogether.
fn read<T: DeserializeOwned>(words: &Json<Vec<String>>) -> Result<Vec<T>, sqlx::Error> {
    let parse = |word: &String| serde_json::from_value(word.as_str().into());
    let read = words.0.iter().map(parse).collect::<Result<_, serde_json::Error>>();
    read.map_err(|error| sqlx::Error::Decode(error.into()))
}

impl Row {
    fn token(self) -> sqlx::Result<ApiToken> {
        // A scope of a newer version is nothing to this one.
        let scopes = self.scopes.0.iter().filter_map(|word| crate::api::Scope::parse(word));
        Ok(ApiToken {
            id: self.id,
            grant: Grant {
                name: self.name,
                scopes: scopes.collect(),
                rne: read(&self.rne)?,
                sources: self.sources.0,
                networks: read(&self.networks)?,
                expires_at: self.expires_at,
            },
            made_by: self.made_by,
            made_at: self.made_at,
            used_at: self.used_at,
            revoked_at: self.revoked_at,
        })
    }
}

fn texts(values: impl IntoIterator<Item = impl ToString>) -> Json<Vec<String>> {
    Json(values.into_iter().map(|value| value.to_string()).collect())
}

/// Keep a new token.
pub async fn insert(tx: &mut Tx, token: &ApiToken, hash: &[u8]) -> sqlx::Result<()> {
    let grant = &token.grant;
    on!(tx, |conn| query(
        "INSERT INTO api_token (id, name, hash, scopes, rne, sources, networks, made_by, made_at,
            expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
    )
    .bind(token.id)
    .bind(&grant.name)
    .bind(hash)
    .bind(texts(&grant.scopes))
    .bind(texts(grant.rne.iter().map(crate::identity::Rne::as_str)))
    .bind(texts(&grant.sources))
    .bind(texts(&grant.networks))
    .bind(&token.made_by)
    .bind(token.made_at)
    .bind(grant.expires_at)
    .execute(conn)
    .await
    .map(|_| ()))
}

/// The token of this hash, whether it works or not.
pub async fn by_hash(tx: &mut Tx, hash: &[u8]) -> sqlx::Result<Option<ApiToken>> {
    let row: Option<Row> = on!(tx, |conn| query_as("SELECT * FROM api_token WHERE hash = $1")
        .bind(hash)
        .fetch_optional(conn)
        .await)?;
    row.map(Row::token).transpose()
}

/// All of them: those that were not revoked first, then the newest first.
pub async fn list(tx: &mut Tx) -> sqlx::Result<Vec<ApiToken>> {
    let rows: Vec<Row> = on!(tx, |conn| query_as(
        "SELECT * FROM api_token ORDER BY revoked_at IS NOT NULL, id DESC LIMIT 500"
    )
    .fetch_all(conn)
    .await)?;
    rows.into_iter().map(Row::token).collect()
}

/// It works no longer. `None`: there is no such token, or it was revoked before.
pub async fn revoke(tx: &mut Tx, id: Uuid, now: DateTime<Utc>) -> sqlx::Result<Option<String>> {
    on!(tx, |conn| sqlx::query_scalar(
        "UPDATE api_token SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL RETURNING name"
    )
    .bind(id)
    .bind(now)
    .fetch_optional(conn)
    .await)
}

/// Note that it was used, once a minute at most.
pub async fn touch(tx: &mut Tx, id: Uuid, now: DateTime<Utc>) -> sqlx::Result<()> {
    on!(tx, |conn| query(
        "UPDATE api_token SET used_at = $2 WHERE id = $1 AND (used_at IS NULL OR used_at <= $3)"
    )
    .bind(id)
    .bind(now)
    .bind(now - Duration::minutes(1))
    .execute(conn)
    .await
    .map(|_| ()))
}
