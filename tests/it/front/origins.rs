//! Posts from other sites change nothing (SEC-21).
use crate::house::House;

#[actix_web::test]
async fn posts_come_from_our_own_pages() {
    let house = House::open().await;
    let port = house.address().port();
    let own = house.url("");
    let portal = house.at_portal("");
    let other_port = format!("http://localhost:{}", port + 1);
    let matrix: [(&str, &str, bool); 13] = [
        ("", "", true),
        ("same-origin", "", true),
        ("none", "", true),
        ("same-site", "", false),
        ("cross-site", "", false),
        ("surprising", "", false),
        ("", &own, true),
        ("same-origin", &own, true),
        ("", "null", false),
        ("", "https://evil.example", false),
        ("", &portal, false),
        ("", &other_port, false),
        ("same-origin", "https://evil.example", false),
    ];
    for (site, origin, passes) in matrix {
        let marie = house.sign_in("marie.dupont").await;
        let csrf = marie.get("/dispatch").await.csrf();
        let marie = marie.with("sec-fetch-site", site).with("origin", origin);
        for (path, done) in
            [("/dispatch/forget", 303), ("/sessions/end-others", 303), ("/logout", 200)]
        {
            let answer = marie.post(path, &[("csrf", &csrf)]).await;
            if passes {
                assert_eq!(answer.status, done, "{path} {site} {origin}");
            } else {
                answer.must_be(403, "E-CSRF");
                assert_eq!(house.last("request.refused").await.reason, "E-CSRF");
            }
        }
        let still_in = marie.get("/sessions").await.status == 200;
        assert_eq!(still_in, !passes, "{site} {origin}");
    }
}

#[actix_web::test]
async fn sign_in_and_language_are_posts_too() {
    let house = House::open().await;
    house.invite(&["paul.hoarau"]).await;
    let paul = house.visitor();
    let csrf = paul.get("/login").await.csrf();
    let elsewhere = paul.clone().with("sec-fetch-site", "cross-site");
    let fields = [("login", "paul.hoarau"), ("password", "paul.hoarau"), ("csrf", &csrf)];

    elsewhere.post("/login", &fields).await.must_be(403, "E-CSRF");
    elsewhere.post("/language", &[("lang", "en")]).await.must_be(403, "E-CSRF");

    assert!(elsewhere.cookie("__Host-sid").is_none());
    assert_eq!(paul.post("/login", &fields).await.status, 303);
}

#[actix_web::test]
async fn programs_send_the_token_in_a_header() {
    let house = House::open().await;
    let admin = house.administrator().await;
    let csrf = admin.get("/admin").await.csrf();
    let stranger = house.sign_in("marie.dupont").await.get("/dispatch").await.csrf();
    let reload = async |token: &str| {
        admin.clone().with("x-csrf-token", token).post("/api/v1/admin/reload", &[]).await
    };

    for wrong in ["", "x", stranger.as_str()] {
        let answer = reload(wrong).await;
        answer.must_be(403, "E-CSRF");
        assert_eq!(answer.header("content-type"), "application/problem+json");
    }
    assert_eq!(reload(&csrf).await.status, 200);
}
