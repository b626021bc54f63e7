//! Searches: shapes of answers, and the tables of who finds whom.
use super::{Lookup, colleagues, field, ids};
use serde_json::json;

const AGNES: &str = "amartin@nuage-b.example.test";
const JEROME: &str = "jmartin@nuage-a.example.test";
const ELODIE: &str = "eoeuvrard@nuage-a.example.test";
const STRASSE: &str = "splus@nuage-b.example.test";
const OLIVIER: &str = "osonid@nuage-b.example.test";

#[actix_web::test]
async fn every_case_has_its_shape() {
    let lookup = Lookup::open(&[]).await;
    lookup.push(&colleagues()).await;
    let nobody = json!([]);
    for (query, status, body) in [
        ("search=nobody-at-all", 200, Some(nobody.clone())),
        ("search=nobody@x.test&exact=1", 200, Some(nobody.clone())),
        ("search=nobody%40x.test&exactCloudId=1", 200, Some(nobody.clone())),
        ("search=nonsense&exactCloudId=1", 200, Some(nobody.clone())),
        ("search=a", 200, Some(nobody.clone())),
        ("search=%25", 200, Some(nobody.clone())),
        ("search=__", 200, Some(nobody.clone())),
        ("search=amartin&exact=1&keys=%5B%22name%22%5D", 200, Some(nobody)),
        ("search=", 400, None),
        ("", 400, None),
        ("search[]=x", 400, None),
        ("search=%20%20", 400, None),
    ] {
        let heard = lookup.get(&format!("/users?{query}")).await;
        assert_eq!(heard.status, status, "{query}");
        if let Some(body) = body {
            assert_eq!(heard.json(), body, "{query}");
        }
    }
    let agnes = json!({
        "federationId": AGNES,
        "name": field("Agnès Martin"),
        "email": field("agnes.martin@ac-b.example.test"),
        "userid": field("amartin"),
    });
    for query in [
        "search=amartin&exact=1",
        "exact=TRUE&search=Agnes.Martin%40AC-B.example.test",
        "search=amartin&exact=1&keys=%5B%22userid%22%5D",
        "search=agnes.martin%40ac-b.example.test&exact=1&keys[]=email",
        "search=amartin&exact=1&keys=%5B%22userid%22%2C%22email%22%5D",
        "search=amartin%40nuage-b.example.test&exactCloudId=1",
        "search=amartin%40nuage-b.example.test&exactCloudId=1&exact=1",
        "search=amartin%40https%3A%2F%2FNUAGE-B.example.test%2F&exactCloudId=1",
        "search=amartin%2540nuage-b.example.test&exactCloudId=1",
    ] {
        let heard = lookup.get(&format!("/users?{query}")).await;
        assert_eq!((heard.status, heard.json()), (200, agnes.clone()), "{query}");
    }
    for query in [
        "search=amartin&exact=1&keys[]=email",
        "search=agnes.martin%40ac-b.example.test&exact=1&keys[0]=userid",
        "search=amarti&exact=1",
        "search=Agn%C3%A8s+Martin&exact=1",
    ] {
        assert_eq!(lookup.get(&format!("/users?{query}")).await.json(), json!([]), "{query}");
    }
}

#[actix_web::test]
async fn everybody_is_found_by_what_people_type() {
    let lookup = Lookup::open(&[]).await;
    lookup.push(&colleagues()).await;
    for (typed, expected) in [
        ("jerome", vec![JEROME]),
        ("JÉRÔME", vec![JEROME]),
        ("Jerome Martin", vec![JEROME]),
        ("elodie", vec![ELODIE]),
        ("ÉLODIE", vec![ELODIE]),
        ("œuvrard", vec![ELODIE]),
        ("agnes martin", vec![AGNES]),
        ("l'henaff", vec![ELODIE]),
        ("straße", vec![STRASSE]),
        ("j.m@ac-a.example.test", vec![JEROME]),
        // What the existing server does not find.
        ("martin agnes", vec![AGNES]),
        ("oeuvrard", vec![ELODIE]),
        ("elodie oeuvrard", vec![ELODIE]),
        ("lhenaff", vec![ELODIE]),
        ("l\u{2019}henaff", vec![ELODIE]),
        ("strasse", vec![STRASSE]),
        ("martin ", vec![AGNES, JEROME]),
        ("agne\u{300}s", vec![AGNES]),
        ("marton", vec![AGNES, JEROME]),
        (AGNES, vec![AGNES]),
        ("a+b@x.example.test", vec![STRASSE]),
        ("olivier.sonid@ac-martinique.example.test", vec![OLIVIER]),
        ("ac-martinique.example.test", vec![OLIVIER]),
        ("sonid oliv", vec![OLIVIER]),
    ] {
        assert_eq!(lookup.found(typed).await, expected, "{typed}");
    }
}

