//! Finding the zone of a client among ten thousand.
use super::files::Written;
use super::table::{self, Row};
use super::timing::compare;
use aiguillage::dispatch::{Zone, Zones};
use aiguillage::ini;
use aiguillage::web::client_ip::ClientAddress;
use std::hint::black_box;
use std::net::{IpAddr, Ipv4Addr};

pub(crate) fn measure(written: &Written) {
    let Ok((document, _)) = ini::read_file(&written.path("portails.ini")) else { return };
    let (zones, _) = Zones::read(&document, false);
    // Clients all over the networks, half of them in none.
    let clients: Vec<IpAddr> =
        (0..4096_u32).map(|n| address(n.wrapping_mul(2_654_435_761))).collect();
    let mut turn = clients.iter().cycle();
    let mut baseline_turn = clients.iter().cycle();
    let pair = compare(
        11,
        || {
            let client = turn.next().copied().map_or(ClientAddress::Unknown, ClientAddress::Known);
            black_box(zones.find(client));
        },
        || {
            let client = baseline_turn.next();
            black_box(client.and_then(|client| longest(&zones, *client)));
        },
    );
    let what = format!("zone of a client, {} zones", zones.len());
    table::time(&Row { what: &what, baseline: "linear scan", aim: "< 5 us" }, pair);
}

fn address(bits: u32) -> IpAddr {
    let [_, high, low, host] = bits.to_be_bytes();
    let first = if bits & 1 == 0 { 10 } else { 172 };
    IpAddr::V4(Ipv4Addr::new(first, high % 64, low, host))
}

fn longest(zones: &Zones, client: IpAddr) -> Option<&Zone> {
    let holds = |zone: &&Zone| zone.network.is_some_and(|network| network.contains(&client));
    let length = |zone: &&Zone| zone.network.map_or(0, |network| network.prefix_len());
    zones.iter().filter(holds).max_by_key(length)
}
