//! Asking a provider: every request to one goes through here.
//!
//! An administrator types where that is, so the address has to be https and public, unless
//! `[outbound] allow` names the network it stands in; http is for this very machine then.
use super::answer::{Raw, Trouble};
use super::settings::ClientProof;
use crate::outbound::{self, OutboundError};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ipnet::IpNet;
use reqwest::header::{ACCEPT, AUTHORIZATION, RETRY_AFTER};
use std::time::Duration;
use url::Url;
use zeroize::Zeroizing;

/// How long one question may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// Longest answer, bytes.
const LONGEST: usize = 64 * 1024;

/// As whom a provider knows us.
pub(super) struct Client {
    pub(super) id: String,
    /// Empty for clients that have none.
    pub(super) secret: Zeroizing<String>,
    pub(super) proof: ClientProof,
}

/// Fields of a question.
pub(super) type Form<'a> = Vec<(&'static str, &'a str)>;

impl Client {
    /// Ask. A provider that does not know us by the way we show it is asked once more the other way.
    pub(super) async fn ask(
        &self,
        address: &str,
        form: Form<'_>,
        allowed: &[IpNet],
    ) -> Result<Raw, Trouble> {
        let url = Url::parse(address).map_err(|_| forbidden("no address"))?;
        let client = reach(&url, allowed).await?;
        let answer = self.send(&client, &url, (&form, self.proof)).await?;
        let is_unknown = answer.status == 401
            && matches!(answer.granted(), Err(Trouble::Refused { error, .. }) if error == "invalid_client");
        if is_unknown && !self.secret.is_empty() {
            return self.send(&client, &url, (&form, self.proof.other())).await;
        }
        Ok(answer)
    }

    async fn send(
        &self,
        client: &reqwest::Client,
        url: &Url,
        (form, proof): (&Form<'_>, ClientProof),
    ) -> Result<Raw, Trouble> {
        let mut request = client.post(url.clone()).header(ACCEPT, "application/json");
        let mut form = form.clone();
        if self.secret.is_empty() || proof == ClientProof::Body {
            form.push(("client_id", &self.id));
        }
        if !self.secret.is_empty() {
            match proof {
                ClientProof::Body => form.push(("client_secret", &self.secret)),
                ClientProof::Basic => request = request.header(AUTHORIZATION, self.basic()),
            }
        }
        let silent = |error: reqwest::Error| Trouble::Silent(cause(&error));
        let answer = request.form(&form).send().await.map_err(silent)?;
        let status = answer.status().as_u16();
        let retry_after = answer.headers().get(RETRY_AFTER);
        let retry_after = retry_after.and_then(|value| value.to_str().ok()?.parse().ok());
        let body = match outbound::body(answer, LONGEST).await {
            Ok(body) => body.into(),
            // Whether it was a yes cannot be known any more.
            Err(OutboundError::TooLong) => return Err(Trouble::Garbled("longer than 64 KiB")),
            Err(error) => return Err(Trouble::Silent(error.to_string())),
        };
        Ok(Raw { status, retry_after, body })
    }

    /// Id and secret, each encoded as in a form (RFC 6749, 2.3.1).
    fn basic(&self) -> String {
        let encode =
            |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
        let pair = Zeroizing::new(format!("{}:{}", encode(&self.id), encode(&self.secret)));
        format!("Basic {}", STANDARD.encode(pair.as_bytes()))
    }
}

async fn reach(url: &Url, allowed: &[IpNet]) -> Result<reqwest::Client, Trouble> {
    let is_plain = url.scheme() == "http";
    if !is_plain && url.scheme() != "https" {
        return Err(forbidden("write https://…"));
    }
    let client = outbound::to_allowed(url, PATIENCE, (allowed, is_plain)).await;
    client.map_err(|error| match error {
        OutboundError::Address => forbidden(&format!(
            "{} stands at an address that is not public; see [outbound] allow",
            url.host_str().unwrap_or_default()
        )),
        error => Trouble::Silent(error.to_string()),
    })
}

fn forbidden(why: &str) -> Trouble {
    Trouble::Forbidden(why.to_owned())
}

/// What went wrong with a request, without its address.
fn cause(error: &reqwest::Error) -> String {
    match error {
        error if error.is_timeout() => "no answer in time".to_owned(),
        error if error.is_connect() => "the provider cannot be reached".to_owned(),
        _ => "the connection broke".to_owned(),
    }
}
