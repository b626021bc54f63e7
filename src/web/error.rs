//! What a request can end with when it does not end well.
//!
//! Features have error enums of their own and turn them into these where HTTP begins. The pages
//! and JSON bodies are made by [`error_pages`](crate::web::error_pages).
use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, ResponseError};

/// The cause of a failure on our side: for the log, never for the client.
pub type Cause = Box<dyn std::error::Error + Send + Sync>;

/// What handlers answer.
pub type Result<T> = std::result::Result<T, Error>;

/// Everything that can go wrong.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Nothing lives at this address.
    #[error("there is no such page")]
    NotFound,
    /// Nobody is signed in; afterwards the person comes back to this path of ours.
    #[error("sign in first")]
    SignInFirst {
        /// Path and query.
        back: String,
    },
    /// We will not do this, for a reason with a stable code.
    #[error("refused: {}", .0.code)]
    Refused(Box<Refusal>),
    /// Too much to do; try again.
    #[error("too busy")]
    Busy,
    /// Sent away before any work, because there is too much of it.
    #[error("turned away: {}", .0.code)]
    TurnedAway(TurnedAway),
    /// Nothing can be written: the disk is full, for instance.
    #[error("nothing can be kept")]
    Full(#[source] Cause),
    /// Something broke on our side.
    #[error("something went wrong on our side")]
    Internal(#[source] Cause),
}

/// A refusal: its code is stable, its text stands in `messages/*/errors.ftl`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// `E-NO-PORTAL`, …
    pub code: &'static str,
    /// Status of the answer.
    pub status: StatusCode,
    /// The audit event it belongs to.
    pub event: &'static str,
    /// What exactly, for log and audit only.
    pub detail: String,
    /// What it is about, shown to the reader (school codes, a name); never what they typed.
    pub subject: String,
    /// Seconds after which a new try makes sense.
    pub retry_after: Option<u64>,
    /// `WWW-Authenticate` of a 401, which must say how to prove oneself (RFC 9110, 15.5.2).
    pub challenge: Option<&'static str>,
}

impl Refusal {
    /// A refusal with nothing more to say.
    pub fn new(code: &'static str, status: StatusCode, event: &'static str) -> Self {
        Self {
            code,
            status,
            event,
            detail: String::new(),
            subject: String::new(),
            retry_after: None,
            challenge: None,
        }
    }

    /// The same, with what log and audit should know.
    #[must_use]
    pub fn detail(self, detail: impl Into<String>) -> Self {
        Self { detail: detail.into(), ..self }
    }

    /// The same, with what the reader should see.
    #[must_use]
    pub fn subject(self, subject: impl Into<String>) -> Self {
        Self { subject: subject.into(), ..self }
    }

    /// The same, to be tried again after some seconds.
    #[must_use]
    pub fn retry_after(self, seconds: u64) -> Self {
        Self { retry_after: Some(seconds), ..self }
    }

    /// The same, with how to prove oneself.
    #[must_use]
    pub fn challenge(self, challenge: &'static str) -> Self {
        Self { challenge: Some(challenge), ..self }
    }
}

/// One of many requests that cannot all be served. Such are counted and not recorded: a flood must
/// not fill the tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TurnedAway {
    code: &'static str,
    status: StatusCode,
    retry_after: u64,
}

impl TurnedAway {
    /// `retry_after` is in seconds.
    pub fn new(code: &'static str, status: StatusCode, retry_after: u64) -> Self {
        Self { code, status, retry_after }
    }
}

impl From<TurnedAway> for Error {
    fn from(turned_away: TurnedAway) -> Self {
        Self::TurnedAway(turned_away)
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(Box::new(refusal))
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        match error {
            sqlx::Error::PoolTimedOut | sqlx::Error::Io(_) => Self::Busy,
            error if crate::db::is_contended(&error) => Self::Busy,
            error if crate::db::is_full(&error) => Self::Full(error.into()),
            error => Self::Internal(error.into()),
        }
    }
}

impl Error {
    /// A failure on our side, whatever it was.
    pub fn internal(cause: impl Into<Cause>) -> Self {
        Self::Internal(cause.into())
    }

    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "E-NOT-FOUND",
            Self::SignInFirst { .. } => "E-SESSION",
            Self::Refused(refusal) => refusal.code,
            Self::Busy => "E-BUSY",
            Self::TurnedAway(turned_away) => turned_away.code,
            Self::Full(_) => "E-FULL",
            Self::Internal(_) => "E-INTERNAL",
        }
    }
}

impl ResponseError for Error {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::SignInFirst { .. } => StatusCode::UNAUTHORIZED,
            Self::Refused(refusal) => refusal.status,
            Self::TurnedAway(turned_away) => turned_away.status,
            Self::Busy | Self::Full(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn error_response(&self) -> HttpResponse {
        let mut answer = HttpResponse::build(self.status_code());
        let wait = match self {
            Self::Refused(refusal) => refusal.retry_after,
            Self::Busy => Some(2),
            Self::TurnedAway(turned_away) => Some(turned_away.retry_after),
            Self::Full(_) => Some(30),
            _ => None,
        };
        if let Some(seconds) = wait {
            answer.insert_header((header::RETRY_AFTER, seconds));
        }
        if let Self::Refused(refusal) = self
            && let Some(challenge) = refusal.challenge
        {
            answer.insert_header((header::WWW_AUTHENTICATE, challenge));
        }
        answer.finish()
    }
}
