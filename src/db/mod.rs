//! The database: one SQL text for SQLite (embedded, one node) and PostgreSQL (several nodes).
//!
//! Store functions take a [`Tx`] and run their statement with [`on!`](crate::on), whichever
//! database is behind it.
mod grants;
mod held;
mod open;
mod schema;

pub use grants::{NoRole, grants};
pub use held::{End, Held, rows_of};
pub use open::{Claim, DatabaseSettings, OpenError};
pub use schema::{SchemaError, SchemaState};

use sqlx::error::DatabaseError;
use sqlx::sqlite::SqliteError;
use sqlx::{
    Database, Encode, PgPool, Postgres, QueryBuilder, Sqlite, SqlitePool, Transaction, Type,
};

/// The pools of one database.
#[derive(Debug, Clone)]
pub enum Db {
    /// One file, one writer, several readers.
    Sqlite {
        /// Read-only connections.
        read: SqlitePool,
        /// The one connection that writes.
        write: SqlitePool,
    },
    /// A server that several nodes may share.
    Postgres(PgPool),
}

/// A transaction on one of the two databases. Dropped without `commit` it never happened.
#[derive(Debug)]
pub enum Tx {
    /// On the file.
    Sqlite(Transaction<'static, Sqlite>),
    /// On the server.
    Postgres(Transaction<'static, Postgres>),
}

impl Db {
    /// A transaction that only reads.
    pub async fn read(&self) -> sqlx::Result<Tx> {
        match self {
            Self::Sqlite { read, .. } => Ok(Tx::Sqlite(read.begin().await?)),
            Self::Postgres(pool) => Ok(Tx::Postgres(pool.begin().await?)),
        }
    }

    /// A transaction that writes. On SQLite it waits for the write lock now, not halfway through.
    pub async fn write(&self) -> sqlx::Result<Tx> {
        match self {
            Self::Sqlite { write, .. } => {
                Ok(Tx::Sqlite(write.begin_with("BEGIN IMMEDIATE").await?))
            }
            Self::Postgres(pool) => Ok(Tx::Postgres(pool.begin().await?)),
        }
    }

    /// Close every connection.
    pub async fn close(&self) {
        match self {
            Self::Sqlite { read, write } => {
                read.close().await;
                write.close().await;
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

impl Tx {
    /// Keep what was done.
    pub async fn commit(self) -> sqlx::Result<()> {
        match self {
            Self::Sqlite(tx) => tx.commit().await,
            Self::Postgres(tx) => tx.commit().await,
        }
    }
}

/// Whether an error says that a row with this key exists already.
pub fn is_duplicate(error: &sqlx::Error) -> bool {
    error.as_database_error().is_some_and(DatabaseError::is_unique_violation)
}

/// Whether an error says that others had rows for too long, or waited for ours in turn: the same
/// transaction, made again, may well succeed.
pub fn is_contended(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(DatabaseError::code);
    code.is_some_and(|code| POSTGRES_CONTENDED.contains(&code.as_ref()))
}

/// `deadlock_detected`, `lock_not_available`.
const POSTGRES_CONTENDED: [&str; 2] = ["40P01", "55P03"];

/// Whether an error says that nothing can be written at the moment: the disk or a quota is full,
/// it fails, or it became read-only. What was committed before is not touched by that.
pub fn is_full(error: &sqlx::Error) -> bool {
    let Some(error) = error.as_database_error() else { return false };
    let code = error.code().unwrap_or_default();
    if error.try_downcast_ref::<SqliteError>().is_none() {
        return POSTGRES_FULL.contains(&code.as_ref());
    }
    // The low byte of an extended code is the code that it extends.
    code.parse::<u32>().is_ok_and(|code| SQLITE_FULL.contains(&(code & 0xff)))
}

/// `SQLITE_READONLY`, `SQLITE_IOERR`, `SQLITE_FULL`.
const SQLITE_FULL: [u32; 3] = [8, 10, 13];
/// `disk_full`, `io_error`, `read_only_sql_transaction`.
const POSTGRES_FULL: [&str; 3] = ["53100", "58030", "25006"];

/// Go on with `IN (…)` and these values, a few hundred at most.
pub fn among<'v, DB, T>(
    sql: &mut QueryBuilder<DB>,
    values: impl IntoIterator<Item = T>,
) -> &mut QueryBuilder<DB>
where
    DB: Database,
    T: Encode<'v, DB> + Type<DB>,
{
    let mut list = sql.push(" IN (").separated(", ");
    for value in values {
        list.push_bind(value);
    }
    sql.push(")")
}

/// Run one sqlx expression on the connection of a [`Tx`], whichever database it is on.
#[macro_export]
macro_rules! on {
    ($tx:expr, |$conn:ident| $run:expr) => {
        match $tx {
            $crate::db::Tx::Sqlite(tx) => {
                let $conn = &mut **tx;
                $run
            }
            $crate::db::Tx::Postgres(tx) => {
                let $conn = &mut **tx;
                $run
            }
        }
    };
}

/// A text that stands for itself in a `LIKE` pattern with `ESCAPE '!'`.
#[must_use]
pub fn literal(text: &str) -> String {
    text.replace('!', "!!").replace('%', "!%").replace('_', "!_")
}
