//! Mail as administrators see it.
use super::account::{AccountState, Auth};
use super::form::{AccountForm, Wrong};
use super::preset::{PRESETS, Preset};
use super::smtp::Step;
use super::store::MailState;
use super::trying::Handover;
use crate::web::page::{Banner, Shell, Tone};
use askama::Template;

mod choices;
mod texts;

pub use choices::{client_proofs, first_answers, mechanisms, proofs, providers, ways};
pub use texts::{TextPage, TextRow, TextsPage, Version};

/// Accounts, and the newest messages.
#[derive(Debug, Default, Template)]
#[template(path = "mail/pages/admin.html")]
pub struct AdminMail {
    /// The frame.
    pub shell: Shell,
    /// All accounts.
    pub accounts: Vec<AccountRow>,
    /// How many messages are in each state.
    pub counts: Vec<(MailState, u64)>,
    /// Messages that the filter lets through.
    pub rows: Vec<MessageRow>,
    /// The filter: a state; empty for all.
    pub wanted: String,
    /// Where newer rows are.
    pub newer: Option<String>,
    /// Where older rows are.
    pub older: Option<String>,
}

/// One account in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountRow {
    /// Its id.
    pub id: String,
    /// What administrators call it.
    pub name: String,
    /// Who writes.
    pub from: String,
    /// Server and port.
    pub server: String,
    /// Whether mail leaves.
    pub state: AccountState,
    /// Why it is stopped; a stable word.
    pub problem: String,
    /// What the server said.
    pub reply: String,
    /// Used when nobody asks for another one.
    pub is_default: bool,
    /// Where all of its mail goes; empty: to its recipients.
    pub redirect_to: String,
    /// Whether it shows a token.
    pub is_oauth: bool,
}

/// One message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageRow {
    /// Its id.
    pub id: String,
    /// To whom.
    pub to: String,
    /// Key of what it says.
    pub about: &'static str,
    /// Where it stands.
    pub state: MailState,
    /// When it was asked for, as people say it.
    pub at: String,
    /// What the server said.
    pub reply: String,
}

/// One account: to make, to change, to try out.
#[derive(Debug, Default, Template)]
#[template(path = "mail/pages/account.html")]
pub struct AccountPage {
    /// The frame.
    pub shell: Shell,
    /// Its id; `None`: it is a new one.
    pub id: Option<String>,
    /// What was typed.
    pub form: AccountForm,
    /// Whether a password is kept.
    pub has_password: bool,
    /// Whether a secret for the provider is kept.
    pub has_client_secret: bool,
    /// Where it stands; `None`: it is a new one.
    pub standing: Option<AccountState>,
    /// Why it is stopped; a stable word.
    pub problem: String,
    /// What the server said to that.
    pub reply: String,
    /// What is wrong with what was typed.
    pub wrong: Vec<Wrong>,
    /// What became of trying it out.
    pub tried: Option<Handover>,
}

impl AdminMail {
    fn banner(&self) -> Option<Banner> {
        let is = |state| self.accounts.iter().find(move |one| one.state == state);
        let (key, stopped) = match is(AccountState::NeedsReauth) {
            Some(account) => ("mail-stopped-reauth", account),
            None => ("mail-stopped", is(AccountState::Stopped)?),
        };
        let text = self.shell.t_with(key, &[("name", &stopped.name.as_str() as _)]);
        Some(Banner::new(Tone::Trouble, text))
    }

    fn is_state(&self, state: MailState) -> bool {
        self.wanted == state.as_str()
    }
}

impl AccountPage {
    fn action(&self) -> String {
        let id = self.id.as_ref();
        id.map_or_else(|| "/admin/mail/new".to_owned(), |id| format!("/admin/mail/accounts/{id}"))
    }

    fn title(&self) -> String {
        if self.id.is_some() { self.form.name.clone() } else { self.shell.t("mail-new") }
    }

