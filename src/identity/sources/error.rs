//! Why a source could not tell.

/// What kept a source from answering. Never means "wrong login" and never "wrong password".
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SourceError {
    /// All connections are in use and so are the places in the queue.
    #[error("too many questions wait for the directory")]
    Busy,
    /// It failed too often a moment ago and is not asked now.
    #[error("the directory failed several times and is left alone for a moment")]
    Resting,
    /// No connection, or one that broke.
    #[error("the directory cannot be reached: {0}")]
    Unreachable(String),
    /// No answer in the time allowed.
    #[error("the directory did not answer in time")]
    TimedOut,
    /// The encrypted connection could not be made, or not with the server we meant.
    #[error("no trusted connection to the directory: {0}")]
    Untrusted(String),
    /// The account of `bind_dn` was refused, with this result code.
    #[error("the directory refuses the service account (result code {0})")]
    NotAdmitted(u32),
    /// The question was refused, with this result code.
    #[error("the directory refuses the question (result code {0})")]
    Refused(u32),
    /// The answer broke off before its end.
    #[error("the directory cut its answer short")]
    Cut,
    /// The answer is not LDAP.
    #[error("the directory sent what cannot be read")]
    Garbled,
    /// An entry lacks the attribute that identifies it.
    #[error("an entry shows no {0}: may the service account read it?")]
    NoId(String),
    /// An id that should be unique names several entries.
    #[error("one id names several entries")]
    Ambiguous,
    /// An attribute that cannot or must not be searched.
    #[error("{0} cannot be searched")]
    NotSearchable(String),
}

impl SourceError {
    /// Whether the server is at fault, so that another one may do better.
    pub fn is_outage(&self) -> bool {
        match self {
            Self::Unreachable(_)
            | Self::TimedOut
            | Self::Untrusted(_)
            | Self::NotAdmitted(_)
            | Self::Resting
            | Self::Garbled => true,
            Self::Busy
            | Self::Refused(_)
            | Self::Cut
            | Self::NoId(_)
            | Self::Ambiguous
            | Self::NotSearchable(_) => false,
        }
    }
}
