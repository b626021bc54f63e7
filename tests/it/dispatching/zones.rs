//! Where the client is: tables 2.3 and 2.4, seen at `/arena`.
use crate::house::{HOME, House, Person};
use std::fs;
use std::path::Path;

/// The zones of the table in `dispatch.md`.
async fn with_sample_zones(trusted: &str) -> House {
    let house = House::set("AIGUILLAGE_HTTP_TRUSTED_PROXIES", trusted).await;
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/dispatch/testdata/portails.ini");
    let text = fs::read_to_string(sample).expect("a file of ours");
    assert!(house.rewrite("portails.ini", &text).await);
    house
}

/// First word of the academic portal that a person is led to.
async fn portal(person: &Person<'_>) -> String {
    let answer = person.get("/arena").await;
    assert_eq!(answer.status, 302, "{}", answer.text);
    assert_eq!(answer.header("cache-control"), "no-store");
    let host = answer.location().strip_prefix("https://").expect("https");
    host.strip_suffix(".ac-reunion.fr").unwrap_or(host).to_owned()
}

#[actix_web::test]
async fn every_network_has_its_academic_portal() {
    let house = with_sample_zones("127.0.0.1").await;
    let paul = house.sign_in("paul.hoarau").await;
    for (client, expected, zone) in [
        ("172.16.0.1", "scoens", "172.16.0.0"),
        ("172.23.255.255", "scoens", "172.16.0.0"),
        ("172.24.0.0", "portail", "default"),
        ("172.31.190.64", "portail", "172.31.190.64"),
        ("172.31.190.127", "portail", "172.31.190.64"),
        ("172.31.190.128", "portail", "172.31.16.0"),
        ("172.31.0.1", "portail", "172.31.16.0"),
        ("10.205.0.0", "scoweb", "10.205.0.0"),
        ("10.205.12.7", "scoens", "10.205.12.0/24"),
        ("10.206.63.255", "portail", "default"),
        ("10.206.64.0", "scoweb", "10.206.64.0"),
        ("10.206.127.255", "scoweb", "10.206.64.0"),
        ("10.206.128.0", "portail", "default"),
        ("2001:db8:974:1::1", "scoens", "2001:db8:974::/48"),
        ("2001:db8:974:100::1", "scoweb", "2001:db8:974:100::/56"),
        ("2001:db8:974:1ff::9", "scoweb", "2001:db8:974:100::/56"),
        ("2001:db8:974:200::1", "scoens", "2001:db8:974::/48"),
        ("2001:db8:974:2::5", "portail", "2001:db8:974:2::"),
        ("2001:db8:975::1", "portail", "default"),
        ("::ffff:10.205.3.4", "scoweb", "10.205.0.0"),
        ("", "portail", "default"),
    ] {
        let there = paul.clone().at(client);
        assert_eq!(portal(&there).await, expected, "{client}");
        let row = house.last("dispatch.decision").await;
        assert_eq!((row.reason.as_str(), &row.fields["zone"]), ("arena", &zone.into()), "{client}");
        let me = there.get("/api/v1/dispatch/me").await.json();
        assert_eq!(me["zone"]["name"], zone, "{client}");
    }
}

#[actix_web::test]
async fn the_address_is_read_from_right_to_left() {
    let house = with_sample_zones("127.0.0.1, 192.0.2.10, 192.0.2.11").await;
    let paul = house.sign_in("paul.hoarau").await;
    let long = format!("10.205.3.4, {}", "203.0.113.7, ".repeat(40));
    for (header, expected) in [
        ("10.205.3.4", "scoweb"),
        ("172.16.0.1, 10.205.3.4", "scoweb"),
        ("10.205.3.4, 203.0.113.7", "portail"),
        ("10.205.3.4, 192.0.2.11", "scoweb"),
        ("unknown", "portail"),
        ("10.205.3.4, garbage", "portail"),
        ("garbage, 10.205.3.4", "scoweb"),
        ("10.205.3.4:51234", "scoweb"),
        ("[2001:db8:974:100::1]:443", "scoweb"),
        ("::ffff:10.205.3.4", "scoweb"),
        ("192.0.2.11", "portail"),
        ("10.205.3.4, ", "scoweb"),
        ("010.205.3.4", "portail"),
        ("fe80::1%eth0", "portail"),
        (&long, "portail"),
    ] {
        assert_eq!(portal(&paul.clone().at(header)).await, expected, "{header}");
    }
    let lines = paul.clone().at("10.205.3.4").and("x-forwarded-for", "192.0.2.11");
    assert_eq!(portal(&lines).await, "scoweb", "two lines are one list");
    let lines = paul.clone().at("203.0.113.7").and("x-forwarded-for", "192.0.2.11");
    assert_eq!(portal(&lines).await, "portail");
    for other in ["forwarded", "x-real-ip", "x-client-ip", "cf-connecting-ip"] {
        let value = if other == "forwarded" { "for=10.205.3.4" } else { "10.205.3.4" };
        assert_eq!(portal(&paul.clone().with(other, value)).await, "portail", "{other}");
    }
}

