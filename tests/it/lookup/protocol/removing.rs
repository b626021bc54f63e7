//! Deleting must delete: at once, for good, and nothing is left but a digest.
use super::{KEY, Lookup, colleagues};
use aiguillage::db::Tx;
use aiguillage::on;
use chrono::Duration;
use serde_json::json;

const AGNES: &str = "amartin@nuage-b.example.test";
const JEROME: &str = "jmartin@nuage-a.example.test";

#[actix_web::test]
async fn who_is_removed_is_gone_from_the_very_next_search() {
    let lookup = Lookup::open(&[]).await;
    lookup.push(&colleagues()).await;
    assert_eq!(lookup.found("martin").await, [AGNES, JEROME]);

    let heard = lookup.remove(&[AGNES, "unknown@nowhere.test", "nonsense"]).await;

    assert_eq!((heard.status, heard.text().as_str()), (200, ""));
    assert_eq!(lookup.found("martin").await, [JEROME]);
    assert_eq!(lookup.exactly("amartin").await, json!([]));
    let by_id = lookup.get("/users?exactCloudId=1&search=amartin%40nuage-b.example.test").await;
    assert_eq!(by_id.json(), json!([]));
    lookup.settled().await;
    assert_eq!(lookup.found("martin").await, [JEROME]);
}

#[actix_web::test]
async fn nothing_readable_is_left() {
    let lookup = Lookup::open(&[]).await;
    lookup.push(&colleagues()).await;
    lookup.remove(&[AGNES]).await;
    let mut tx = lookup.read().await;
    assert_eq!(
        count(&mut tx, "SELECT count(*) FROM cloud_record WHERE cloud_id LIKE 'amartin%'").await,
        0
    );
    assert_eq!(count(&mut tx, "SELECT count(*) FROM cloud_tombstone").await, 1);
    let hash: Vec<u8> =
        on!(&mut tx, |conn| sqlx::query_scalar("SELECT cloud_hash FROM cloud_tombstone")
            .fetch_one(conn)
            .await)
        .expect("a row");
    let plain = openssl::sha::sha256(AGNES.as_bytes());
    assert!(hash.len() == 32 && hash != plain, "the digest is keyed");
}

#[actix_web::test]
async fn whoever_is_pushed_again_is_back() {
    let lookup = Lookup::open(&[]).await;
    lookup.push(&colleagues()).await;
    lookup.remove(&[AGNES]).await;
    lookup.push(&colleagues()).await;
    assert_eq!(lookup.found("martin").await, [AGNES, JEROME]);
}

#[actix_web::test]
async fn removing_wants_a_list_and_a_key() {
    let lookup = Lookup::open(&[]).await;
    for (body, status) in [
        (String::new(), 400),
        (json!({ "authKey": KEY }).to_string(), 400),
        (json!({ "authKey": "wrong", "users": [AGNES] }).to_string(), 403),
        (json!({ "authKey": KEY, "users": { AGNES: {} } }).to_string(), 400),
        (json!({ "authKey": KEY, "users": [] }).to_string(), 200),
    ] {
        assert_eq!(lookup.says("DELETE", "/gs/users", &body).await.status, status, "{body}");
    }
}

#[actix_web::test]
async fn the_departed_are_hidden_then_removed_unless_their_server_is_silent() {
    let lookup = Lookup::open(&[]).await;
    lookup.push(&colleagues()).await;
    let mut fewer = colleagues();
    fewer.as_object_mut().expect("users").remove(AGNES);

    // Server b named two of its three users, server a nobody at all.
    lookup.house.wait(Duration::days(3));
    fewer.as_object_mut().expect("users").retain(|id, _| id.ends_with("nuage-b.example.test"));
    lookup.push(&fewer).await;
    let report = lookup.sweep().await;

    assert_eq!((report.hidden, report.removed), (1, 0));
    assert_eq!(report.silent, ["nuage-a.example.test"]);
    assert_eq!(lookup.found("martin").await, [JEROME]);

    lookup.push(&colleagues()).await;
    assert_eq!(lookup.found("martin").await, [AGNES, JEROME], "named again");

    for _ in 0..16 {
        lookup.house.wait(Duration::days(2) + Duration::hours(1));
        lookup.push(&fewer).await;
        lookup.sweep().await;
    }
    let mut tx = lookup.read().await;
    assert_eq!(
        count(&mut tx, "SELECT count(*) FROM cloud_record WHERE cloud_id LIKE 'amartin%'").await,
        0
    );
    assert_eq!(count(&mut tx, "SELECT count(*) FROM cloud_tombstone").await, 1);
}

async fn count(tx: &mut Tx, statement: &'static str) -> i64 {
    on!(tx, |conn| sqlx::query_scalar(statement).fetch_one(conn).await).expect("a count")
}
