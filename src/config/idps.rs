//! `[idp:NAME]`: identity providers that vouch for people.
use super::parse::{duration, from_str};
use super::reader::Reader;
use crate::identity::sources::{Role, Secret};
use chrono::Duration;
use std::collections::BTreeMap;
use url::Url;

/// `[idp:NAME]`
#[derive(Debug, Clone)]
pub struct IdpSection {
    /// NAME; also the source of its accounts.
    pub name: String,
    /// Shown to people.
    pub label: String,
    /// Who is known there.
    pub role: Role,
    /// Whose account names the person: the highest.
    pub priority: i64,
    /// Attribute sent as `FederationKey`.
    pub federation_key: Option<String>,
    /// Value of `SourceAuth`; default: the role.
    pub source_auth: Option<String>,
    /// Whether its `uid` is that of our directories: otherwise `sub@NAME` is sent (SEC-57).
    pub trust_uid: bool,
    /// Whether its addresses count although it does not say that it verified them.
    pub trust_mail: bool,
    /// How long its word about schools is good for (D23).
    pub keeps: Duration,
    /// Our attribute names (lower case) and its own.
    pub renamed: BTreeMap<String, String>,
    /// How to speak to it.
    pub oidc: OidcSettings,
}

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
}

pub(super) fn read_idps(reader: &mut Reader) -> Vec<IdpSection> {
    let names = reader.names("idp");
    names.iter().filter_map(|name| read_idp(reader, name)).collect()
}

fn read_idp(reader: &mut Reader, name: &str) -> Option<IdpSection> {
    let section = &format!("idp:{name}");
    if reader.names("source").iter().any(|source| source == name) {
        let instead = "a source has this name already: choose another one";
        reader.mistake("E-CONF-VALUE", section, "kind", instead);
    }
    if !name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_') {
        let instead = "the name stands in addresses: letters, digits, - and _ only";
        reader.mistake("E-CONF-VALUE", section, "kind", instead);
    }
    reader.required(section, "kind");
    let kind = reader.value(section, "kind", |text| match text {
        "oidc" => Ok(()),
        _ => Err("write oidc".to_owned()),
    });
    let role = reader.value(section, "role", |text| {
        Role::parse(text)
            .ok_or_else(|| "write agents, teleservices, local or university".to_owned())
    });
    let days = |text: &str| match duration(text)?.as_secs() {
        seconds @ 1..=31_622_400 => Ok(Duration::seconds(seconds.cast_signed())),
        _ => Err("write a time up to 366d".to_owned()),
    };
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
    let label = reader.text(section, "label").unwrap_or_else(|| name.to_owned());
    let priority = reader.value_or(section, "priority", from_str, 0);
    let keeps = reader.value_or(section, "keeps", days, Duration::days(30));
    kind?;
    Some(IdpSection {
        name: name.to_owned(),
        label,
        role: role?,
        priority,
        federation_key: reader.text(section, "federation_key"),
        source_auth: reader.text(section, "source_auth"),
        keeps,
        trust_uid: reader.flag(section, "trust_uid"),
        trust_mail: reader.flag(section, "trust_mail"),
        renamed: reader.attributes(section).into_iter().collect(),
        oidc: OidcSettings {
            issuer: issuer?,
            client_id: client_id?,
            client_secret,
            secret_by_post,
            scopes,
        },
    })
}

/// https, or http on this machine (D22); kept as it is written, because it is compared so.
fn issuer(text: &str) -> Result<String, String> {
    let url = Url::parse(text).map_err(|_| "write an address".to_owned())?;
    let is_local = url.host_str().is_some_and(super::parse::is_loopback);
    let is_safe = url.scheme() == "https" || (url.scheme() == "http" && is_local);
    if is_safe { Ok(text.to_owned()) } else { Err("write an address with https".to_owned()) }
}
