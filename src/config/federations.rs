//! `[federation:NAME]`: metadata of many that somebody else keeps and signs.
use super::idps::is_safe;
use super::parse::{duration, from_str};
use super::reader::Reader;
use std::path::PathBuf;
use std::time::Duration;
use url::Url;

/// How often a federation is asked at most, and at least.
const BOUNDS: [Duration; 2] = [Duration::from_secs(1), Duration::from_hours(24)];

/// `[federation:NAME]`
#[derive(Debug, Clone)]
pub struct FederationSection {
    /// NAME; also of its file.
    pub name: String,
    /// Where its metadata is.
    pub url: Url,
    /// Certificates of the keys that sign it.
    pub certificate: PathBuf,
    /// How long to wait before asking again, when the metadata do not say sooner.
    pub refresh: Duration,
    /// Whether its service providers may ask here who somebody is.
    pub partners: bool,
    /// What they are told; none: nothing.
    pub set: Option<String>,
}

pub(super) fn read_federations(reader: &mut Reader) -> Vec<FederationSection> {
    let names = reader.names("federation");
    names.iter().filter_map(|name| read_federation(reader, name)).collect()
}

fn read_federation(reader: &mut Reader, name: &str) -> Option<FederationSection> {
    let section = &format!("federation:{name}");
    if !name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_') {
        let instead = "the name is that of a file: letters, digits, - and _ only";
        reader.mistake("E-CONF-VALUE", section, "url", instead);
    }
    let url = reader.required(section, "url").and_then(|_| {
        reader.value(section, "url", |text| {
            let url: Url = from_str(text)?;
            let instead = || "write an https address, or http on this machine".to_owned();
            is_safe(&url).then_some(url).ok_or_else(instead)
        })
    });
    let certificate = reader.required(section, "certificate");
    let refresh = |text: &str| {
        let time = duration(text)?;
        let is_usual = (BOUNDS[0]..=BOUNDS[1]).contains(&time);
        is_usual.then_some(time).ok_or_else(|| "write a time up to 24h".to_owned())
    };
    let refresh = reader.value_or(section, "refresh", refresh, Duration::from_hours(6));
    let partners = reader.flag(section, "partners");
    let set = reader.text(section, "set");
    Some(FederationSection {
        name: name.to_owned(),
        url: url?,
        certificate: certificate.and_then(|_| reader.path(section, "certificate"))?,
        refresh,
        partners,
        set,
    })
}
