//! Why there is no proof.
use crate::keys::{Cause, KeyError};
use crate::web;

/// What keeps a proof from being made or checked.
#[derive(Debug, thiserror::Error)]
pub enum ProofError {
    /// The keys are being made; that takes some seconds, once in the life of an installation.
    #[error("the keys for proofs of presence are being made")]
    NoKey,
    /// No such presence.
    #[error("there is no such presence")]
    Unknown,
    /// It was taken back.
    #[error("this presence was taken back")]
    Revoked,
    /// It was corrected at this very moment.
    #[error("this presence is being corrected")]
    Changed,
    /// A key cannot be opened.
    #[error("a key for proofs cannot be opened")]
    Key(#[from] KeyError),
    /// A key is not what it should be, or does not do what it should.
    #[error("a key for proofs cannot be used")]
    Crypto(#[source] Cause),
    /// The document cannot be written.
    #[error("the document cannot be written")]
    Document(#[source] Cause),
    /// The database did not answer.
    #[error("the database does not answer")]
    Database(#[from] sqlx::Error),
}

impl ProofError {
    pub(super) fn crypto(cause: impl Into<Cause>) -> Self {
        Self::Crypto(cause.into())
    }

    pub(super) fn document(cause: impl Into<Cause>) -> Self {
        Self::Document(cause.into())
    }
}

impl From<ProofError> for web::Error {
    fn from(error: ProofError) -> Self {
        match error {
            ProofError::NoKey | ProofError::Changed => Self::Busy,
            ProofError::Unknown | ProofError::Revoked => Self::NotFound,
            ProofError::Database(error) => error.into(),
            error => Self::internal(error),
        }
    }
}
