//! What can go wrong with the index.
use std::path::PathBuf;
use tantivy::directory::error::LockError;

/// Why the index cannot be opened, written or built.
#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    /// Another process writes to the same folder.
    #[error("the index {folder} is used by another process ({holder})")]
    InUse {
        /// `[index] path`.
        folder: PathBuf,
        /// Who holds it, as it says itself.
        holder: String,
    },
    /// The folder cannot be made, read or written.
    #[error("the index folder {0} cannot be used")]
    Folder(PathBuf, #[source] std::io::Error),
    /// The files are not what was written.
    #[error("the index is damaged: {0}")]
    Damaged(String),
    /// The search library's own words.
    #[error("the search library refuses")]
    Library(#[from] tantivy::TantivyError),
    /// The database does not answer.
    #[error("the index cannot follow the database")]
    Database(#[from] sqlx::Error),
}

impl IndexError {
    /// Somebody else writes to these files at the moment, and nothing is wrong with them.
    pub(super) fn is_busy(&self) -> bool {
        use tantivy::TantivyError::LockFailure;
        matches!(self, Self::Library(LockFailure(LockError::LockBusy, _)))
    }
}

/// Why a search found nothing, not even nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SearchError {
    /// The index is being built.
    #[error("the index is not ready")]
    NotReady,
    /// Too many searches at once.
    #[error("too many searches at once")]
    Busy,
    /// The search would take too long.
    #[error("the search is too costly")]
    TooCostly,
}

/// Why a walk through the index ended early.
#[derive(Debug)]
pub(super) enum Trouble {
    /// Its effort is spent.
    TooCostly,
    /// The files do not hold what they should.
    Damaged(tantivy::TantivyError),
}

impl From<tantivy::TantivyError> for Trouble {
    fn from(error: tantivy::TantivyError) -> Self {
        Self::Damaged(error)
    }
}
