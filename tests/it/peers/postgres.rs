//! The second database: a fresh one for each test on the server that `TEST_POSTGRES` names.
//!
//! `tests/postgres.sh COMMAND…` starts such a server for the time of one command; `make test` runs
//! this binary once without it (SQLite) and once beside it.
use aiguillage::db::{DatabaseSettings, Db};
use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Connection, raw_sql};
use std::path::Path;
use tokio::sync::OnceCell;
use url::Url;
use uuid::Uuid;

/// An empty PostgreSQL database, dropped with its owner.
pub(crate) struct Database {
    server: String,
    name: String,
    url: String,
}

impl Database {
    /// A new database without tables, or `None` when this run is for SQLite.
    pub(crate) async fn fresh() -> Option<Self> {
        Some(Self::create(Self::server()?, "template1").await)
    }

    /// A new database with the tables of this program: they are made once, then copied.
    pub(crate) async fn ready() -> Option<Self> {
        static MADE: OnceCell<String> = OnceCell::const_new();
        let server = Self::server()?;
        let made = MADE.get_or_init(|| make_tables(server.clone())).await;
        Some(Self::create(server, made).await)
    }

    /// The server of this run; `None`: it is for SQLite.
    #[expect(clippy::disallowed_methods, reason = "tests have no configuration file")]
    pub(crate) fn server() -> Option<String> {
        std::env::var("TEST_POSTGRES").ok().filter(|url| !url.is_empty())
    }

    async fn create(server: String, template: &str) -> Self {
        let name = format!("aiguillage_{}", Uuid::new_v4().simple());
        execute(&server, format!("CREATE DATABASE {name} TEMPLATE {template}")).await;
        let mut url = Url::parse(&server).expect("TEST_POSTGRES is an address");
        url.set_path(&name);
        Self { server, name, url: url.into() }
    }

    /// What `[database] url` takes.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let server = self.server.clone();
        let order = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name);
        // The test's own runtime may be ending at this moment: a thread brings its own.
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.expect("a runtime starts").block_on(execute(&server, order));
        });
        let _ = dropped.join();
    }
}

/// The name of a database with tables, which goes with its server.
async fn make_tables(server: String) -> String {
    let made = std::mem::ManuallyDrop::new(Database::create(server, "template1").await);
    let settings = DatabaseSettings::parse(made.url(), Path::new("/")).expect("an address");
    let db = Db::open(&settings).await.expect("the database opens");
    db.migrate().await.expect("the tables are made");
    db.close().await;
    made.name.clone()
}

async fn execute(server: &str, order: String) {
    let mut connection = PgConnection::connect(server).await.expect("TEST_POSTGRES answers");
    raw_sql(AssertSqlSafe(order)).execute(&mut connection).await.expect("the server obeys");
    connection.close().await.expect("a connection closes");
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn tables(url: &str) -> i64 {
        let mut connection = PgConnection::connect(url).await.expect("the database is there");
        let query = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'";
        sqlx::query_scalar(query).fetch_one(&mut connection).await.expect("a count")
    }

    #[actix_web::test]
    async fn each_postgres_database_stands_alone_and_leaves_nothing() {
        let Some(mine) = Database::fresh().await else { return };
        let yours = Database::fresh().await.expect("a second one");

        execute(mine.url(), "CREATE TABLE school (rne TEXT)".into()).await;

        assert_eq!((tables(mine.url()).await, tables(yours.url()).await), (1, 0));
        let gone = mine.url().to_owned();
        drop(mine);
        assert!(PgConnection::connect(&gone).await.is_err());
    }
}
