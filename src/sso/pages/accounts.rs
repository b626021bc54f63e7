//! The pages of "my accounts".
use crate::web::page::Shell;
use askama::Template;

/// All accounts of a person. Posts `csrf` to `/accounts/add`, and with `link` to `/accounts/part`.
#[derive(Debug, Default, Template)]
#[template(path = "sso/pages/accounts.html")]
pub struct Accounts {
    /// The frame.
    pub shell: Shell,
    /// One or more.
    pub accounts: Vec<AccountRow>,
    /// Accounts with a role stay apart from others.
    pub has_role: bool,
    /// The message that says what was done just now.
    pub notice: Option<&'static str>,
}

/// An account.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AccountRow {
    /// The directory or identity provider that knows it.
    pub label: String,
    /// The login there.
    pub login: String,
    /// What it calls the person.
    pub name: String,
    /// The session was opened by it.
    pub is_this_one: bool,
    /// The joining that can be undone.
    pub part: Option<String>,
}

/// Asks whether accounts of two people are one person's. Posts `csrf` and `flow` to
/// `/accounts/join`.
#[derive(Debug, Default, Template)]
#[template(path = "sso/pages/join_accounts.html")]
pub struct JoinAccounts {
    /// The frame.
    pub shell: Shell,
    /// Of the session.
    pub here: Vec<AccountRow>,
    /// Of the session before.
    pub there: Vec<AccountRow>,
    /// What waits.
    pub flow: String,
}