#[actix_web::test]
async fn a_stranger_says_nothing_about_where_he_is() {
    let house = with_sample_zones("192.0.2.10").await;
    assert!(
        house
            .change("portails.ini", "[default]", "[127.0.0.0/8]\nportail = own.example\n[default]")
            .await
    );
    let paul = house.sign_in("paul.hoarau").await;
    for header in ["10.205.3.4", "172.16.0.1", "10.205.3.4, 192.0.2.10", "garbage"] {
        assert_eq!(portal(&paul.clone().at(header)).await, "own.example", "{header}");
    }
    let row = house.last("dispatch.decision").await;
    assert_eq!((row.network.as_str(), row.fields.get("xff_used")), ("127.0.0.0/24", None));
}

#[actix_web::test]
async fn another_header_may_be_the_one() {
    let settings = vec![("AIGUILLAGE_HTTP_CLIENT_IP_HEADER", "forwarded".to_owned())];
    let house = House::open_with(crate::house::Setup { settings, ..Default::default() }).await;
    let paul = house.sign_in("paul.hoarau").await;
    let zone = async |person: Person<'_>| {
        person.get("/api/v1/dispatch/me").await.json()["zone"]["name"].clone()
    };

    let forwarded = paul.clone().with("forwarded", "for=\"10.205.3.4:443\";proto=https");
    assert_eq!(zone(forwarded).await, "10.205.0.0");
    assert_eq!(zone(paul.at("10.205.3.4")).await, "default");
}

#[actix_web::test]
async fn a_person_who_moves_is_in_the_new_zone_at_once() {
    let house = House::open().await;
    let paul = house.sign_in("paul.hoarau").await;
    let academic = async |person: &Person<'_>| {
        person.get("/dispatch?choose=1").await.words().contains("Une seconde vérification")
    };

    assert!(academic(&paul).await, "from outside");
    assert!(!academic(&paul.clone().at("10.205.3.4")).await);
    assert!(academic(&paul.clone().at("10.205.12.7")).await);
    assert!(paul.get("/dispatch?choose=1").await.text.contains("Depuis l&#39;extérieur"));
}

#[actix_web::test]
async fn a_zone_may_insist_on_a_second_factor() {
    let house = House::set("AIGUILLAGE_DISPATCH_ENFORCE_MFA", "true").await;
    let paul = house.sign_in("paul.hoarau").await;

    let outside = paul.get("/arena").await;

    outside.must_be(403, "E-MFA");
    assert_eq!(house.last("dispatch.decision").await.reason, "E-MFA");
    assert_eq!(paul.clone().at("10.205.3.4").get("/arena").await.status, 302);
    assert_eq!(paul.at(HOME).get("/dispatch").await.status, 302, "schools are not affected");
}

#[actix_web::test]
async fn without_an_academic_portal_there_is_no_such_page() {
    let house = House::open().await;
    assert!(house.rewrite("portails.ini", "[10.0.0.0/8]\nportail = scoweb.example\n").await);
    let paul = house.sign_in("paul.hoarau").await;

    paul.get("/arena").await.must_be(404, "E-NOT-FOUND");
    assert!(!paul.get("/dispatch?choose=1").await.text.contains("/arena"));
    assert_eq!(
        paul.clone().at("10.1.2.3").get("/arena").await.location(),
        "https://scoweb.example"
    );
    let visitor = house.visitor().get("/arena").await;
    assert_eq!(visitor.location(), "/login?next=%2Farena");
}

#[actix_web::test]
async fn an_academic_portal_may_be_a_partner() {
    let house = House::open().await;
    let section = "[default]\nportail = https://portail.example\nsp = 9740091F\n";
    assert!(house.rewrite("portails.ini", section).await);
    let paul = house.sign_in("paul.hoarau").await;

    let answer = paul.get("/arena").await;

    assert_eq!(
        answer.location(),
        "/saml?sp_ident=9740091F&RelayState=https%3A%2F%2Fportail.example"
    );
}
