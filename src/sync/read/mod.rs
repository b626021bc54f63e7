//! Where entries come from, page by page.
mod files;
mod ldap;
mod sql;

pub(super) use files::{FilesReader, fingerprint, flat};
pub(super) use ldap::LdapReader;
pub(super) use sql::SqlReader;

use super::batch::BatchReader;
use super::entry::Entry;
use super::outcome::Progress;
use super::source::Origin;
use crate::identity::ProfileMap;
use crate::identity::sources::SourceError;
use crate::rows::RowsError;

/// Entries read in one go.
pub(super) const PAGE: usize = 500;

/// Why a source could not be read to its end: nothing of what it said is used.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// A file cannot be read.
    #[error("{0}: {1}")]
    File(String, #[source] std::io::Error),
    /// A file is no list.
    #[error("{0}: {1}")]
    Rows(String, #[source] RowsError),
    /// There is no file at all.
    #[error("{0} holds no file with one of the endings {1}")]
    NoFile(String, &'static str),
    /// The files changed while they were read.
    #[error("{0} changed while it was read")]
    Moving(String),
    /// A program brings the people of this source.
    #[error("nothing can be read: a program pushes the people of this source")]
    Pushed,
    /// The directory did not answer.
    #[error(transparent)]
    Ldap(#[from] SourceError),
    /// The database did not answer, or not to this question. Its own words may quote values: what
    /// is kept is the code of its answer.
    #[error("the query failed{}", why(.0))]
    Sql(#[source] sqlx::Error),
    /// The database lets nobody in who comes so.
    #[error("the database refuses this user or this password")]
    Unwelcome(#[source] sqlx::Error),
    /// No answer in the time allowed.
    #[error("the database did not answer within {0} seconds")]
    Slow(u64),
}

impl From<sqlx::Error> for ReadError {
    fn from(error: sqlx::Error) -> Self {
        let code = error.as_database_error().and_then(sqlx::error::DatabaseError::code);
        // SQLSTATE class 28, "invalid authorization specification".
        if code.is_some_and(|code| code.starts_with("28")) {
            Self::Unwelcome(error)
        } else {
            Self::Sql(error)
        }
    }
}

fn why(error: &sqlx::Error) -> String {
    match error.as_database_error() {
        Some(answer) => answer.code().map_or_else(String::new, |code| format!(" with code {code}")),
        None => format!(": {error}"),
    }
}

/// A source that is being read.
pub(super) enum Reader<'a> {
    Files(Box<FilesReader>),
    Ldap(Box<LdapReader<'a>>),
    Sql(Box<SqlReader>),
    Batch(BatchReader),
}

impl<'a> Reader<'a> {
    /// Begin; `since` asks for what changed only, where the source can tell.
    pub(super) async fn open(
        origin: &'a Origin,
        since: Option<&str>,
        (profiles, progress): (&'a ProfileMap, &Progress),
    ) -> Result<Self, ReadError> {
        Ok(match origin {
            Origin::Files { path, format, shape } => {
                Self::Files(Box::new(FilesReader::open(path, *format, shape, progress)?))
            }
            Origin::Ldap(source) => {
                Self::Ldap(Box::new(LdapReader::open(source, since, profiles).await?))
            }
            Origin::Sql { url, query, shape } => {
                Self::Sql(Box::new(SqlReader::open(url, query, shape)))
            }
            Origin::Push { batch, .. } => {
                let batch = batch.as_ref().ok_or(ReadError::Pushed)?;
                Self::Batch(BatchReader::open(batch))
            }
        })
    }

    /// The next entries; none when all were read.
    pub(super) async fn page(&mut self) -> Result<Vec<Entry>, ReadError> {
        match self {
            Self::Files(files) => {
                // Other tasks of this thread want to go on too.
                tokio::task::yield_now().await;
                files.page()
            }
            Self::Ldap(ldap) => ldap.page().await,
            Self::Sql(sql) => sql.page().await,
            Self::Batch(batch) => Ok(batch.page()),
        }
    }

    /// How far this reading went, for the next one to go on from.
    pub(super) fn mark(&self) -> Option<String> {
        match self {
            Self::Files(files) => Some(files.mark().to_owned()),
            Self::Ldap(ldap) => ldap.mark(),
            Self::Sql(_) | Self::Batch(_) => None,
        }
    }
}
