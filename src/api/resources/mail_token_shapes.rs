//! How mail accounts get tokens, as programs write and read it.
use crate::api::fields::Line;
use crate::mail::oauth::{ClientProof, OauthForm, Provider};
use crate::mail::{Account, FirstAnswer, Sasl};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How a provider is asked for tokens.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::api) struct OauthWish {
    /// Whose service it is.
    #[serde(default)]
    provider: Provider,
    /// Which mechanism.
    #[serde(default)]
    sasl: Sasl,
    /// In how many lines a token is sent.
    #[serde(default)]
    first_answer: FirstAnswer,
    /// How the provider knows us.
    #[schema(value_type = String, max_length = 1000)]
    client_id: Line<1000>,
    /// Left out: the one that is kept, unless it would go elsewhere than before.
    #[schema(value_type = Option<String>, write_only, max_length = 1000)]
    pub(super) client_secret: Option<Line<1000>>,
    /// How we show that we are its client.
    #[serde(default)]
    client_proof: ClientProof,
    /// Where a person agrees.
    #[serde(default)]
    #[schema(value_type = String, max_length = 1000)]
    auth_endpoint: Line<1000>,
    /// Where tokens are given.
    #[schema(value_type = String, max_length = 1000)]
    token_endpoint: Line<1000>,
    /// Where codes to be typed elsewhere are given.
    #[serde(default)]
    #[schema(value_type = String, max_length = 1000)]
    device_endpoint: Line<1000>,
    /// Where tokens are given back.
    #[serde(default)]
    #[schema(value_type = String, max_length = 1000)]
    revocation_endpoint: Line<1000>,
    /// What we ask to be allowed, blanks between.
    #[schema(value_type = String, max_length = 1000)]
    scopes: Line<1000>,
}

/// How a provider is asked for tokens.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct OauthView {
    /// Whose service it is.
    pub provider: Provider,
    /// Which mechanism.
    pub sasl: Sasl,
    /// In how many lines a token is sent.
    pub first_answer: FirstAnswer,
    /// How the provider knows us.
    pub client_id: String,
    /// `set`, or null.
    pub client_secret: Option<&'static str>,
    /// How we show that we are its client.
    pub client_proof: ClientProof,
    /// Where a person agrees.
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

impl OauthWish {
    pub(super) fn form(self) -> OauthForm {
        OauthForm {
            provider: self.provider.as_str().to_owned(),
            sasl: self.sasl.as_str().to_owned(),
            first_answer: self.first_answer.as_str().to_owned(),
            client_id: self.client_id.0,
            client_proof: self.client_proof.as_str().to_owned(),
            auth_endpoint: self.auth_endpoint.0,
            token_endpoint: self.token_endpoint.0,
            device_endpoint: self.device_endpoint.0,
            revocation_endpoint: self.revocation_endpoint.0,
            scopes: self.scopes.0,
        }
    }
}

impl OauthView {
    pub(super) fn of(account: &Account) -> Self {
        let oauth = &account.oauth;
        Self {
            provider: oauth.provider,
            sasl: account.sasl,
            first_answer: oauth.first_answer,
            client_id: oauth.client_id.clone(),
            client_secret: oauth.client_secret.as_ref().map(|_| "set"),
            client_proof: oauth.client_proof,
            auth_endpoint: oauth.auth_endpoint.clone(),
            token_endpoint: oauth.token_endpoint.clone(),
            device_endpoint: oauth.device_endpoint.clone(),
            revocation_endpoint: oauth.revocation_endpoint.clone(),
            scopes: oauth.scopes.clone(),
        }
    }
}
