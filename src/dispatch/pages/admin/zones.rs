//! The networks, and where an address belongs.
use crate::web::page::Shell;
use askama::Template;

/// The networks. Asks `/admin/zones?address=…`.
#[derive(Debug, Default, Template)]
#[template(path = "dispatch/pages/admin/zones.html")]
pub struct AdminZones {
    /// The frame.
    pub shell: Shell,
    /// The networks, in the order of the file, `[default]` last.
    pub zones: Vec<ZoneRow>,
    /// The address that was tried.
    pub address: String,
    /// What came of it.
    pub answer: Option<ZoneAnswer>,
}

impl AdminZones {
    fn wrong_text(&self) -> String {
        match self.answer {
            Some(ZoneAnswer::NoAddress) => self.shell.t("zones-no-address"),
            _ => String::new(),
        }
    }

    fn is_hit(&self, zone: &ZoneRow) -> bool {
        matches!(&self.answer, Some(ZoneAnswer::Zone { network, .. }) if *network == zone.network)
    }
}

/// One network.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ZoneRow {
    /// `172.16.0.0/13`, or `default`.
    pub network: String,
    /// Its label.
    pub label: String,
    /// Address of the academic portal.
    pub portal: String,
    /// Name of the reverse-proxy zone.
    pub arena: String,
    /// Whether a second factor is asked.
    pub second_factor: SecondFactor,
    /// Whether a choice may be remembered there.
    pub remembers: bool,
    /// Line in `portails.ini`.
    pub line: Option<u32>,
}

/// The key `mfa` of a zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SecondFactor {
    /// Not asked.
    Never,
    /// As the person likes.
    #[default]
    Optional,
    /// Always asked.
    Required,
}

impl SecondFactor {
    fn key(self) -> &'static str {
        match self {
            Self::Never => "factor-never",
            Self::Optional => "factor-optional",
            Self::Required => "factor-required",
        }
    }
}

/// Where an address belongs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ZoneAnswer {
    /// To this network.
    Zone {
        /// As in its row.
        network: String,
        /// Address of the academic portal.
        portal: String,
        /// How many networks hold the address; the narrowest one wins.
        candidates: usize,
    },
    /// To none, and there is no default.
    Nowhere,
    /// What was typed is no address.
    NoAddress,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_network_that_was_hit_is_marked() {
        let zone = |network: &str| ZoneRow { network: network.into(), ..ZoneRow::default() };
        let hit = ZoneAnswer::Zone {
            network: "10.205.12.0/24".into(),
            portal: "https://scoens.example".into(),
            candidates: 2,
        };
        let zones = vec![zone("10.205.0.0/16"), zone("10.205.12.0/24")];
        let page = AdminZones { zones, answer: Some(hit), ..AdminZones::default() };

        assert_eq!(
            page.zones.iter().map(|zone| page.is_hit(zone)).collect::<Vec<_>>(),
            [false, true]
        );
        assert!(page.render().unwrap().contains("https://scoens.example"));
    }

    #[test]
    fn something_that_is_no_address_is_said_at_the_field() {
        let page = AdminZones {
            address: "lycée".into(),
            answer: Some(ZoneAnswer::NoAddress),
            ..AdminZones::default()
        };

        assert!(page.render().unwrap().contains(r#"id="address-wrong""#));
    }
}
