//! A browser that comes back to us with a code (RFC 6749, 4.1; RFC 7636; RFC 9207).
use super::attempt::{Attempt, AttemptState, CodeSecret, Way};
use super::device::told;
use super::polling::problem;
use super::request::Request;
use crate::audit::{Event, Trace};
use crate::db::Db;
use crate::identity::PersonId;
use crate::mail::account::Account;
use crate::mail::post::{Mailer, Place};
use crate::mail::store::{self, Ending};
use crate::web::query::Fields;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use openssl::error::ErrorStack;
use openssl::memcmp;
use url::Url;
use zeroize::Zeroizing;

/// Where browsers come back to.
pub(super) const CALLBACK: &str = "/admin/mail/oauth/callback";
/// How long they may take.
const OPEN: TimeDelta = TimeDelta::minutes(10);

/// How a browser came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Back {
    /// With a code.
    Code(String),
    /// With a word for what went wrong, and what is said to it.
    Error(String, String),
}

impl Back {
    /// What the fields of the address say.
    pub(super) fn read(fields: &Fields) -> Self {
        let text = |name| fields.get(name).unwrap_or_default().to_owned();
        match fields.get("code") {
            Some(code) if fields.get("error").is_none() => Self::Code(code.to_owned()),
            _ => Self::Error(text("error"), text("error_description")),
        }
    }
}

impl Mailer {
    /// Where browsers come back to, as it is registered at providers.
    pub(super) fn redirect_uri(&self) -> String {
        format!("{}{CALLBACK}", self.address)
    }

    /// A new attempt to connect an account.
    pub(super) fn begin_code(
        &self,
        account: &Account,
        person: PersonId,
    ) -> Result<Attempt, ErrorStack> {
        let now = self.post.clock.now();
        let times = (now, now + OPEN);
        let mut attempt = Attempt::begin((account.id, person), Way::Code, times);
        let secret = CodeSecret { state: random()?, verifier: random()? };
        let json = Zeroizing::new(serde_json::to_string(&secret).unwrap_or_default());
        attempt.secret = Some(self.seal(Place::Attempt(attempt.id), &json)?);
        Ok(attempt)
    }

    /// Where the administrator of an attempt agrees. `None`: it is over.
    pub(super) fn address_of(&self, account: &Account, attempt: &Attempt) -> Option<Url> {
        let secret = self.code_secret(attempt)?;
        let request = Request {
            endpoint: &account.oauth.auth_endpoint,
            client_id: &account.oauth.client_id,
            redirect_uri: &self.redirect_uri(),
            scopes: &account.oauth.scopes,
            user: &account.smtp_user,
            state: &secret.state,
            verifier: &secret.verifier,
        };
        request.address()
    }

    /// The attempt of this administrator to which a browser comes back with this `state`.
    pub(super) async fn awaited(
        &self,
        db: &Db,
        person: PersonId,
        state: &str,
    ) -> sqlx::Result<Option<(Attempt, CodeSecret)>> {
        let now = self.post.clock.now();
        let awaited = store::awaited(&mut db.read().await?, person, now).await?;
        let secret = |attempt: Attempt| Some((self.code_secret(&attempt)?, attempt));
        let mut secrets = awaited.into_iter().filter_map(secret);
        let is_it = |secret: &CodeSecret| {
            secret.state.len() == state.len()
                && memcmp::eq(secret.state.as_bytes(), state.as_bytes())
        };
        Ok(secrets.find(|(secret, _)| is_it(secret)).map(|(secret, attempt)| (attempt, secret)))
    }

    /// Use an attempt up, before anything is asked: whoever comes second finds nothing. `false`:
    /// somebody was first.
    pub(super) async fn use_up(&self, db: &Db, attempt: &Attempt) -> sqlx::Result<bool> {
        let mut tx = db.write().await?;
        let ending = Ending { state: AttemptState::Failed, problem: "cut_off", detail: "" };
        let from = (attempt.id, AttemptState::Created);
        let now = self.post.clock.now();
        let is_ours = store::end_attempt(&mut tx, from, &ending, now).await?;
        tx.commit().await?;
        Ok(is_ours)
    }

