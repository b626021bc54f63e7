//! Longest-prefix match: one hash table for each length that occurs, longest first.
use ipnet::IpNet;
use std::collections::HashMap;

/// Networks of one address family and what they lead to.
#[derive(Debug, Clone, Default)]
pub(super) struct PrefixTable(Vec<(u8, HashMap<u128, usize>)>);

impl PrefixTable {
    pub(super) fn insert(&mut self, network: Option<IpNet>, value: usize) {
        let Some(network) = network else { return };
        let prefix = network.prefix_len();
        let place = match self.0.binary_search_by(|(length, _)| prefix.cmp(length)) {
            Ok(place) => place,
            Err(place) => {
                self.0.insert(place, (prefix, HashMap::new()));
                place
            }
        };
        self.0[place].1.insert(super::bits(&network), value);
    }

    /// What the longest matching network leads to; addresses have `width` bits.
    pub(super) fn find(&self, address: u128, width: u8) -> Option<usize> {
        let mut lengths = self.0.iter();
        lengths
            .find_map(|(prefix, networks)| networks.get(&masked(address, *prefix, width)).copied())
    }

    /// What exactly this network leads to.
    pub(super) fn exactly(&self, network: u128, prefix: u8) -> Option<usize> {
        let place = self.0.binary_search_by(|(length, _)| prefix.cmp(length)).ok()?;
        self.0[place].1.get(&network).copied()
    }
}

fn masked(address: u128, prefix: u8, width: u8) -> u128 {
    let mask = u128::MAX.checked_shl(u32::from(width - prefix)).unwrap_or(0);
    address & mask
}
