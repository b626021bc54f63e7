//! What a job is, and what it may answer.
use super::turn::Turn;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::future::Future;
use std::time::Duration;
use uuid::Uuid;

/// A piece of work, named by ids only: it reads what it needs when it runs.
///
/// It may be run twice, so doing it again must do no harm.
pub trait Job: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// What it works with.
    type Parts: Clone + Send + Sync + 'static;
    /// Its name in tables, figures and commands, such as `lookup.sweep`. Stable.
    const KIND: &'static str;
    /// Key of its name for people.
    const LABEL: &'static str;
    /// How patient we are with it.
    const POLICY: Policy;

    /// Service and subject: jobs with the same ones are done one after the other, in the order in
    /// which they were asked for. `None`: the order does not matter.
    fn order(&self) -> Option<(String, Uuid)> {
        None
    }

    /// One waiting job of this kind with this text is enough. `None`: each of them counts.
    fn once(&self) -> Option<String> {
        None
    }

    /// Do it.
    fn run(self, parts: Self::Parts, turn: Turn) -> impl Future<Output = Answer> + Send;
}

/// How patient we are with jobs of a kind.
#[derive(Debug, Clone, Copy)]
pub struct Policy {
    /// The highest first; 0 is usual.
    pub priority: i64,
    /// Time between tries; the last one is used again and again.
    pub waits: &'static [Duration],
    /// So long after it was asked for, a job that fails is given up.
    pub gives_up_after: Duration,
    /// One try may take so long.
    pub patience: Duration,
}

impl Policy {
    /// For work inside the house: fails only while the database does.
    pub const HOUSE: Self = Self {
        priority: -10,
        waits: &[Duration::from_mins(1), Duration::from_mins(10), Duration::from_hours(1)],
        gives_up_after: Duration::from_hours(24),
        patience: Duration::from_hours(2),
    };
    /// For services of others (REL-10): from a minute to six hours, three days in all.
    pub const SERVICE: Self = Self {
        priority: 0,
        waits: &[
            Duration::from_mins(1),
            Duration::from_mins(5),
            Duration::from_mins(30),
            Duration::from_hours(2),
            Duration::from_hours(6),
        ],
        gives_up_after: Duration::from_hours(72),
        patience: Duration::from_mins(5),
    };
}

/// What became of a try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It is done.
    Done,
    /// It goes on later; this is no failure.
    Again(Duration),
    /// It will never work, in a few words as free of personal data as those of a [`Failure`].
    GaveUp(String),
    /// It may have happened or not, and doing it again could do harm: a person has to look. Likewise.
    Uncertain(String),
}

/// What a job says at its end.
pub type Answer = Result<Outcome, Failure>;

/// It did not work this time; the policy of its kind says when it is tried again.
///
/// Both texts must be free of personal data: they come into the log, and `why` into `job.last_error`
/// and, when the job is given up, into the audit record, where nobody can erase it. So the words of
/// another service (replies of mail servers name addresses) belong into the row that the job is about;
/// here stands a stable word or a code of what happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// A few words for the table.
    pub why: String,
    /// Everything there is to know, for the log.
    pub cause: String,
}

impl Failure {
    /// A failure that says all in its few words.
    pub fn new(why: impl Into<String>) -> Self {
        Self { why: why.into(), cause: String::new() }
    }

    /// The same with what the log should know.
    #[must_use]
    pub fn because(self, cause: impl std::fmt::Display) -> Self {
        Self { cause: cause.to_string(), ..self }
    }
}

impl From<sqlx::Error> for Failure {
    fn from(error: sqlx::Error) -> Self {
        Self::new("database").because(error)
    }
}
