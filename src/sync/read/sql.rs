//! Rows of somebody else's database, by the administrator's query.
use super::super::entry::Entry;
use super::super::shape::Shape;
use super::{PAGE, ReadError};
use crate::identity::Attributes;
use crate::identity::sources::Secret;
use futures_util::TryStreamExt;
use sqlx::mysql::{MySql, MySqlConnectOptions};
use sqlx::postgres::{PgConnectOptions, Postgres};
use sqlx::sqlite::{Sqlite, SqliteConnectOptions};
use sqlx::{AssertSqlSafe, Column, ConnectOptions, Decode, Executor, Row, raw_sql};
use std::str::FromStr;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// Longest wait for the next rows; sorting a large table takes its time.
const PATIENCE: Duration = Duration::from_mins(2);
/// Pages that wait for us while the next one is read.
const AHEAD: usize = 2;

type Rows = Result<Vec<Attributes>, sqlx::Error>;

/// Reads page after page; a task of its own holds the connection.
pub(in crate::sync) struct SqlReader {
    pages: mpsc::Receiver<Rows>,
    task: JoinHandle<()>,
    shape: Shape,
    row: u64,
}

impl Drop for SqlReader {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl SqlReader {
    pub(super) fn open(url: &Secret, query: &str, shape: &Shape) -> Self {
        let (sender, pages) = mpsc::channel(AHEAD);
        let (url, query) = (url.clone(), query.to_owned());
        let task = tokio::spawn(async move {
            if let Err(error) = ask(url.reveal(), query, &sender).await {
                // Nobody listens any more: the run was given up.
                let _ = sender.send(Err(error)).await;
            }
        });
        Self { pages, task, shape: shape.clone(), row: 0 }
    }

    pub(super) async fn page(&mut self) -> Result<Vec<Entry>, ReadError> {
        let next = timeout(PATIENCE, self.pages.recv()).await;
        let rows = match next.map_err(|_| ReadError::Slow(PATIENCE.as_secs()))? {
            None => return Ok(Vec::new()),
            Some(rows) => rows?,
        };
        let entry = |row: Attributes| {
            self.row += 1;
            Entry { place: format!("row {}", self.row), read: self.shape.candidate(row) }
        };
        Ok(rows.into_iter().map(entry).collect())
    }
}

/// Nothing is ever written there, whatever the query says.
async fn ask(url: &str, query: String, pages: &mpsc::Sender<Rows>) -> sqlx::Result<()> {
    if let Some(path) = url.strip_prefix("sqlite:") {
        let options = SqliteConnectOptions::new().filename(path).read_only(true);
        let mut connection = options.connect().await?;
        return send::<Sqlite, _>(&mut connection, query, pages).await;
    }
    if url.starts_with("postgres") {
        let options = PgConnectOptions::from_str(url)?;
        let options = options.options([("default_transaction_read_only", "on")]);
        let mut connection = options.connect().await?;
        return send::<Postgres, _>(&mut connection, query, pages).await;
    }
    let url = url.replacen("mariadb://", "mysql://", 1);
    let mut connection = MySqlConnectOptions::from_str(&url)?.connect().await?;
    connection.execute("SET SESSION TRANSACTION READ ONLY").await?;
    send::<MySql, _>(&mut connection, query, pages).await
}

/// Every value comes as text: dates, numbers and truth values as the database writes them.
async fn send<'c, DB, E>(
    connection: E,
    query: String,
    pages: &mpsc::Sender<Rows>,
) -> sqlx::Result<()>
where
    DB: sqlx::Database,
    E: Executor<'c, Database = DB>,
    for<'r> &'r str: Decode<'r, DB>,
    usize: sqlx::ColumnIndex<DB::Row>,
{
    let mut rows = raw_sql(AssertSqlSafe(query)).fetch(connection);
    let mut page = Vec::with_capacity(PAGE);
    while let Some(row) = rows.try_next().await? {
        page.push(attributes(&row));
        if page.len() == PAGE && pages.send(Ok(std::mem::take(&mut page))).await.is_err() {
            return Ok(());
        }
    }
    if !page.is_empty() {
        let _ = pages.send(Ok(page)).await;
    }
    Ok(())
}

fn attributes<DB: sqlx::Database>(row: &DB::Row) -> Attributes
where
    for<'r> &'r str: Decode<'r, DB>,
    usize: sqlx::ColumnIndex<DB::Row>,
{
    let mut attributes = Attributes::default();
    for (position, column) in row.columns().iter().enumerate() {
        if let Ok(Some(text)) = row.try_get_unchecked::<Option<&str>, _>(position)
            && says_something(text)
        {
            attributes.add(column.name(), text);
        }
    }
    attributes
}

/// A picture or a bit is no text, and `MariaDB`'s zero date is none.
fn says_something(text: &str) -> bool {
    !text.chars().all(char::is_control) && !text.starts_with("0000-00-00")
}
