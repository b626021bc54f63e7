use super::*;
use proptest::prelude::*;

const SAMPLE: &str = include_str!("../testdata/portails.ini");

fn read(text: &str) -> (Zones, Vec<Finding>) {
    let (document, findings) = crate::ini::read("portails.ini", text.as_bytes());
    assert_eq!(findings, []);
    Zones::read(&document, false)
}

fn known(text: &str) -> ClientAddress {
    ClientAddress::Known(text.parse().expect("an address"))
}

#[test]
fn the_sample_has_ten_zones_and_one_remark() {
    let (zones, findings) = read(SAMPLE);

    assert_eq!(zones.len(), 10);
    let remarks: Vec<_> = findings.iter().map(Finding::to_string).collect();
    assert_eq!(remarks, ["portails.ini:17: W-ZONE-HOSTBITS 172.31.16.0: read as 172.31.0.0/16"]);
}

#[test]
fn the_longest_network_wins() {
    let table = [
        ("172.16.0.1", "172.16.0.0/13", "scoens"),
        ("172.23.255.255", "172.16.0.0/13", "scoens"),
        ("172.24.0.0", "default", "portail"),
        ("172.31.190.64", "172.31.190.64/26", "portail"),
        ("172.31.190.127", "172.31.190.64/26", "portail"),
        ("172.31.190.128", "172.31.0.0/16", "portail"),
        ("172.31.0.1", "172.31.0.0/16", "portail"),
        ("10.205.0.0", "10.205.0.0/16", "scoweb"),
        ("10.205.12.7", "10.205.12.0/24", "scoens"),
        ("10.206.63.255", "default", "portail"),
        ("10.206.64.0", "10.206.64.0/18", "scoweb"),
        ("10.206.127.255", "10.206.64.0/18", "scoweb"),
        ("10.206.128.0", "default", "portail"),
        ("2001:db8:974:1::1", "2001:db8:974::/48", "scoens"),
        ("2001:db8:974:100::1", "2001:db8:974:100::/56", "scoweb"),
        ("2001:db8:974:1ff::9", "2001:db8:974:100::/56", "scoweb"),
        ("2001:db8:974:200::1", "2001:db8:974::/48", "scoens"),
        ("2001:db8:974:2::5", "2001:db8:974:2::/64", "portail"),
        ("2001:db8:975::1", "default", "portail"),
        ("::ffff:10.205.3.4", "10.205.0.0/16", "scoweb"),
    ];
    let (zones, _) = read(SAMPLE);
    for (client, network, portal) in table {
        let zone = zones.find(known(client)).expect(client);
        let found = zone.network.map_or_else(|| "default".to_owned(), |found| found.to_string());
        assert_eq!(found, network, "{client}");
        assert_eq!(zone.portal.as_str(), format!("https://{portal}.ac-reunion.fr"), "{client}");
    }
}

#[test]
fn an_unknown_client_is_in_no_network() {
    let (zones, _) = read(SAMPLE);
    let zone = zones.find(ClientAddress::Unknown).expect("the default");
    assert_eq!((zone.name.as_str(), zone.mfa), ("default", Mfa::Required));

    let (zones, _) = read("[0.0.0.0/0]\nportail=a.example\n");
    assert_eq!(zones.find(ClientAddress::Unknown), None);
    assert!(zones.find(known("203.0.113.7")).is_some());
    assert_eq!(zones.find(known("2001:db8::1")), None);
}

#[test]
fn keys_of_a_zone_are_read() {
    let (zones, _) = read(SAMPLE);
    let zone = zones.find(known("10.205.12.7")).expect("there");
    assert_eq!(zone.arena.as_deref(), Some("rev-proxy-peda"));
    assert_eq!(zone.label.as_deref(), Some("Salle de formation du site administratif"));
    assert_eq!((zone.mfa, zone.remember, zone.line), (Mfa::Required, true, 29));

    let (zones, findings) = read(
        "[10.0.0.1]\nmask=32\nportail=https://a.example/x/\narena=a b\nmfa=perhaps\nremember=x\nsp=arena\nodd=1\n",
    );
    let zone = zones.iter().next().expect("there");
    assert_eq!((zone.portal.as_str(), zone.sp.as_deref()), ("https://a.example/x", Some("arena")));
    assert_eq!((zone.arena.as_ref(), zone.mfa, zone.remember), (None, Mfa::Required, false));
    let codes: Vec<_> = findings.iter().map(|finding| (finding.code, finding.line)).collect();
    let value = "W-ZONE-VALUE";
    let expected =
        [(value, Some(4)), (value, Some(5)), (value, Some(6)), ("W-INI-UNKNOWNKEY", Some(8))];
    assert_eq!(codes, expected);
}

