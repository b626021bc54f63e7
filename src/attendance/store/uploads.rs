//! Table `roll_upload`: lists that were sent and are looked at before they are brought in.
use crate::attendance::import::{Report, Wish};
use crate::db::Tx;
use crate::identity::{PersonId, Rne};
use crate::on;
use chrono::{DateTime, Utc};
use sqlx::types::Json;
use sqlx::{query, query_as};
use uuid::Uuid;

/// A list that was sent.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub struct Upload {
    /// Its id.
    pub id: Uuid,
    /// Into which school.
    pub rne: Rne,
    /// How it is to be read.
    pub wish: Json<Wish>,
    /// What its owner calls the file.
    pub name: String,
    /// The file; empty once it was brought in.
    pub body: Vec<u8>,
    /// By whom.
    pub made_by: PersonId,
    /// When.
    pub made_at: DateTime<Utc>,
    /// What it did, once it was brought in.
    pub report: Option<Json<Report>>,
}

/// Keep a list.
pub async fn insert_upload(tx: &mut Tx, new: &Upload) -> sqlx::Result<()> {
    on!(tx, |conn| query(
        "INSERT INTO roll_upload (id, rne, wish, name, body, made_by, made_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)"
    )
    .bind(new.id)
    .bind(&new.rne)
    .bind(&new.wish)
    .bind(&new.name)
    .bind(&new.body)
    .bind(new.made_by)
    .bind(new.made_at)
    .execute(conn)
    .await
    .map(drop))
}

/// A list of somebody.
pub async fn upload(tx: &mut Tx, id: Uuid, by: PersonId) -> sqlx::Result<Option<Upload>> {
    on!(tx, |conn| query_as(
        "SELECT id, rne, wish, name, body, made_by, made_at, report FROM roll_upload
         WHERE id = $1 AND made_by = $2"
    )
    .bind(id)
    .bind(by)
    .fetch_optional(conn)
    .await)
}

/// Hold a list until the end of the transaction. `false`: it was brought in, or is gone.
pub async fn hold_upload(tx: &mut Tx, id: Uuid) -> sqlx::Result<bool> {
    let sql = "UPDATE roll_upload SET name = name WHERE id = $1 AND report IS NULL";
    on!(tx, |conn| query(sql).bind(id).execute(conn).await.map(|done| done.rows_affected() > 0))
}

/// A list was brought in. `false`: it was so before.
pub async fn end_upload(tx: &mut Tx, id: Uuid, report: &Report) -> sqlx::Result<bool> {
    on!(tx, |conn| query(
        "UPDATE roll_upload SET report = $2, body = $3 WHERE id = $1 AND report IS NULL"
    )
    .bind(id)
    .bind(Json(report))
    .bind(Vec::<u8>::new())
    .execute(conn)
    .await
    .map(|done| done.rows_affected() > 0))
}

/// Lists that nobody brought in, and reports of those that were.
pub async fn forget_uploads(tx: &mut Tx, before: DateTime<Utc>) -> sqlx::Result<u64> {
    on!(tx, |conn| query("DELETE FROM roll_upload WHERE made_at < $1")
        .bind(before)
        .execute(conn)
        .await
        .map(|done| done.rows_affected()))
}
