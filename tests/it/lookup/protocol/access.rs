//! Who gets in, how much they may ask, and what is recorded of it.
use super::{Lookup, TOKEN, colleagues, ids};
use crate::house::HOME;
use serde_json::json;

const PATH: &str = "/users?search=martin";
const SERVER_A: &str = "198.51.100.7";

#[actix_web::test]
async fn strangers_are_told_what_they_lack() {
    for (ways, address, path, status) in [
        ("network, token", HOME, PATH.to_owned(), 401),
        ("network, token", HOME, format!("/l/wrong{PATH}"), 403),
        ("network, token", HOME, format!("/l/{TOKEN}{PATH}"), 200),
        ("network", HOME, PATH.to_owned(), 403),
        ("network", HOME, format!("/l/{TOKEN}{PATH}"), 403),
        ("network", SERVER_A, PATH.to_owned(), 200),
        ("token", SERVER_A, PATH.to_owned(), 401),
        ("open", HOME, PATH.to_owned(), 200),
    ] {
        let lookup = Lookup::with_servers(&[("AIGUILLAGE_LOOKUP_ACCESS", ways)]).await;
        let heard = lookup.says_from(address, "GET", &path, "").await;
        assert_eq!(heard.status, status, "{ways} {path}");
        if status != 200 {
            assert!(heard.text().contains("E-LOOKUP-ACCESS"), "{}", heard.text());
            let row = lookup.house.last("lookup.refused").await;
            assert_eq!(row.reason, "E-LOOKUP-ACCESS");
        }
    }
}

#[actix_web::test]
async fn a_forwarding_header_that_nobody_vouches_for_closes_the_known_networks() {
    let networks = ("AIGUILLAGE_LOOKUP_NETWORKS", "127.0.0.0/8");
    let nobody = ("AIGUILLAGE_HTTP_TRUSTED_PROXIES", "");
    let lookup = Lookup::open(&[networks, nobody]).await;
    let plain = "GET /users?search=x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n";
    let ask = async |more: &str| {
        let request = format!("{plain}{more}\r\n");
        super::wire::exchange(lookup.house.address(), request.as_bytes()).await.status
    };
    assert_eq!(ask("").await, 200);
    for header in ["X-Forwarded-For: 127.0.0.1", "Forwarded: for=127.0.0.1", "X-Real-IP: ::1"] {
        assert_eq!(ask(&format!("{header}\r\n")).await, 401, "{header}");
    }
}

#[actix_web::test]
async fn more_than_the_budget_is_429_with_a_time_to_wait() {
    let lookup = Lookup::open(&[("AIGUILLAGE_LOOKUP_RATE", "3")]).await;
    for _ in 0..6 {
        assert_eq!(lookup.get(PATH).await.status, 200);
    }
    let heard = lookup.get(PATH).await;
    assert_eq!((heard.status, heard.header("retry-after")), (429, "1"));
    assert!(heard.json().is_object(), "an error, and never with status 200");
    lookup.house.wait(chrono::Duration::seconds(2));
    assert_eq!(lookup.get(PATH).await.status, 200);
    assert!(lookup.house.audit("lookup.refused").await.is_empty(), "a flood fills no table");
}

#[actix_web::test]
async fn a_known_server_sees_and_searches_what_it_may() {
    let lookup = Lookup::with_servers(&[]).await;
    lookup.push(&colleagues()).await;
    let ask = async |query: &str| {
        lookup.says_from(SERVER_A, "GET", &format!("/users?{query}"), "").await.json()
    };
    // Policy mail, field list: name.
    let agnes = json!({
        "federationId": "amartin@nuage-b.example.test",
        "name": { "value": "Agnès Martin", "verified": "1" },
    });
    assert_eq!(ask("search=martin").await, json!([]));
    assert_eq!(ask("search=agnes.martin").await, json!([]));
    assert_eq!(ask("search=agnes.martin%40ac-b.example.test").await, json!([agnes]));
    assert_eq!(ask("search=amartin%40nuage-b.example.test").await, json!([agnes]));
    assert_eq!(ask("search=amartin&exact=1").await, agnes);
    let others = lookup.get("/users?search=amartin&exact=1").await.json();
    assert!(others["userid"].is_object() && others["email"].is_object());
}

