//! Whether a mark came from the room's own network (7.1).
//!
//! Names of addresses are never asked for: whoever owns a block of addresses names them as they
//! like. Only the result is kept.
use crate::web::client_ip::ClientAddress;
use ipnet::IpNet;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What the address says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, sqlx::Type, ToSchema)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum ZoneResult {
    /// From the room's network.
    In,
    /// From elsewhere: mobile data, or another place.
    Out,
    /// Nobody said what the room's network is, or the address is not known.
    Unknown,
}

impl ZoneResult {
    /// Its word in tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::In => "in",
            Self::Out => "out",
            Self::Unknown => "unknown",
        }
    }

    /// Where an address is, seen from these networks.
    pub fn of(address: ClientAddress, networks: &[IpNet]) -> Self {
        match address.known() {
            Some(address) if !networks.is_empty() => {
                let is_in = networks.iter().any(|network| network.contains(&address));
                if is_in { Self::In } else { Self::Out }
            }
            _ => Self::Unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_networks_of_the_room_are_inside() {
        let networks: Vec<IpNet> = ["10.3.0.0/16", "2001:db8:3::/48"]
            .iter()
            .map(|it| it.parse().expect("a net"))
            .collect();
        let known = |text: &str| ClientAddress::Known(text.parse().expect("an address"));
        let table = [
            (known("10.3.255.1"), ZoneResult::In),
            (known("10.4.0.1"), ZoneResult::Out),
            (known("2001:db8:3::1"), ZoneResult::In),
            (known("2001:db8:4::1"), ZoneResult::Out),
            (ClientAddress::Unknown, ZoneResult::Unknown),
        ];
        for (address, expected) in table {
            assert_eq!(ZoneResult::of(address, &networks), expected, "{address:?}");
        }
        assert_eq!(ZoneResult::of(known("10.3.0.1"), &[]), ZoneResult::Unknown);
    }
}
