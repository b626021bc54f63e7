//! One OpenID provider: its description and keys, our questions, its answers (OpenID Connect Core
//! 3.1, code flow with PKCE; SEC-64 to SEC-67).
use crate::config::OidcSettings;
use crate::outbound::Outbound;
use crate::sso::upstream::{Question, Told, UpstreamError};
use crate::web::query::Fields;
use chrono::{DateTime, Utc};
use openidconnect::core::{CoreAuthPrompt, CoreAuthenticationFlow, CoreGenderClaim};
use openidconnect::{
    AuthType, AuthorizationCode, Client, ClientId, ClientSecret, CsrfToken, Nonce,
    OAuth2TokenResponse, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope,
    SubjectIdentifier, UserInfoClaims,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::sync::Mutex;

mod believing;
mod description;
mod error;
mod http;
mod logout;
mod renewing;
mod types;

pub(super) use renewing::Renewal;

use believing::Expected;
use description::{FRESH, Known, PACE};
use error::{refused_code, refused_user_info};
use http::Http;
use types::{Others, Relying, Tokens};

/// Our names of standard claims (OpenID Connect Core 5.1).
pub(super) const USUAL: [(&str, &str); 5] = [
    ("uid", "preferred_username"),
    ("displayName", "name"),
    ("givenName", "given_name"),
    ("sn", "family_name"),
    ("mail", "email"),
];
/// What a provider may say instead of yes (RFC 6749, 4.1.2.1; OpenID Connect Core 3.1.2.6).
const ERRORS: [&str; 10] = [
    "access_denied",
    "invalid_request",
    "unauthorized_client",
    "unsupported_response_type",
    "invalid_scope",
    "interaction_required",
    "login_required",
    "account_selection_required",
    "consent_required",
    "request_not_supported",
];
/// What is kept until the browser comes back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Secrets {
    nonce: String,
    verifier: String,
    /// The person must prove anew who they are.
    is_fresh: bool,
}

/// What came back with the browser.
#[derive(Debug, Clone, Copy)]
struct Returned<'a> {
    code: &'a str,
    /// RFC 9207.
    issuer: Option<&'a str>,
}

impl<'a> Returned<'a> {
    fn of(query: &'a Fields) -> Result<Self, UpstreamError> {
        match (query.get("error"), query.get("code")) {
            (Some("server_error" | "temporarily_unavailable"), _) => Err(silent("it says so")),
            (Some(error), _) => {
                let known = ERRORS.iter().find(|known| **known == error);
                Err(UpstreamError::Cancelled(known.copied().unwrap_or("other")))
            }
            (None, Some(code)) => Ok(Self { code, issuer: query.get("iss") }),
            (None, None) => Err(UpstreamError::NotBelieved("code")),
        }
    }
}

/// One `[idp:NAME]`.
pub(super) struct Provider {
    settings: OidcSettings,
    http: Http,
    known: Mutex<Option<Known>>,
    /// When it was asked to describe itself last.
    tried: Mutex<Option<DateTime<Utc>>>,
}

impl Provider {
    pub(super) fn new(settings: OidcSettings, outbound: Outbound) -> Self {
        Self { settings, http: Http(outbound), known: Mutex::default(), tried: Mutex::default() }
    }

    /// Where to send the browser, with the `state` that must come back, and what to keep.
    pub(super) async fn question(
        &self,
        question: &Question<'_>,
    ) -> Result<(String, Secrets), UpstreamError> {
        let &Question { back, state, is_fresh, now } = question;
        let state = state.to_owned();
        let known = self.describe(FRESH, now).await?;
        let client = self.client(&known, back)?;
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let asked = client.authorize_url(
            CoreAuthenticationFlow::AuthorizationCode,
            move || CsrfToken::new(state),
            Nonce::new_random,
        );
        let scopes = self.settings.scopes.iter().cloned().map(Scope::new);
        let mut asked = asked.add_scopes(scopes).set_pkce_challenge(challenge);
        if is_fresh {
            asked = asked.add_prompt(CoreAuthPrompt::Login).set_max_age(std::time::Duration::ZERO);
        }
        let (url, _, nonce) = asked.url();
        let verifier = verifier.secret().clone();
        Ok((url.into(), Secrets { nonce: nonce.secret().clone(), verifier, is_fresh }))
    }

