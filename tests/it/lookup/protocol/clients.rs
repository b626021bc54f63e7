//! What real clients sent, byte by byte: Nextcloud 31, globalsiteselector, circles.
use super::{Lookup, colleagues, field, ids, wire};
use serde_json::{Value, json};

/// A captured request, with the headers that the proxy in front of us adds.
async fn send(lookup: &Lookup, request: &str) -> wire::Heard {
    let (line, rest) = request.split_once('\n').expect("a request line");
    let (headers, body) = rest.split_once("\n\n").unwrap_or((rest, ""));
    let headers = headers.replace("lookup.example.test", "localhost").replace('\n', "\r\n");
    let length = match body.len() {
        0 => String::new(),
        length => format!("Content-Length: {length}\r\n"),
    };
    let bytes = format!(
        "{line}\r\n{headers}\r\n{length}X-Forwarded-For: 10.205.3.4\r\nConnection: close\r\n\r\n{body}"
    );
    wire::exchange(lookup.house.address(), bytes.as_bytes()).await
}

#[actix_web::test]
async fn the_sharing_dialogue_gets_a_list_of_user_objects() {
    let lookup = Lookup::open(&[]).await;
    lookup.push(&colleagues()).await;
    let heard = send(
        &lookup,
        "GET /users?search=martin+agn HTTP/1.1
Host: lookup.example.test
User-Agent: Nextcloud Server Crawler
Accept-Encoding: gzip",
    )
    .await;
    assert_eq!((heard.status, heard.header("content-type")), (200, "application/json"));
    assert_eq!(heard.header("content-encoding"), "", "that would take longer than the search");
    let expected = json!([{
        "federationId": "amartin@nuage-b.example.test",
        "name": field("Agnès Martin"),
        "email": field("agnes.martin@ac-b.example.test"),
        "userid": field("amartin"),
    }]);
    assert_eq!(heard.json(), expected);
    assert!(heard.text().starts_with(r#"[{"federationId":"amartin@nuage-b.example.test","#));
}

#[actix_web::test]
async fn what_the_dialogue_encodes_once_is_read_once() {
    let lookup = Lookup::open(&[]).await;
    let odd = json!({ "edum@a.test": { "name": "Élodie D%u+m_" } });
    lookup.push(&odd).await;
    for path in [
        "/users?search=%C3%89lodie++D%25u%2Bm_",
        "/users?limit=25&offset=0&search=%C3%89lodie++D%25u%2Bm_",
    ] {
        let request =
            format!("GET {path} HTTP/1.1\nHost: lookup.example.test\nAccept-Encoding: gzip");
        assert_eq!(ids(&send(&lookup, &request).await.json()), ["edum@a.test"], "{path}");
    }
}

#[actix_web::test]
async fn the_login_master_finds_one_user_by_login_or_mail() {
    let lookup = Lookup::open(&[]).await;
    let plus = json!({ "jdp@nuage-b.example.test": { "userid": "jean dupont+x", "name": "JDP" } });
    lookup.push(&colleagues()).await;
    lookup.push(&plus).await;
    for (path, id) in [
        (
            "/users?search=agnes.martin%2540ac-b.example.test&exact=1",
            "amartin@nuage-b.example.test",
        ),
        (
            "/users?search=jean%2Bdupont%252Bx&exact=1&keys%5B0%5D=userid",
            "jdp@nuage-b.example.test",
        ),
        // A login master keeps the slash at the end of the address it is given.
        ("//users?search=amartin&exact=1&keys%5B0%5D=userid", "amartin@nuage-b.example.test"),
        ("/users?search=AMARTIN&exact=1&keys%5B0%5D=userid", "amartin@nuage-b.example.test"),
    ] {
        let request = format!(
            "GET {path} HTTP/1.1\nHost: lookup.example.test\nUser-Agent: Nextcloud Server Crawler\nAccept-Encoding: gzip"
        );
        let heard = send(&lookup, &request).await;
        assert_eq!((heard.status, &heard.json()["federationId"]), (200, &json!(id)), "{path}");
    }
    let user = lookup.exactly("AMARTIN").await;
    assert_eq!(user["userid"], field("amartin"), "the spelling is that of the server");
}

#[actix_web::test]
async fn the_profile_job_gets_its_own_id_byte_for_byte() {
    let lookup = Lookup::open(&[]).await;
    let id = "zdurand2@http://127.0.0.1:18931";
    lookup
        .push(&json!({ id: { "name": "Zoé Durand", "email": "zoe.durand@ac-test.example.test" } }))
        .await;
    let heard = send(
        &lookup,
        "GET /users?search=zdurand2%40http%3A%2F%2F127.0.0.1%3A18931&exactCloudId=1 HTTP/1.1
Host: lookup.example.test
User-Agent: Nextcloud Server Crawler
Accept-Encoding: gzip",
    )
    .await;
    let user = heard.json();
    assert_eq!(user["federationId"], json!(id));
    assert_eq!(user["email"]["verified"], json!("1"), "the job compares with the text '0'");
}

/// The real push of globalsiteselector 2.6.1.
const PUSH: &str = r#"POST /gs/users HTTP/1.1
Host: lookup.example.test
User-Agent: Nextcloud Server Crawler
Accept-Encoding: gzip

{"authKey":"0123456789abcdef0123456789abcdef0123456789abcdef","users":{"zdurand2@http:\/\/127.0.0.1:18931":{"userid":"zdurand2","name":"Zo\u00e9 Durand","address":"","website":"https:\/\/zoe.example.test","email":"zoe.durand@ac-test.example.test","avatar":"","phone":"+33123456789","twitter":"zoe","fediverse":"","organisation":"","role":"","headline":"","biography":"","birthdate":"","profile_enabled":"1","pronouns":""}}}"#;

#[actix_web::test]
async fn a_push_without_content_type_is_taken() {
    let lookup = Lookup::open(&[]).await;
    let heard = send(&lookup, PUSH).await;
    assert_eq!((heard.status, heard.text().as_str()), (200, ""));
    lookup.settled().await;
    let expected = json!({
        "federationId": "zdurand2@http://127.0.0.1:18931",
        "name": field("Zoé Durand"),
        "email": field("zoe.durand@ac-test.example.test"),
        "userid": field("zdurand2"),
    });
    assert_eq!(lookup.exactly("zdurand2").await, expected, "nothing more is kept than asked for");
}

#[actix_web::test]
async fn every_field_of_the_protocol_can_be_kept() {
    let fields = "name, email, address, website, twitter, phone, userid";
    let lookup = Lookup::open(&[("AIGUILLAGE_LOOKUP_FIELDS", fields)]).await;
    send(&lookup, PUSH).await;
    lookup.settled().await;
    let user: Value = lookup.exactly("zdurand2").await;
    let names: Vec<&String> = user.as_object().expect("a user").keys().collect();
    assert_eq!(names, ["email", "federationId", "name", "phone", "twitter", "userid", "website"]);
    assert_eq!(user["website"], field("https://zoe.example.test"));
}

#[actix_web::test]
async fn circles_asks_with_a_form_and_without_a_name() {
    let lookup = Lookup::open(&[]).await;
    lookup.push(&colleagues()).await;
    let heard = send(
        &lookup,
        "GET /users?search=sonid HTTP/1.1
Host: lookup.example.test
User-Agent:
Content-Type: application/x-www-form-urlencoded

search=sonid",
    )
    .await;
    assert_eq!(heard.status, 200);
    let user = &heard.json()[0];
    assert_eq!(user["userid"]["value"], json!("osonid"));
    let heard = send(
        &lookup,
        "POST /instances HTTP/1.1
Host: lookup.example.test
User-Agent:
Content-Type: application/json

{\"authKey\":\"0123456789abcdef0123456789abcdef0123456789abcdef\"}",
    )
    .await;
    let servers = json!(["nuage-a.example.test", "nuage-b.example.test"]);
    assert_eq!((heard.status, heard.json()), (200, servers));
}

#[actix_web::test]
async fn every_base_address_answers() {
    let lookup = Lookup::with_servers(&[]).await;
    lookup.push(&colleagues()).await;
    let token = format!("/l/{}", super::TOKEN);
    for base in ["", "/index.php", "/lookup", "/lookup/index.php"] {
        for slash in ["/", "//"] {
            let heard = lookup.get(&format!("{base}{slash}users?search=amartin&exact=1")).await;
            assert_eq!(heard.status, 200, "{base}{slash}");
            assert_eq!(heard.json()["userid"]["value"], json!("amartin"), "{base}{slash}");
            let heard = lookup.get(&format!("{base}{slash}status")).await;
            assert!(heard.json()["version"].is_string());
        }
    }
    for path in ["/users", "//users", "/index.php/users", "/index.php//users"] {
        let query = "search=agnes.martin%40ac-b.example.test";
        for base in [token.clone(), format!("/{token}")] {
            let path = format!("{base}{path}?{query}");
            let heard = lookup.says_from("203.0.113.9", "GET", &path, "").await;
            assert_eq!(ids(&heard.json()), ["amartin@nuage-b.example.test"], "{path}");
        }
    }
    for root in ["/", "/index.php", "/index.php/", "/lookup", "/lookup/", &token] {
        for method in ["GET", "HEAD"] {
            let heard = lookup.says(method, root, "").await;
            assert_eq!((heard.status, heard.text().as_str()), (200, ""), "{method} {root}");
            assert!(!heard.header("x-version").is_empty(), "{method} {root}");
        }
    }
}

#[actix_web::test]
async fn what_is_not_there_is_said_honestly() {
    let lookup = Lookup::open(&[]).await;
    for (method, path, status) in [
        ("GET", "/lookup/nothing", 404),
        ("GET", "/gs/nothing", 404),
        ("GET", "/validate/email/abc", 404),
        ("PUT", "/users", 405),
        ("PATCH", "/gs/users", 405),
        ("DELETE", "/instances", 405),
        ("GET", "/instances", 405),
        ("POST", "/gs/instances", 405),
    ] {
        let heard = lookup.says(method, path, "").await;
        assert_eq!(heard.status, status, "{method} {path}");
    }
    let heard = lookup.says("PUT", "/users", "").await;
    assert_eq!(heard.header("allow"), "GET, HEAD, POST, DELETE");
}