    fn presets(&self) -> &'static [Preset] {
        if self.id.is_some() { &[] } else { &PRESETS }
    }

    /// What is wrong with a field, in words; empty when nothing is.
    fn mistake(&self, field: &str) -> String {
        let found = self.wrong.iter().find(|(name, _)| *name == field);
        found.map(|(_, key)| self.shell.t(key)).unwrap_or_default()
    }

    fn password_help(&self) -> String {
        let key = if self.has_password { "mail-password-kept" } else { "mail-password-help" };
        self.shell.t(key)
    }

    fn secret_help(&self) -> String {
        let key = if self.has_client_secret { "mail-secret-kept" } else { "mail-secret-help" };
        self.shell.t(key)
    }

    /// Whether an account that is kept shows a token.
    fn is_oauth(&self) -> bool {
        self.id.is_some() && self.wants_token()
    }

    fn wants_consent(&self) -> bool {
        self.standing.is_some_and(AccountState::wants_consent)
    }

    fn wants_token(&self) -> bool {
        Auth::ALL.into_iter().any(|auth| auth.is_oauth() && auth.as_str() == self.form.auth)
    }

    /// What stands in the way, when the account was not tried just now.
    fn trouble(&self) -> Option<Banner> {
        if self.tried.is_some() || self.problem.is_empty() {
            return None;
        }
        Some(Banner::new(Tone::Trouble, self.shell.t(problem(&self.problem))))
    }

    fn outcome(&self) -> Option<Banner> {
        let tried = self.tried.as_ref()?;
        Some(match &tried.error {
            None => Banner::new(Tone::Done, self.shell.t("mail-tried-well")),
            Some(error) => Banner::new(Tone::Trouble, error.text.clone()),
        })
    }

    /// The steps of the last try, and whether each went well.
    fn steps(&self) -> Vec<(&'static str, bool)> {
        let Some(tried) = &self.tried else { return Vec::new() };
        let is_good = |step: &Step| tried.error.as_ref().is_none_or(|error| error.step != *step);
        tried.steps.iter().map(|step| (step_label(*step), is_good(step))).collect()
    }
}

fn step_label(step: Step) -> &'static str {
    match step {
        Step::Dns => "mail-step-dns",
        Step::Connect => "mail-step-connect",
        Step::Tls => "mail-step-tls",
        Step::Mechanisms => "mail-step-mechanisms",
        Step::Auth => "mail-step-auth",
        Step::Mail => "mail-step-mail",
        Step::Rcpt => "mail-step-rcpt",
        Step::Data => "mail-step-data",
        Step::Content => "mail-step-content",
    }
}

/// Key of the name of the state of an account.
pub fn account_state(state: AccountState) -> &'static str {
    match state {
        AccountState::Untested => "mail-account-untested",
        AccountState::Incomplete => "mail-account-incomplete",
        AccountState::NeedsReauth => "mail-account-needs-reauth",
        AccountState::Ok => "mail-account-ok",
        AccountState::Stopped => "mail-account-stopped",
        AccountState::Disabled => "mail-account-disabled",
    }
}

/// Class of its badge.
pub fn account_tone(state: AccountState) -> &'static str {
    match state {
        AccountState::Untested | AccountState::Disabled => "",
        AccountState::Ok => "ok",
        AccountState::Incomplete => "warn",
        AccountState::Stopped | AccountState::NeedsReauth => "danger",
    }
}

/// Key of what is said about a problem.
pub fn problem(word: &str) -> &'static str {
    match word {
        "auth" => "mail-problem-auth",
        "auth_needed" => "mail-problem-auth-needed",
        "no_mechanism" => "mail-problem-no-mechanism",
        "password_ended" => "mail-problem-password-ended",
        "submission_off" => "mail-problem-submission-off",
        "token_refused" => "mail-problem-token-refused",
        "invalid_grant" => "mail-problem-invalid-grant",
        "invalid_client" => "mail-problem-invalid-client",
        "refused_by_provider" => "mail-problem-provider",
        "no_refresh_token" => "mail-problem-no-refresh",
        "unusable" => "mail-problem-unusable",
        "relay" => "mail-problem-relay",
        "redirect" => "mail-problem-redirect",
        _ => "mail-problem-sender",
    }
}

/// Key of the name of the state of a message.
pub fn state(state: MailState) -> &'static str {
    match state {
        MailState::Queued => "mail-queued",
        MailState::Sending => "mail-sending",
        MailState::Sent => "mail-sent",
        MailState::Deferred => "mail-deferred",
        MailState::Held => "mail-held",
        MailState::Failed => "mail-failed",
        MailState::Bounced => "mail-bounced",
        MailState::Uncertain => "mail-uncertain",
        MailState::Suppressed => "mail-suppressed",
    }
}

/// Key of what a person does who sends a message again that stands so.
pub fn again(state: MailState) -> &'static str {
    match state {
        MailState::Suppressed => "mail-again-lift",
        _ => "mail-again",
    }
}

/// Class of its badge.
pub fn tone(state: MailState) -> &'static str {
    match state {
        MailState::Queued | MailState::Sending => "",
        MailState::Sent => "ok",
        MailState::Deferred | MailState::Held | MailState::Uncertain => "warn",
        MailState::Failed | MailState::Bounced | MailState::Suppressed => "danger",
    }
}
