use super::*;
use actix_web::test::TestRequest;

fn address(text: &str) -> IpAddr {
    text.parse().expect("an address")
}

fn networks(texts: &[&str]) -> Vec<IpNet> {
    texts.iter().map(|text| text.parse().expect("a network")).collect()
}

fn proxies(header: HeaderKind) -> TrustedProxies {
    TrustedProxies::new(networks(&["192.0.2.10/32", "192.0.2.11/32"]), header)
}

fn client(header: HeaderKind, peer: &str, lines: &[&str]) -> Option<String> {
    let seen = proxies(header).client(Some(address(peer)), lines);
    seen.client.known().map(|address| address.to_string())
}

#[test]
fn the_client_is_the_first_from_the_right_that_is_no_proxy() {
    let table: [(&str, &[&str], Option<&str>); 23] = [
        ("10.205.3.4", &[], Some("10.205.3.4")),
        ("10.205.3.4", &["172.16.0.1"], Some("10.205.3.4")),
        ("192.0.2.10", &["10.205.3.4"], Some("10.205.3.4")),
        ("192.0.2.10", &["172.16.0.1, 10.205.3.4"], Some("10.205.3.4")),
        ("192.0.2.10", &["10.205.3.4, 203.0.113.7"], Some("203.0.113.7")),
        ("192.0.2.10", &["10.205.3.4, 192.0.2.11"], Some("10.205.3.4")),
        ("192.0.2.10", &["203.0.113.7", "192.0.2.11"], Some("203.0.113.7")),
        ("192.0.2.10", &[], None),
        ("192.0.2.10", &["unknown"], None),
        ("192.0.2.10", &["10.205.3.4, garbage"], None),
        ("192.0.2.10", &["garbage, 10.205.3.4"], Some("10.205.3.4")),
        ("192.0.2.10", &["10.205.3.4:51234"], Some("10.205.3.4")),
        ("192.0.2.10", &["[2001:db8:974:100::1]:443"], Some("2001:db8:974:100::1")),
        ("192.0.2.10", &["::ffff:10.205.3.4"], Some("10.205.3.4")),
        ("192.0.2.10", &["192.0.2.11"], None),
        ("192.0.2.10", &["10.205.3.4, "], Some("10.205.3.4")),
        ("192.0.2.10", &["010.205.3.4"], None),
        ("::ffff:192.0.2.10", &["10.205.3.4"], Some("10.205.3.4")),
        ("192.0.2.10", &["_hidden"], None),
        ("192.0.2.10", &["fe80::1%eth0"], None),
        ("192.0.2.10", &["[fe80::1%1]:443"], None),
        ("192.0.2.10", &["[2001:db8::1]"], Some("2001:db8::1")),
        ("192.0.2.10", &["10.205.3.4:99999"], None),
    ];
    for (peer, lines, expected) in table {
        let found = client(HeaderKind::XForwardedFor, peer, lines);
        assert_eq!(found.as_deref(), expected, "{peer} {lines:?}");
    }
}

#[test]
fn a_header_from_a_stranger_is_ignored_and_reported() {
    let proxies = proxies(HeaderKind::XForwardedFor);

    let seen = proxies.client(Some(address("10.205.3.4")), &["172.16.0.1"]);
    assert!(seen.header_ignored && !seen.header_used);

    let seen = proxies.client(Some(address("192.0.2.10")), &["172.16.0.1"]);
    assert!(!seen.header_ignored && seen.header_used);

    let seen = proxies.client(None, &["172.16.0.1"]);
    assert_eq!((seen.client, seen.header_ignored), (ClientAddress::Unknown, true));
}

#[test]
fn endless_headers_tell_nothing() {
    let many = |count: usize| vec!["10.205.3.4"; count].join(",");
    let short = client(HeaderKind::XForwardedFor, "192.0.2.10", &[&many(32)]);
    assert_eq!(short.as_deref(), Some("10.205.3.4"));
    assert_eq!(client(HeaderKind::XForwardedFor, "192.0.2.10", &[&many(33)]), None);

    let padded = |blanks: usize| format!("{}10.205.3.4", " ".repeat(blanks));
    let full = client(HeaderKind::XForwardedFor, "192.0.2.10", &[&padded(MAX_BYTES - 10)]);
    assert_eq!(full.as_deref(), Some("10.205.3.4"));
    assert_eq!(client(HeaderKind::XForwardedFor, "192.0.2.10", &[&padded(MAX_BYTES - 9)]), None);
}