    /// Hand the code of a used-up attempt in, and record what became of it with `event`. Gives a
    /// stable word for it.
    pub(super) async fn redeem(
        &self,
        db: &Db,
        account: &Account,
        (attempt, secret): (&Attempt, &CodeSecret),
        back: Back,
        (event, trace): (Event, &Trace),
    ) -> sqlx::Result<String> {
        let answer = match back {
            Back::Error(error, description) => {
                let state = if error == "access_denied" {
                    AttemptState::Denied
                } else {
                    AttemptState::Failed
                };
                Err((state, problem(&error).to_owned(), format!("{error} {description}")))
            }
            Back::Code(code) => self.exchange(account, secret, &code).await.map_err(|trouble| {
                let (problem, detail) = told(trouble);
                (AttemptState::Failed, problem, detail)
            }),
        };
        let mut tx = db.write().await?;
        let from = AttemptState::Failed;
        let word = match &answer {
            Ok(granted) => {
                let is_kept = self.connect(&mut tx, account, (attempt, from), granted).await?;
                match (is_kept, &granted.refresh) {
                    (false, _) => "late",
                    (true, None) => "no_refresh_token",
                    (true, Some(_)) => "granted",
                }
                .to_owned()
            }
            Err((state, problem, detail)) => {
                let detail = super::answer::words(detail, 300);
                let ending = Ending { state: *state, problem, detail: &detail };
                let now = self.post.clock.now();
                store::end_attempt(&mut tx, (attempt.id, from), &ending, now).await?;
                problem.clone()
            }
        };
        let event = event.reason(&word).field("account", account.id.to_string());
        event.record(&mut tx, trace, self.post.clock.now()).await?;
        tx.commit().await?;
        if let (Ok(granted), "late") = (&answer, word.as_str()) {
            self.decline(account, granted).await;
        }
        Ok(word)
    }

    async fn exchange(
        &self,
        account: &Account,
        secret: &CodeSecret,
        code: &str,
    ) -> Result<super::answer::Granted, super::answer::Trouble> {
        let redirect_uri = self.redirect_uri();
        let form = vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", &redirect_uri),
            ("code_verifier", &secret.verifier),
        ];
        let client = self.client(account)?;
        client.ask(&account.oauth.token_endpoint, form, &self.allowed).await?.granted()
    }

    fn code_secret(&self, attempt: &Attempt) -> Option<CodeSecret> {
        let sealed = attempt.secret.as_ref().filter(|_| attempt.way == Way::Code)?;
        let json = self.unseal(Place::Attempt(attempt.id), sealed).ok()?;
        serde_json::from_str(&json).ok()
    }
}

/// Whether the answer comes from the provider that was asked, when it says from whom it comes: both
/// stand at the same origin.
pub(super) fn is_issuer(issuer: Option<&str>, auth_endpoint: &str) -> bool {
    let origin = |text: &str| Url::parse(text).ok().map(|url| url.origin());
    issuer.is_none_or(|issuer| origin(issuer).is_some() && origin(issuer) == origin(auth_endpoint))
}

/// 32 random bytes as text that may stand in an address.
fn random() -> Result<String, ErrorStack> {
    let mut bytes = Zeroizing::new([0; 32]);
    openssl::rand::rand_bytes(bytes.as_mut_slice())?;
    Ok(URL_SAFE_NO_PAD.encode(bytes.as_slice()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_provider_cannot_answer() {
        let endpoint = "https://login.example/tenant/authorize?prompt=consent";
        assert!(is_issuer(None, endpoint));
        assert!(is_issuer(Some("https://login.example/tenant/v2.0"), endpoint));
        for wrong in ["https://login.example.evil", "http://login.example", "", "login.example"] {
            assert!(!is_issuer(Some(wrong), endpoint), "{wrong}");
        }
    }

    #[test]
    fn a_verifier_is_as_long_as_the_document_wants_it() {
        let text = random().expect("randomness");
        assert_eq!(text.len(), 43);
        assert!(text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_'));
    }
}
