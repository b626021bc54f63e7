//! Display names and servers: questions with a JSON body on a GET.
use super::{KEY, Lookup, colleagues};
use serde_json::json;

#[actix_web::test]
async fn names_of_known_users_are_told() {
    let lookup = Lookup::open(&[]).await;
    lookup.push(&colleagues()).await;
    lookup.push(&json!({ "nameless@nuage-a.example.test": { "userid": "nameless" } })).await;
    let ask = |users: serde_json::Value| json!({ "authKey": KEY, "users": users }).to_string();
    for (users, expected) in [
        (
            json!([
                "amartin@nuage-b.example.test",
                "jmartin@https://nuage-a.example.test/",
                "nobody@nuage-a.example.test",
                "nameless@nuage-a.example.test",
                "nonsense",
            ]),
            json!({
                "amartin@nuage-b.example.test": "Agnès Martin",
                "jmartin@https://nuage-a.example.test/": "Jérôme MARTIN",
            }),
        ),
        (json!(["nobody@nuage-a.example.test"]), json!([])),
        (json!([]), json!([])),
    ] {
        let heard = lookup.says("GET", "/gs/users", &ask(users)).await;
        assert_eq!((heard.status, heard.json()), (200, expected));
        assert_eq!(heard.header("content-type"), "application/json");
    }
    for (body, status) in [
        (String::new(), 400),
        (json!({ "authKey": KEY }).to_string(), 400),
        (json!({ "authKey": "wrong", "users": [] }).to_string(), 403),
    ] {
        assert_eq!(lookup.says("GET", "/gs/users", &body).await.status, status, "{body}");
    }
}

#[actix_web::test]
async fn servers_are_those_with_users_as_they_write_themselves() {
    let lookup = Lookup::open(&[]).await;
    lookup.push(&colleagues()).await;
    lookup.push(&json!({ "zd@http://127.0.0.1:18931": { "name": "Zoé" } })).await;
    let body = json!({ "authKey": KEY }).to_string();
    let expected =
        json!(["http://127.0.0.1:18931", "nuage-a.example.test", "nuage-b.example.test"]);
    for (method, path) in [("GET", "/gs/instances"), ("POST", "/instances")] {
        let heard = lookup.says(method, path, &body).await;
        assert_eq!((heard.status, heard.json()), (200, expected.clone()), "{path}");
        assert_eq!(lookup.says(method, path, "").await.status, 400, "{path}");
        let wrong = json!({ "authKey": "wrong" }).to_string();
        assert_eq!(lookup.says(method, path, &wrong).await.status, 403, "{path}");
    }
    lookup.remove(&["zd@http://127.0.0.1:18931"]).await;
    let heard = lookup.says("GET", "/gs/instances", &body).await;
    assert_eq!(heard.json(), json!(["nuage-a.example.test", "nuage-b.example.test"]));
}

#[actix_web::test]
async fn a_login_master_hears_where_an_account_lives() {
    let lookup = Lookup::open(&[]).await;
    lookup.push(&colleagues()).await;
    lookup.push(&json!({ "zd@http://127.0.0.1:18931": { "userid": "zd" } })).await;
    let key = format!("gsSecretKey={KEY}");
    for (data, status, location) in [
        ("uid=AMARTIN", 200, "https://nuage-b.example.test"),
        ("saml%5Bmail%5D%5B0%5D=j.m%40ac-a.example.test", 200, "https://nuage-a.example.test"),
        ("oidc[preferred_username]=zd", 200, "http://127.0.0.1:18931"),
        ("title=amartin", 200, ""),
        ("uid=&mail=nobody%40x.test", 200, ""),
    ] {
        let heard = lookup.says("POST", "/gs/location", &format!("{data}&{key}")).await;
        assert_eq!(
            (heard.status, heard.json()),
            (status, json!({ "location": location })),
            "{data}"
        );
    }
    assert_eq!(lookup.says("POST", "/gs/location", "uid=amartin").await.status, 400);
    let wrong = "uid=amartin&gsSecretKey=wrong";
    assert_eq!(lookup.says("POST", "/gs/location", wrong).await.status, 403);
}

#[actix_web::test]
async fn servers_of_the_settings_are_the_only_ones_told() {
    let lookup = Lookup::with_servers(&[]).await;
    lookup.push(&json!({ "x@elsewhere.test": { "name": "X" } })).await;
    let body = json!({ "authKey": KEY }).to_string();
    let heard = lookup.says("GET", "/gs/instances", &body).await;
    assert_eq!(heard.json(), json!(["nuage-a.example.test", "nuage-b.example.test"]));
}
