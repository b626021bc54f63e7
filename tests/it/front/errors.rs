//! How a refusal looks: a page for people, a document for programs, in two languages.
use crate::house::House;
use serde_json::json;

#[actix_web::test]
async fn an_error_is_a_page_for_people_and_a_document_for_programs() {
    let house = House::open().await;
    let page = house.visitor().get("/nowhere").await;
    let document = house.visitor().with("accept", "application/json").get("/nowhere").await;
    let api = house.visitor().get("/api/v1/nowhere").await;

    page.must_be(404, "E-NOT-FOUND");
    assert!(page.text.contains("Cette page n’existe pas"));
    assert!(page.text.contains("Assistance des tests, assistance@demo.example"));
    for answer in [document, api] {
        answer.must_be(404, "E-NOT-FOUND");
        assert_eq!(answer.header("content-type"), "application/problem+json");
        let expected = json!({
            "type": "about:blank",
            "title": "Cette page n’existe pas",
            "status": 404,
            "detail": "",
            "instance": answer.reference(),
            "code": "E-NOT-FOUND",
        });
        assert_eq!(answer.json(), expected);
    }
}

#[actix_web::test]
async fn errors_speak_both_languages() {
    let house = House::open().await;
    let english = house.visitor().with("accept-language", "en");
    let page = english.get("/nowhere").await;
    assert!(page.text.contains("<html lang=\"en\">") && !page.text.contains("existe pas"));
    let document = english.with("accept", "*/*").get("/nowhere").await;
    let title = document.json()["title"].as_str().expect("a title").to_owned();
    assert!(!title.contains("existe") && !title.is_empty() && title != "E-NOT-FOUND");
    for odd in ["", "*", "xx-YY;q=0.1", "fr;q=0,en;q=0", ";;;", &"fr,".repeat(500), "\u{e9}"] {
        let answer = house.visitor().with("accept-language", odd).get("/nowhere").await;
        assert_eq!(answer.status, 404, "{odd:.20}");
    }
}

#[actix_web::test]
async fn no_error_tells_how_we_work_inside() {
    let house = House::open().await;
    let marie = house.sign_in("marie.dupont").await;
    for path in [
        "/dispatch?rne=%27%20OR%201%3D1",
        "/dispatch?rne=%F0%9F%98%80",
        "/dispatch?q=%ff%fe",
        "/dispatch?%",
        "/dispatch?=&=&&&",
        "/dispatch?profile=nobody&choose=maybe",
        "/dispatch?only=%27&choose=1&next=%00",
        "/saml?sp_ident=%ff",
        "/saml/continue?flow=%27",
        "/login?next=%ff&login=%ff",
        "/sessions/../../etc/passwd",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/assets/..%2f..%2fCargo.toml",
        "/theme/logos/..%2f..%2f..%2fetc%2fpasswd",
        "/admin/audit.csv/",
        "//evil.example/",
        "/dispatch/",
        "/;jsessionid=1",
        "/api/v1/dispatch/me?access_token=x",
    ] {
        for accept in ["text/html", "*/*"] {
            let answer = marie.clone().with("accept", accept).get(path).await;
            assert!(answer.status < 500, "{path}: {}", answer.status);
            assert!(!answer.location().contains("//evil"), "{path}");
            for inside in [
                "sqlx",
                "actix",
                "panicked",
                "src/",
                "SELECT",
                "no such table",
                "root:",
                "[package]",
                "/tmp/",
            ] {
                assert!(!answer.text.contains(inside), "{path}: {inside}");
            }
        }
    }
}

#[actix_web::test]
async fn a_failure_of_ours_says_nothing_but_its_reference() {
    let house = House::open().await;
    let paul = house.sign_in("paul.hoarau").await;
    let mut tx = house.db().write().await.expect("the database answers");
    aiguillage::on!(&mut tx, |conn| {
        sqlx::query("ALTER TABLE affiliation RENAME TO hidden").execute(conn).await.map(|_| ())
    })
    .expect("a table");
    tx.commit().await.expect("it is done");

    let page = paul.get("/dispatch").await;
    let document = paul.get("/api/v1/dispatch/me").await;

    for answer in [page, document] {
        answer.must_be(500, "E-INTERNAL");
        for inside in ["affiliation", "sql", "table", "relation", "database"] {
            assert!(!answer.text.to_lowercase().contains(inside), "{inside}: {}", answer.text);
        }
    }
}

#[actix_web::test]
async fn tokens_in_addresses_open_nothing() {
    let house = House::open().await;
    let admin = house.administrator().await;
    let token = admin.cookie("__Host-sid").expect("a session");
    for path in ["access_token", "token", "__Host-sid", "sid"] {
        let answer = house.visitor().get(&format!("/api/v1/dispatch/me?{path}={token}")).await;
        answer.must_be(401, "E-SESSION");
    }
    let bearer = house.visitor().with("authorization", &format!("Bearer {token}"));
    bearer.get("/api/v1/dispatch/me").await.must_be(401, "E-SESSION");
}

#[actix_web::test]
async fn what_is_refused_without_a_database_is_recorded_when_it_is_back() {
    let mut house = House::open().await;
    house.db().close().await;
    let refused = house.visitor().with("host", "elsewhere.example").get("/login").await;
    assert_eq!(refused.status, 421, "{}", refused.text);

    house.restart().await;
    assert!(house.audit("request.refused").await.is_empty());
    let (spool, now) = (&house.parts().spool, house.now());
    assert_eq!(spool.replay(house.db(), now).await.expect("recorded"), 1);
    let row = house.last("request.refused").await;
    assert_eq!(
        (row.reason.as_str(), row.at, row.network.as_str()),
        ("E-HOST", now, "203.0.113.0/24")
    );
}

#[actix_web::test]
async fn a_flood_of_refusals_is_counted() {
    let house = House::open().await;
    let refused =
        async || house.visitor().with("host", "elsewhere.example").get("/login").await.status;
    for _ in 0..130 {
        assert_eq!(refused().await, 421);
    }
    assert_eq!(house.audit("request.refused").await.len(), 100);

    house.wait(chrono::Duration::minutes(1));
    refused().await;
    let rows = house.audit("request.refused").await;
    let repeated: Vec<_> = rows.iter().filter_map(|row| row.fields.get("repeated")).collect();
    assert_eq!((rows.len(), repeated), (102, vec![&json!(30)]));
}
