//! Which partner gets what, and how: `attribute_sets/associations.ini`, a section a partner.
use super::Entry;
use crate::finding::Finding;
use crate::sso::saml::name_id::NameIdRule;
use crate::sso::saml::partners::{Alias, Partner};
use crate::sso::saml::request::Strictness;
use std::collections::HashMap;

/// What a partner's RelayState may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RelayStateRule {
    /// An address with an allowed origin.
    Address,
    /// Or a short text that is no address.
    Opaque,
}

/// How one partner is treated; see the field for key and default.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch that an administrator sets")]
pub struct Association {
    /// `set`: name of the attribute set; default `None`, the built-in one.
    pub set: Option<String>,
    /// `nameid`: `transient` (default), `persistent`, `email[:source]`, `unspecified[:source]`.
    pub name_id: NameIdRule,
    /// `relaystate`: `address` (default) or `opaque`.
    pub relay_state: RelayStateRule,
    /// `idp_initiated`: whether we may send people there unasked; default yes.
    pub idp_initiated: bool,
    /// `slo`: whether logout reaches it; default yes.
    pub slo: bool,
    /// `sign_response`: whether the Response is signed beside the Assertion; default yes.
    pub sign_response: bool,
    /// `encrypt`: whether assertions are encrypted for it; default no.
    pub encrypt: bool,
    /// `require_signed_requests`; default no.
    pub require_signed_requests: bool,
    /// `allow_sha1`: take its SHA-1 signatures; default no, a warning when yes.
    pub allow_sha1: bool,
    /// `allow_cbc`: take or send AES-CBC; default no, a warning when yes.
    pub allow_cbc: bool,
}

impl Default for Association {
    fn default() -> Self {
        Self {
            set: None,
            name_id: NameIdRule::default(),
            relay_state: RelayStateRule::Address,
            idp_initiated: true,
            slo: true,
            sign_response: true,
            encrypt: false,
            require_signed_requests: false,
            allow_sha1: false,
            allow_cbc: false,
        }
    }
}

impl Association {
    /// What requests of this partner are checked against.
    pub fn strictness(&self) -> Strictness {
        Strictness {
            require_signed_requests: self.require_signed_requests,
            allow_sha1: self.allow_sha1,
        }
    }

    /// Set one key; why not, when it cannot be.
    fn set(&mut self, key: &str, value: &str) -> Result<(), (&'static str, &'static str)> {
        let wrong = ("W-ASSOC-VALUE", "not a value that this key takes");
        match key.to_ascii_lowercase().as_str() {
            "set" => self.set = Some(value.to_owned()),
            "nameid" => self.name_id = NameIdRule::parse(value).ok_or(wrong)?,
            "relaystate" => self.relay_state = relay_state_rule(value).ok_or(wrong)?,
            other => {
                let switch = self.switch(other).ok_or(("W-ASSOC-KEY", "no such key"))?;
                *switch = yes_or_no(value).ok_or(wrong)?;
            }
        }
        Ok(())
    }

    fn switch(&mut self, key: &str) -> Option<&mut bool> {
        match key {
            "idp_initiated" => Some(&mut self.idp_initiated),
            "slo" => Some(&mut self.slo),
            "sign_response" => Some(&mut self.sign_response),
            "encrypt" => Some(&mut self.encrypt),
            "require_signed_requests" => Some(&mut self.require_signed_requests),
            "allow_sha1" => Some(&mut self.allow_sha1),
            "allow_cbc" => Some(&mut self.allow_cbc),
            _ => None,
        }
    }
}

/// The associations of all partners.
#[derive(Debug, Clone, Default)]
pub struct Associations {
    by_partner: HashMap<String, Association>,
    usual: Association,
    /// The same sections without what `default` says: for partners whom a federation brought.
    of_strangers: HashMap<String, Association>,
    stranger: Association,
    aliases: Vec<Alias>,
}

