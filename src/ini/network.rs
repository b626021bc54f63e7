//! A network as INI files write it: in one value, or with its mask in another.
use ipnet::{IpNet, Ipv6Net};
use std::net::{IpAddr, Ipv4Addr};

/// A network, and what had to be put right.
#[derive(Debug, PartialEq, Eq)]
pub struct WrittenNetwork {
    /// The network without host bits.
    pub network: IpNet,
    /// The address had host bits.
    pub had_host_bits: bool,
    /// Nothing said how long the prefix is.
    pub had_no_mask: bool,
}

/// Why there is no network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NetworkError {
    /// No address stands there.
    #[error("not an address, not a network, not default")]
    Address,
    /// The mask means nothing.
    #[error("the mask is out of range or has gaps")]
    Mask,
    /// There are two masks, and they differ.
    #[error("the name and the key mask contradict each other")]
    TwoMasks,
}

impl WrittenNetwork {
    /// Read an address, a network, or an address with a mask beside it.
    pub fn parse(name: &str, mask: Option<&str>) -> Result<Self, NetworkError> {
        let (address, in_name) = match name.split_once('/') {
            Some((address, prefix)) => (address.trim(), Some(prefix.trim())),
            None => (name, None),
        };
        let address: IpAddr = address.parse().map_err(|_| NetworkError::Address)?;
        let in_name = in_name.map(|text| prefix_of(address, text)).transpose()?;
        let in_key = mask.map(|text| prefix_of(address, text)).transpose()?;
        let prefix = match (in_name, in_key) {
            (Some(one), Some(other)) if one != other => return Err(NetworkError::TwoMasks),
            (one, other) => one.or(other),
        };
        let whole = if address.is_ipv4() { 32 } else { 128 };
        let network =
            IpNet::new(address, prefix.unwrap_or(whole)).map_err(|_| NetworkError::Mask)?;
        Ok(Self {
            network: unmapped(network.trunc()),
            had_host_bits: network.addr() != network.network(),
            had_no_mask: prefix.is_none(),
        })
    }
}

/// A prefix length, written as a number or (IPv4) as a dotted mask without gaps.
fn prefix_of(address: IpAddr, text: &str) -> Result<u8, NetworkError> {
    if text.contains('.') && address.is_ipv4() {
        let mask: Ipv4Addr = text.trim().parse().map_err(|_| NetworkError::Mask)?;
        return ipnet::ipv4_mask_to_prefix(mask).map_err(|_| NetworkError::Mask);
    }
    let digits = !text.trim().is_empty() && text.trim().bytes().all(|byte| byte.is_ascii_digit());
    let prefix = digits.then(|| text.trim().parse().ok()).flatten();
    prefix.ok_or(NetworkError::Mask)
}

/// IPv4 networks that were written as IPv6 (`::ffff:10.0.0.0/104`).
fn unmapped(network: IpNet) -> IpNet {
    let four = |six: Ipv6Net| {
        let address = six.addr().to_ipv4_mapped()?;
        IpNet::new(IpAddr::V4(address), six.prefix_len().checked_sub(96)?).ok()
    };
    match network {
        IpNet::V4(_) => network,
        IpNet::V6(six) => four(six).unwrap_or(network),
    }
}
