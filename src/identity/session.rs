//! A session: somebody signed in here, until it ends.
use super::{PersonId, Profile};
use crate::identity::token::Token;
use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Live sessions a person may have; one more ends the oldest (SEC-28).
pub const MOST_SESSIONS: usize = 20;
/// `last_seen` is written at most this often (REL-13).
pub const TOUCH_EVERY: Duration = Duration::minutes(1);

/// How somebody proved who they are. Reported honestly to every partner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum Method {
    /// A password, checked by us or by a directory.
    Password,
    /// A password and a second factor.
    Otp,
    /// Another identity provider vouched.
    Federation,
}

impl Method {
    /// The value of the attribute `auth`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Otp => "otp",
            Self::Federation => "federation",
        }
    }

    /// Whether two factors stand behind it.
    pub fn is_two_factor(self) -> bool {
        matches!(self, Self::Otp)
    }
}

/// Why a session is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EndReason {
    /// The person signed out here.
    SignedOut,
    /// The person ended it from another browser.
    EndedElsewhere,
    /// A new sign-in in the same browser replaced it (SEC-24).
    Replaced,
    /// Too many at once.
    TooMany,
    /// The account it was opened by belongs to another person now.
    AccountMoved,
    /// The account it was opened by left its directory.
    AccountEnded,
    /// The person got rights that want another kind of session.
    RightsChanged,
    /// The person is erased.
    Erased,
}

impl EndReason {
    /// The word in table and audit.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SignedOut => "signed_out",
            Self::EndedElsewhere => "ended_elsewhere",
            Self::Replaced => "replaced",
            Self::TooMany => "too_many",
            Self::AccountMoved => "account_moved",
            Self::AccountEnded => "account_ended",
            Self::RightsChanged => "rights_changed",
            Self::Erased => "erased",
        }
    }
}

/// One session as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Session {
    /// Our name for it; opens nothing.
    pub id: Uuid,
    /// In every form of this session (SEC-20).
    pub csrf_token: String,
    /// Who.
    pub person: PersonId,
    /// By which account.
    pub account: Uuid,
    /// How they proved it.
    pub method: Method,
    /// When they proved it.
    pub authenticated_at: DateTime<Utc>,
    /// Last request, to the minute.
    pub last_seen: DateTime<Utc>,
    /// Seconds without use after which it ends.
    pub idle_seconds: i64,
    /// When it ends in any case.
    pub expires_at: DateTime<Utc>,
    /// When it ended before that.
    pub ended_at: Option<DateTime<Utc>>,
    /// Client network, cut to /24 or /48.
    pub network: String,
    /// Short description of the browser.
    pub browser: String,
    /// The school chosen in this session.
    pub chosen_rne: Option<String>,
    /// The profile it was chosen with.
    pub chosen_profile: Option<Profile>,
    /// Sources that did not answer at sign-in, comma between.
    pub partial_sources: String,
}

impl Session {
    /// Whether it still opens doors.
    pub fn is_live(&self, now: DateTime<Utc>) -> bool {
        self.ended_at.is_none() && now < self.expires_at && now < self.idle_until()
    }

    /// When it ends if nothing more is done.
    pub fn idle_until(&self) -> DateTime<Utc> {
        self.last_seen + Duration::seconds(self.idle_seconds)
    }

    /// Whether `last_seen` is old enough to be written again.
    pub fn wants_touch(&self, now: DateTime<Utc>) -> bool {
        now - self.last_seen >= TOUCH_EVERY
    }

    /// Whether a form's token is this session's, compared in constant time.
    pub fn owns_form(&self, token: &str) -> bool {
        token.len() == self.csrf_token.len()
            && openssl::memcmp::eq(token.as_bytes(), self.csrf_token.as_bytes())
    }

    /// Eight hexadecimal digits that name it in the audit record.
    pub fn short(&self) -> String {
        short(self.id)
    }

    /// Sources that did not answer at sign-in.
    pub fn partial_sources(&self) -> Vec<&str> {
        self.partial_sources.split(',').filter(|name| !name.is_empty()).collect()
    }
}

/// How long a session may live.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lifetimes {
    /// In all.
    pub absolute: Duration,
    /// Without use.
    pub idle: Duration,
}

impl Lifetimes {
    /// The same, over at the latest when somebody else says so.
    #[must_use]
    pub fn until(self, end: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Self {
        let left = end.map(|end| (end - now).max(Duration::zero()));
        Self { absolute: left.map_or(self.absolute, |left| left.min(self.absolute)), ..self }
    }
}

/// Eight hexadecimal digits that name a session in the audit record.
pub(super) fn short(id: Uuid) -> String {
    id.simple().to_string()[24..].to_owned()
}

/// What a new session is made of.
#[derive(Clone)]
pub struct NewSession {
    /// Who.
    pub person: PersonId,
    /// By which account.
    pub account: Uuid,
    /// How.
    pub method: Method,
    /// When they proved it; with another identity provider perhaps hours ago.
    pub authenticated_at: DateTime<Utc>,
    /// How long.
    pub lifetimes: Lifetimes,
    /// Client network, cut.
    pub network: String,
    /// Short description of the browser.
    pub browser: String,
    /// Sources that did not answer.
    pub partial_sources: Vec<String>,
}

impl NewSession {
    /// The session that begins now; the token is for the cookie and exists nowhere else.
    pub fn begin(self, now: DateTime<Utc>) -> (Token, Session) {
        let session = Session {
            id: Uuid::now_v7(),
            csrf_token: Token::new().as_str().to_owned(),
            person: self.person,
            account: self.account,
            method: self.method,
            authenticated_at: self.authenticated_at,
            last_seen: now,
            idle_seconds: self.lifetimes.idle.num_seconds(),
            expires_at: now + self.lifetimes.absolute,
            ended_at: None,
            network: self.network,
            browser: self.browser,
            chosen_rne: None,
            chosen_profile: None,
            partial_sources: self.partial_sources.join(","),
        };
        (Token::new(), session)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session(now: DateTime<Utc>) -> Session {
        let lifetimes = Lifetimes { absolute: Duration::hours(10), idle: Duration::hours(2) };
        let new = NewSession {
            person: PersonId::new(),
            account: Uuid::nil(),
            method: Method::Password,
            authenticated_at: now,
            lifetimes,
            network: "10.0.0.0/24".into(),
            browser: "Firefox".into(),
            partial_sources: vec![],
        };
        new.begin(now).1
    }

    #[test]
    fn a_session_ends_when_unused_and_in_any_case() {
        let start = DateTime::UNIX_EPOCH;
        let mut session = session(start);

        assert!(session.is_live(start + Duration::minutes(119)));
        assert!(!session.is_live(start + Duration::minutes(120)));

        session.last_seen = start + Duration::hours(9);
        assert!(session.is_live(start + Duration::minutes(599)));
        assert!(!session.is_live(start + Duration::hours(10)));
    }

    #[test]
    fn an_ended_session_stays_ended() {
        let mut session = session(DateTime::UNIX_EPOCH);
        session.ended_at = Some(DateTime::UNIX_EPOCH);
        assert!(!session.is_live(DateTime::UNIX_EPOCH));
    }

    #[test]
    fn only_its_own_form_token_fits() {
        let session = session(DateTime::UNIX_EPOCH);
        assert!(session.owns_form(&session.csrf_token.clone()));
        assert!(!session.owns_form(""));
        assert!(!session.owns_form(Token::new().as_str()));
    }
}