    /// Hand the code in and believe what is told, or not; `since` is when we asked.
    pub(super) async fn answer(
        &self,
        back: &str,
        query: &Fields,
        kept: &Secrets,
        (since, now): (DateTime<Utc>, DateTime<Utc>),
    ) -> Result<Told, UpstreamError> {
        let returned = Returned::of(query)?;
        let mut known = self.describe(FRESH, now).await?;
        known.must_be(returned.issuer)?;
        let client = self.client(&known, back)?;
        let code = AuthorizationCode::new(returned.code.to_owned());
        let asked = client.exchange_code(code).map_err(|_| silent("it takes no codes"))?;
        let asked = asked.set_pkce_verifier(PkceCodeVerifier::new(kept.verifier.clone()));
        let tokens: Tokens = asked.request_async(&self.http).await.map_err(refused_code)?;
        if known.lacks_key_of(&tokens) {
            known = self.describe(PACE, now).await?;
        }
        let client = self.client(&known, back)?;
        let expected = Expected {
            nonce: Some(&kept.nonce),
            code: Some(returned.code),
            proved_since: kept.is_fresh.then_some(since),
        };
        let told = self.believe(&client, &tokens, expected, now)?;
        let grant = tokens.refresh_token().map(|token| token.secret().clone());
        Ok(Told { grant, ..self.with_user_info(&client, &tokens, told).await? })
    }

    /// What else it tells whoever holds the access token, about the same person.
    async fn with_user_info(
        &self,
        client: &Relying,
        tokens: &Tokens,
        mut told: Told,
    ) -> Result<Told, UpstreamError> {
        if client.user_info_url().is_none() {
            return Ok(told);
        }
        let subject = SubjectIdentifier::new(told.subject.clone());
        let asked = client.user_info(tokens.access_token().clone(), Some(subject));
        let asked = asked.map_err(|_| silent("it tells nothing of people"))?;
        let more: UserInfoClaims<Others, CoreGenderClaim> =
            asked.request_async(&self.http).await.map_err(refused_user_info)?;
        told.claims.extend(object(&more)?);
        Ok(told)
    }

    /// Where people end their session there and come back from; `None`: it has no such page.
    pub(super) async fn way_out(&self, back: &str, now: DateTime<Utc>) -> Option<String> {
        let known = self.describe(FRESH, now).await.ok()?;
        let mut url = known.description.additional_metadata().end_session_endpoint.clone()?;
        let is_web = matches!(url.scheme(), "https" | "http");
        url.query_pairs_mut()
            .append_pair("client_id", &self.settings.client_id)
            .append_pair("post_logout_redirect_uri", back);
        is_web.then(|| url.into())
    }

    fn client(&self, known: &Known, back: &str) -> Result<Relying, UpstreamError> {
        let back = RedirectUrl::new(back.to_owned()).map_err(|_| silent("no way back"))?;
        let secret = self.settings.client_secret.as_ref();
        let secret = secret.map(|secret| ClientSecret::new(secret.reveal().to_owned()));
        let by_post = self.settings.secret_by_post;
        let client = Client::from_provider_metadata(
            known.description.as_ref().clone(),
            ClientId::new(self.settings.client_id.clone()),
            secret,
        );
        let auth = if by_post { AuthType::RequestBody } else { AuthType::BasicAuth };
        Ok(client.set_auth_type(auth).set_redirect_uri(back))
    }
}

fn silent(why: &str) -> UpstreamError {
    UpstreamError::Silent(why.to_owned())
}

fn object(claims: &impl Serialize) -> Result<Map<String, Value>, UpstreamError> {
    match serde_json::to_value(claims) {
        Ok(Value::Object(object)) => Ok(object),
        _ => Err(UpstreamError::NotBelieved("claims")),
    }
}
