//! One section of `etabs.ini` into one school; whatever is wrong costs one key, not the section.
use super::{Protocol, School};
use crate::dispatch::report::Report;
use crate::dispatch::{Mfa, PortalUrl};
use crate::identity::rne::RneForm;
use crate::identity::{Profile, Rne};
use crate::ini::{Entry, Section, boolean};
use serde::Deserialize;
use serde::de::IntoDeserializer;
use serde::de::value::{Error as ValueError, StrDeserializer};
use std::collections::BTreeMap;

const KEYS: [&str; 13] = [
    "libelle",
    "portail",
    "sp",
    "relaystate",
    "protocole",
    "actif",
    "mfa",
    "message",
    "academie",
    "type",
    "commune",
    "departement",
    "logo",
];
/// Characters of the longest label.
const MAX_LABEL: usize = 200;
/// Characters of the longest message, and of any other text.
const MAX_TEXT: usize = 300;
/// Before the name of a profile.
const FOR_PROFILE: &str = "portail.";

/// Whether a key, in lower case, means something.
pub(super) fn is_known(key: &str) -> bool {
    KEYS.contains(&key) || key.strip_prefix(FOR_PROFILE).and_then(profile).is_some()
}

fn profile(name: &str) -> Option<Profile> {
    let name: StrDeserializer<'_, ValueError> = name.into_deserializer();
    Profile::deserialize(name).ok()
}

pub(super) struct Reader<'a> {
    pub(super) report: Report<'a>,
    pub(super) allow_http: bool,
}

impl Reader<'_> {
    /// The school of a section, unless its name is no school code.
    pub(super) fn school(&mut self, section: &Section) -> Option<School> {
        let rne = self.rne(section)?;
        let label = self.text(section, "libelle", MAX_LABEL).unwrap_or_else(|| rne.to_string());
        Some(School {
            line: section.line,
            label,
            portal: section.entry("portail").and_then(|entry| self.portal(&rne, entry)),
            portal_by_profile: self.portals(&rne, section),
            sp: self.text(section, "sp", MAX_TEXT).unwrap_or_else(|| rne.to_string()),
            relay_state: self.text(section, "relaystate", 2048),
            protocol: self.protocol(section),
            active: self.active(section),
            mfa: self.mfa(section),
            message: self.text(section, "message", MAX_TEXT),
            academy: self.text(section, "academie", MAX_TEXT),
            kind: self.text(section, "type", MAX_TEXT),
            town: self.text(section, "commune", MAX_TEXT),
            department: self.text(section, "departement", MAX_TEXT),
            logo: self.logo(section),
            rne,
        })
    }

    fn rne(&mut self, section: &Section) -> Option<Rne> {
        let (name, line) = (section.name.as_str(), section.line);
        let rne = match Rne::parse(name) {
            Ok(rne) => rne,
            Err(error) => {
                self.report.add("W-ETAB-SECTION", line, name, &error.to_string());
                return None;
            }
        };
        match rne.form() {
            RneForm::National { letter_ok: true } => {}
            RneForm::National { letter_ok: false } => {
                let letter = rne.expected_letter().map(String::from).unwrap_or_default();
                self.report.add("W-UAI-CHECK", line, name, &format!("the digits ask for {letter}"));
            }
            RneForm::Other => {
                self.report.add("W-UAI-FORM", line, name, "not seven digits and a letter");
            }
        }
        Some(rne)
    }

    fn portal(&mut self, rne: &Rne, entry: &Entry) -> Option<PortalUrl> {
        let subject = format!("{rne} {}", entry.key);
        match PortalUrl::parse_lenient(&entry.value, self.allow_http) {
            Ok((url, bare)) => {
                if bare {
                    self.report.add(
                        "W-ETAB-SCHEME",
                        entry.line,
                        &subject,
                        &format!("read as {url}"),
                    );
                }
                Some(url)
            }
            Err(error) => {
                self.report.add("W-ETAB-URL", entry.line, &subject, &error.to_string());
                None
            }
        }
    }

    fn portals(&mut self, rne: &Rne, section: &Section) -> BTreeMap<Profile, PortalUrl> {
        let mut portals = BTreeMap::new();
        for entry in section.entries() {
            // Nearly all keys are others, and there are many.
            let starts = entry.key.get(..FOR_PROFILE.len());
            if !starts.is_some_and(|start| start.eq_ignore_ascii_case(FOR_PROFILE)) {
                continue;
            }
            let name = entry.key[FOR_PROFILE.len()..].to_ascii_lowercase();
            let Some(profile) = profile(&name) else { continue };
            match self.portal(rne, entry) {
                Some(url) => portals.insert(profile, url),
                None => portals.remove(&profile),
            };
        }
        portals
    }

    fn protocol(&mut self, section: &Section) -> Protocol {
        let Some(entry) = section.entry("protocole") else { return Protocol::Saml };
        match entry.value.trim().to_ascii_lowercase().as_str() {
            "saml" => Protocol::Saml,
            "cas" => Protocol::Cas,
            "oidc" => Protocol::Oidc,
            "direct" => Protocol::Direct,
            _ => {
                self.wrong(section, entry, "not one of saml, cas, oidc, direct: saml is used");
                Protocol::Saml
            }
        }
    }

    fn active(&mut self, section: &Section) -> bool {
        let Some(entry) = section.entry("actif") else { return true };
        boolean(&entry.value).unwrap_or_else(|| {
            self.wrong(section, entry, "neither yes nor no: yes is used");
            true
        })
    }

    /// An unreadable value asks for the factor: a slip must not waive it.
    fn mfa(&mut self, section: &Section) -> Mfa {
        let Some(entry) = section.entry("mfa") else { return Mfa::default() };
        Mfa::parse(&entry.value).unwrap_or_else(|| {
            let why = "not one of never, optional, required: required is used";
            self.wrong(section, entry, why);
            Mfa::Required
        })
    }

    /// A plain file name: it is looked up in one folder and never leaves it.
    fn logo(&mut self, section: &Section) -> Option<String> {
        let entry = section.entry("logo")?;
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
        let name = entry.value.trim();
        if !name.is_empty() && !name.starts_with('.') && name.bytes().all(plain) {
            return Some(name.to_owned());
        }
        self.wrong(section, entry, "not a plain file name");
        None
    }

    /// A text that is there and not empty, cut at `longest` characters.
    fn text(&mut self, section: &Section, key: &str, longest: usize) -> Option<String> {
        let entry = section.entry(key)?;
        let text = entry.value.trim();
        let cut = text.char_indices().nth(longest).map(|(at, _)| at);
        if cut.is_some() {
            self.wrong(section, entry, &format!("cut at {longest} characters"));
        }
        (!text.is_empty()).then(|| text[..cut.unwrap_or(text.len())].to_owned())
    }

    fn wrong(&mut self, section: &Section, entry: &Entry, why: &str) {
        let subject = format!("{} {}", section.name, entry.key);
        self.report.add("W-ETAB-VALUE", entry.line, &subject, why);
    }
}