impl Associations {
    /// Read the file. Sections are entityIDs or file names; `default` is for everybody else, and
    /// what the other sections do not say.
    pub fn read<'e>(
        file: &str,
        entries: impl IntoIterator<Item = Entry<'e>>,
    ) -> (Self, Vec<Finding>) {
        let entries: Vec<_> = entries.into_iter().collect();
        let mut read = Self::default();
        let mut findings = Vec::new();
        let is_usual = |entry: &&Entry<'_>| entry.section.eq_ignore_ascii_case("default");
        for entry in entries.iter().filter(is_usual) {
            findings.extend(apply(&mut read.usual, file, entry));
        }
        let usual = read.usual.clone();
        for entry in entries.iter().filter(|entry| !is_usual(entry)) {
            if entry.key.eq_ignore_ascii_case("alias") {
                read.aliases.extend(aliases(file, entry));
                continue;
            }
            let key = partner_key(entry.section);
            apply(read.of_strangers.entry(key.clone()).or_default(), file, entry);
            let association = read.by_partner.entry(key).or_insert_with(|| usual.clone());
            findings.extend(apply(association, file, entry));
        }
        (read, findings)
    }

    /// How a partner is treated: by entityID, else by file name, else as everybody. What `default`
    /// says is meant for portals that somebody here knows: a federation's do not get it.
    pub fn of(&self, partner: &Partner) -> &Association {
        let (all, otherwise) = match partner.federation {
            None => (&self.by_partner, &self.usual),
            Some(_) => (&self.of_strangers, &self.stranger),
        };
        let by_stem = || all.get(&partner_key(partner.stem.as_deref()?));
        all.get(&partner_key(&partner.entity_id)).or_else(by_stem).unwrap_or(otherwise)
    }

    /// Names of all attribute sets that are used.
    pub fn sets(&self) -> Vec<&str> {
        let all = self.by_partner.values().chain([&self.usual]);
        let mut sets: Vec<_> = all.filter_map(|association| association.set.as_deref()).collect();
        sets.sort_unstable();
        sets.dedup();
        sets
    }

    /// The attributes that names are taken from.
    pub fn attributes(&self) -> impl Iterator<Item = &str> {
        let all = self.by_partner.values().chain([&self.usual]);
        all.filter_map(|association| association.name_id.attribute())
    }

    /// Further short names: `alias`, comma between, in the section of one partner.
    pub fn aliases(&self) -> &[Alias] {
        &self.aliases
    }

    /// How many partners are excused from SHA-2.
    pub fn sha1_partners(&self) -> usize {
        self.by_partner.values().filter(|association| association.allow_sha1).count()
    }
}

fn apply(association: &mut Association, file: &str, entry: &Entry<'_>) -> Option<Finding> {
    let finding =
        |code| Finding::at(code, file, entry.line, format!("[{}] {}", entry.section, entry.key));
    if let Err((code, detail)) = association.set(entry.key, entry.value) {
        return Some(finding(code).detail(detail));
    }
    let weak = ["allow_sha1", "allow_cbc"].iter().any(|key| entry.key.eq_ignore_ascii_case(key));
    let on = yes_or_no(entry.value) == Some(true);
    (weak && on).then(|| finding("W-ASSOC-WEAK").detail("weak cryptography is allowed here"))
}

fn aliases<'e>(file: &'e str, entry: &'e Entry<'_>) -> impl Iterator<Item = Alias> + use<'e> {
    let names = entry.value.split(',').map(str::trim).filter(|name| !name.is_empty());
    names.map(|name| Alias {
        name: name.to_owned(),
        partner: entry.section.to_owned(),
        file: file.to_owned(),
        line: entry.line,
    })
}

/// Short names are compared without case, entityIDs exactly.
fn partner_key(section: &str) -> String {
    if section.contains(':') { section.to_owned() } else { section.to_ascii_lowercase() }
}

fn relay_state_rule(value: &str) -> Option<RelayStateRule> {
    match value.to_ascii_lowercase().as_str() {
        "address" => Some(RelayStateRule::Address),
        "opaque" => Some(RelayStateRule::Opaque),
        _ => None,
    }
}

fn yes_or_no(value: &str) -> Option<bool> {
    match value.to_ascii_lowercase().as_str() {
        "true" | "yes" | "on" | "1" | "oui" => Some(true),
        "false" | "no" | "off" | "0" | "non" => Some(false),
        _ => None,
    }
}
