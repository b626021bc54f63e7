//! The dialect of apps.education.fr.
use super::{Lookup, colleagues, field, ids};
use serde_json::json;

const APPS: [(&str, &str); 1] = [("AIGUILLAGE_LOOKUP_DIALECT", "apps")];

#[actix_web::test]
async fn users_have_every_field_and_no_login() {
    let lookup = Lookup::open(&APPS).await;
    lookup.push(&colleagues()).await;
    let agnes = json!({
        "federationId": "amartin@nuage-b.example.test",
        "name": field("Agnès Martin"),
        "email": field("agnes.martin@ac-b.example.test"),
        "address": field(""),
        "website": field(""),
        "twitter": field(""),
        "phone": field(""),
    });
    for (query, expected) in [
        ("search=amartin&exact=1", agnes.clone()),
        ("search=amartin&exact=1&keys[0]=userid", agnes.clone()),
        ("search=agnes.martin%40ac-b.example.test&exact=1&keys=%5B%22email%22%5D", agnes.clone()),
        ("search=agnes+martin", json!([agnes])),
        ("search=martin+agnes", json!([agnes])),
        ("search=nobody&exact=1", json!("")),
        ("search=amartin&exact=1&keys=%5B%22email%22%5D", json!("")),
        ("search=nobody", json!([])),
        ("search=(", json!([])),
        ("search=.", json!([])),
        ("", json!([])),
    ] {
        let heard = lookup.get(&format!("/users?{query}")).await;
        assert_eq!((heard.status, heard.json()), (200, expected), "{query}");
    }
    assert_eq!(ids(&lookup.get("/users?search=martin&exact=true").await.json()).len(), 2);
    let unknown = lookup.get("/users?search=x&exact=1&keys=%5B%22shoe%22%5D").await;
    assert_eq!(unknown.status, 400);
}

#[actix_web::test]
async fn one_user_comes_in_the_old_envelope() {
    let lookup = Lookup::open(&APPS).await;
    lookup.push(&colleagues()).await;
    let heard = lookup.get("/user/amartin").await.json();
    let data = &heard[0]["message"]["data"];
    assert_eq!(data["federationId"], json!("amartin@nuage-b.example.test"));
    assert_eq!((&data["name"], &data["phone"]), (&json!("Agnès Martin"), &json!("")));
    assert_eq!(heard[0]["message"]["type"], json!("lookupserver-apps"));
    assert_eq!(lookup.get("/user/nobody").await.json(), json!([]));
    let other = Lookup::open(&[]).await;
    assert_eq!(other.get("/user/amartin").await.status, 404);
}
