//! Asking again by a refresh token (OpenID Connect Core 12).
use super::believing::Expected;
use super::description::{FRESH, PACE};
use super::types::Tokens;
use super::{Provider, silent};
use crate::sso::upstream::{Told, UpstreamError};
use chrono::{DateTime, Utc};
use openidconnect::core::CoreErrorResponseType;
use openidconnect::{OAuth2TokenResponse, RefreshToken, RequestTokenError, TokenResponse};

/// The answer, not yet believed.
pub(in crate::sso::upstream) struct Renewal {
    tokens: Tokens,
    /// The token for the next time; `None`: the old one stays good.
    pub(in crate::sso::upstream) token: Option<String>,
}

impl Provider {
    /// Hand a refresh token in. `Cancelled`: the provider knows nothing of it any more.
    pub(in crate::sso::upstream) async fn renew(
        &self,
        token: &str,
        now: DateTime<Utc>,
    ) -> Result<Renewal, UpstreamError> {
        let known = self.describe(FRESH, now).await?;
        let client = self.client(&known, &self.settings.issuer)?;
        let token = RefreshToken::new(token.to_owned());
        let asked = client.exchange_refresh_token(&token).map_err(|_| silent("no tokens"))?;
        let tokens: Tokens =
            asked.request_async(&self.http).await.map_err(|error| match error {
                RequestTokenError::ServerResponse(no)
                    if matches!(no.error(), CoreErrorResponseType::InvalidGrant) =>
                {
                    UpstreamError::Cancelled("invalid_grant")
                }
                // Our own settings may be wrong: nobody is signed out for that.
                other => UpstreamError::Silent(other.to_string()),
            })?;
        let token = tokens.refresh_token().map(|token| token.secret().clone());
        Ok(Renewal { tokens, token })
    }

    /// What the answer says of somebody, when it says anything; it must be the same somebody.
    pub(in crate::sso::upstream) async fn hear(
        &self,
        renewal: &Renewal,
        subject: &str,
        now: DateTime<Utc>,
    ) -> Result<Option<Told>, UpstreamError> {
        let tokens = &renewal.tokens;
        if tokens.id_token().is_none() {
            return Ok(None);
        }
        let mut known = self.describe(FRESH, now).await?;
        if known.lacks_key_of(tokens) {
            known = self.describe(PACE, now).await?;
        }
        let client = self.client(&known, &self.settings.issuer)?;
        let told = self.believe(&client, tokens, Expected::default(), now)?;
        if told.subject != subject {
            return Err(UpstreamError::NotBelieved("subject"));
        }
        self.with_user_info(&client, tokens, told).await.map(Some)
    }
}
