//! The JSON interface for people's programs.
use crate::house::{House, OFFICE};
use serde_json::json;

#[actix_web::test]
async fn a_program_learns_what_a_page_shows() {
    let house = House::open().await;
    let julie = house.sign_in_from("julie.blanc", OFFICE).await;

    let answer = julie.get("/api/v1/dispatch/me").await;

    assert_eq!(answer.header("content-type"), "application/json");
    assert_eq!(answer.header("cache-control"), "no-store");
    let school = json!({
        "rne": "9740091F",
        "label": "COLLEGE LECONTE DE LISLE",
        "academie": "LA_REUNION",
        "type": "CLG",
        "portal": house.at_portal("/portail/9740091F"),
        "sp": "9740091F",
        "profiles": ["teacher"],
        "state": "ok",
        "mfa": "optional",
        "message": null,
        "current": false,
        "remembered": false,
        "link": "/dispatch?rne=9740091F",
    });
    let me = answer.json();
    let schools = me["destinations"].as_array().expect("a list");
    assert!(schools.contains(&school), "{me}");
    assert!(schools.iter().any(|school| school["state"] == "unknown"));
    assert_eq!((&me["login"], &me["display_name"]), (&json!("julie.blanc"), &json!("Julie Blanc")));
    assert_eq!((&me["decision"], &me["warnings"]), (&json!("choice"), &json!([])));
    let zone = json!({
        "name": "10.205.0.0",
        "portal": house.at_portal("/academie/scoweb"),
        "arena": "rev-proxy-agr",
        "mfa": "optional",
    });
    assert_eq!(me["zone"], zone);
    let link = school["link"].as_str().expect("a link");
    assert_eq!(julie.get(link).await.status, 302, "the link can be followed");
}

#[actix_web::test]
async fn a_program_learns_the_decision_in_one_word() {
    let house = House::open().await;
    for (login, decision) in [
        ("paul.hoarau", "single"),
        ("marie.dupont", "choice"),
        ("sans.ecole", "arena_only"),
        ("parti.parent", "none"),
        ("eric.morel", "none"),
        ("odile.schmitt", "none"),
    ] {
        let me = house.sign_in(login).await.get("/api/v1/dispatch/me").await.json();
        assert_eq!(me["decision"], decision, "{login}");
    }
    let tom = house.sign_in("tom.payet").await.get("/api/v1/dispatch/me").await.json();
    assert_eq!(tom["warnings"], json!(["W-PUPIL-MULTI"]));
}

#[actix_web::test]
async fn a_program_without_session_gets_a_document_and_no_page() {
    let house = House::open().await;
    for path in ["/api/v1/dispatch/me", "/api/v1/admin/lint", "/api/v1/admin/dispatch/explain"] {
        let answer = house.visitor().get(path).await;
        answer.must_be(401, "E-SESSION");
        assert_eq!(answer.header("content-type"), "application/problem+json");
    }
    let posted = house.visitor().post("/api/v1/admin/reload", &[]).await;
    posted.must_be(401, "E-SESSION");
}
