//! One OpenID provider: its description and keys, our questions, its answers (OpenID Connect Core
//! 3.1, code flow with PKCE; SEC-64 to SEC-67).
use crate::config::OidcSettings;
use crate::outbound::Outbound;
use crate::sso::upstream::{Question, Told, UpstreamError, secret_name};
use crate::web::query::Fields;
use chrono::{DateTime, Duration, Utc};
use openidconnect::core::{
    CoreAuthPrompt, CoreAuthenticationFlow, CoreGenderClaim, CoreJwsSigningAlgorithm,
};
use openidconnect::{
    AccessTokenHash, AuthType, AuthorizationCode, AuthorizationCodeHash, Client, ClientId,
    ClientSecret, CsrfToken, Nonce, OAuth2TokenResponse, PkceCodeChallenge, PkceCodeVerifier,
    RedirectUrl, Scope, SubjectIdentifier, TokenResponse, UserInfoClaims,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::sync::Mutex;

mod description;
mod error;
mod http;
mod logout;
mod types;

use description::{FRESH, Known, PACE};
use error::{not_believed, refused_code, refused_user_info};
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
/// How far clocks may differ (SEC-66).
const SKEW: Duration = Duration::seconds(120);

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
        let mut told = self.believe(&client, &tokens, (returned.code, kept), (since, now))?;
        if client.user_info_url().is_some() {
            let subject = SubjectIdentifier::new(told.subject.clone());
            let asked = client.user_info(tokens.access_token().clone(), Some(subject));
            let asked = asked.map_err(|_| silent("it tells nothing of people"))?;
            let more: UserInfoClaims<Others, CoreGenderClaim> =
                asked.request_async(&self.http).await.map_err(refused_user_info)?;
            told.claims.extend(object(&more)?);
        }
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

    /// Every check of an ID token (OpenID Connect Core 3.1.3.7).
    fn believe(
        &self,
        client: &Relying,
        tokens: &Tokens,
        (code, kept): (&str, &Secrets),
        (since, now): (DateTime<Utc>, DateTime<Utc>),
    ) -> Result<Told, UpstreamError> {
        let token = tokens.id_token().ok_or(UpstreamError::NotBelieved("no ID token"))?;
        let issued = move |at: DateTime<Utc>| {
            let fits = at <= now + SKEW && at >= now - Duration::minutes(10);
            if fits { Ok(()) } else { Err("issued at another time".to_owned()) }
        };
        let is_fresh = kept.is_fresh;
        let proved = move |at: Option<DateTime<Utc>>| {
            let fits = !is_fresh || at.is_some_and(|at| at >= since - SKEW);
            if fits { Ok(()) } else { Err("not proved anew".to_owned()) }
        };
        let verifier = client
            .id_token_verifier()
            .set_allowed_algs(ALGORITHMS)
            .set_time_fn(move || now - SKEW)
            .set_issue_time_verifier_fn(issued)
            .set_auth_time_verifier_fn(proved)
            .set_other_audience_verifier_fn(|_| true);
        let nonce = Nonce::new(kept.nonce.clone());
        let claims = token.claims(&verifier, &nonce).map_err(|error| not_believed(&error))?;
        let is_for_several = claims.audiences().len() > 1;
        let party = claims.authorized_party();
        let is_ours = party.is_none_or(|party| party.as_str() == self.settings.client_id);
        if !is_ours || (is_for_several && party.is_none()) {
            return Err(UpstreamError::NotBelieved("audience"));
        }
        let algorithm = token.signing_alg().map_err(|_| UpstreamError::NotBelieved("algorithm"))?;
        let key = token.signing_key(&verifier).map_err(|_| UpstreamError::NotBelieved("key"))?;
        if let Some(expected) = claims.access_token_hash() {
            let made = AccessTokenHash::from_token(tokens.access_token(), algorithm, key);
            if made.ok().as_ref() != Some(expected) {
                return Err(UpstreamError::NotBelieved("at_hash"));
            }
        }
        if let Some(expected) = claims.code_hash() {
            let code = AuthorizationCode::new(code.to_owned());
            let made = AuthorizationCodeHash::from_code(&code, algorithm, key);
            if made.ok().as_ref() != Some(expected) {
                return Err(UpstreamError::NotBelieved("c_hash"));
            }
        }
        // What is proved anew was proved while we waited, whatever its clock says.
        let proved_at = if kept.is_fresh { Some(now) } else { claims.auth_time() };
        let claims_said = object(claims)?;
        let session = claims_said.get("sid").and_then(Value::as_str).map(secret_name);
        Ok(Told {
            subject: claims.subject().to_string(),
            claims: claims_said,
            proved_at,
            session,
            ..Told::default()
        })
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

/// Signatures that are believed: never without one, never with a secret that both sides know.
const ALGORITHMS: [CoreJwsSigningAlgorithm; 4] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EdDsa,
];

fn silent(why: &str) -> UpstreamError {
    UpstreamError::Silent(why.to_owned())
}

fn object(claims: &impl Serialize) -> Result<Map<String, Value>, UpstreamError> {
    match serde_json::to_value(claims) {
        Ok(Value::Object(object)) => Ok(object),
        _ => Err(UpstreamError::NotBelieved("claims")),
    }
}
