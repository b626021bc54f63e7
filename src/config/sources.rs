//! `[source:NAME]`, a directory of people each, and `[link:NAME]`, which joins their accounts.
use super::card::Cards;
use super::lookup::server;
use super::parse::{at_least_one, duration, from_str};
use super::reader::Reader;
use super::sync::{ListSettings, SyncSettings, read_list, read_sync};
use crate::card::holder::ATTRIBUTES;
use crate::identity::mapping::Mapping;
use crate::identity::role_map::RoleRule;
use crate::identity::sources::{LdapSettings, Lockout, Role, Secret};
use std::time::Duration;

/// What stands behind a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SourceKind {
    /// Our own tables.
    Local,
    /// An LDAP directory.
    Ldap,
    /// Files with columns.
    Csv,
    /// Files with one JSON object a line.
    Jsonl,
    /// A query of a database.
    Sql,
    /// A program that pushes them through the API.
    Push,
}

/// The kinds by their words, and keys that only some have.
const KINDS: [(&str, SourceKind); 6] = [
    ("local", SourceKind::Local),
    ("ldap", SourceKind::Ldap),
    ("csv", SourceKind::Csv),
    ("jsonl", SourceKind::Jsonl),
    ("sql", SourceKind::Sql),
    ("push", SourceKind::Push),
];

impl SourceKind {
    /// Whether people type a password for it.
    pub fn takes_passwords(self) -> bool {
        matches!(self, Self::Local | Self::Ldap)
    }
}

/// `[source:NAME]`
#[derive(Debug, Clone)]
pub struct SourceSection {
    /// NAME.
    pub name: String,
    /// Shown to people.
    pub label: String,
    /// What stands behind it.
    pub kind: SourceKind,
    /// Who is in it.
    pub role: Role,
    /// Whose account names the person: the highest.
    pub priority: i64,
    /// How to speak to it, for kind `ldap`.
    pub ldap: Option<LdapSettings>,
    /// Attribute sent as `FederationKey`.
    pub federation_key: Option<String>,
    /// Value of `SourceAuth`; default: the role.
    pub source_auth: Option<String>,
    /// After how many wrong passwords it locks an account; default: it does not.
    pub lockout: Option<Lockout>,
    /// Where its people are read, for the kinds `csv`, `jsonl`, `sql` and `push`.
    pub list: Option<ListSettings>,
    /// How its people are kept in step; `None`: they come when they sign in.
    pub sync: Option<SyncSettings>,
    /// On which Nextcloud server its people are; `None`: servers and lists say so.
    pub clouds: Option<Clouds>,
}

/// On which Nextcloud server the people of a source have their accounts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clouds {
    /// In its form for comparison: for whoever has nothing in `attribute`.
    pub server: Option<String>,
    /// The attribute that names the server of each.
    pub attribute: Option<String>,
}

/// `[link:NAME]`: accounts of two sources are one person when an attribute is equal (D24).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkRule {
    /// NAME.
    pub name: String,
    /// The two sources.
    pub sources: [String; 2],
    /// The attribute that must be equal.
    pub attribute: String,
    /// Mail domains for which both sources are authoritative; empty: values are no addresses.
    pub domains: Vec<String>,
}

impl SourceSection {
    /// What rules of the map of roles look at is read and kept, what cards are made of, and what services
    /// are told of their holders.
    pub(super) fn also_read(&mut self, rules: &[RoleRule], card: &Cards, told: &[String]) {
        let is_meant =
            |rule: &&RoleRule| rule.sources.is_empty() || rule.sources.contains(&self.name);
        let mut names: Vec<String> =
            rules.iter().filter(is_meant).filter_map(|rule| rule.attribute.clone()).collect();
        if card.sources.contains(&self.name) {
            names.extend(ATTRIBUTES.map(str::to_owned));
            names.extend(card.verso.iter().cloned());
            names.extend(card.design.recto.iter().map(|(name, _)| name.clone()));
            names.extend(told.iter().cloned());
        }
        names.extend(self.clouds.iter().filter_map(|clouds| clouds.attribute.clone()));
        if let Some(ldap) = &mut self.ldap {
            ldap.extra_attributes.extend(names.iter().cloned());
        }
        if let Some(list) = &mut self.list {
            list.extra_attributes.extend(names);
        }
    }
}

