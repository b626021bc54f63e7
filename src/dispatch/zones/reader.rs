//! One section of `portails.ini` into one zone.
use super::{Mfa, Zone};
use crate::dispatch::PortalUrl;
use crate::dispatch::report::Report;
use crate::ini::{NetworkError, Section, WrittenNetwork, boolean};
use ipnet::IpNet;

const KEYS: [&str; 7] = ["mask", "portail", "arena", "libelle", "mfa", "remember", "sp"];

/// Whether a key, in lower case, means something.
pub(super) fn is_known(key: &str) -> bool {
    KEYS.contains(&key)
}

pub(super) struct Reader<'a> {
    pub(super) report: Report<'a>,
    pub(super) allow_http: bool,
}

impl Reader<'_> {
    /// The zone of a section, unless its network or its portal is unusable.
    pub(super) fn zone(&mut self, section: &Section) -> Option<Zone> {
        let default = section.name.eq_ignore_ascii_case("default");
        let network = if default { None } else { Some(self.network(section)?) };
        Some(Zone {
            name: section.name.clone(),
            line: section.line,
            network,
            portal: self.portal(section)?,
            arena: self.arena(section),
            label: text(section, "libelle"),
            mfa: self.mfa(section),
            remember: self.remember(section),
            sp: text(section, "sp"),
        })
    }

    fn network(&mut self, section: &Section) -> Option<IpNet> {
        let mask = section.get("mask").map(str::trim).filter(|mask| !mask.is_empty());
        let found = match WrittenNetwork::parse(&section.name, mask) {
            Ok(found) => found,
            Err(error) => {
                let code = match error {
                    NetworkError::Address => "W-ZONE-NETWORK",
                    NetworkError::Mask | NetworkError::TwoMasks => "W-ZONE-MASK",
                };
                self.report.add(code, section.line, &section.name, &error.to_string());
                return None;
            }
        };
        let effective = format!("read as {}", found.network);
        if found.had_host_bits {
            self.report.add("W-ZONE-HOSTBITS", section.line, &section.name, &effective);
        }
        if found.had_no_mask {
            self.report.add("W-ZONE-NOMASK", section.line, &section.name, &effective);
        }
        Some(found.network)
    }

    fn portal(&mut self, section: &Section) -> Option<PortalUrl> {
        let Some(entry) = section.entry("portail") else {
            self.report.add("W-ZONE-PORTAIL", section.line, &section.name, "no portail");
            return None;
        };
        match PortalUrl::parse_lenient(&entry.value, self.allow_http) {
            Ok((url, _)) => Some(url.without_slash()),
            Err(error) => {
                self.report.add("W-ZONE-PORTAIL", entry.line, &section.name, &error.to_string());
                None
            }
        }
    }

    fn arena(&mut self, section: &Section) -> Option<String> {
        let arena = text(section, "arena")?;
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
        if arena.len() <= 64 && arena.bytes().all(plain) {
            return Some(arena);
        }
        self.wrong(section, "arena", "letters, digits, . _ - and at most 64 of them: left out");
        None
    }

    /// An unreadable value asks for the factor: a slip must not waive it.
    fn mfa(&mut self, section: &Section) -> Mfa {
        let Some(word) = section.get("mfa") else { return Mfa::default() };
        Mfa::parse(word).unwrap_or_else(|| {
            let why = "not one of never, optional, required: required is used";
            self.wrong(section, "mfa", why);
            Mfa::Required
        })
    }

    /// An unreadable value keeps nothing: a slip must not reveal a choice in a shared room.
    fn remember(&mut self, section: &Section) -> bool {
        let Some(entry) = section.entry("remember") else { return true };
        boolean(&entry.value).unwrap_or_else(|| {
            self.wrong(section, "remember", "neither yes nor no: no is used");
            false
        })
    }

    fn wrong(&mut self, section: &Section, key: &str, why: &str) {
        let line = section.entry(key).map_or(section.line, |entry| entry.line);
        self.report.add("W-ZONE-VALUE", line, &format!("{} {key}", section.name), why);
    }
}

fn text(section: &Section, key: &str) -> Option<String> {
    section.get(key).map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
}
