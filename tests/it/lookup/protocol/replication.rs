//! What other lookup servers are told.
use super::{Lookup, colleagues, wire};
use aiguillage::audit::Trace;
use aiguillage::identity::role_map::RoleMap;
use aiguillage::identity::store;
use aiguillage::identity::touched::{Following, Touched};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::Duration;
use serde_json::{Value, json};

const OPEN: [(&str, &str); 2] =
    [("AIGUILLAGE_LOOKUP_REPLICATION_PASSWORD", "env:SECRET"), ("SECRET", "geheimgeheim")];

async fn asked(lookup: &Lookup, login: &str, query: &str) -> wire::Heard {
    asked_for(lookup, login, &format!("/replication?{query}")).await
}

async fn asked_for(lookup: &Lookup, login: &str, path: &str) -> wire::Heard {
    let login = STANDARD.encode(login);
    let request = format!(
        "GET {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Basic {login}\r\n\
         Connection: close\r\n\r\n"
    );
    wire::exchange(lookup.house.address(), request.as_bytes()).await
}

async fn told(lookup: &Lookup, since: i64) -> Vec<Value> {
    let query = format!("timestamp={since}&page=0");
    let heard = asked(lookup, "lookup:geheimgeheim", &query).await;
    assert_eq!(heard.status, 200, "{}", heard.text());
    heard.json().as_array().expect("a list").clone()
}

#[actix_web::test]
async fn only_user_lookup_with_the_password_reads() {
    let lookup = Lookup::open(&OPEN).await;
    for (login, query, status) in [
        ("lookup:geheimgeheim", "timestamp=0&page=0", 200),
        ("lookup:geheimgeheim", "timestamp=0", 400),
        ("lookup:geheimgeheim", "page=0", 400),
        ("lookup:geheimgeheim", "timestamp=-1&page=0", 400),
        ("lookup:geheimgeheim", "timestamp=x&page=0", 400),
        ("lookup:wrong", "timestamp=0&page=0", 401),
        ("admin:geheimgeheim", "timestamp=0&page=0", 401),
        ("lookup:", "timestamp=0&page=0", 401),
        ("", "", 401),
    ] {
        assert_eq!(asked(&lookup, login, query).await.status, status, "{login} {query}");
    }
    let refused = lookup.get("/replication?timestamp=0&page=0").await;
    assert_eq!(refused.status, 401);
    assert!(refused.header("www-authenticate").starts_with("Basic realm="));
    let closed = Lookup::open(&[]).await;
    assert_eq!(asked(&closed, "lookup:", "timestamp=0&page=0").await.status, 401);
}

#[actix_web::test]
async fn changes_and_withdrawals_are_told() {
    let lookup = Lookup::open(&OPEN).await;
    lookup.push(&colleagues()).await;
    let start = lookup.house.now().timestamp();
    let all = told(&lookup, 0).await;
    assert_eq!(all.len(), 5);
    let agnes = all.iter().find(|user| user["cloudId"] == json!("amartin@nuage-b.example.test"));
    let value = |key: &str, value: &str| json!({ "key": key, "value": value, "validated": 1 });
    let expected = json!({
        "cloudId": "amartin@nuage-b.example.test",
        "timestamp": start,
        "data": [
            value("name", "Agnès Martin"),
            value("email", "agnes.martin@ac-b.example.test"),
            value("userid", "amartin"),
        ],
    });
    assert_eq!(agnes, Some(&expected));
    assert!(told(&lookup, start + 1).await.is_empty());

    lookup.house.wait(Duration::seconds(10));
    lookup.remove(&["amartin@nuage-b.example.test"]).await;

    let withdrawn = json!({
        "cloudId": "amartin@nuage-b.example.test",
        "timestamp": start + 10,
        "data": [],
    });
    assert_eq!(told(&lookup, start + 1).await, [withdrawn]);
    assert_eq!(lookup.exactly("amartin").await, json!([]));

    lookup.house.wait(Duration::days(8));
    lookup.sweep().await;
    assert!(told(&lookup, start + 1).await.is_empty(), "told long enough");
}

#[actix_web::test]
async fn whoever_hides_is_told_as_withdrawn() {
    let lookup = Lookup::open(&OPEN).await;
    lookup.house.invent("[agnes]\nsource = agents\nstory = one\nabout = x\ndisplayName = Agnès\nuid = agnes\nmail = agnes.martin@ac-b.example.test\n").await;
    lookup.push(&colleagues()).await;
    let mut tx = lookup.read().await;
    let accounts = aiguillage::identity::store::accounts_by_login(&mut tx, "agnes").await;
    let person = accounts.expect("accounts")[0].person;
    drop(tx);
    lookup.house.wait(Duration::seconds(10));
    lookup.parts().intake.hide(person, true, &Trace::default()).await.expect("hidden");
    let changed = told(&lookup, lookup.house.now().timestamp()).await;
    assert_eq!((changed.len(), &changed[0]["data"]), (1, &json!([])));
}