#[test]
fn the_standard_header_is_read_too() {
    let table: [(&[&str], Option<&str>); 11] = [
        (&["for=10.205.3.4"], Some("10.205.3.4")),
        (&["For=172.16.0.1, for=10.205.3.4;proto=https;by=192.0.2.10"], Some("10.205.3.4")),
        (&["for=\"[2001:db8:974:100::1]:443\""], Some("2001:db8:974:100::1")),
        (&["for=\"10.205.3.4:80\""], Some("10.205.3.4")),
        (&["proto=https;host=\"a,b;for=1.2.3.4\";for=10.205.3.4"], Some("10.205.3.4")),
        (&["for=10.205.3.4", "for=192.0.2.11"], Some("10.205.3.4")),
        (&["for=10.205.3.4, proto=https"], None),
        (&["for=10.205.3.4, for=_secret"], None),
        (&["for=10.205.3.4;for=172.16.0.1"], None),
        (&["for=\"10.205.3.4"], None),
        (&["10.205.3.4"], None),
    ];
    for (lines, expected) in table {
        let found = client(HeaderKind::Forwarded, "192.0.2.10", lines);
        assert_eq!(found.as_deref(), expected, "{lines:?}");
    }
}

#[test]
fn the_single_address_header_must_be_single() {
    let real = HeaderKind::XRealIp;
    assert_eq!(client(real, "192.0.2.10", &["10.205.3.4"]).as_deref(), Some("10.205.3.4"));
    assert_eq!(client(real, "192.0.2.10", &["10.205.3.4", "10.205.3.4"]), None);
}

#[test]
fn without_a_header_clients_of_a_proxy_are_unknown() {
    assert_eq!(client(HeaderKind::None, "192.0.2.10", &[]), None);
    assert_eq!(client(HeaderKind::None, "10.205.3.4", &[]).as_deref(), Some("10.205.3.4"));
}

#[test]
fn only_the_configured_header_of_a_request_is_read() {
    let request = TestRequest::default()
        .peer_addr("192.0.2.10:4000".parse().expect("an address"))
        .insert_header(("Forwarded", "for=172.16.0.1"))
        .append_header(("X-Forwarded-For", "10.205.3.4"))
        .append_header(("X-Forwarded-For", "192.0.2.11"))
        .to_http_request();

    let seen = proxies(HeaderKind::XForwardedFor).client_of(&request);
    assert_eq!(seen.client, ClientAddress::Known(address("10.205.3.4")));

    let seen = proxies(HeaderKind::None).client_of(&request);
    assert_eq!(seen.client, ClientAddress::Unknown);
}

#[test]
fn trusted_networks_should_be_narrow_and_outside_all_zones() {
    let zones = networks(&["10.205.0.0/16", "2001:db8:974::/48"]);
    let broad = |network: &str| {
        TrustedProxies::new(networks(&[network]), HeaderKind::XForwardedFor).broad(&zones).len()
    };
    for network in ["192.0.2.10/32", "192.0.2.0/24", "2001:db8:1::/64"] {
        assert_eq!(broad(network), 0, "{network}");
    }
    for network in [
        "192.0.2.0/23",
        "2001:db8:1::/63",
        "10.205.9.9/32",
        "2001:db8:974:1::1/128",
        "::ffff:10.205.1.1/128",
    ] {
        assert_eq!(broad(network), 1, "{network}");
    }
}

#[test]
fn header_kinds_have_names() {
    for kind in [HeaderKind::XForwardedFor, HeaderKind::Forwarded, HeaderKind::XRealIp] {
        assert_eq!(kind.name().and_then(HeaderKind::parse), Some(kind));
    }
    assert_eq!(HeaderKind::parse("None"), Some(HeaderKind::None));
    assert_eq!(HeaderKind::parse("x-client"), None);
}