#[test]
fn networks_have_many_spellings() {
    let table = [
        ("[10.0.0.0]\nmask=8", Some("10.0.0.0/8"), None),
        ("[10.0.0.0]\nmask=255.0.0.0", Some("10.0.0.0/8"), None),
        ("[10.0.0.0/8]", Some("10.0.0.0/8"), None),
        ("[10.0.0.0/8]\nmask=255.0.0.0", Some("10.0.0.0/8"), None),
        ("[10.0.0.0/255.0.0.0]", Some("10.0.0.0/8"), None),
        ("[10.0.0.0/8]\nmask=9", None, Some("W-ZONE-MASK")),
        ("[10.0.0.0]\nmask=33", None, Some("W-ZONE-MASK")),
        ("[10.0.0.0]\nmask=255.0.255.0", None, Some("W-ZONE-MASK")),
        ("[10.0.0.0]\nmask=+8", None, Some("W-ZONE-MASK")),
        ("[2001:db8::]\nmask=129", None, Some("W-ZONE-MASK")),
        ("[2001:db8::]\nmask=255.0.0.0", None, Some("W-ZONE-MASK")),
        ("[10.0.0.1]", Some("10.0.0.1/32"), Some("W-ZONE-NOMASK")),
        ("[2001:db8::1]", Some("2001:db8::1/128"), Some("W-ZONE-NOMASK")),
        ("[10.1.0.0/8]", Some("10.0.0.0/8"), Some("W-ZONE-HOSTBITS")),
        ("[::ffff:10.0.0.0/104]", Some("10.0.0.0/8"), None),
        ("[::ffff:10.0.0.0]\nmask=104", Some("10.0.0.0/8"), None),
        ("[fe80::1%eth0]\nmask=64", None, Some("W-ZONE-NETWORK")),
        ("[010.0.0.0/8]", None, Some("W-ZONE-NETWORK")),
        ("[lycee]", None, Some("W-ZONE-NETWORK")),
    ];
    for (section, network, code) in table {
        let (zones, findings) = read(&format!("{section}\nportail=a.example\n"));
        let found = zones.networks().first().map(ToString::to_string);
        assert_eq!(found.as_deref(), network, "{section}");
        assert_eq!(findings.first().map(|finding| finding.code), code, "{section}");
    }
}

#[test]
fn of_two_spellings_of_one_network_the_first_counts() {
    let (zones, findings) = read(
        "[172.31.0.0]\nmask=16\nportail=first.example\n[172.31.16.0]\nmask=16\nportail=second.example\n[default]\nportail=a.example\n[Default]\nportail=b.example\n",
    );

    let portal = |client| zones.find(client).map(|zone| zone.portal.host());
    assert_eq!(portal(known("172.31.16.1")), Some("first.example"));
    assert_eq!(portal(ClientAddress::Unknown), Some("a.example"));
    let codes: Vec<_> = findings.iter().map(|finding| finding.code).collect();
    assert_eq!(codes, ["W-ZONE-HOSTBITS", "W-ZONE-DUP", "W-ZONE-DUP"]);
}

#[test]
fn a_zone_without_a_portal_is_dropped() {
    for portal in ["portail=", "portail=http://a.example", "portail=\"a b\"", "arena=x"] {
        let (zones, findings) = read(&format!("[10.0.0.0/8]\n{portal}\n"));
        assert!(zones.is_empty(), "{portal}");
        assert_eq!(findings[0].code, "W-ZONE-PORTAIL", "{portal}");
    }
}

proptest! {
    #[test]
    fn the_table_agrees_with_looking_at_every_network(
        networks in proptest::collection::vec((any::<u32>(), 0..=32_u8), 1..30),
        client in any::<u32>(),
    ) {
        let client = client & 0xFF0F_00FF;
        let networks: Vec<IpNet> = networks
            .into_iter()
            .map(|(bits, prefix)| {
                let address = std::net::Ipv4Addr::from_bits(bits & 0xFF0F_00FF);
                IpNet::new(IpAddr::V4(address), prefix).expect("in range").trunc()
            })
            .collect();
        let mut table = PrefixTable::default();
        for (index, network) in networks.iter().enumerate() {
            table.insert(Some(*network), index);
        }
        let address = IpAddr::V4(std::net::Ipv4Addr::from_bits(client));
        let longest = networks.iter().filter(|network| network.contains(&address)).max_by_key(|network| network.prefix_len());
        let found = table.find(u128::from(client), 32).map(|index| networks[index]);
        prop_assert_eq!(found, longest.copied());
    }
}
