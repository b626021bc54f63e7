//! The form of an account.
use super::account::{Account, AccountId, AccountState, Auth, MailAddress, Tls};
use super::oauth::OauthForm;
use super::preset::Preset;
use crate::web::query::Fields;
use chrono::{DateTime, Utc};
use uuid::Uuid;

/// Longest text of a field, characters.
const MOST: usize = 200;

/// Largest limit.
const MOST_MESSAGES: u32 = 1_000_000;

/// What was typed, as it was typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AccountForm {
    /// What administrators call it.
    pub name: String,
    /// Who writes.
    pub from_address: String,
    /// The name beside it.
    pub from_name: String,
    /// Where answers go.
    pub reply_to: String,
    /// The server.
    pub host: String,
    /// Its port.
    pub port: String,
    /// As in the table.
    pub tls: String,
    /// As in the table.
    pub auth: String,
    /// The login.
    pub user: String,
    /// Messages a minute.
    pub per_minute: String,
    /// Messages a day.
    pub per_day: String,
    /// Test mode.
    pub redirect_to: String,
    /// Whether mail should leave through it.
    pub is_on: bool,
    /// What is about tokens.
    pub oauth: OauthForm,
}

/// A field, and the key of what is wrong with it.
pub type Wrong = (&'static str, &'static str);

impl AccountForm {
    pub(super) fn read(fields: &Fields) -> Self {
        let text = |name| fields.get(name).unwrap_or_default().trim().to_owned();
        Self {
            name: text("name"),
            from_address: text("from_address"),
            from_name: text("from_name"),
            reply_to: text("reply_to"),
            host: text("host"),
            port: text("port"),
            tls: text("tls"),
            auth: text("auth"),
            user: text("user"),
            per_minute: text("per_minute"),
            per_day: text("per_day"),
            redirect_to: text("redirect_to"),
            is_on: fields.is_on("is_on"),
            oauth: OauthForm::read(fields),
        }
    }

    pub(super) fn of(account: &Account) -> Self {
        Self {
            name: account.name.clone(),
            from_address: account.from_address.clone(),
            from_name: account.from_name.clone(),
            reply_to: account.reply_to.clone(),
            host: account.host.clone(),
            port: account.port.to_string(),
            tls: account.tls.as_str().to_owned(),
            auth: account.auth.as_str().to_owned(),
            user: account.smtp_user.clone(),
            per_minute: account.per_minute.to_string(),
            per_day: account.per_day.to_string(),
            redirect_to: account.redirect_to.clone(),
            is_on: account.state != AccountState::Disabled,
            oauth: OauthForm::of(&account.oauth, account.sasl),
        }
    }

    pub(super) fn preset(preset: &Preset) -> Self {
        Self {
            host: preset.host.to_owned(),
            port: preset.port.to_string(),
            tls: preset.tls.as_str().to_owned(),
            auth: preset.auth.as_str().to_owned(),
            per_minute: preset.per_minute.to_string(),
            per_day: preset.per_day.to_string(),
            is_on: true,
            oauth: preset.oauth(),
            ..Self::default()
        }
    }

    fn check_texts(&self, check: &mut impl FnMut(bool, Wrong)) {
        let address = |text: &str| MailAddress::parse(text).is_some();
        let empty_or = |text: &str| text.is_empty() || address(text);
        check(!self.name.is_empty() && is_short(&self.name), ("name", "mail-wrong-name"));
        check(address(&self.from_address), ("from_address", "mail-wrong-address"));
        check(is_short(&self.from_name), ("from_name", "mail-wrong-name"));
        check(empty_or(&self.reply_to), ("reply_to", "mail-wrong-address"));
        check(empty_or(&self.redirect_to), ("redirect_to", "mail-wrong-address"));
        check(is_host(&self.host), ("host", "mail-wrong-host"));
    }

