//! What tables hold of one person: to be taken away whole, and to be erased (SEC-115, SEC-116).
//!
//! Each module names its tables in a list of [`Held`]; a test compares the lists with the schema.
use super::Tx;
use crate::hex::hex;
use chrono::{DateTime, Utc};
use serde_json::{Map, Value};
use sqlx::postgres::{PgRow, PgValueRef};
use sqlx::sqlite::{SqliteRow, SqliteValueRef};
use sqlx::{Column, Row, TypeInfo, ValueRef, query};
use uuid::Uuid;

/// A table with rows of people.
#[derive(Debug, Clone, Copy)]
pub struct Held {
    /// Its name.
    pub table: &'static str,
    /// The rows of the person `$1`.
    pub rows: &'static str,
    /// Columns that open something: they are left out of what is taken away.
    pub secret: &'static [&'static str],
    /// What becomes of the rows when the person is erased.
    pub end: End,
}

/// What becomes of rows when their person is erased.
#[derive(Debug, Clone, Copy)]
pub enum End {
    /// They go with the row of the person.
    WithPerson,
    /// This statement removes them; the person is `$1`.
    Removed(&'static str),
    /// They stay, and name nobody any more: key of the reason.
    Stays(&'static str),
}

/// The rows of one table, as objects.
pub async fn rows_of(tx: &mut Tx, held: &Held, person: Uuid) -> sqlx::Result<Vec<Value>> {
    match tx {
        Tx::Sqlite(tx) => {
            let rows = query(held.rows).bind(person).fetch_all(&mut **tx).await?;
            rows.iter().map(|row| sqlite_row(row, held.secret)).collect()
        }
        Tx::Postgres(tx) => {
            let rows = query(held.rows).bind(person).fetch_all(&mut **tx).await?;
            rows.iter().map(|row| postgres_row(row, held.secret)).collect()
        }
    }
}

fn sqlite_row(row: &SqliteRow, secret: &[&str]) -> sqlx::Result<Value> {
    let mut object = Map::new();
    for (at, column) in row.columns().iter().enumerate() {
        if !secret.contains(&column.name()) {
            object.insert(column.name().to_owned(), sqlite_cell(row, at, &row.try_get_raw(at)?)?);
        }
    }
    Ok(Value::Object(object))
}

fn sqlite_cell(row: &SqliteRow, at: usize, raw: &SqliteValueRef<'_>) -> sqlx::Result<Value> {
    if raw.is_null() {
        return Ok(Value::Null);
    }
    Ok(match raw.type_info().name() {
        "BOOLEAN" => Value::Bool(row.try_get_unchecked(at)?),
        "INTEGER" | "INT4" | "INT8" => row.try_get_unchecked::<i64, _>(at)?.into(),
        "REAL" => row.try_get_unchecked::<f64, _>(at)?.into(),
        "BLOB" => bytes(&row.try_get_unchecked::<Vec<u8>, _>(at)?),
        _ => text(row.try_get_unchecked(at)?),
    })
}

fn postgres_row(row: &PgRow, secret: &[&str]) -> sqlx::Result<Value> {
    let mut object = Map::new();
    for (at, column) in row.columns().iter().enumerate() {
        if !secret.contains(&column.name()) {
            object.insert(column.name().to_owned(), postgres_cell(row, at, &row.try_get_raw(at)?)?);
        }
    }
    Ok(Value::Object(object))
}

fn postgres_cell(row: &PgRow, at: usize, raw: &PgValueRef<'_>) -> sqlx::Result<Value> {
    if raw.is_null() {
        return Ok(Value::Null);
    }
    Ok(match raw.type_info().name() {
        "UUID" => Value::String(row.try_get::<Uuid, _>(at)?.to_string()),
        "BOOL" => Value::Bool(row.try_get(at)?),
        "INT8" => row.try_get::<i64, _>(at)?.into(),
        "FLOAT8" => row.try_get::<f64, _>(at)?.into(),
        "TIMESTAMPTZ" => Value::String(row.try_get::<DateTime<Utc>, _>(at)?.to_rfc3339()),
        "JSONB" => row.try_get(at)?,
        "BYTEA" => bytes(&row.try_get::<Vec<u8>, _>(at)?),
        _ => Value::String(row.try_get(at)?),
    })
}

/// SQLite keeps ids as bytes, and what is JSON as text.
fn bytes(bytes: &[u8]) -> Value {
    match Uuid::from_slice(bytes) {
        Ok(id) => Value::String(id.to_string()),
        Err(_) => Value::String(hex(bytes)),
    }
}

fn text(text: String) -> Value {
    let parsed = text.starts_with(['{', '[']).then(|| serde_json::from_str(&text).ok()).flatten();
    parsed.unwrap_or(Value::String(text))
}
