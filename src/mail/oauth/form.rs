//! The part of an account's form that is about tokens.
use super::settings::{ClientProof, OauthSettings, Provider};
use crate::config::parse::is_loopback;
use crate::mail::account::Auth;
use crate::mail::form::Wrong;
use crate::mail::smtp::{FirstAnswer, Sasl};
use crate::web::query::Fields;
use url::Url;

/// Longest text of a field, characters.
const MOST: usize = 1_000;

/// What was typed, as it was typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OauthForm {
    /// Whose service it is.
    pub provider: String,
    /// Which mechanism.
    pub sasl: String,
    /// In how many lines.
    pub first_answer: String,
    /// How the provider knows us.
    pub client_id: String,
    /// How we show that.
    pub client_proof: String,
    /// Where an administrator agrees.
    pub auth_endpoint: String,
    /// Where tokens are given.
    pub token_endpoint: String,
    /// Where codes to be typed elsewhere are given.
    pub device_endpoint: String,
    /// Where tokens are given back.
    pub revocation_endpoint: String,
    /// What we ask to be allowed.
    pub scopes: String,
}

impl OauthForm {
    pub(in crate::mail) fn read(fields: &Fields) -> Self {
        let text = |name| fields.get(name).unwrap_or_default().trim().to_owned();
        Self {
            provider: text("provider"),
            sasl: text("sasl"),
            first_answer: text("first_answer"),
            client_id: text("client_id"),
            client_proof: text("client_proof"),
            auth_endpoint: text("auth_endpoint"),
            token_endpoint: text("token_endpoint"),
            device_endpoint: text("device_endpoint"),
            revocation_endpoint: text("revocation_endpoint"),
            scopes: text("scopes"),
        }
    }

    pub(in crate::mail) fn of(settings: &OauthSettings, sasl: Sasl) -> Self {
        Self {
            provider: settings.provider.as_str().to_owned(),
            sasl: sasl.as_str().to_owned(),
            first_answer: settings.first_answer.as_str().to_owned(),
            client_id: settings.client_id.clone(),
            client_proof: settings.client_proof.as_str().to_owned(),
            auth_endpoint: settings.auth_endpoint.clone(),
            token_endpoint: settings.token_endpoint.clone(),
            device_endpoint: settings.device_endpoint.clone(),
            revocation_endpoint: settings.revocation_endpoint.clone(),
            scopes: settings.scopes.clone(),
        }
    }

    /// The mechanism that was chosen.
    pub(in crate::mail) fn sasl(&self) -> Sasl {
        Sasl::ALL.into_iter().find(|one| one.as_str() == self.sasl).unwrap_or_default()
    }

    /// The settings that it describes; what is wrong with them goes to `check`.
    pub(in crate::mail) fn settings(
        &self,
        auth: Option<Auth>,
        mut check: impl FnMut(bool, Wrong),
    ) -> OauthSettings {
        let is_oauth = auth.is_some_and(Auth::is_oauth);
        let needs = |by: Auth| auth == Some(by);
        let endpoints = [
            ("auth_endpoint", &self.auth_endpoint, needs(Auth::OauthCode)),
            ("token_endpoint", &self.token_endpoint, is_oauth),
            ("device_endpoint", &self.device_endpoint, needs(Auth::OauthDevice)),
            ("revocation_endpoint", &self.revocation_endpoint, false),
        ];
        for (name, address, is_needed) in endpoints {
            let is_good = if address.is_empty() { !is_needed } else { is_endpoint(address) };
            check(is_good, (name, "mail-wrong-endpoint"));
        }
        let is_given = |text: &str| !is_oauth || !text.is_empty();
        let is_short = |text: &str| text.chars().count() <= MOST;
        check(
            is_given(&self.client_id) && is_short(&self.client_id),
            ("client_id", "mail-wrong-client"),
        );
        check(is_given(&self.scopes) && is_short(&self.scopes), ("scopes", "mail-wrong-scopes"));
        let first_answer = FirstAnswer::ALL.into_iter();
        let client_proof = ClientProof::ALL.into_iter();
        OauthSettings {
            provider: Provider::parse(&self.provider),
            first_answer: first_answer
                .into_iter()
                .find(|one| one.as_str() == self.first_answer)
                .unwrap_or_default(),
            client_id: self.client_id.clone(),
            client_secret: None,
            client_proof: client_proof
                .into_iter()
                .find(|one| one.as_str() == self.client_proof)
                .unwrap_or_default(),
            auth_endpoint: self.auth_endpoint.clone(),
            token_endpoint: self.token_endpoint.clone(),
            device_endpoint: self.device_endpoint.clone(),
            revocation_endpoint: self.revocation_endpoint.clone(),
            scopes: self.scopes.split_whitespace().collect::<Vec<_>>().join(" "),
        }
    }
}

/// An https address without a name or a password in it; http for this machine, which is only asked
/// when `[outbound] allow` says so.
fn is_endpoint(text: &str) -> bool {
    let Ok(url) = Url::parse(text) else { return false };
    let host = url.host_str().unwrap_or_default();
    let is_bare = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
    let is_safe = url.scheme() == "https" || (url.scheme() == "http" && is_loopback(host));
    is_bare && is_safe && !host.is_empty() && text.len() <= MOST
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(form: &OauthForm, auth: Auth) -> Vec<&'static str> {
        let mut wrong = Vec::new();
        form.settings(Some(auth), |is_good, (field, _)| {
            if !is_good {
                wrong.push(field);
            }
        });
        wrong
    }

    #[test]
    fn what_is_needed_depends_on_how_the_account_is_connected() {
        let empty = OauthForm::default();
        assert_eq!(wrong(&empty, Auth::Password), Vec::<&str>::new());
        let always = ["client_id", "scopes"];
        assert_eq!(wrong(&empty, Auth::OauthCode)[..2], ["auth_endpoint", "token_endpoint"]);
        assert_eq!(wrong(&empty, Auth::OauthDevice)[..2], ["token_endpoint", "device_endpoint"]);
        assert_eq!(wrong(&empty, Auth::OauthDevice)[2..], always);
    }

    #[test]
    fn an_endpoint_is_https_and_holds_no_secrets() {
        for good in ["https://a.example/t?prompt=consent", "http://127.0.0.1:3000/token"] {
            assert!(is_endpoint(good), "{good}");
        }
        for bad in [
            "http://a.example/t",
            "https://u:p@a.example",
            "https://a.example/#x",
            "ftp://a.example",
            "a.example",
            "javascript:alert(1)",
        ] {
            assert!(!is_endpoint(bad), "{bad}");
        }
    }
}
