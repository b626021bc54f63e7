//! What a Nextcloud administrator writes, and the test of the connection.
use super::Desk;
use crate::house::{HOME, House, OFFICE};
use serde_json::Value;

#[actix_web::test]
async fn the_page_prints_the_lines_for_this_very_service() {
    let desk = Desk::empty().await;
    let page = desk.house.visitor().get("/lookup/setup").await;

    assert_eq!(page.status, 200);
    let base = desk.house.url("");
    for line in [
        "'gs.enabled' => true,".to_owned(),
        format!("'lookup_server' => '{base}',"),
        "'gs.federation' => 'global',".to_owned(),
        "'allow_local_remote_servers' => true,".to_owned(),
    ] {
        assert!(page.text.contains(&line), "{line} in {}", page.text);
    }
    assert!(page.text.contains("Cette adresse n"), "home may not search: {}", page.text);
    assert!(page.text.contains("Aucune clé partagée"), "nobody may push: {}", page.text);
}

#[actix_web::test]
async fn the_test_tells_who_we_see_and_whether_a_search_is_answered() {
    let desk = Desk::empty().await;
    for (address, answered, because) in [
        (OFFICE, true, "network"),
        ("198.51.100.7", true, "network"),
        (HOME, false, "unknown address"),
    ] {
        let program = desk.house.visitor().at(address).with("accept", "*/*");
        let told: Value =
            serde_json::from_str(&program.get("/lookup/setup/test").await.text).expect("JSON");
        assert_eq!(told["address"], address);
        assert_eq!(told["between"], "proxy");
        assert_eq!(
            (&told["search_answered"], &told["because"]),
            (&answered.into(), &because.into())
        );

        let search = program.get("/users?search=martin").await;
        assert_eq!(search.status != 401 && search.status != 403, answered, "{}", search.text);
    }
}

#[actix_web::test]
async fn pages_say_that_the_search_is_switched_off() {
    let house = House::set("AIGUILLAGE_LOOKUP_ENABLED", "false").await;
    let marie = house.sign_in("marie.dupont").await;
    let admin = house.administrator().await;

    assert!(marie.get("/lookup/me").await.text.contains("pas ouverte"));
    assert!(admin.get("/admin/lookup").await.text.contains("[lookup] enabled"));
    assert!(marie.get("/lookup/setup").await.text.contains("désactivée"));
    assert_eq!(marie.post_from("/lookup/me", "/lookup/me", &[("hidden", "1")]).await.status, 404);
    assert_eq!(house.visitor().get("/users?search=martin").await.status, 404);
}
