//! `[dispatch]`: the switches of the choice of a school.
use super::parse::origin;
use super::reader::Reader;

/// When one school is enough to go straight on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DispatchSingle {
    /// Only when there is nothing else to show.
    Strict,
    /// Also when the other schools cannot be used.
    Usable,
}

/// `[dispatch]`
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of the administrator's")]
pub struct Dispatch {
    /// Accept http portals.
    pub allow_http: bool,
    /// When to go straight on.
    pub auto_single: DispatchSingle,
    /// The academic portal counts as a destination.
    pub arena_counts: bool,
    /// Same portal and service provider: one tile.
    pub merge_same_portal: bool,
    /// Refuse the academic portal without the second factor its zone requires.
    pub enforce_mfa: bool,
    /// Refuse sign-on at a school's service provider to people of other schools.
    pub refuse_foreign: bool,
    /// Whoever goes to another school leaves the portals of the one before.
    pub switch_slo: bool,
    /// `off`, `listed_apps`, `all`
    pub delegations: String,
    /// Applications for `listed_apps`.
    pub delegation_apps: Vec<String>,
    /// Further origins for RelayState.
    pub relaystate_allow: Vec<String>,
    /// The shrink guard.
    pub reload_min_ratio: f64,
    /// Where a day begins.
    pub time_zone: chrono_tz::Tz,
}

impl Dispatch {
    pub(super) fn read(reader: &mut Reader) -> Self {
        let section = "dispatch";
        let single = |text: &str| match text {
            "strict" => Ok(DispatchSingle::Strict),
            "usable" => Ok(DispatchSingle::Usable),
            _ => Err("write strict or usable".to_owned()),
        };
        let delegations = |text: &str| match text {
            "off" | "listed_apps" | "all" => Ok(text.to_owned()),
            _ => Err("write off, listed_apps or all".to_owned()),
        };
        let ratio = |text: &str| match text.parse() {
            Ok(ratio) if (0.0..=1.0).contains(&ratio) => Ok(ratio),
            _ => Err("write a number from 0 to 1".to_owned()),
        };
        let zone = |text: &str| {
            text.parse()
                .map_err(|_| "write Europe/Paris or Indian/Reunion, for instance".to_owned())
        };
        Self {
            allow_http: reader.flag(section, "allow_http"),
            auto_single: reader.value_or(section, "auto_single", single, DispatchSingle::Strict),
            arena_counts: reader.flag(section, "arena_counts"),
            merge_same_portal: reader.flag(section, "merge_same_portal"),
            enforce_mfa: reader.flag(section, "enforce_mfa"),
            refuse_foreign: reader.flag(section, "refuse_foreign"),
            switch_slo: reader.flag(section, "switch_slo"),
            delegations: reader.value_or(section, "delegations", delegations, "off".to_owned()),
            delegation_apps: reader.list(section, "delegation_apps", |app| Ok(app.to_owned())),
            relaystate_allow: reader.list(section, "relaystate_allow", origin),
            reload_min_ratio: reader.value_or(section, "reload_min_ratio", ratio, 0.5),
            time_zone: reader.value_or(section, "time_zone", zone, chrono_tz::Europe::Paris),
        }
    }
}