#[actix_web::test]
async fn whoever_leaves_every_directory_is_told_as_withdrawn() {
    let lookup = Lookup::open(&OPEN).await;
    lookup.house.invent("[agnes]\nsource = agents\nstory = one\nabout = x\ndisplayName = Agnès\nuid = agnes\nmail = agnes.martin@ac-b.example.test\n").await;
    lookup.push(&colleagues()).await;
    lookup.house.wait(Duration::seconds(10));
    let now = lookup.house.now();
    let mut tx = lookup.house.db().write().await.expect("a transaction");
    let accounts = store::accounts_by_login(&mut tx, "agnes").await.expect("accounts");
    let people = store::end_accounts(&mut tx, &[accounts[0].id], (now, now)).await.expect("ended");
    let mut touched = Touched::at(now);
    touched.note(people[0], "affiliation");
    let rules = Following { roles: &RoleMap::default(), owner: &[] };
    touched.settle(&mut tx, &rules, &Trace::default()).await.expect("settled");
    tx.commit().await.expect("kept");
    let changed = told(&lookup, now.timestamp()).await;
    assert_eq!((changed.len(), &changed[0]["data"]), (1, &json!([])));
}

#[actix_web::test]
async fn pages_have_a_hundred_and_an_empty_one_ends() {
    let lookup = Lookup::open(&OPEN).await;
    let users = (0..250).map(|n| (format!("u{n}@a.test"), json!({ "name": format!("U {n}") })));
    lookup.push(&users.collect()).await;
    let mut seen = std::collections::BTreeSet::new();
    for (page, expected) in [(0, 100), (1, 100), (2, 50), (3, 0)] {
        let heard =
            asked(&lookup, "lookup:geheimgeheim", &format!("timestamp=0&page={page}")).await;
        let users = heard.json().as_array().expect("a list").clone();
        assert_eq!(users.len(), expected, "page {page}");
        seen.extend(users.iter().map(|user| user["cloudId"].to_string()));
    }
    assert_eq!(seen.len(), 250);
}

/// The next changes, behind those of an answer before.
async fn behind(lookup: &Lookup, before: &Value) -> Value {
    let text = |name: &str| before[name].to_string().replace('"', "");
    let path = match before {
        Value::Null => "/replication/changes".to_owned(),
        _ => format!("/replication/changes?after={}&change={}", text("after"), text("change")),
    };
    let heard = asked_for(lookup, "lookup:geheimgeheim", &path).await;
    assert_eq!(heard.status, 200, "{}", heard.text());
    heard.json()
}

#[actix_web::test]
async fn changes_have_numbers_and_are_told_once() {
    let lookup = Lookup::open(&OPEN).await;
    assert_eq!(behind(&lookup, &Value::Null).await["records"], json!([]));
    lookup.push(&colleagues()).await;
    let all = behind(&lookup, &Value::Null).await;
    let records = all["records"].as_array().expect("a list");
    assert_eq!(records.len(), 5);
    let is_agnes = |record: &&Value| record["cloudId"] == "amartin@nuage-b.example.test";
    let agnes = records.iter().find(is_agnes).expect("she is told");
    let name = json!({ "key": "name", "value": "Agnès Martin", "validated": 1 });
    assert_eq!(agnes["data"][0], name);

    let nothing = behind(&lookup, &all).await;
    assert_eq!((&nothing["records"], &nothing["after"]), (&json!([]), &all["after"]));

    lookup.remove(&["amartin@nuage-b.example.test"]).await;
    let gone = behind(&lookup, &all).await;
    assert_eq!(gone["records"], json!([{ "id": agnes["id"], "data": [] }]));
    assert!(gone["after"].as_i64() > all["after"].as_i64());
}

#[actix_web::test]
async fn a_place_in_another_history_is_refused() {
    let lookup = Lookup::open(&OPEN).await;
    lookup.push(&colleagues()).await;
    let all = behind(&lookup, &Value::Null).await;
    let other = uuid::Uuid::new_v4();
    for (login, query, status) in [
        ("lookup:geheimgeheim", format!("after={}&change={other}", all["after"]), 409),
        ("lookup:geheimgeheim", format!("after=99999&change={other}"), 409),
        ("lookup:geheimgeheim", "after=5".to_owned(), 400),
        ("lookup:geheimgeheim", format!("after=-1&change={other}"), 400),
        ("lookup:geheimgeheim", "after=x&change=y".to_owned(), 400),
        ("lookup:wrong", String::new(), 401),
    ] {
        let heard = asked_for(&lookup, login, &format!("/replication/changes?{query}")).await;
        assert_eq!(heard.status, status, "{login} {query}");
        assert!(status != 409 || heard.text().contains("E-LOOKUP-HISTORY"), "{}", heard.text());
    }
}