#[actix_web::test]
async fn a_name_brings_no_people_of_a_mail_domain() {
    let lookup = Lookup::open(&[]).await;
    lookup.push(&colleagues()).await;
    assert_eq!(lookup.found("martin").await, [AGNES, JEROME]);
    assert!(lookup.found("%").await.is_empty());
}

#[actix_web::test]
async fn pages_are_cut_where_they_were_asked_to() {
    let settings = [("AIGUILLAGE_LOOKUP_RESULTS", "7"), ("AIGUILLAGE_LOOKUP_MAX_RESULTS", "9")];
    let lookup = Lookup::open(&settings).await;
    // Hits stand in the order of names: given names from Baa to Bda.
    let given = |n: u8| format!("B{}{}", char::from(b'a' + n / 10), char::from(b'a' + n % 10));
    let users = (0..30)
        .map(|n| (format!("u{n:02}@a.test"), json!({ "name": format!("{} Durand", given(n)) })));
    lookup.push(&users.collect()).await;
    let names =
        |from: usize, to: usize| (from..to).map(|n| format!("u{n:02}@a.test")).collect::<Vec<_>>();
    for (query, expected) in [
        ("search=durand", names(0, 7)),
        ("limit=3&search=durand", names(0, 3)),
        ("limit=3&offset=3&search=durand", names(3, 6)),
        ("search=durand&limit=100", names(0, 9)),
        ("search=durand&limit=0", names(0, 7)),
        ("search=durand&limit=x&offset=y", names(0, 7)),
        ("search=durand&offset=28", names(28, 30)),
        ("search=durand&offset=30", names(0, 0)),
        ("search=durand&offset=99999999", names(0, 0)),
    ] {
        let found = ids(&lookup.get(&format!("/users?{query}")).await.json());
        assert_eq!(found, expected, "{query}");
    }
}

#[actix_web::test]
async fn outside_of_a_closed_set_only_cloud_ids_are_answered() {
    let lookup = Lookup::open(&[("AIGUILLAGE_LOOKUP_GLOBAL_SCALE", "false")]).await;
    lookup.push(&colleagues()).await;
    for (query, status) in [
        ("search=martin", 400),
        ("search=amartin&exact=1", 400),
        ("search=amartin%40nuage-b.example.test&exactCloudId=1", 200),
    ] {
        assert_eq!(lookup.get(&format!("/users?{query}")).await.status, status, "{query}");
    }
    assert_eq!(lookup.remove(&[AGNES]).await.status, 400);
    let body = json!({ "authKey": super::KEY }).to_string();
    assert_eq!(lookup.says("GET", "/gs/instances", &body).await.status, 404);
    assert_eq!(lookup.says("POST", "/instances", &body).await.status, 404);
}

#[actix_web::test]
async fn preferred_homes_come_first() {
    let lookup = Lookup::with(
        "[instance:c]\nserver = nuage-a.example.test\nnetworks = 198.51.100.9\nprefer = own\n",
        &[],
    )
    .await;
    lookup.push(&colleagues()).await;
    let path = "/users?search=martin";
    assert_eq!(ids(&lookup.get(path).await.json()), [AGNES, JEROME]);
    let heard = lookup.says_from("198.51.100.9", "GET", path, "").await;
    assert_eq!(ids(&heard.json()), [JEROME, AGNES]);
}
