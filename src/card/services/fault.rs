//! What keeps a service from being told something.
use crate::jobs::Failure;
use std::time::Duration;

/// An answer that is no yes, or none.
#[derive(Debug)]
pub enum Trouble {
    /// It is not about this card: the service is away, or does not let us in.
    Service {
        /// A stable word.
        why: &'static str,
        /// When it wants to be asked again.
        wait: Option<Duration>,
        /// For the log.
        cause: String,
    },
    /// It is about this card, and may be better later.
    Later(Fault),
    /// It is about this card, and will stay so until somebody changes something.
    Final(Fault),
    /// It is about us.
    House(Failure),
}

/// What a service said against it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fault {
    /// Its code, else the status.
    pub code: String,
    /// Its words.
    pub message: String,
    /// The field that it is about, or empty.
    pub field: Box<str>,
    /// `POST`, …
    pub operation: String,
    /// Path of the call.
    pub place: String,
    /// Status of the answer; 0: we found it ourselves.
    pub status: u16,
}

impl Fault {
    /// Something that we found ourselves.
    pub fn ours(code: &str) -> Self {
        Self { code: code.to_owned(), ..Self::default() }
    }
}

impl Trouble {
    /// The service fails, in a word.
    pub fn service(why: &'static str, cause: impl std::fmt::Display) -> Self {
        Self::Service { why, wait: None, cause: cause.to_string() }
    }
}

impl From<Trouble> for Failure {
    fn from(trouble: Trouble) -> Self {
        match trouble {
            Trouble::House(failure) => failure,
            Trouble::Service { why, cause, .. } => Self::new(why).because(cause),
            Trouble::Later(fault) | Trouble::Final(fault) => {
                Self::new(format!("answer {}", fault.code))
            }
        }
    }
}

impl From<sqlx::Error> for Trouble {
    fn from(error: sqlx::Error) -> Self {
        Self::House(error.into())
    }
}

impl From<Failure> for Trouble {
    fn from(failure: Failure) -> Self {
        Self::House(failure)
    }
}
