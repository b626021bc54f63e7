//! Client networks and their academic portals, out of `portails.ini` (`dispatch.md` 2.3).
use super::PortalUrl;
use super::report::Report;
use crate::finding::Finding;
use crate::ini::Document;
use crate::web::client_ip::ClientAddress;
use ipnet::IpNet;
use reader::Reader;
use serde::Serialize;
use std::net::IpAddr;
use table::PrefixTable;

mod reader;
mod table;
#[cfg(test)]
mod tests;

/// Whether a portal asks for a second factor: the academic one in a zone, or that of a school.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Mfa {
    /// It does not.
    Never,
    /// It may.
    #[default]
    Optional,
    /// It does.
    Required,
}

impl Mfa {
    /// The word of a file; `None`: no such word.
    pub(super) fn parse(word: &str) -> Option<Self> {
        match word.trim().to_ascii_lowercase().as_str() {
            "never" => Some(Self::Never),
            "optional" | "" => Some(Self::Optional),
            "required" => Some(Self::Required),
            _ => None,
        }
    }
}

/// One section of `portails.ini`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Zone {
    /// The section's name as it was written.
    pub name: String,
    /// Line of the section.
    #[serde(skip)]
    pub line: u32,
    /// The network; none for `[default]`.
    pub network: Option<IpNet>,
    /// The academic portal.
    pub portal: PortalUrl,
    /// Zone of the reverse proxies.
    pub arena: Option<String>,
    /// What people call it.
    pub label: Option<String>,
    /// Whether a second factor is asked for.
    pub mfa: Mfa,
    /// Whether a choice may be remembered here.
    pub remember: bool,
    /// Service provider through which the portal is entered; else it is a plain link.
    pub sp: Option<String>,
}

/// All zones; the longest prefix that matches wins.
#[derive(Debug, Clone, Default)]
pub struct Zones {
    all: Vec<Zone>,
    default: Option<usize>,
    four: PrefixTable,
    six: PrefixTable,
}

impl Zones {
    /// The zones of a document, and what is wrong with it.
    pub fn read(document: &Document, allow_http: bool) -> (Self, Vec<Finding>) {
        let mut reader = Reader { report: Report::of(document), allow_http };
        let mut zones = Self::default();
        for section in document.sections() {
            let Some(zone) = reader.zone(section) else { continue };
            if let Some(first) = zones.same_network(zone.network) {
                let why = format!("the same network as [{}]: the first one counts", first.name);
                reader.report.add("W-ZONE-DUP", section.line, &section.name, &why);
            } else {
                zones.add(zone);
            }
        }
        let mut findings = reader.report.findings;
        findings.extend(document.unknown_keys(reader::is_known));
        (zones, findings)
    }

    /// The zone of a client. One whose address is unknown is never in a network.
    pub fn find(&self, client: ClientAddress) -> Option<&Zone> {
        let found = match client.known().map(|address| address.to_canonical()) {
            None => None,
            Some(IpAddr::V4(address)) => self.four.find(u128::from(address.to_bits()), 32),
            Some(IpAddr::V6(address)) => self.six.find(address.to_bits(), 128),
        };
        found.or(self.default).map(|index| &self.all[index])
    }

    /// Whether an address is in the network of a zone; `[default]` is none.
    pub fn hold(&self, address: IpAddr) -> bool {
        self.find(ClientAddress::Known(address)).is_some_and(|zone| zone.network.is_some())
    }

    /// All of them, in the order of the file.
    pub fn iter(&self) -> impl Iterator<Item = &Zone> {
        self.all.iter()
    }

    /// The networks of all zones.
    pub fn networks(&self) -> Vec<IpNet> {
        self.all.iter().filter_map(|zone| zone.network).collect()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    fn same_network(&self, network: Option<IpNet>) -> Option<&Zone> {
        let index = match network {
            None => self.default,
            Some(network) => self.table(&network).exactly(bits(&network), network.prefix_len()),
        };
        index.map(|index| &self.all[index])
    }

    fn add(&mut self, zone: Zone) {
        let index = self.all.len();
        match zone.network {
            None => self.default = Some(index),
            Some(IpNet::V4(_)) => self.four.insert(zone.network, index),
            Some(IpNet::V6(_)) => self.six.insert(zone.network, index),
        }
        self.all.push(zone);
    }

    fn table(&self, network: &IpNet) -> &PrefixTable {
        match network {
            IpNet::V4(_) => &self.four,
            IpNet::V6(_) => &self.six,
        }
    }
}

fn bits(network: &IpNet) -> u128 {
    match network {
        IpNet::V4(network) => u128::from(network.network().to_bits()),
        IpNet::V6(network) => network.network().to_bits(),
    }
}
