//! An administrator connects an account.
use crate::identity::PersonId;
use crate::mail::account::AccountId;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::fmt;
use uuid::Uuid;

/// Names an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, sqlx::Type)]
#[sqlx(transparent)]
#[serde(transparent)]
pub struct AttemptId(pub Uuid);

/// How the account is connected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum Way {
    /// In a browser that comes back to us.
    #[default]
    Code,
    /// By a code that is typed in a browser anywhere.
    Device,
}

/// Where an attempt stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum AttemptState {
    /// The browser has not come back yet.
    Created,
    /// The provider is asked again and again whether the code was typed.
    Polling,
    /// It gave tokens.
    Granted,
    /// The person said no.
    Denied,
    /// Nobody typed the code in time.
    Expired,
    /// It cannot work.
    Failed,
    /// An administrator ended it.
    Cancelled,
}

impl AttemptState {
    /// As in the table.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Polling => "polling",
            Self::Granted => "granted",
            Self::Denied => "denied",
            Self::Expired => "expired",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }

    /// Whether nothing came of it yet.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Created | Self::Polling)
    }
}

/// An attempt as it is kept.
#[derive(Clone, sqlx::FromRow)]
pub struct Attempt {
    /// Its name.
    pub id: AttemptId,
    /// What is connected.
    pub account: AccountId,
    /// The administrator.
    pub person: PersonId,
    /// How.
    pub way: Way,
    /// Where it stands.
    pub state: AttemptState,
    /// Why it failed: a stable word.
    pub problem: String,
    /// What the provider said to that.
    pub detail: String,
    /// Sealed: [`CodeSecret`], or the device code.
    pub secret: Option<Vec<u8>>,
    /// What is typed elsewhere.
    pub user_code: String,
    /// Where it is typed.
    pub verification_uri: String,
    /// The same with the code in it; may be empty.
    pub verification_uri_complete: String,
    /// What the provider says to the person.
    pub message: String,
    /// Seconds between an answer and the next question.
    pub wait: i64,
    /// When the provider is asked next.
    pub next_at: Option<DateTime<Utc>>,
    /// When it began.
    pub created_at: DateTime<Utc>,
    /// When it is too late.
    pub expires_at: DateTime<Utc>,
    /// When it ended.
    pub ended_at: Option<DateTime<Utc>>,
}

/// What only the browser's way back and the provider's answer may prove.
#[derive(Serialize, Deserialize)]
pub(super) struct CodeSecret {
    pub(super) state: String,
    pub(super) verifier: String,
}

impl Attempt {
    /// A new one about nothing but this.
    pub(super) fn begin(
        (account, person): (AccountId, PersonId),
        way: Way,
        (now, until): (DateTime<Utc>, DateTime<Utc>),
    ) -> Self {
        Self {
            id: AttemptId(Uuid::now_v7()),
            account,
            person,
            way,
            state: AttemptState::Created,
            problem: String::new(),
            detail: String::new(),
            secret: None,
            user_code: String::new(),
            verification_uri: String::new(),
            verification_uri_complete: String::new(),
            message: String::new(),
            wait: 0,
            next_at: None,
            created_at: now,
            expires_at: until,
            ended_at: None,
        }
    }

    /// Whether something can still come of it.
    pub fn is_live(&self, now: DateTime<Utc>) -> bool {
        self.state.is_open() && now < self.expires_at
    }

    /// Where it stands, the time considered.
    pub fn standing(&self, now: DateTime<Utc>) -> AttemptState {
        if self.state.is_open() && now >= self.expires_at {
            AttemptState::Expired
        } else {
            self.state
        }
    }
}

impl fmt::Debug for Attempt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut told = f.debug_struct("Attempt");
        told.field("id", &self.id).field("state", &self.state).finish_non_exhaustive()
    }
}