pub(super) fn read_sources(reader: &mut Reader) -> Vec<SourceSection> {
    let names = reader.names("source");
    names.iter().filter_map(|name| read_source(reader, name)).collect()
}

fn read_source(reader: &mut Reader, name: &str) -> Option<SourceSection> {
    let section = &format!("source:{name}");
    reader.required(section, "kind");
    let kind = reader.value(section, "kind", |text| {
        let known = KINDS.iter().find(|(word, _)| *word == text);
        known.map(|(_, kind)| *kind).ok_or("write local, ldap, csv, jsonl, sql or push".to_owned())
    });
    let role = reader.value(section, "role", |text| {
        Role::parse(text)
            .ok_or_else(|| "write agents, teleservices, local or university".to_owned())
    });
    let label = reader.text(section, "label").unwrap_or_else(|| name.to_owned());
    let priority = reader.value_or(section, "priority", from_str, 0);
    let federation_key = reader.text(section, "federation_key");
    let source_auth = reader.text(section, "source_auth");
    let lockout = reader.value(section, "lockout", Lockout::parse);
    // A section with a wrong role is read on, so that all its mistakes are told at once.
    let ldap = (kind == Some(SourceKind::Ldap))
        .then(|| read_ldap(reader, (name, &label), role.unwrap_or(Role::Local)));
    let list = kind.and_then(|kind| read_list(reader, section, kind));
    let sync = kind.and_then(|kind| read_sync(reader, section, kind));
    let server = reader.value(section, "cloud_server", server);
    let attribute = reader.text(section, "cloud_attribute");
    let clouds = (server.is_some() || attribute.is_some()).then_some(Clouds { server, attribute });
    Some(SourceSection {
        name: name.to_owned(),
        list,
        sync,
        label,
        kind: kind?,
        role: role?,
        priority,
        ldap,
        federation_key,
        source_auth,
        lockout,
        clouds,
    })
}

fn read_ldap(reader: &mut Reader, (name, label): (&str, &str), role: Role) -> LdapSettings {
    let section = &format!("source:{name}");
    let urls = reader.list(section, "url", |url| Ok(url.to_owned()));
    let urls: Vec<&str> = urls.iter().map(String::as_str).collect();
    let base = reader.text(section, "base").unwrap_or_default();
    let mut ldap = LdapSettings::new(name, role, &urls, &base);
    label.clone_into(&mut ldap.label);
    if let Some((dn, password)) = read_bind(reader, section) {
        ldap.bind_dn = Some(dn);
        ldap.bind_password = password;
    }
    read_filters(reader, section, &mut ldap);
    read_limits(reader, section, &mut ldap);
    ldap.structure_base = reader.text(section, "structure_base");
    ldap.unit_base = reader.text(section, "unit_base");
    ldap.decoy_dn = reader.text(section, "decoy_dn");
    ldap.starttls = reader.flag(section, "starttls");
    ldap.ca_file = reader.path(section, "ca_file");
    ldap.extra_attributes = reader.list(section, "extra_attributes", |name| Ok(name.to_owned()));
    ldap.mapping = read_mapping(reader, section);
    ldap.people_base = reader.text(section, "people_base");
    for fault in ldap.check() {
        // The check names section and key, as we do.
        let key = fault.subject.rsplit(' ').next().unwrap_or_default();
        reader.mistake(fault.code, section, key, &fault.detail);
    }
    ldap
}

/// Every `attr.OURS` of a section.
pub(super) fn read_mapping(reader: &mut Reader, section: &str) -> Mapping {
    let (mapping, faults) = Mapping::parse(reader.attributes(section));
    for fault in faults {
        reader.mistake("E-CONF-VALUE", section, &format!("attr.{}", fault.ours), &fault.why);
    }
    mapping
}

