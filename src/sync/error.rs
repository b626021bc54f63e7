//! Why a source was not brought in.
use super::read::ReadError;
use crate::db::{is_contended, is_duplicate};

/// Why a run did not come to its end.
#[derive(Debug, thiserror::Error)]
pub enum SyncError {
    /// Somebody else is at it.
    #[error("another run of this source is under way")]
    Busy,
    /// The source could not be read; nothing was written.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// Something is wrong with the source; nothing was written.
    #[error(
        "{missing} of {known} people would vanish, more than {limit} %: nothing was written; \
         force it if that is right"
    )]
    Vanishing {
        /// Who would vanish.
        missing: u64,
        /// Who is there.
        known: u64,
        /// Percent.
        limit: u8,
    },
    /// We were too slow, and somebody else went on.
    #[error("another run took over")]
    Lost,
    /// What differs could not be put aside.
    #[error("what differs cannot be put aside: {0}")]
    Spool(#[from] std::io::Error),
    /// Our own database.
    #[error("the database does not answer")]
    Database(#[from] sqlx::Error),
}

impl SyncError {
    /// Whether the same portion, written again now, may well succeed: somebody signed in for the
    /// first time while we wrote, or held a row for too long.
    pub(super) fn may_pass_at_once(&self) -> bool {
        matches!(self, Self::Database(error) if is_duplicate(error) || is_contended(error))
    }

    /// In words for whoever sits at the machine; they may quote values of somebody else's database.
    pub fn in_full(&self) -> String {
        match self {
            Self::Read(ReadError::Sql(error) | ReadError::Unwelcome(error)) => {
                format!("{self}: {error}")
            }
            _ => self.to_string(),
        }
    }

    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Busy => "E-SYNC-BUSY",
            Self::Read(_) => "E-SYNC-READ",
            Self::Vanishing { .. } => "E-SYNC-VANISH",
            Self::Lost => "E-SYNC-LOST",
            Self::Spool(_) => "E-SYNC-SPOOL",
            Self::Database(_) => "E-SYNC-DATABASE",
        }
    }
}
