//! `[idp:NAME]`: identity providers that vouch for people.
mod cas;
mod oidc;
mod saml;

pub use cas::CasSettings;
pub use oidc::OidcSettings;
pub use saml::{Described, Excused, SamlSettings};

use super::parse::{duration, from_str, is_loopback, network};
use super::reader::Reader;
use crate::identity::sources::Role;
use chrono::Duration;
use ipnet::IpNet;
use std::collections::BTreeMap;
use url::Url;

/// `[idp:NAME]`
#[derive(Debug, Clone)]
pub struct IdpSection {
    /// NAME; also the source of its accounts.
    pub name: String,
    /// Shown to people.
    pub label: String,
    /// Under it, for whom it is.
    pub audience: Option<String>,
    /// Whether the sign-in page offers it; others are reached by a hint or a discovery service.
    pub has_tile: bool,
    /// Networks in which it stands first.
    pub networks: Vec<IpNet>,
    /// Who is known there.
    pub role: Role,
    /// Whose account names the person: the highest.
    pub priority: i64,
    /// Attribute sent as `FederationKey`.
    pub federation_key: Option<String>,
    /// Value of `SourceAuth`; default: the role.
    pub source_auth: Option<String>,
    /// How long its word about schools is good for (D23).
    pub keeps: Duration,
    /// Directory in which the children of a parent who comes by it are looked up.
    pub look_up: Option<String>,
    /// What it is believed.
    pub word: Word,
    /// How to speak to it.
    pub protocol: Protocol,
}

impl IdpSection {
    /// Whether it is asked about people while they are signed in.
    #[must_use]
    pub fn is_asked_again(&self) -> bool {
        matches!(&self.protocol, Protocol::Oidc(settings) if settings.refresh.is_some())
    }
}

/// How to speak to an identity provider.
#[derive(Debug, Clone)]
pub enum Protocol {
    /// OpenID Connect.
    Oidc(OidcSettings),
    /// SAML 2.0.
    Saml(SamlSettings),
    /// CAS.
    Cas(CasSettings),
}

/// What an identity provider is believed about people (SEC-57).
#[derive(Debug, Clone, Default)]
pub struct Word {
    /// Whether its `uid` is that of our directories: otherwise `sub@NAME` is sent.
    pub uid: bool,
    /// Whether its addresses count although it does not say that it verified them.
    pub mail: bool,
    /// Domains, in lower case, for which it speaks: of addresses and of `eduPersonPrincipalName`.
    pub domains: Vec<String>,
    /// How the codes of the schools begin for which it speaks; none: any.
    pub schools: Vec<String>,
    /// Our attribute names (lower case) and its own.
    pub renamed: BTreeMap<String, String>,
    /// The attribute that names people for good, where the protocol's own name does not.
    pub id: Option<String>,
}

/// The kinds, and keys that only one of them has.
const KINDS: [(&str, &[&str]); 3] = [
    ("oidc", &["issuer", "client_id", "client_secret", "client_auth", "scopes", "refresh"]),
    (
        "saml",
        &["metadata", "federation", "entity_id", "unsolicited", "slo", "allow_sha1", "allow_cbc"],
    ),
    ("cas", &["url"]),
];

pub(super) fn read_idps(reader: &mut Reader) -> Vec<IdpSection> {
    let names = reader.names("idp");
    names.iter().filter_map(|name| read_idp(reader, name)).collect()
}

fn read_idp(reader: &mut Reader, name: &str) -> Option<IdpSection> {
    let section = &format!("idp:{name}");
    let sources = reader.names("source");
    if sources.iter().any(|source| source == name) {
        let instead = "a source has this name already: choose another one";
        reader.mistake("E-CONF-VALUE", section, "kind", instead);
    }
    if !name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_') {
        let instead = "the name stands in addresses: letters, digits, - and _ only";
        reader.mistake("E-CONF-VALUE", section, "kind", instead);
    }
    let protocol = read_protocol(reader, section);
    let role = reader.value(section, "role", |text| {
        Role::parse(text)
            .ok_or_else(|| "write agents, teleservices, local or university".to_owned())
    });
    let days = |text: &str| match duration(text)?.as_secs() {
        seconds @ 1..=31_622_400 => Ok(Duration::seconds(seconds.cast_signed())),
        _ => Err("write a time up to 366d".to_owned()),
    };
    let directories: Vec<&String> = sources
        .iter()
        .filter(|source| {
            reader.text(&format!("source:{source}"), "kind").as_deref() == Some("ldap")
        })
        .collect();
    let look_up = reader.value(section, "look_up", |text| {
        let known = directories.iter().any(|source| *source == text);
        if known { Ok(text.to_owned()) } else { Err("write the name of an LDAP source".to_owned()) }
    });
    let label = reader.text(section, "label").unwrap_or_else(|| name.to_owned());
    let priority = reader.value_or(section, "priority", from_str, 0);
    let keeps = reader.value_or(section, "keeps", days, Duration::days(30));
    let word = read_word(reader, section);
    Some(IdpSection {
        name: name.to_owned(),
        label,
        audience: reader.text(section, "for"),
        has_tile: reader.flag(section, "tile"),
        networks: reader.list(section, "networks", network),
        role: role?,
        priority,
        federation_key: reader.text(section, "federation_key"),
        source_auth: reader.text(section, "source_auth"),
        keeps,
        look_up,
        word,
        protocol: protocol?,
    })
}

fn read_protocol(reader: &mut Reader, section: &str) -> Option<Protocol> {
    let kind = reader.required(section, "kind")?;
    if !KINDS.iter().any(|(known, _)| *known == kind) {
        reader.mistake("E-CONF-VALUE", section, "kind", "write oidc, saml or cas");
        return None;
    }
    for (other, keys) in KINDS.iter().filter(|(other, _)| *other != kind) {
        for key in keys.iter().filter(|key| reader.is_written(section, key)).collect::<Vec<_>>() {
            let instead = format!("only kind = {other} has this key: take it out");
            reader.mistake("E-CONF-VALUE", section, key, &instead);
        }
    }
    match kind.as_str() {
        "oidc" => oidc::read(reader, section).map(Protocol::Oidc),
        "saml" => saml::read(reader, section).map(Protocol::Saml),
        _ => cas::read(reader, section).map(Protocol::Cas),
    }
}

fn read_word(reader: &mut Reader, section: &str) -> Word {
    Word {
        uid: reader.flag(section, "trust_uid"),
        mail: reader.flag(section, "trust_mail"),
        domains: reader.list(section, "domains", |text| Ok(text.to_lowercase())),
        schools: reader.list(section, "schools", school),
        renamed: reader.attributes(section).into_iter().collect(),
        id: reader.text(section, "id"),
    }
}

/// How a school's code begins: `974*`, or all of one.
pub(super) fn school(text: &str) -> Result<String, String> {
    let (start, is_open) = text.strip_suffix('*').map_or((text, false), |start| (start, true));
    let is_code = !is_open && crate::identity::Rne::is_national(start);
    let is_digits = (1..=7).contains(&start.len()) && start.bytes().all(|b| b.is_ascii_digit());
    let is_start = is_open && is_digits;
    if is_code || is_start {
        Ok(start.to_ascii_uppercase())
    } else {
        Err("write codes of schools, or their first digits and a star: 974*".to_owned())
    }
}

/// https, or http on this machine (D22).
pub(super) fn is_safe(url: &Url) -> bool {
    let is_local = url.host_str().is_some_and(is_loopback);
    let is_bare = url.username().is_empty() && url.password().is_none();
    is_bare && (url.scheme() == "https" || (url.scheme() == "http" && is_local))
}