#[actix_web::test]
async fn policy_exact_leaves_the_dialogue_without_hits() {
    let section = "[instance:x]\nserver = nuage-x.test\nnetworks = 198.51.100.9\npolicy = exact\n";
    let lookup = Lookup::with(section, &[]).await;
    lookup.push(&colleagues()).await;
    let ask = async |query: &str| {
        lookup.says_from("198.51.100.9", "GET", &format!("/users?{query}"), "").await.json()
    };
    assert_eq!(ask("search=agnes.martin%40ac-b.example.test").await, json!([]));
    assert_eq!(ask("search=amartin&exact=1").await["userid"]["value"], json!("amartin"));
}

#[actix_web::test]
async fn a_harvest_ends_in_exact_hits_and_leaves_an_event() {
    let lookup = Lookup::open(&[]).await;
    let users = (0..2_600).map(|n| {
        (
            format!("u{n}@a.test"),
            json!({ "userid": format!("u{n}"), "name": format!("Durand {n:04}") }),
        )
    });
    lookup.push(&users.collect()).await;
    let mut seen = 0;
    for offset in (0..2_600).step_by(200) {
        let path = format!("/users?search=durand&limit=200&offset={offset}");
        seen += ids(&lookup.get(&path).await.json()).len();
    }
    assert!((1_800..2_400).contains(&seen), "{seen}");
    assert!(lookup.found("durand").await.is_empty());
    assert_eq!(lookup.exactly("u7").await["federationId"], json!("u7@a.test"));
    lookup.parts().access.keep(lookup.house.db(), &lookup.house.parts().spool).await.expect("kept");
    let row = lookup.house.last("lookup.harvest").await;
    assert_eq!(row.fields["credential"], json!("network"));
    assert_eq!(row.fields["place"], json!("10.205.3.0/24"), "which is personal, and can be erased");
    lookup.house.wait(chrono::Duration::minutes(61));
    assert!(!lookup.found("durand").await.is_empty());
}

#[actix_web::test]
async fn what_was_spent_is_known_after_a_restart() {
    let lookup = Lookup::open(&[]).await;
    let users =
        (0..2_300).map(|n| (format!("u{n}@a.test"), json!({ "name": format!("Durand {n:04}") })));
    lookup.push(&users.collect()).await;
    for offset in (0..1_800).step_by(200) {
        lookup.get(&format!("/users?search=durand&limit=200&offset={offset}")).await;
    }
    let access = &lookup.parts().access;
    access.keep(lookup.house.db(), &lookup.house.parts().spool).await.expect("kept");

    let config = &lookup.house.parts().config;
    let again = aiguillage::lookup::access::Access::new(config, &lookup.house.parts().clock);
    again.remember(lookup.house.db()).await.expect("read");
    let visit = aiguillage::lookup::access::Visit {
        token: None,
        address: aiguillage::web::client_ip::ClientAddress::Known("10.205.3.4".parse().unwrap()),
        is_doubtful: false,
    };
    let asker = again.recognise(&visit).expect("known");
    let hashes = (0..600_u64).map(|n| {
        let digest = openssl::sha::sha256(&n.to_le_bytes());
        u64::from_le_bytes(digest[..8].try_into().unwrap())
    });
    again.spend_people(&asker, hashes);
    let allowance = again.allowance(&asker);
    assert_eq!(allowance, aiguillage::lookup::access::Allowance::ExactOnly);
}

#[actix_web::test]
async fn searches_are_recorded_as_counts_once_a_minute() {
    let lookup = Lookup::open(&[]).await;
    lookup.push(&colleagues()).await;
    lookup.found("martin").await;
    lookup.found("nobody-there").await;
    lookup.exactly("amartin").await;
    lookup.parts().access.keep(lookup.house.db(), &lookup.house.parts().spool).await.expect("kept");
    let rows = lookup.house.audit("lookup.search").await;
    assert_eq!(rows.len(), 1);
    let fields = &rows[0].fields;
    let expected = json!({
        "credential": "network", "place": "10.205.3.0/24", "searches": 3, "hits": 3, "limited": 0,
    });
    assert_eq!(json!(fields), expected);
}
