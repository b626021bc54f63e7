//! Connecting an account, as administrators see it.
use super::attempt::{AttemptState, Way};
use super::settings::Provider;
use crate::mail::account::AccountState;
use crate::mail::pages;
use crate::web::page::{Banner, Shell, Tone};
use crate::web::qr::Qr;
use askama::Template;

/// One account being connected.
#[derive(Debug, Default, Template)]
#[template(path = "mail/oauth/pages/connect.html")]
pub struct ConnectPage {
    /// The frame.
    pub shell: Shell,
    /// The account.
    pub id: String,
    /// What administrators call it.
    pub name: String,
    /// Whose mailbox.
    pub user: String,
    /// How it is connected.
    pub way: Way,
    /// Whose service it is.
    pub provider: Provider,
    /// Where browsers come back to, for the registration at the provider.
    pub redirect_uri: String,
    /// Where the account stands.
    pub standing: Option<AccountState>,
    /// Why it is stopped; a stable word.
    pub problem: String,
    /// What the server said to that.
    pub reply: String,
    /// What was tried last.
    pub attempt: Option<AttemptView>,
    /// Whether a token is kept.
    pub has_token: bool,
    /// Whether the provider could not be told that it was disconnected.
    pub is_untold: bool,
    /// Whether the address that was pasted is none.
    pub wrong_paste: bool,
}

/// An attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttemptView {
    /// How.
    pub way: Way,
    /// Where it stands.
    pub state: AttemptState,
    /// Why it failed; a stable word.
    pub problem: String,
    /// What the provider said to that.
    pub detail: String,
    /// Where the administrator of this attempt agrees.
    pub address: Option<String>,
    /// What is typed elsewhere.
    pub user_code: String,
    /// Where.
    pub verification_uri: String,
    /// The same with the code in it; empty when the provider does not say how.
    pub verification_uri_complete: String,
    /// The same as a picture.
    pub qr: Option<Qr>,
    /// What the provider says to the person.
    pub message: String,
    /// Until when, as people say it.
    pub until: String,
}

impl AttemptView {
    /// Where the code is typed, or already is.
    fn page(&self) -> &str {
        let whole = &self.verification_uri_complete;
        if whole.is_empty() { &self.verification_uri } else { whole }
    }
}

impl ConnectPage {
    fn title(&self) -> String {
        self.shell.t_with("mail-connect-title", &[("name", &self.name.as_str() as _)])
    }

    /// An address below that of the account.
    fn at(&self, below: &str) -> String {
        format!("/admin/mail/accounts/{}/{below}", self.id)
    }

    fn lead(&self, key: &str) -> String {
        self.shell.t_with(key, &[("user", &self.user.as_str() as _)])
    }

    fn until(&self, key: &str, attempt: &AttemptView) -> String {
        self.shell.t_with(key, &[("until", &attempt.until.as_str() as _)])
    }

    fn standing_key(&self) -> &'static str {
        pages::account_state(self.standing.unwrap_or(AccountState::Incomplete))
    }

    fn standing_tone(&self) -> &'static str {
        pages::account_tone(self.standing.unwrap_or(AccountState::Incomplete))
    }

    /// The attempt, while something can still come of it.
    fn live(&self) -> Option<&AttemptView> {
        self.attempt.as_ref().filter(|attempt| attempt.state.is_open())
    }

    fn is_device(&self) -> bool {
        self.way == Way::Device
    }

    fn polled(&self) -> Option<&AttemptView> {
        self.live().filter(|attempt| attempt.way == Way::Device)
    }

    fn awaited(&self) -> Option<&AttemptView> {
        self.live().filter(|attempt| attempt.way == Way::Code)
    }

    /// A word that changes when there is something new to see.
    fn state_word(&self) -> &'static str {
        match &self.attempt {
            // Whether the server takes the token is known in a moment.
            Some(attempt)
                if attempt.state == AttemptState::Granted
                    && self.standing == Some(AccountState::Untested) =>
            {
                "untested"
            }
            Some(attempt) => attempt.state.as_str(),
            None => "none",
        }
    }

    fn banner(&self) -> Option<Banner> {
        if self.is_untold {
            return Some(Banner::new(Tone::Warning, self.shell.t("mail-untold")));
        }
        let attempt = self.attempt.as_ref()?;
        let (tone, key) = match attempt.state {
            AttemptState::Created | AttemptState::Polling => return None,
            AttemptState::Granted if !self.has_token => return None,
            AttemptState::Granted => match self.standing {
                Some(AccountState::Ok) => (Tone::Done, "mail-connected"),
                Some(AccountState::Untested) => (Tone::Done, "mail-connected-untested"),
                _ => (Tone::Trouble, pages::problem(&self.problem)),
            },
            AttemptState::Denied => (Tone::Trouble, "mail-attempt-denied"),
            AttemptState::Expired => (Tone::Warning, "mail-attempt-expired"),
            AttemptState::Cancelled => (Tone::Warning, "mail-attempt-cancelled"),
            AttemptState::Failed => (Tone::Trouble, self.failure(&attempt.problem)),
        };
        Some(Banner::new(tone, self.shell.t(key)))
    }

    /// Key of why an attempt failed.
    fn failure(&self, problem: &str) -> &'static str {
        match (problem, self.provider) {
            ("no_refresh_token", Provider::Google) => "mail-attempt-no-refresh-google",
            ("no_refresh_token", Provider::Microsoft) => "mail-attempt-no-refresh-microsoft",
            ("no_refresh_token", Provider::Custom) => "mail-attempt-no-refresh",
            ("invalid_client", _) => "mail-attempt-client",
            ("invalid_scope", _) => "mail-attempt-scope",
            ("unsupported", _) => "mail-attempt-unsupported",
            ("invalid_grant", _) => "mail-attempt-grant",
            ("silent", _) => "mail-attempt-silent",
            ("garbled", _) => "mail-attempt-garbled",
            ("forbidden", _) => "mail-attempt-forbidden",
            ("cut_off", _) => "mail-attempt-cut-off",
            _ => "mail-attempt-provider",
        }
    }

    /// What the provider or the server said.
    fn detail(&self) -> &str {
        match &self.attempt {
            Some(attempt) if attempt.state.is_open() => "",
            Some(attempt) if attempt.state == AttemptState::Granted => &self.reply,
            Some(attempt) => &attempt.detail,
            None => "",
        }
    }

    fn paste_mistake(&self) -> String {
        if self.wrong_paste { self.shell.t("mail-paste-wrong") } else { String::new() }
    }

    fn begin_label(&self) -> String {
        self.shell.t(if self.attempt.is_some() || self.has_token {
            "mail-connect-again"
        } else {
            "mail-connect-begin"
        })
    }
}
