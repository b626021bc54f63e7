//! What others find about me: see, hide, show.
use super::{Desk, LIST};

#[actix_web::test]
async fn everybody_sees_what_others_are_shown_of_them() {
    let desk = Desk::empty().await;
    let marie = desk.house.sign_in("marie.dupont").await;
    desk.import("portal", LIST).await;
    desk.until("dupont", 1).await;

    let page = marie.get("/lookup/me").await;

    assert_eq!(page.status, 200, "{}", page.text);
    for shown in [
        "marie.dupont@nuage-dijon.example",
        "marie.dupont@ac-dijon.example",
        "trouvable",
        "import «\u{a0}portal\u{a0}»",
        "Nuage de Lyon voit",
        "Tous les autres serveurs voient",
    ] {
        assert!(page.text.contains(shown), "{shown} in {}", page.text);
    }
    assert!(!page.text.contains("amartin"), "others are none of her business");
    assert!(marie.get("/").await.status < 400);
    assert!(page.text.contains("href=\"/lookup/me\" aria-current=\"page\""), "{}", page.text);
}

#[actix_web::test]
async fn who_hides_is_gone_from_the_very_next_search_and_comes_back() {
    let desk = Desk::empty().await;
    let marie = desk.house.sign_in("marie.dupont").await;
    desk.import("portal", LIST).await;
    desk.until("dupont", 1).await;

    let hidden = marie.post_from("/lookup/me", "/lookup/me", &[("hidden", "1")]).await;
    assert_eq!((hidden.status, hidden.location()), (303, "/lookup/me?done=1"));
    assert_eq!(desk.search("dupont").await, Vec::<serde_json::Value>::new());
    let page = marie.get(hidden.location()).await;
    assert!(page.text.contains("plus personne ne vous trouve"), "{}", page.text);
    assert!(page.text.contains("Me laisser trouver"), "{}", page.text);
    assert_eq!(desk.house.last("lookup.hidden").await.outcome, "ok");

    // Coming again with a list or a push changes nothing about it.
    desk.import("portal", &LIST.replace("Marie,Dupont", "Marie,Dupont-Hoarau")).await;
    desk.until("martin", 2).await;
    assert_eq!(desk.search("dupont").await, Vec::<serde_json::Value>::new());

    marie.post_from("/lookup/me", "/lookup/me", &[("hidden", "0")]).await;
    desk.until("dupont", 1).await;
    assert!(marie.get("/lookup/me?done=1").await.text.contains("vous trouvent à nouveau"));
}

#[actix_web::test]
async fn the_choice_needs_a_person_and_their_own_form() {
    let desk = Desk::empty().await;
    let marie = desk.house.sign_in("marie.dupont").await;

    let visitor = desk.house.visitor().get("/lookup/me").await;
    assert_eq!((visitor.status, visitor.location()), (302, "/login?next=%2Flookup%2Fme"));
    marie.post("/lookup/me", &[("hidden", "1")]).await.must_be(403, "E-CSRF");
    marie.post("/lookup/me", &[("hidden", "1"), ("csrf", "x")]).await.must_be(403, "E-CSRF");
    assert!(desk.house.audit("lookup.hidden").await.is_empty());
}

#[actix_web::test]
async fn one_may_hide_before_any_server_names_one() {
    let desk = Desk::empty().await;
    let marie = desk.house.sign_in("marie.dupont").await;
    let page = marie.get("/lookup/me").await;
    assert!(page.text.contains("Aucun compte Nextcloud connu"), "{}", page.text);

    marie.post_from("/lookup/me", "/lookup/me", &[("hidden", "1")]).await;
    desk.import("portal", LIST).await;
    desk.until("martin", 2).await;

    assert_eq!(desk.search("dupont").await, Vec::<serde_json::Value>::new());
    assert!(marie.get("/lookup/me").await.text.contains("marie.dupont@nuage-dijon.example"));
}

#[actix_web::test]
async fn pupils_are_told_that_they_are_not_shown() {
    let desk = Desk::empty().await;
    let lea = desk.house.sign_in("lea.payet").await;
    desk.import("portal", LIST).await;
    desk.until("martin", 2).await;

    assert_eq!(desk.search("payet").await, Vec::<serde_json::Value>::new());
    let page = lea.get("/lookup/me").await;
    assert!(page.text.contains("les élèves ne sont pas montrés"), "{}", page.text);
}
