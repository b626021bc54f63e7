//! The lookup as administrators see it.
use super::Desk;

#[actix_web::test]
async fn administrators_see_servers_sources_imports_and_conflicts() {
    let desk = Desk::open().await;
    let admin = desk.house.administrator().await;

    let page = admin.get("/admin/lookup").await;

    assert_eq!(page.status, 200, "{}", page.text);
    for shown in [
        "Nuage de Dijon",
        "nuage-lyon.example",
        "import «\u{a0}portal\u{a0}»",
        "zdurand@nuage-dijon.example",
        "zoe@nuage-lyon.example",
        "vendredi 15 janvier",
    ] {
        assert!(page.text.contains(shown), "{shown} in {}", page.text);
    }
    let row = desk.house.last("import.done").await;
    assert_eq!((row.reason.as_str(), &row.fields["added"]), ("portal", &6.into()));
}

#[actix_web::test]
async fn a_search_tried_out_shows_its_order_and_why() {
    let desk = Desk::open().await;
    let admin = desk.house.administrator().await;

    let page = admin.get("/admin/lookup?q=martin").await.text;
    let at = |text: &str| page.find(text).unwrap_or_else(|| panic!("no {text} in {page}"));
    assert!(at("amartin@nuage-dijon") < at("jmartin@nuage-lyon"), "by given name");
    assert!(page.contains("tous les mots égaux"), "{page}");

    let page = admin.get("/admin/lookup?q=martin&as=lyon").await.text;
    assert!(page.contains("<option value=\"lyon\" selected>"), "{page}");
    let page = admin.get("/admin/lookup?q=marton").await.text;
    assert!(page.contains("à une faute près"), "{page}");
    let page = admin.get("/admin/lookup?q=zzzz").await.text;
    assert!(page.contains("Personne n’est trouvé"));
}

#[actix_web::test]
async fn searches_leave_times_behind_and_never_their_words() {
    let desk = Desk::open().await;
    let admin = desk.house.administrator().await;
    desk.search("secretement").await;

    let page = admin.get("/admin/lookup").await.text;

    assert!(page.contains("10.205.3.0/24") && page.contains("répondue"), "{page}");
    assert!(!page.contains("secretement"), "{page}");
}

#[actix_web::test]
async fn an_empty_lookup_says_what_fills_it() {
    let desk = Desk::empty().await;
    let admin = desk.house.administrator().await;

    let page = admin.get("/admin/lookup").await.text;

    assert!(page.contains("Aucune fiche") && page.contains("aiguillage import"), "{page}");
}

#[actix_web::test]
async fn nobody_else_sees_any_of_it() {
    let desk = Desk::empty().await;
    let marie = desk.house.sign_in("marie.dupont").await;

    marie.get("/admin/lookup?q=martin").await.must_be(403, "E-FORBIDDEN");
    assert_eq!(desk.house.visitor().get("/admin/lookup").await.status, 302);
}
