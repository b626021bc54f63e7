//! `kind = oidc`
use super::is_safe;
use crate::config::parse::duration;
use crate::config::reader::Reader;
use crate::identity::sources::Secret;
use chrono::Duration;
use url::Url;

/// An OpenID provider.
#[derive(Debug, Clone)]
pub struct OidcSettings {
    /// Its `issuer`, exactly as it writes it.
    pub issuer: String,
    /// What it calls us.
    pub client_id: String,
    /// By what it knows us; without one PKCE alone protects us.
    pub client_secret: Option<Secret>,
    /// Whether the secret travels in the body instead of the head.
    pub secret_by_post: bool,
    /// What we ask for, beside `openid`.
    pub scopes: Vec<String>,
    /// How often it is asked about those who are signed in; `None`: never.
    pub refresh: Option<Duration>,
}

pub(super) fn read(reader: &mut Reader, section: &str) -> Option<OidcSettings> {
    reader.required(section, "issuer");
    let issuer = reader.value(section, "issuer", issuer);
    let client_id = reader.required(section, "client_id");
    let client_secret = reader.secret(section, "client_secret");
    let secret_by_post = reader.value_or(
        section,
        "client_auth",
        |text| match text {
            "basic" => Ok(false),
            "post" => Ok(true),
            _ => Err("write basic or post".to_owned()),
        },
        false,
    );
    let scopes = reader.list(section, "scopes", |scope| Ok(scope.to_owned()));
    let refresh = reader.value(section, "refresh", |text| match duration(text)?.as_secs() {
        seconds @ 60..=86_400 => Ok(Duration::seconds(seconds.cast_signed())),
        _ => Err("write a time from 1m to 24h".to_owned()),
    });
    let (issuer, client_id) = (issuer?, client_id?);
    Some(OidcSettings { issuer, client_id, client_secret, secret_by_post, scopes, refresh })
}

/// Kept as it is written, because it is compared so.
fn issuer(text: &str) -> Result<String, String> {
    let url = Url::parse(text).map_err(|_| "write an address".to_owned())?;
    if is_safe(&url) { Ok(text.to_owned()) } else { Err("write an address with https".to_owned()) }
}
