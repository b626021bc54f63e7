//! Opens the database that `[database] url` names.
use super::Db;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Connection, SqliteConnection};
use std::fmt;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

/// Connections a node holds to PostgreSQL at most.
const POSTGRES_CONNECTIONS: u32 = 16;
/// Readers of the SQLite file.
const SQLITE_READERS: u32 = 4;
/// How long a request waits for a connection or a lock (REL-08).
const ACQUIRE: Duration = Duration::from_secs(2);

/// `[database]`, checked. `Debug` shows no address of a server: it may hold a password.
#[derive(Clone)]
pub enum DatabaseSettings {
    /// A file of our own.
    Sqlite(PathBuf),
    /// A connection address.
    Postgres(Box<PgConnectOptions>),
}

impl fmt::Debug for DatabaseSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => f.debug_tuple("Sqlite").field(path).finish(),
            Self::Postgres(_) => f.write_str("Postgres(***)"),
        }
    }
}

/// Why the database cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The folder of the SQLite file cannot be made.
    #[error("the folder of the database {0} cannot be made")]
    Folder(PathBuf, #[source] std::io::Error),
    /// Another process writes to the same SQLite file.
    #[error(
        "another process uses the database {0}; SQLite serves one process, \
         stop the other one or use PostgreSQL"
    )]
    InUse(PathBuf),
    /// The driver's own words.
    #[error("the database cannot be opened")]
    Driver(#[from] sqlx::Error),
}

impl DatabaseSettings {
    /// Read `sqlite:PATH` (relative to `folder`) or `postgres://…`.
    pub fn parse(url: &str, folder: &Path) -> Result<Self, String> {
        if let Some(path) = url.strip_prefix("sqlite:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            return Ok(Self::Sqlite(folder.join(path)));
        }
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return PgConnectOptions::from_str(url)
                .map(|options| Self::Postgres(Box::new(options)))
                .map_err(|error| error.to_string());
        }
        Err("write sqlite:PATH or postgres://USER@HOST/NAME".to_owned())
    }
}

/// Held while this process serves from a SQLite file; the lock falls with the process.
#[derive(Debug)]
pub struct Claim {
    _lock: Option<File>,
}

impl DatabaseSettings {
    /// Make sure that no other process serves from the same SQLite file. PostgreSQL is shared.
    pub fn claim(&self) -> Result<Claim, OpenError> {
        let Self::Sqlite(path) = self else { return Ok(Claim { _lock: None }) };
        make_folder(path)?;
        let lock = File::create(path.with_extension("lock"))
            .map_err(|error| OpenError::Folder(path.clone(), error))?;
        match lock.try_lock() {
            Ok(()) => Ok(Claim { _lock: Some(lock) }),
            Err(_) => Err(OpenError::InUse(path.clone())),
        }
    }
}

fn make_folder(path: &Path) -> Result<(), OpenError> {
    let Some(folder) = path.parent() else { return Ok(()) };
    std::fs::create_dir_all(folder).map_err(|error| OpenError::Folder(path.to_owned(), error))
}

impl Db {
    /// Open the pools. The schema is looked at by [`Db::migrate`](super::Db::migrate).
    pub async fn open(settings: &DatabaseSettings) -> Result<Self, OpenError> {
        match settings {
            DatabaseSettings::Sqlite(path) => open_sqlite(path).await,
            DatabaseSettings::Postgres(options) => Ok(Self::Postgres(
                PgPoolOptions::new()
                    .max_connections(POSTGRES_CONNECTIONS)
                    .acquire_timeout(ACQUIRE)
                    .connect_with((**options).clone().options([
                        ("statement_timeout", "5s"),
                        ("lock_timeout", "2s"),
                        ("idle_in_transaction_session_timeout", "10s"),
                    ]))
                    .await?,
            )),
        }
    }
}

async fn open_sqlite(path: &Path) -> Result<Db, OpenError> {
    make_folder(path)?;
    let options = SqliteConnectOptions::new()
        .filename(path)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Normal)
        .foreign_keys(true)
        .busy_timeout(ACQUIRE);
    let write = pool(1).connect_with(options.clone().create_if_missing(true)).await?;
    let read = pool(SQLITE_READERS).connect_with(options.read_only(true)).await?;
    Ok(Db::Sqlite { read, write })
}

/// A file does not go away between two requests: connections are not tried before use.
fn pool(connections: u32) -> sqlx::pool::PoolOptions<sqlx::Sqlite> {
    SqlitePoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(ACQUIRE)
        .test_before_acquire(false)
        .after_release(|connection, _| Box::pin(is_clean(connection)))
}

/// Whether a connection can be used again. When the disk is full SQLite rolls back by itself; the
/// driver goes on counting a transaction that it cannot end, and would never begin another one.
async fn is_clean(connection: &mut SqliteConnection) -> sqlx::Result<bool> {
    if connection.is_in_transaction() {
        // A usual rollback may still be under way; the answer comes behind it.
        connection.ping().await?;
    }
    Ok(!connection.is_in_transaction())
}
