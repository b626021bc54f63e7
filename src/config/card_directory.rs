//! `[card_directory:NAME]`: values about cards that are written into a directory.
use super::card_access::LONGEST;
use super::card_services::eppn;
use super::parse::{at_least_one, from_str};
use super::reader::Reader;
use super::sources::{SourceSection, read_bind, read_times};
use crate::identity::sources::ldap::{LdapWriter, may_write};
use crate::identity::sources::{LdapSettings, Role};
use regex::Regex;

/// What is filled with the bytes of the photo, alone.
pub const PHOTO: &str = "%photo%";

/// `[card_directory:NAME]`
#[derive(Debug, Clone)]
pub struct CardDirectory {
    /// NAME.
    pub name: String,
    /// Its servers, and as whom we write.
    pub ldap: LdapSettings,
    /// What finds the entry of a holder by `{eppn}`.
    pub filter: String,
    /// What is written, in file order: values of their own first.
    pub attributes: Vec<DirectoryAttribute>,
    /// Attributes with the number of a holder, the first that says one counts.
    pub number: Vec<String>,
    /// Whether equal values that it has already count as ours.
    pub takes_over: bool,
    /// Only for holders whose name everywhere is all of this.
    pub eppn: Option<Regex>,
    /// Whether it is told of cards that were made elsewhere.
    pub external: bool,
    /// Visits in a second at most; 0: as many as there are.
    pub per_second: u32,
    /// Visits at the same time at most.
    pub parallel: usize,
}

/// An attribute that is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirectoryAttribute {
    /// Its name.
    pub name: String,
    /// Whether its only value is ours; else values of others stand beside ours.
    pub is_single: bool,
    /// What its values are made of.
    pub templates: Vec<String>,
}

pub(super) fn read_directories(
    reader: &mut Reader,
    sources: &[SourceSection],
) -> Vec<CardDirectory> {
    let names = reader.names("card_directory");
    names.into_iter().filter_map(|name| read_directory(reader, name, sources)).collect()
}

fn read_directory(
    reader: &mut Reader,
    name: String,
    sources: &[SourceSection],
) -> Option<CardDirectory> {
    let here = &format!("card_directory:{name}");
    if name.len() > LONGEST {
        reader.mistake("E-CONF-VALUE", here, "url", "the name has 30 letters at most");
    }
    let ldap = read_servers(reader, (here, &name), sources);
    let filter = reader.text(here, "filter").unwrap_or_default();
    let attributes = read_attributes(reader, here);
    if attributes.is_empty() {
        let instead =
            "name what is written: add.supannRefId = {ISO15693}%csn%, or set.pager = %csn%";
        reader.mistake("E-CONF-MISSING", here, "add.*", instead);
    }
    let directory = CardDirectory {
        name,
        filter,
        attributes,
        number: reader.list(here, "number_attributes", |name| Ok(name.to_owned())),
        takes_over: reader.flag(here, "takes_over"),
        eppn: reader.value(here, "eppn", eppn),
        external: reader.flag(here, "external_cards"),
        per_second: reader.value_or(here, "per_second", from_str, 10),
        parallel: reader.value_or(here, "parallel", at_least_one, 2),
        ldap: ldap?,
    };
    if let Err(fault) = LdapWriter::new(&directory.ldap, &directory.filter) {
        let key = fault.subject.rsplit(' ').next().unwrap_or_default();
        reader.mistake(fault.code, here, key, &fault.detail);
        return None;
    }
    Some(directory)
}

/// The servers of a source, or its own; what stands here counts first.
fn read_servers(
    reader: &mut Reader,
    (here, name): (&str, &str),
    sources: &[SourceSection],
) -> Option<LdapSettings> {
    let mut ldap = LdapSettings::new(name, Role::University, &[], "");
    if let Some(source) = reader.text(here, "source") {
        let known = sources.iter().find(|known| known.name == source);
        let Some(known) = known.and_then(|known| known.ldap.as_ref()) else {
            let instead = format!("there is no [source:{source}] of kind ldap");
            reader.mistake("E-CONF-VALUE", here, "source", &instead);
            return None;
        };
        ldap.urls.clone_from(&known.urls);
        ldap.base.clone_from(known.people_base.as_ref().unwrap_or(&known.base));
        ldap.bind_dn.clone_from(&known.bind_dn);
        ldap.bind_password = known.bind_password.clone();
        ldap.starttls = known.starttls;
        ldap.ca_file.clone_from(&known.ca_file);
        ldap.connect_timeout = known.connect_timeout;
        ldap.operation_timeout = known.operation_timeout;
    }
    let urls = reader.list(here, "url", |url| Ok(url.to_owned()));
    if !urls.is_empty() {
        ldap.urls = urls;
    }
    if let Some(base) = reader.text(here, "base") {
        ldap.base = base;
    }
    if let Some((dn, password)) = read_bind(reader, here) {
        ldap.bind_dn = Some(dn);
        ldap.bind_password = password;
    }
    if reader.is_written(here, "starttls") {
        ldap.starttls = reader.flag(here, "starttls");
    }
    ldap.ca_file = reader.path(here, "ca_file").or(ldap.ca_file);
    read_times(reader, here, &mut ldap);
    checked(reader, here, ldap)
}

fn checked(reader: &mut Reader, here: &str, ldap: LdapSettings) -> Option<LdapSettings> {
    let faults = ldap.check();
    for fault in &faults {
        // The check names section and key, as we do.
        let key = fault.subject.rsplit(' ').next().unwrap_or_default();
        reader.mistake(fault.code, here, key, &fault.detail);
    }
    faults.is_empty().then_some(ldap)
}

fn read_attributes(reader: &mut Reader, here: &str) -> Vec<DirectoryAttribute> {
    let mut all: Vec<DirectoryAttribute> = Vec::new();
    for (start, is_single) in [("add.", false), ("set.", true)] {
        for key in reader.keys_that_begin(here, start) {
            let name = key.get(start.len()..).unwrap_or_default().to_owned();
            let templates = if is_single {
                reader.text(here, &key).into_iter().collect()
            } else {
                reader.list(here, &key, |template| Ok(template.to_owned()))
            };
            if let Some(instead) = wrong(&all, &name, (&templates, is_single)) {
                reader.mistake("E-CONF-VALUE", here, &key, instead);
            } else if !templates.is_empty() {
                all.push(DirectoryAttribute { name, is_single, templates });
            }
        }
    }
    all
}

fn wrong(
    all: &[DirectoryAttribute],
    name: &str,
    (templates, is_single): (&[String], bool),
) -> Option<&'static str> {
    if !may_write(name) {
        return Some("that is no name of an attribute, or one of a secret");
    }
    if all.iter().any(|other| other.name.eq_ignore_ascii_case(name)) {
        return Some("an attribute is written by one key: add.… or set.…");
    }
    let has_face = |template: &String| template.contains(PHOTO);
    let is_face = |template: &String| template == PHOTO && is_single;
    let is_wrong = templates.iter().any(|template| has_face(template) && !is_face(template));
    is_wrong.then_some("%photo% stands alone, behind set.…")
}