fn read_filters(reader: &Reader, section: &str, ldap: &mut LdapSettings) {
    let keys = [
        ("login_filter", &mut ldap.login_filter),
        ("login_attribute", &mut ldap.login_attribute),
        ("id_attribute", &mut ldap.id_attribute),
        ("people_filter", &mut ldap.people_filter),
        ("structure_filter", &mut ldap.structure_filter),
        ("unit_filter", &mut ldap.unit_filter),
        ("children_filter", &mut ldap.children_filter),
    ];
    for (key, value) in keys {
        if let Some(text) = reader.text(section, key) {
            *value = text;
        }
    }
}

/// How long connecting and one question may take.
pub(super) fn read_times(reader: &mut Reader, section: &str, ldap: &mut LdapSettings) {
    let times = [
        ("connect_timeout", &mut ldap.connect_timeout),
        ("operation_timeout", &mut ldap.operation_timeout),
    ];
    for (key, time) in times {
        *time = reader.value_or(section, key, positive_duration, *time);
    }
}

fn read_limits(reader: &mut Reader, section: &str, ldap: &mut LdapSettings) {
    read_times(reader, section, ldap);
    let longest = ldap.login_timeout;
    ldap.login_timeout = reader.value_or(section, "login_timeout", positive_duration, longest);
    let counts =
        [("max_connections", &mut ldap.max_connections), ("max_waiters", &mut ldap.max_waiters)];
    for (key, count) in counts {
        *count = reader.value_or(section, key, at_least_one, *count);
    }
}

fn positive_duration(text: &str) -> Result<Duration, String> {
    let time = duration(text)?;
    if time.is_zero() { Err("write 1s at least".to_owned()) } else { Ok(time) }
}

pub(super) fn read_bind(reader: &mut Reader, section: &str) -> Option<(String, Secret)> {
    let dn = reader.text(section, "bind_dn")?;
    // A name without a password would be taken for an anonymous visitor by many servers.
    reader.required(section, "bind_password")?;
    Some((dn, reader.secret(section, "bind_password")?))
}

pub(super) fn read_links(reader: &mut Reader) -> Vec<LinkRule> {
    let names = reader.names("link");
    names.iter().filter_map(|name| read_link(reader, name)).collect()
}

fn read_link(reader: &mut Reader, name: &str) -> Option<LinkRule> {
    let section = &format!("link:{name}");
    let sources = read_pair(reader, section);
    let attribute = reader.required(section, "attribute");
    let domains = reader.list(section, "domains", |domain| Ok(domain.to_lowercase()));
    let attribute = attribute?;
    if attribute.to_lowercase().contains("mail") && domains.is_empty() {
        let instead = "a mail address links people only inside domains of yours: name them";
        reader.mistake("E-CONF-MISSING", section, "domains", instead);
    }
    let sources = sources?;
    for source in &sources {
        must_be_searchable(reader, section, source, &attribute);
    }
    Some(LinkRule { name: name.to_owned(), sources, attribute, domains })
}

/// At sign-in a directory is asked for the value, and it does not know what we make of its own.
fn must_be_searchable(reader: &mut Reader, section: &str, source: &str, attribute: &str) {
    let source = format!("source:{source}");
    let (mapping, _) = Mapping::parse(reader.attributes(&source));
    let is_directory = reader.text(&source, "kind").as_deref() == Some("ldap");
    if is_directory && mapping.their_name(attribute).is_none() {
        let instead = format!("[{source}] computes it: name an attribute that it has itself");
        reader.mistake("E-CONF-VALUE", section, "attribute", &instead);
    }
}

/// Two different sources that have sections; whether these are good is told elsewhere.
fn read_pair(reader: &mut Reader, section: &str) -> Option<[String; 2]> {
    reader.required(section, "sources")?;
    let named = reader.list(section, "sources", |name| Ok(name.to_owned()));
    let known = [reader.names("source"), reader.names("idp")].concat();
    let mut instead = named
        .iter()
        .filter(|name| !known.contains(name))
        .map(|name| format!("there is no [source:{name}] or [idp:{name}]"))
        .collect::<Vec<_>>();
    if named.len() != 2 || named.first() == named.last() {
        instead.push("name two different sources, comma between".to_owned());
    }
    for instead in &instead {
        reader.mistake("E-CONF-VALUE", section, "sources", instead);
    }
    named.try_into().ok()
}
