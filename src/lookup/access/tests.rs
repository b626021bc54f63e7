//! Who gets in by which way, and how much of the directory anybody sees.
use super::*;
use crate::config::SearchPolicy;
use chrono::{DateTime, Duration, Utc};
use std::net::IpAddr;

const SETTINGS: &str = "[http]
public_url = http://localhost:8080
[lookup]
networks = 192.0.2.0/24
rate = 5
[instance:a]
server = nuage-a.example.test
token = env:TOKEN
networks = 198.51.100.7/32
fields = name
policy = mail
prefer = own, @ac-a.example.test
[instance:b]
server = nuage-b.example.test
";
const TOKEN: &str = "abcdefghijklmnopqrstuvwxyz";

fn access(ways: &str) -> (Access, Clock) {
    let environment = |name: &str| match name {
        "TOKEN" => Some(TOKEN.to_owned()),
        "AIGUILLAGE_LOOKUP_ACCESS" => Some(ways.to_owned()),
        _ => None,
    };
    let path = std::path::Path::new("/etc/aiguillage/aiguillage.ini");
    let (config, _) = Config::read(path, SETTINGS.as_bytes(), &environment).expect("settings");
    let clock = Clock::fixed(DateTime::UNIX_EPOCH + Duration::days(20_000));
    (Access::new(&config, &clock), clock)
}

fn visit<'v>(token: Option<&'v str>, address: &str) -> Visit<'v> {
    let address: IpAddr = address.parse().expect("an address");
    Visit { token, address: ClientAddress::Known(address), is_doubtful: false }
}

fn credential(ways: &str, visit: &Visit<'_>) -> Result<String, Denied> {
    access(ways).0.recognise(visit).map(|asker| asker.credential)
}

#[test]
fn every_way_in_lets_in_who_it_is_for() {
    let (inside, outside, named) = ("192.0.2.9", "203.0.113.1", "198.51.100.7");
    let known = Ok("instance:a".to_owned());
    for (ways, token, address, expected) in [
        ("network, token", None, inside, Ok("network:192.0.2.0/24".to_owned())),
        ("network, token", None, named, known.clone()),
        ("network, token", Some(TOKEN), outside, known.clone()),
        ("network, token", Some("wrong"), inside, Err(Denied::WrongToken)),
        ("network, token", None, outside, Err(Denied::NoToken)),
        ("network", Some(TOKEN), inside, Err(Denied::WrongToken)),
        ("network", None, outside, Err(Denied::Elsewhere)),
        ("token", None, inside, Err(Denied::NoToken)),
        ("token", None, named, Err(Denied::NoToken)),
        ("open", None, outside, Ok("open:203.0.113.0/24".to_owned())),
        ("open", None, inside, Ok("open:192.0.2.0/24".to_owned())),
        ("open, network", None, inside, Ok("network:192.0.2.0/24".to_owned())),
        ("open", Some(TOKEN), outside, Err(Denied::WrongToken)),
    ] {
        assert_eq!(
            credential(ways, &visit(token, address)),
            expected,
            "{ways} {token:?} {address}"
        );
    }
}

#[test]
fn an_address_that_may_be_a_proxys_is_no_known_network() {
    let doubtful = Visit { is_doubtful: true, ..visit(None, "192.0.2.9") };
    assert_eq!(credential("network", &doubtful), Err(Denied::Elsewhere));
    let unknown = Visit { address: ClientAddress::Unknown, ..visit(None, "192.0.2.9") };
    assert_eq!(credential("network", &unknown), Err(Denied::Elsewhere));
    assert_eq!(credential("open", &unknown), Ok("open:unknown".to_owned()));
}

#[test]
fn a_known_server_has_its_own_rules() {
    let (access, _) = access("token, network");
    let asker = access.recognise(&visit(Some(TOKEN), "203.0.113.1")).expect("known");
    assert_eq!(&*asker.fields, [Field::Name]);
    assert_eq!(asker.policy, SearchPolicy::Mail);
    assert_eq!(asker.prefer, ["i:nuage-a.example.test", "d:ac-a.example.test"]);
    assert!(!asker.is_open);
    let other = access.recognise(&visit(None, "192.0.2.1")).expect("inside");
    assert_eq!(&*other.fields, [Field::Userid, Field::Name, Field::Email]);
}

