//! "What would this application receive for this person?"
use super::application;
use crate::house::House;
use serde_json::{Value, json};

async fn received(house: &House, login: &str, service: &str) -> Value {
    let admin = house.administrator().await;
    let query = serde_urlencoded::to_string([("login", login), ("service", service)]);
    let query = query.expect("text");
    let answer = admin.get(&format!("/api/v1/admin/dispatch/explain?{query}")).await;
    let answer: Value = serde_json::from_str(&answer.text).expect("JSON");
    answer["received"].clone()
}

#[actix_web::test]
async fn an_administrator_sees_what_an_application_would_receive() {
    let house = House::open().await;
    house.invite(&["marie.dupont"]).await;
    house.sign_in("marie.dupont").await;
    let service = application(&house);

    let told = received(&house, "marie.dupont", &service).await;
    assert_eq!((&told["service"], &told["by"]), (&json!("Cahier de textes"), &json!("dispatcher")));
    assert_eq!(told["mode"], "dual");
    let rne = json!({ "section": "user", "name": "rne", "values": ["9740091F", "9749801K"] });
    assert_eq!(told["told"][0], rne);
    assert!(told["described"].as_str().is_some_and(|place| place.ends_with("demo_apps.ini:5")));

    let portal = received(&house, "marie.dupont", "9749801K").await;
    assert_eq!(portal["service"], house.at_portal("/portail/9749801K"));
    let rnes = json!({ "section": null, "name": "rnes", "values": ["9740091F", "9749801K"] });
    assert!(portal["told"].as_array().is_some_and(|told| told.contains(&rnes)), "{portal}");
    let here = json!({ "section": null, "name": "rne", "values": ["9749801K"] });
    assert!(portal["told"].as_array().is_some_and(|told| told.contains(&here)), "{portal}");

    let nobody = received(&house, "marie.dupont", "https://evil.test/").await;
    assert_eq!(nobody["service"], Value::Null);
    assert_eq!(house.audit("cas.ticket").await.len(), 0, "nothing was sent");
}

#[actix_web::test]
async fn the_page_shows_it_too() {
    let house = House::open().await;
    house.sign_in("marie.dupont").await;
    let admin = house.administrator().await;
    let service = application(&house);
    let query = serde_urlencoded::to_string([("login", "marie.dupont"), ("service", &service)]);
    let page = admin.get(&format!("/admin/explain?{}", query.expect("text"))).await;
    assert!(page.text.contains("Ce que ce service recevrait"), "{}", page.text);
    assert!(page.text.contains("[user] rne = 9740091F, 9749801K"), "{}", page.text);
    let page = admin.get("/admin/explain?login=marie.dupont&service=https://evil.test/").await;
    assert!(page.text.contains("Aucun fichier ne décrit ce service."), "{}", page.text);
}

#[actix_web::test]
async fn attributes_are_made_out_of_others_without_a_restart() {
    let house = House::open().await;
    house.sign_in("marie.dupont").await;
    let service = application(&house);
    let filter = "[user]\nuser=uid\nacademie=academie\nrne=ecs_rne\n";
    assert!(house.rewrite("app_filters/dispatcher.ini", filter).await);
    let of = |told: &Value, name: &str| {
        let told = told["told"].as_array().cloned().unwrap_or_default();
        told.iter().find(|it| it["name"] == name).map(|it| it["values"].clone())
    };
    assert_eq!(of(&received(&house, "marie.dupont", &service).await, "academie"), None);

    let academy = "[by school]\nfrom=ecs_rne\nmatch=\"^([0-9]{3})\"\ntemplate=\"${1}\"\n\
                   lookup=academies\nunique=yes\ndefault=inconnue\n";
    assert!(house.rewrite("computed/academie.ini", academy).await);
    assert!(house.rewrite("computed/academies.map", "[x]\n974=La Réunion\n").await);
    let bare = "[a]\nfrom=ecs_rne\nlower=yes\n";
    assert!(house.rewrite("computed/ecs_rne.ini", bare).await);
    let told = received(&house, "marie.dupont", &service).await;
    assert_eq!(of(&told, "academie"), Some(json!(["La Réunion"])));
    assert_eq!(of(&told, "rne"), Some(json!(["9740091f", "9749801k"])), "in place of ours");

    // What cannot be read is reported, and costs nothing else.
    assert!(house.rewrite("computed/academie.ini", "[x]\nfrom=uid\nmatch=(\n").await);
    let admin = house.administrator().await;
    let page = admin.get("/admin/lint").await;
    assert!(page.text.contains("W-COMPUTED"), "{}", page.text);
    assert_eq!(of(&received(&house, "marie.dupont", &service).await, "academie"), None);
}
