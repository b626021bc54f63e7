//! Brings the tables to the state this program needs, or says why it does not (REL-26).
use super::{Db, Tx};
use crate::on;
use sqlx::migrate::{MigrateError, Migrator};
use sqlx::query_scalar;
use std::time::Duration;

/// Every migration, in order, the same text for both databases.
static MIGRATIONS: Migrator = {
    let mut migrations = sqlx::migrate!("src/db/migrations");
    // sqlx would take an advisory lock, which connection poolers lose (REL-37).
    migrations.locking = false;
    migrations
};

/// How long another node may take for the migrations that we found it busy with.
const OTHER_NODE_SECONDS: u32 = 5;

/// How the schema stands beside this program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SchemaState {
    /// Exactly what this program needs.
    Current,
    /// Migrations are missing.
    Behind {
        /// How many.
        missing: usize,
    },
    /// A newer program was here.
    Ahead,
}

/// Why the schema cannot be brought up to date.
#[derive(Debug, thiserror::Error)]
pub enum SchemaError {
    /// The tables are newer than this program.
    #[error("the database was migrated by a newer version of aiguillage; install that version")]
    Ahead,
    /// The tables are older, and this program was told not to change them.
    #[error("the database lacks {missing} migrations; run: aiguillage migrate")]
    Behind {
        /// How many.
        missing: usize,
    },
    /// A migration failed; nothing of it was kept.
    #[error("a migration failed")]
    Migration(#[from] MigrateError),
    /// The database did not answer.
    #[error("the database does not answer")]
    Database(#[from] sqlx::Error),
}

impl Db {
    /// How the schema stands, without changing anything.
    pub async fn schema(&self) -> sqlx::Result<SchemaState> {
        let applied = self.applied().await?;
        let known: Vec<i64> = MIGRATIONS.iter().map(|migration| migration.version).collect();
        if applied.iter().any(|version| !known.contains(version)) {
            return Ok(SchemaState::Ahead);
        }
        Ok(match known.len() - applied.len() {
            0 => SchemaState::Current,
            missing => SchemaState::Behind { missing },
        })
    }

    /// Run the migrations that are missing. Safe to repeat.
    pub async fn migrate(&self) -> Result<(), SchemaError> {
        if self.schema().await? == SchemaState::Ahead {
            return Err(SchemaError::Ahead);
        }
        let Err(error) = self.run_migrations().await else { return Ok(()) };
        // Another node may be running the same migrations at this moment: look again.
        for _ in 0..OTHER_NODE_SECONDS {
            tokio::time::sleep(Duration::from_secs(1)).await;
            if self.schema().await? == SchemaState::Current {
                return Ok(());
            }
        }
        Err(error.into())
    }

    /// Make sure that the tables fit this program: bring them up to date, or only look.
    pub async fn prepare(&self, migrate: bool) -> Result<(), SchemaError> {
        if migrate {
            return self.migrate().await;
        }
        match self.schema().await? {
            SchemaState::Current => Ok(()),
            SchemaState::Behind { missing } => Err(SchemaError::Behind { missing }),
            SchemaState::Ahead => Err(SchemaError::Ahead),
        }
    }

    async fn run_migrations(&self) -> Result<(), MigrateError> {
        match self {
            Self::Sqlite { write, .. } => MIGRATIONS.run(write).await,
            Self::Postgres(pool) => MIGRATIONS.run(pool).await,
        }
    }

    async fn applied(&self) -> sqlx::Result<Vec<i64>> {
        let mut tx = self.read().await?;
        if !has_migration_table(&mut tx).await? {
            return Ok(Vec::new());
        }
        on!(&mut tx, |conn| query_scalar("SELECT version FROM _sqlx_migrations WHERE success")
            .fetch_all(conn)
            .await)
    }
}

/// The catalogues differ: this is one of the few places where the two databases part.
async fn has_migration_table(tx: &mut Tx) -> sqlx::Result<bool> {
    let sql = match tx {
        Tx::Sqlite(_) => "SELECT count(*) FROM sqlite_schema WHERE name = '_sqlx_migrations'",
        Tx::Postgres(_) => {
            "SELECT count(*) FROM pg_catalog.pg_class WHERE oid = to_regclass('_sqlx_migrations')"
        }
    };
    let count: i64 = on!(tx, |conn| query_scalar(sql).fetch_one(conn).await)?;
    Ok(count > 0)
}
