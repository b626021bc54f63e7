//! An account through which mail leaves.
use super::oauth::OauthSettings;
use super::smtp::Sasl;
use chrono::{DateTime, Utc};
use std::fmt;
use std::str::FromStr;
use uuid::Uuid;

/// Names an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, sqlx::Type)]
#[sqlx(transparent)]
pub struct AccountId(pub Uuid);

impl fmt::Display for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// How the way to the server is protected.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    sqlx::Type,
    serde::Serialize,
    serde::Deserialize,
    utoipa::ToSchema,
)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
#[schema(as = MailTls)]
pub enum Tls {
    /// Asked for after the greeting, and insisted on; port 587 usually (RFC 3207).
    Starttls,
    /// From the first byte on; port 465 usually (RFC 8314).
    Implicit,
    /// Not at all: only inside `[mail] plain_networks`.
    None,
}

/// How we show who we are.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    sqlx::Type,
    serde::Serialize,
    serde::Deserialize,
    utoipa::ToSchema,
)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
#[schema(as = MailAuth)]
pub enum Auth {
    /// A relay that knows us by our address.
    None,
    /// A login and a password.
    Password,
    /// A token; an administrator agrees in a browser that comes back to us (RFC 6749, 4.1).
    OauthCode,
    /// A token; an administrator types a code in a browser anywhere (RFC 8628).
    OauthDevice,
}

/// Whether mail leaves through an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, sqlx::Type, utoipa::ToSchema)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
#[schema(as = MailAccountState)]
pub enum AccountState {
    /// It was never seen to work; it is used.
    Untested,
    /// It shows a token and has none that lasts: its mail is held.
    Incomplete,
    /// It worked.
    Ok,
    /// The provider takes its token no more, an administrator has to agree again: its mail is held.
    NeedsReauth,
    /// The server refused us in a way that trying again does not mend: its mail is held.
    Stopped,
    /// An administrator switched it off: its mail is held.
    Disabled,
}

impl AccountState {
    /// Whether an administrator has to agree at the provider.
    pub fn wants_consent(self) -> bool {
        matches!(self, Self::Incomplete | Self::NeedsReauth)
    }
}

impl Tls {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Starttls, Self::Implicit, Self::None];

    /// As in the table and in forms.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Starttls => "starttls",
            Self::Implicit => "implicit",
            Self::None => "none",
        }
    }
}

impl Auth {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::None, Self::Password, Self::OauthCode, Self::OauthDevice];

    /// As in the table and in forms.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Password => "password",
            Self::OauthCode => "oauth_code",
            Self::OauthDevice => "oauth_device",
        }
    }

    /// Whether a token is shown.
    pub fn is_oauth(self) -> bool {
        matches!(self, Self::OauthCode | Self::OauthDevice)
    }
}

/// An account as it is kept.
#[derive(Clone, sqlx::FromRow)]
pub struct Account {
    /// Its name in tables.
    pub id: AccountId,
    /// What administrators call it.
    pub name: String,
    /// Who writes.
    pub from_address: String,
    /// The name beside it.
    pub from_name: String,
    /// Where answers go; empty: to the sender.
    pub reply_to: String,
    /// The server.
    pub host: String,
    /// Its port.
    pub port: i64,
    /// How the way there is protected.
    pub tls: Tls,
    /// How we show who we are.
    pub auth: Auth,
    /// The login.
    pub smtp_user: String,
    /// Sealed; opened when it is used.
    pub password: Option<Vec<u8>>,
    /// How it is shown.
    pub sasl: Sasl,
    /// How the provider is asked for tokens.
    #[sqlx(flatten)]
    pub oauth: OauthSettings,
    /// Used when nobody asks for another one.
    pub is_default: bool,
    /// Whether mail leaves.
    pub state: AccountState,
    /// Why it is stopped.
    pub problem: String,
    /// What the server said.
    pub reply: String,
    /// Messages a minute at most.
    pub per_minute: i64,
    /// Messages in 24 hours at most.
    pub per_day: i64,
    /// Test mode: every message goes here; empty: it is off.
    pub redirect_to: String,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When an administrator changed it last.
    pub changed_at: DateTime<Utc>,
}

/// Reasons that are mended at the provider, by somebody who agrees again.
const PROVIDER_PROBLEMS: [&str; 6] = [
    "token_refused",
    "submission_off",
    "invalid_grant",
    "invalid_client",
    "no_refresh_token",
    "refused_by_provider",
];

impl Account {
    /// Whether mail may leave through it.
    pub fn is_open(&self) -> bool {
        matches!(self.state, AccountState::Untested | AccountState::Ok)
    }

    /// Where it stands when it is stopped for this reason.
    pub(super) fn state_when(&self, problem: &str) -> AccountState {
        let is_about_us = PROVIDER_PROBLEMS.contains(&problem);
        if self.auth.is_oauth() && is_about_us {
            AccountState::NeedsReauth
        } else {
            AccountState::Stopped
        }
    }
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut told = f.debug_struct("Account");
        told.field("id", &self.id).field("name", &self.name).finish_non_exhaustive()
    }
}

/// One address for mail, and nothing else around it (SEC-95).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailAddress(lettre::Address);

impl MailAddress {
    /// Longest address (RFC 5321, 4.5.3.1.3).
    const MOST: usize = 254;

    /// Read an address such as `secretariat@college.example`.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim_matches(' ');
        let is_plain = text.len() <= Self::MOST
            && !text
                .contains(|c: char| c.is_control() || c.is_whitespace() || "<>,;\"".contains(c));
        is_plain.then(|| lettre::Address::from_str(text).ok()).flatten().map(Self)
    }

    /// As it is written.
    pub fn as_str(&self) -> &str {
        self.0.as_ref()
    }

    pub(super) fn into_inner(self) -> lettre::Address {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_one_address() {
        for good in ["a@b.fr", "prénom.nom@ac-exemple.fr", "x+y@college.example", " a@b.fr "] {
            assert!(MailAddress::parse(good).is_some(), "{good}");
        }
        let long = format!("{}@b.fr", "a".repeat(250));
        for bad in [
            "",
            "a",
            "@b.fr",
            "a@",
            "a@b.fr\r\nBcc: x@y.fr",
            "a@b.fr, c@d.fr",
            "A <a@b.fr>",
            "a b@c.fr",
            "a@b.fr\0",
            "\"a b\"@c.fr",
            &long,
        ] {
            assert_eq!(MailAddress::parse(bad), None, "{bad:?}");
        }
    }
}
