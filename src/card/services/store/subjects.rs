//! Table `card_subject`.
use crate::db::{Tx, among};
use crate::on;
use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::types::Json;
use sqlx::{QueryBuilder, query, query_as, query_scalar};
use std::collections::BTreeSet;
use uuid::Uuid;

/// A holder as a service knows them.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub struct Subjected {
    /// Its id.
    pub id: Uuid,
    /// Whose; `None`: somebody who was erased.
    pub holder: Option<Uuid>,
    /// Their name there.
    pub name: String,
    /// Of what was accepted last.
    pub digest: String,
    /// What the service says of them.
    pub kept: Json<Value>,
    /// When something was accepted last.
    pub told_at: Option<DateTime<Utc>>,
    /// When it was asked about them last.
    pub asked_at: Option<DateTime<Utc>>,
}

/// How a service knows a holder.
pub async fn subject_of(
    tx: &mut Tx,
    service: &str,
    holder: Uuid,
) -> sqlx::Result<Option<Subjected>> {
    on!(tx, |conn| query_as(
        "SELECT id, holder, name, digest, kept, told_at, asked_at FROM card_subject
         WHERE service = $1 AND holder = $2"
    )
    .bind(service)
    .bind(holder)
    .fetch_optional(conn)
    .await)
}

/// Write it down.
pub async fn keep_subject(tx: &mut Tx, service: &str, of: &Subjected) -> sqlx::Result<()> {
    on!(tx, |conn| query(
        "INSERT INTO card_subject (id, service, holder, name, digest, kept, told_at, asked_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (service, holder) DO UPDATE SET name = excluded.name,
            digest = excluded.digest, kept = excluded.kept, told_at = excluded.told_at,
            asked_at = excluded.asked_at"
    )
    .bind(of.id)
    .bind(service)
    .bind(of.holder)
    .bind(&of.name)
    .bind(&of.digest)
    .bind(&of.kept)
    .bind(of.told_at)
    .bind(of.asked_at)
    .execute(conn)
    .await
    .map(|_| ()))
}

/// Whether another holder is known there by the same name. Their rows are locked: of those who are let go at the
/// same time one is the last.
pub async fn is_shared(tx: &mut Tx, service: &str, of: &Subjected) -> sqlx::Result<bool> {
    let lock = if matches!(tx, Tx::Postgres(_)) { " FOR UPDATE" } else { "" };
    let others: Vec<(Uuid, Option<Uuid>, String)> = on!(tx, |conn| {
        let mut sql =
            QueryBuilder::new("SELECT id, holder, digest FROM card_subject WHERE name = ");
        sql.push_bind(of.name.clone()).push(" AND service = ").push_bind(service.to_owned());
        sql.push(" ORDER BY id").push(lock).build_query_as().fetch_all(conn).await
    })?;
    let is_other = |(id, holder, digest): &(Uuid, Option<Uuid>, String)| {
        *id != of.id && holder.is_some() && !digest.is_empty()
    };
    Ok(others.iter().any(is_other))
}

/// The holders who are known there by this name.
pub async fn holders_named(tx: &mut Tx, service: &str, name: &str) -> sqlx::Result<Vec<Uuid>> {
    on!(tx, |conn| query_scalar(
        "SELECT holder FROM card_subject
         WHERE service = $1 AND name = $2 AND holder IS NOT NULL ORDER BY holder"
    )
    .bind(service)
    .bind(name)
    .fetch_all(conn)
    .await)
}

/// Those of these names by which anybody is or was known there.
pub async fn names_known(
    tx: &mut Tx,
    service: &str,
    names: &[String],
) -> sqlx::Result<BTreeSet<String>> {
    let mut known = BTreeSet::new();
    for chunk in names.chunks(500) {
        let rows: Vec<String> = on!(&mut *tx, |conn| {
            let mut sql = QueryBuilder::new("SELECT name FROM card_subject WHERE service = ");
            sql.push_bind(service.to_owned()).push(" AND name");
            among(&mut sql, chunk).build_query_scalar().fetch_all(conn).await
        })?;
        known.extend(rows);
    }
    Ok(known)
}

/// People who were erased here and are still known there, those behind one of them.
pub async fn orphans(
    tx: &mut Tx,
    service: &str,
    (behind, most): (Uuid, i64),
) -> sqlx::Result<Vec<Subjected>> {
    on!(tx, |conn| query_as(
        "SELECT id, holder, name, digest, kept, told_at, asked_at FROM card_subject
         WHERE service = $1 AND holder IS NULL AND id > $2 ORDER BY id LIMIT $3"
    )
    .bind(service)
    .bind(behind)
    .bind(most)
    .fetch_all(conn)
    .await)
}

/// Forget how somebody was known.
pub async fn forget_subject(tx: &mut Tx, id: Uuid) -> sqlx::Result<()> {
    on!(tx, |conn| query("DELETE FROM card_subject WHERE id = $1")
        .bind(id)
        .execute(conn)
        .await
        .map(|_| ()))
}
