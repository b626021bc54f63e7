//! Tokens of the CROUS, and calls with them (8.1).
//!
//! A token is used until it is refused, then renewed once. One call at a time asks for one.
use crate::card::services::fault::Trouble;
use crate::card::services::wire::{Call, Near, Reply, Wire};
use crate::config::{Crous, Grant};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::Method;
use tokio::sync::Mutex;
use zeroize::Zeroizing;

/// The way in.
pub(super) struct Door {
    api: Wire,
    access: Option<Wire>,
    grant: Grant,
    is_trial: bool,
    token: Mutex<Option<Zeroizing<String>>>,
}

impl Door {
    pub(super) fn new(settings: &Crous, near: &Near) -> Self {
        let calls = &settings.calls;
        let access = match &settings.grant {
            Grant::Client { access, .. } => Some(Wire::new(access, calls, near)),
            Grant::Application { .. } => None,
        };
        Self {
            api: Wire::new(&calls.url, calls, near),
            access,
            grant: settings.grant.clone(),
            is_trial: calls.url.as_str().contains("-pp"),
            token: Mutex::default(),
        }
    }

    /// Call; a token that is refused is renewed once.
    pub(super) async fn call(&self, call: &Call<'_>) -> Result<Reply, Trouble> {
        let token = self.token(None).await?;
        let reply = self.send(call, &token).await?;
        if !matches!(reply.status, 401 | 403) {
            return Ok(reply);
        }
        let token = self.token(Some(&token)).await?;
        self.send(call, &token).await
    }

    async fn send(&self, call: &Call<'_>, token: &str) -> Result<Reply, Trouble> {
        self.api.send(&call.clone().with("authorization", token)).await
    }

    /// A token; another one than `refused`.
    async fn token(&self, refused: Option<&str>) -> Result<Zeroizing<String>, Trouble> {
        let mut kept = self.token.lock().await;
        if let Some(token) = kept.as_ref().filter(|token| refused != Some(token.as_str())) {
            return Ok(token.clone());
        }
        *kept = None;
        let token = Zeroizing::new(self.ask().await?);
        *kept = Some(token.clone());
        Ok(token)
    }

    async fn ask(&self) -> Result<String, Trouble> {
        match (&self.grant, &self.access) {
            (Grant::Client { id, secret, .. }, Some(access)) => {
                let path = if self.is_trial { "/api-pp/oauth/token" } else { "/api/oauth/token" };
                let path = format!("{path}?grant_type=client_credentials");
                let proof = STANDARD.encode(format!("{id}:{}", secret.reveal()));
                let call =
                    Call::new(Method::POST, path).with("authorization", format!("Basic {proof}"));
                let reply = given(access.send(&call).await?)?;
                let token = reply.told()?["access_token"].as_str().filter(|it| !it.is_empty());
                let none = || Trouble::service("rubbish", "no access_token");
                Ok(format!("Bearer {}", token.ok_or_else(none)?))
            }
            (Grant::Client { .. }, None) => Err(Trouble::service("key", "nowhere to ask")),
            (Grant::Application { id, secret }, _) => {
                // The word Basic does not stand there.
                let proof = STANDARD.encode(format!("{id}:{}", secret.reveal()));
                let env = if self.is_trial { "PPD" } else { "PRD" };
                let form = [("grant_type", "client_credentials"), ("env", env)];
                let call = Call::new(Method::POST, "/v1/token").with("authorization", proof);
                let reply = given(self.api.send(&Call { form: Some(&form), ..call }).await?)?;
                reply.token.ok_or_else(|| Trouble::service("rubbish", "no token in the head"))
            }
        }
    }
}

fn given(reply: Reply) -> Result<Reply, Trouble> {
    match reply.trouble() {
        Some(trouble) => Err(trouble),
        None if reply.is_good() => Ok(reply),
        None => Err(Trouble::service("key", format!("status {} for a token", reply.status))),
    }
}
