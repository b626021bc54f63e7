//! Pushes: order of checks, odd entries, long bodies, and what costs nothing.
use super::{KEY, Lookup, colleagues, field, wire};
use crate::house::OFFICE;
use aiguillage::identity::store::cloud::intakes;
use serde_json::{Value, json};
use std::fmt::Write as _;

#[actix_web::test]
async fn first_the_body_then_the_key() {
    let lookup = Lookup::open(&[]).await;
    let wrong = "wrong";
    for (body, status) in [
        (String::new(), 400),
        ("[]".to_owned(), 400),
        ("{".to_owned(), 400),
        (json!({ "users": {} }).to_string(), 400),
        (json!({ "authKey": KEY }).to_string(), 400),
        (json!({ "authKey": wrong }).to_string(), 400),
        (json!({ "authKey": wrong, "users": [] }).to_string(), 403),
        (json!({ "authKey": "", "users": [] }).to_string(), 403),
        (json!({ "authKey": format!("{KEY}x"), "users": [] }).to_string(), 403),
        (json!({ "authKey": KEY, "users": [] }).to_string(), 200),
        (json!({ "authKey": KEY, "users": {} }).to_string(), 200),
        (format!(r#"{{"users":{{"a@b.test":{{"name":"Key Behind"}}}},"authKey":"{KEY}"}}"#), 200),
        (format!(r#"{{"authKey":"{KEY}","users":{{"x@b.test":{{"name":"\ud800"}}}}}}"#), 400),
    ] {
        let heard = lookup.says("POST", "/gs/users", &body).await;
        assert_eq!(heard.status, status, "{body}");
    }
    lookup.settled().await;
    assert_eq!(lookup.found("key behind").await, ["a@b.test"]);
    assert!(lookup.house.audit("lookup.refused").await.len() >= 3, "wrong keys are recorded");
}

#[actix_web::test]
async fn without_any_key_nobody_pushes() {
    let lookup = Lookup::open(&[("AIGUILLAGE_LOOKUP_KEYS", "")]).await;
    for key in ["", KEY, "random-key"] {
        assert_eq!(lookup.push_with(key, &colleagues()).await.status, 403, "{key}");
    }
    assert_eq!(lookup.get("/users?search=martin").await.json(), json!([]));
}

#[actix_web::test]
async fn what_is_missing_or_empty_is_gone_and_what_changed_is_new() {
    let lookup = Lookup::open(&[]).await;
    let id = "a@b.test";
    lookup.push(&json!({ id: { "userid": "a", "name": "Anne Un", "email": "a@x.test" } })).await;
    lookup.push(&json!({ id: { "userid": "a", "name": "Anne Deux", "email": "" } })).await;
    let expected = json!({ "federationId": id, "name": field("Anne Deux"), "userid": field("a") });
    assert_eq!(lookup.exactly("a").await, expected);
    assert!(lookup.found("anne un").await.is_empty());
    assert_eq!(lookup.exactly("a%40x.test").await, json!([]));
}

#[actix_web::test]
async fn an_entry_that_cannot_be_used_hinders_no_other() {
    let lookup = Lookup::open(&[]).await;
    let long = "x".repeat(256);
    let users = json!({
        "good@b.test": { "name": "Good One" },
        "no-server": { "name": "Bad One" },
        "é@b.test": { "name": "Bad Two" },
        " a@b.test": { "name": "Bad Three" },
        "...@b.test": { "name": "Bad Four" },
        "a@b.test": "Bad Five",
        "c@b.test": null,
        "d@b.test": { "name": long },
        "e@b.test": { "name": ["Bad Six"] },
        "f@b.test": { "name": "Other Good", "biography": "x".repeat(9_000) },
    });
    let heard = lookup.push(&users).await;
    assert_eq!((heard.status, heard.text().as_str()), (200, ""));
    assert_eq!(lookup.found("good").await.len(), 2);
    assert!(lookup.found("bad").await.is_empty());
    let row = lookup.house.last("lookup.push").await;
    assert_eq!((&row.fields["added"], &row.fields["refused"]), (&json!(2), &json!(8)));
}

#[actix_web::test]
async fn a_list_of_users_without_ids_adds_nobody() {
    let lookup = Lookup::open(&[]).await;
    assert_eq!(lookup.push(&json!([{ "name": "Nobody" }])).await.status, 200);
    assert!(lookup.found("nobody").await.is_empty());
}

/// The body that a server with so many users sends.
fn many(count: usize) -> String {
    let mut body = format!(r#"{{"authKey":"{KEY}","users":{{"#);
    for n in 0..count {
        let comma = if n == 0 { "" } else { "," };
        let _ = write!(
            body,
            r#"{comma}"user{n}@nuage-a.example.test":{{"userid":"user{n}","name":"Personne {n}","email":"user{n}@ac-a.example.test","biography":"","avatar":""}}"#
        );
    }
    body + "}}"
}

#[actix_web::test]
async fn thirty_thousand_unchanged_users_write_no_change() {
    let lookup = Lookup::open(&[]).await;
    let body = many(30_000);
    assert_eq!(lookup.says("POST", "/gs/users", &body).await.status, 200);
    let first = lookup.house.last("lookup.push").await;
    assert_eq!(first.fields["added"], json!(30_000));
    let changes = lookup.changes().await;
    assert!(changes >= 30_000);

    assert_eq!(lookup.says("POST", "/gs/users", &body).await.status, 200);

    let second = lookup.house.last("lookup.push").await;
    assert_eq!(second.fields["unchanged"], json!(30_000));
    assert_eq!(lookup.changes().await, changes, "no change is noted");
    let rows = intakes(&mut lookup.read().await).await.expect("rows");
    let row = rows.first().expect("a row");
    assert_eq!((row.origin.as_str(), row.records, row.changed), ("push", 30_000, 0));
    lookup.settled().await;
    assert_eq!(lookup.exactly("user29999").await["name"], field("Personne 29999"));
}

#[actix_web::test]
async fn a_body_may_have_64_mib_and_not_one_byte_more() {
    let lookup = Lookup::open(&[]).await;
    let most = 64 * 1024 * 1024;
    let start =
        format!(r#"{{"authKey":"{KEY}","users":{{"a@b.test":{{"name":"Large Body","biography":""#);
    let end = r#""}}}"#;
    let padded =
        |length: usize| format!("{start}{}{end}", "x".repeat(length - start.len() - end.len()));
    assert_eq!(lookup.says("POST", "/gs/users", &padded(most)).await.status, 200);
    lookup.settled().await;
    assert_eq!(lookup.found("large body").await, ["a@b.test"]);
    let head = format!(
        "POST /gs/users HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: {OFFICE}\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n",
        most + 1
    );
    let heard = wire::exchange(lookup.house.address(), head.as_bytes()).await;
    assert_eq!(heard.status, 413, "announced");
}

#[actix_web::test]
async fn packed_bodies_are_refused() {
    let lookup = Lookup::open(&[]).await;
    for method in ["POST", "GET", "DELETE"] {
        let request = format!(
            "{method} /gs/users HTTP/1.1\r\nHost: localhost\r\nContent-Encoding: gzip\r\n\
             Content-Length: 2\r\nConnection: close\r\n\r\n{{}}"
        );
        let heard = wire::exchange(lookup.house.address(), request.as_bytes()).await;
        assert_eq!(heard.status, 415, "{method}");
    }
}

#[actix_web::test]
async fn a_key_of_one_server_writes_its_users_only() {
    let lookup = Lookup::with_servers(&[]).await;
    let key = "key-of-server-a-only-0123456789";
    assert_eq!(lookup.push_with(key, &colleagues()).await.status, 200);
    lookup.settled().await;
    let row = lookup.house.last("lookup.push").await;
    assert_eq!((&row.fields["added"], &row.fields["refused"]), (&json!(2), &json!(3)));
    assert_eq!(lookup.found("martin").await, ["jmartin@nuage-a.example.test"]);

    lookup.push(&colleagues()).await;
    let all = json!(["amartin@nuage-b.example.test", "jmartin@nuage-a.example.test"]);
    let body = json!({ "authKey": key, "users": all }).to_string();
    assert_eq!(lookup.says("DELETE", "/gs/users", &body).await.status, 200);
    assert_eq!(lookup.found("martin").await, ["amartin@nuage-b.example.test"]);
}

#[actix_web::test]
async fn ids_are_kept_as_they_came_and_compared_by_what_they_mean() {
    let lookup = Lookup::open(&[]).await;
    let user = |name: &str| json!({ "userid": "zd", "name": name });
    lookup.push(&json!({ "zd@https://Nuage.test/nc/index.php": user("Zoé") })).await;
    let found: Value = lookup.exactly("zd").await;
    assert_eq!(found["federationId"], json!("zd@https://Nuage.test/nc/index.php"));
    lookup.push(&json!({ "zd@nuage.test/nc/": user("Zoé") })).await;
    assert_eq!(lookup.found("zoe").await, ["zd@nuage.test/nc/"], "one record, the newest spelling");
    lookup.push(&json!({ "a@b.test@nuage.test": user("Two Signs") })).await;
    assert_eq!(lookup.found("two signs").await, ["a@b.test@nuage.test"]);
}

#[actix_web::test]
async fn two_pushes_at_once_leave_one_record_each() {
    let lookup = Lookup::open(&[]).await;
    let body = many(300);
    let pushes = (0..4).map(|_| lookup.says("POST", "/gs/users", &body));
    for heard in futures_util::future::join_all(pushes).await {
        assert_eq!(heard.status, 200);
    }
    let mut tx = lookup.read().await;
    let counts = aiguillage::identity::store::cloud::count_by_instance(&mut tx).await;
    assert_eq!(counts.expect("counts"), [("nuage-a.example.test".to_owned(), 300)]);
}