    /// The account that it describes, with what `old` keeps; or everything that is wrong with it.
    pub(super) fn account(
        &self,
        old: Option<&Account>,
        now: DateTime<Utc>,
    ) -> Result<Account, Vec<Wrong>> {
        let mut wrong = Vec::new();
        let mut check = |is_good: bool, field: Wrong| {
            if !is_good {
                wrong.push(field);
            }
        };
        self.check_texts(&mut check);
        let port = self.port.parse::<u16>().ok().filter(|port| *port > 0);
        check(port.is_some(), ("port", "mail-wrong-number"));
        let is_sane = |number: &u32| (1..=MOST_MESSAGES).contains(number);
        let number = |text: &str| text.parse::<u32>().ok().filter(is_sane);
        let (per_minute, per_day) = (number(&self.per_minute), number(&self.per_day));
        check(per_minute.is_some(), ("per_minute", "mail-wrong-limit"));
        check(per_day.is_some(), ("per_day", "mail-wrong-limit"));
        let tls = Tls::ALL.into_iter().find(|tls| tls.as_str() == self.tls);
        let auth = Auth::ALL.into_iter().find(|auth| auth.as_str() == self.auth);
        let needs_user = auth.is_some_and(|auth| auth != Auth::None);
        check(!needs_user || !self.user.is_empty(), ("user", "mail-wrong-user"));
        check(is_short(&self.user) && is_visible(&self.user), ("user", "mail-wrong-user"));
        let oauth = self.oauth.settings(auth, &mut check);
        let (Some(tls), Some(auth), Some(port), Some(per_minute), Some(per_day), true) =
            (tls, auth, port, per_minute, per_day, wrong.is_empty())
        else {
            return Err(wrong);
        };
        let state = if self.is_on { AccountState::Untested } else { AccountState::Disabled };
        Ok(Account {
            id: old.map_or_else(|| AccountId(Uuid::now_v7()), |old| old.id),
            name: self.name.clone(),
            from_address: self.from_address.clone(),
            from_name: self.from_name.clone(),
            reply_to: self.reply_to.clone(),
            host: self.host.clone(),
            port: port.into(),
            tls,
            auth,
            smtp_user: self.user.clone(),
            password: old.and_then(|old| old.password.clone()),
            sasl: self.oauth.sasl(),
            oauth,
            is_default: old.is_some_and(|old| old.is_default),
            state,
            problem: String::new(),
            reply: String::new(),
            per_minute: per_minute.into(),
            per_day: per_day.into(),
            redirect_to: self.redirect_to.clone(),
            created_at: old.map_or(now, |old| old.created_at),
            changed_at: now,
        })
    }
}

/// Text that stays whole in the line in which it is shown to a server.
fn is_visible(text: &str) -> bool {
    !text.contains(char::is_control)
}

fn is_short(text: &str) -> bool {
    text.chars().count() <= MOST
}

/// A name or an address, nothing around it.
fn is_host(text: &str) -> bool {
    let of_name = |c: char| c.is_ascii_alphanumeric() || "-.:".contains(c);
    !text.is_empty() && text.len() <= 253 && text.chars().all(of_name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::preset::PRESETS;

    #[test]
    fn every_mistake_is_named_at_once() {
        let form = AccountForm {
            from_address: "a@b.fr\nBcc: c@d.fr".into(),
            port: "70000".into(),
            host: "smtp.example/x".into(),
            auth: "password".into(),
            tls: "starttls".into(),
            ..AccountForm::default()
        };
        let wrong = form.account(None, DateTime::UNIX_EPOCH).expect_err("mistakes");
        let fields: Vec<_> = wrong.iter().map(|(field, _)| *field).collect();
        let expected = ["name", "from_address", "host", "port", "per_minute", "per_day", "user"];
        assert_eq!(fields, expected);
    }

    #[test]
    fn a_preset_needs_names_only() {
        for preset in PRESETS {
            let form = AccountForm {
                name: "Vie scolaire".into(),
                from_address: "vs@college.example".into(),
                user: "vs".into(),
                oauth: OauthForm { client_id: "ours".into(), ..preset.oauth() },
                host: "smtp.college.example".into(),
                ..AccountForm::preset(&preset)
            };
            let account = form.account(None, DateTime::UNIX_EPOCH).expect("an account");
            assert_eq!(account.state, AccountState::Untested);
            assert_eq!(AccountForm::of(&account), form);
        }
    }
}