#[test]
fn requests_come_out_of_a_bucket_that_fills_again() {
    let (access, clock) = access("network, open");
    let known = access.recognise(&visit(None, "198.51.100.7")).expect("known");
    let open = access.recognise(&visit(None, "203.0.113.1")).expect("open");
    let taken =
        |asker: &Asker| (0..1_000).take_while(|_| access.spend_request(asker).is_ok()).count();
    assert_eq!((taken(&known), taken(&open)), (10, 100));
    assert_eq!(access.spend_request(&known), Err(TooMuch { retry_after: 1 }));
    clock.advance(Duration::seconds(1));
    assert_eq!((taken(&known), taken(&open)), (5, 20));
}

fn people(from: u64, to: u64) -> impl Iterator<Item = u64> {
    (from..to).map(|number| {
        let digest = openssl::sha::sha256(&number.to_le_bytes());
        u64::from_le_bytes(digest[..8].try_into().expect("eight bytes"))
    })
}

#[test]
fn whoever_walks_through_the_alphabet_is_stopped() {
    let (access, clock) = access("open");
    access.measure(1_200_000, Vec::new());
    let asker = access.recognise(&visit(None, "203.0.113.1")).expect("open");
    let mut seen = 0;
    // A day and a night of searches, each with fifty people never seen before.
    for _ in 0..24 * 60 {
        for _ in 0..10 {
            if access.allowance(&asker) == Allowance::All {
                access.spend_people(&asker, people(seen, seen + 50));
                seen += 50;
            }
        }
        clock.advance(Duration::minutes(1));
    }
    assert!(seen < 12_000, "{seen} of 1.2 million");
    let stopped = access.allowance(&asker);
    assert!(matches!(stopped, Allowance::Nothing { retry_after: 1..=3600 }), "{stopped:?}");
}

#[test]
fn the_same_people_again_cost_nothing() {
    let (access, _) = access("open");
    let asker = access.recognise(&visit(None, "203.0.113.1")).expect("open");
    for _ in 0..1_000 {
        access.spend_people(&asker, people(0, 50));
    }
    assert_eq!(access.allowance(&asker), Allowance::All);
}

#[test]
fn a_known_server_may_see_more_the_more_people_it_has_and_is_never_shut_out() {
    let (access, clock) = access("network");
    let servers = [("nuage-a.example.test", 10_000), ("nuage-c.example.test", 1)];
    let servers = servers.map(|(server, count)| (server.to_owned(), count));
    access.measure(1_000, servers.to_vec());
    let large = access.recognise(&visit(None, "198.51.100.7")).expect("known");
    let small = access.recognise(&visit(None, "192.0.2.1")).expect("inside");
    for step in 0..100 {
        for asker in [&large, &small] {
            access.spend_people(asker, people(step * 50, step * 50 + 50));
        }
    }
    assert_eq!(access.allowance(&large), Allowance::All);
    assert_eq!(access.allowance(&small), Allowance::ExactOnly);
    clock.advance(Duration::minutes(61));
    assert_eq!(access.allowance(&small), Allowance::All);
}

#[test]
fn secrets_fit_whole_or_not_at_all() {
    let secret = Secret::new(TOKEN);
    assert!(is_same(&secret, TOKEN));
    for wrong in ["", "a", &TOKEN[1..], &format!("{TOKEN} "), &TOKEN.to_uppercase()] {
        assert!(!is_same(&secret, wrong), "{wrong}");
    }
    assert!(!is_same(&Secret::default(), ""));
}

#[test]
fn what_was_asked_is_counted_by_credential() {
    let (access, _) = access("open");
    let asker = access.recognise(&visit(None, "203.0.113.1")).expect("open");
    access.spend_people(&asker, people(0, 3));
    access.spend_people(&asker, []);
    let now: DateTime<Utc> = access.0.clock.now();
    let counted = access.0.ledger.take();
    let expected = Counts { searches: 2, hits: 3, limited: 0 };
    assert_eq!(counted.get("open:203.0.113.0/24"), Some(&expected));
    assert!(access.0.ledger.take().is_empty() && now > DateTime::UNIX_EPOCH);
}
