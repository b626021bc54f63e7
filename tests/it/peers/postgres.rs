//! The second database: a fresh one for each test on the server that `TEST_POSTGRES` names.
//!
//! `tests/postgres.sh COMMAND…` starts such a server for the time of one command; `make test` runs
//! this binary once without it (SQLite) and once beside it.
use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Connection, raw_sql};
use url::Url;
use uuid::Uuid;

/// An empty PostgreSQL database, dropped with its owner.
pub(crate) struct Database {
    server: String,
    name: String,
    url: String,
}

impl Database {
    /// A new database, or `None` when this run is for SQLite.
    pub(crate) async fn fresh() -> Option<Self> {
        let server = server()?;
        let name = format!("aiguillage_{}", Uuid::new_v4().simple());
        execute(&server, format!("CREATE DATABASE {name}")).await;

        let mut url = Url::parse(&server).expect("TEST_POSTGRES is an address");
        url.set_path(&name);
        Some(Self { server, name, url: url.into() })
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

#[expect(clippy::disallowed_methods, reason = "tests have no configuration file")]
fn server() -> Option<String> {
    std::env::var("TEST_POSTGRES").ok().filter(|url| !url.is_empty())
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
