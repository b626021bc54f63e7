//! Mail accounts as programs write and read them.
use super::mail_token_shapes::{OauthView, OauthWish};
use crate::api::fields::Line;
use crate::mail::{Account, AccountForm, AccountState, Auth, Handover, Tls, Typed};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// An account as it should be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::api) struct MailAccountWish {
    /// What administrators call it; no two have the same.
    #[schema(value_type = String, min_length = 1, max_length = 200, pattern = "^[^\\x00-\\x1f\\x7f]+$")]
    name: Line<200>,
    /// Who writes.
    #[schema(value_type = String, max_length = 200, example = "presence@college.example")]
    from_address: Line<200>,
    /// The name beside it.
    #[serde(default)]
    #[schema(value_type = String, max_length = 200)]
    from_name: Line<200>,
    /// Where answers go; empty: to the sender.
    #[serde(default)]
    #[schema(value_type = String, max_length = 200)]
    reply_to: Line<200>,
    /// The server.
    #[schema(value_type = String, max_length = 200, example = "smtp.college.example")]
    host: Line<200>,
    /// Its port.
    #[schema(minimum = 1, maximum = 65535, example = 587)]
    port: u16,
    /// How the way there is protected.
    tls: Tls,
    /// How it is shown who we are.
    auth: Auth,
    /// The login.
    #[serde(default)]
    #[schema(value_type = String, max_length = 200)]
    user: Line<200>,
    /// Left out: the one that is kept. It has to be given when it would go elsewhere than before.
    #[schema(value_type = Option<String>, write_only, max_length = 1000)]
    password: Option<Line<1000>>,
    /// Messages a minute at most.
    #[schema(minimum = 1, maximum = 1_000_000, example = 30)]
    per_minute: u32,
    /// Messages in 24 hours at most.
    #[schema(minimum = 1, maximum = 1_000_000, example = 2000)]
    per_day: u32,
    /// Test mode: every message goes to this address; empty: it is off.
    #[serde(default)]
    #[schema(value_type = String, max_length = 200)]
    redirect_to: Line<200>,
    /// Whether mail leaves through it.
    #[serde(default = "yes")]
    #[schema(default = true)]
    enabled: bool,
    /// How tokens are asked for, where `auth` says that one is shown.
    oauth: Option<OauthWish>,
}

fn yes() -> bool {
    true
}

/// An account; of its secrets only whether there are any.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct MailAccountView {
    /// Names it.
    pub id: Uuid,
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
    /// How it is shown who we are.
    pub auth: Auth,
    /// The login.
    pub user: String,
    /// `set`, or null.
    pub password: Option<&'static str>,
    /// Messages a minute at most.
    pub per_minute: i64,
    /// Messages in 24 hours at most.
    pub per_day: i64,
    /// Test mode: every message goes there; may be empty.
    pub redirect_to: String,
    /// Whether mail leaves.
    pub state: AccountState,
    /// Why it is stopped; may be empty.
    pub problem: String,
    /// What the server said; may be empty.
    pub reply: String,
    /// Used when nobody asks for another one.
    pub is_default: bool,
    /// How tokens are asked for, where one is shown.
    pub oauth: Option<OauthView>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was changed last.
    pub changed_at: DateTime<Utc>,
}

/// All accounts.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct MailAccounts {
    /// By name.
    pub items: Vec<MailAccountView>,
}

/// What trying an account out takes.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::api) struct MailTrial {
    /// A test message goes here; left out: the server is only reached.
    #[schema(value_type = Option<String>, max_length = 200, example = "chef@college.example")]
    pub(super) to: Option<Line<200>>,
}

/// What became of trying an account out.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct MailTried {
    /// In their order; the last one failed if there is an error.
    pub steps: Vec<&'static str>,
    /// What was wrong; null: nothing.
    pub error: Option<String>,
}

impl From<Account> for MailAccountView {
    fn from(account: Account) -> Self {
        let is_set = |secret: &Option<Vec<u8>>| secret.as_ref().map(|_| "set");
        let oauth = account.auth.is_oauth().then(|| OauthView::of(&account));
        Self {
            id: account.id.0,
            password: is_set(&account.password),
            oauth,
            name: account.name,
            from_address: account.from_address,
            from_name: account.from_name,
            reply_to: account.reply_to,
            host: account.host,
            port: account.port,
            tls: account.tls,
            auth: account.auth,
            user: account.smtp_user,
            per_minute: account.per_minute,
            per_day: account.per_day,
            redirect_to: account.redirect_to,
            state: account.state,
            problem: account.problem,
            reply: account.reply,
            is_default: account.is_default,
            created_at: account.created_at,
            changed_at: account.changed_at,
        }
    }
}

impl MailAccountWish {
    /// The same as the form of the page, which says what is wrong with it; and the secrets in it.
    pub(super) fn form(self) -> (AccountForm, Typed) {
        let oauth = self.oauth.as_ref();
        let secret = oauth.and_then(|oauth| oauth.client_secret.as_ref());
        let typed = Typed::of(
            self.password.as_ref().map(|it| it.0.as_str()),
            secret.map(|it| it.0.as_str()),
        );
        let form = AccountForm {
            name: self.name.0,
            from_address: self.from_address.0,
            from_name: self.from_name.0,
            reply_to: self.reply_to.0,
            host: self.host.0,
            port: self.port.to_string(),
            tls: self.tls.as_str().to_owned(),
            auth: self.auth.as_str().to_owned(),
            user: self.user.0,
            per_minute: self.per_minute.to_string(),
            per_day: self.per_day.to_string(),
            redirect_to: self.redirect_to.0,
            is_on: self.enabled,
            oauth: self.oauth.map(OauthWish::form).unwrap_or_default(),
        };
        (form, typed)
    }
}

impl MailTried {
    pub(super) fn of(tried: &Handover) -> Self {
        Self {
            steps: tried.steps.iter().map(|step| step.as_str()).collect(),
            error: tried.error.as_ref().map(ToString::to_string),
        }
    }
}
