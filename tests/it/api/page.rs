//! `/admin/tokens`, `/api`, and the command.
use super::{house, program};
use crate::program::Installation;

const GOOD: [(&str, &str); 3] =
    [("name", "Restaurant"), ("people:read", "1"), ("expires", "2027-08-31")];

#[actix_web::test]
async fn a_token_is_made_shown_once_used_and_revoked() {
    let house = house().await;
    let admin = house.administrator().await;
    let made = admin.post_from("/admin/tokens", "/admin/tokens", &GOOD).await;
    assert_eq!(made.status, 200);
    let start = made.text.find("aig_").expect("the token is shown");
    let text = &made.text[start..start + 47];
    assert_eq!(program(&house, text).get("/api/v1/people").await.status, 200);
    let event = house.last("token.made").await;
    assert_eq!(
        (&event.fields["program"], &event.fields["scopes"][0]),
        (&"Restaurant".into(), &"people:read".into())
    );
    assert!(!event.fields.to_string().contains("aig_"));

    let page = admin.get("/admin/tokens").await;
    assert!(!page.text.contains("aig_") && page.text.contains("Restaurant"));
    let id = page.text.split("/admin/tokens/").nth(1).unwrap().split('/').next().unwrap();
    let path = format!("/admin/tokens/{id}/revoke");
    let answer = admin.post_from("/admin/tokens", &path, &[]).await;
    assert_eq!(answer.location(), "/admin/tokens?revoked=1");
    program(&house, text).get("/api/v1/people").await.must_be(401, "E-API-TOKEN");
    assert_eq!(house.last("token.revoked").await.fields["program"], "Restaurant");
    assert_eq!(admin.post_from("/admin/tokens", &path, &[]).await.status, 404);
    assert!(admin.get("/admin/tokens?revoked=1").await.text.contains("révoqué"));
}

#[actix_web::test]
async fn a_form_that_makes_no_sense_is_shown_again_with_what_was_typed() {
    let house = house().await;
    let admin = house.administrator().await;
    admin.post_from("/admin/tokens", "/admin/tokens", &GOOD).await;
    let wrong: [(&[(&str, &str)], &str); 6] = [
        (&GOOD, "porte déjà ce nom"),
        (&[("name", "A")], "au moins un droit"),
        (&[("name", "A"), ("jobs:read", "1"), ("rne", "9740091F")], "jobs:read"),
        (&[("name", "A"), ("people:read", "1"), ("rne", "!!")], "!!"),
        (&[("name", "A"), ("people:read", "1"), ("networks", "10.0/8")], "10.0/8"),
        (&[("name", "A"), ("people:read", "1"), ("expires", "2020-01-01")], "à venir"),
    ];
    for (fields, said) in wrong {
        let answer = admin.post_from("/admin/tokens", "/admin/tokens", fields).await;
        assert_eq!(answer.status, 422);
        assert!(answer.text.contains(said), "{said}: {}", answer.words());
        assert!(!answer.text.contains("aig_"));
        let name = fields[0].1;
        assert!(answer.text.contains(&format!("value=\"{name}\"")), "{name}");
    }
    assert_eq!(house.audit("token.made").await.len(), 1);
}

#[actix_web::test]
async fn the_page_is_for_administrators_and_their_own_forms() {
    let house = house().await;
    let teacher = house.sign_in("paul.hoarau").await;
    assert_eq!(teacher.get("/admin/tokens").await.status, 403);
    assert_eq!(teacher.post_from("/sessions", "/admin/tokens", &GOOD).await.status, 403);
    let admin = house.administrator().await;
    assert_eq!(admin.post("/admin/tokens", &GOOD).await.status, 403);
    assert!(house.audit("token.made").await.is_empty());
}

#[actix_web::test]
async fn the_reference_is_a_page_in_both_languages_and_a_document() {
    let house = house().await;
    let page = house.visitor().get("/api").await;
    assert_eq!(page.status, 200);
    assert!(
        page.text.contains("Droit nécessaire") && page.text.contains("/api/v1/people/by-source")
    );
    let english = house.visitor().with("accept-language", "en").get("/api").await;
    assert!(english.text.contains("Scope needed"));
    for operation in aiguillage::api::operations() {
        assert!(english.words().contains(operation.path), "{}", operation.path);
    }
    let document = house.visitor().get("/api/openapi.json").await;
    assert_eq!(document.json()["openapi"], "3.1.0");
    let tag = document.header("etag").to_owned();
    let again = house.visitor().with("if-none-match", &tag).get("/api/openapi.json").await;
    assert_eq!(again.status, 304);
}

#[actix_web::test]
async fn the_command_makes_lists_and_revokes_tokens() {
    let house = Installation::new();
    let made = house.run(&["token", "add", "Cantine", "--scope", "people:read", "--json"]).json();
    assert!(made["token"].as_str().unwrap().starts_with("aig_"));
    let listed = house.run(&["token", "list", "--json"]).json();
    assert_eq!((&listed[0]["name"], &listed[0]["works"]), (&"Cantine".into(), &true.into()));
    assert!(!listed.to_string().contains("aig_"));
    let id = made["id"].as_str().unwrap();
    house.run(&["token", "revoke", id]).good();
    assert_eq!(house.run(&["token", "revoke", id]).code, Some(1));
    assert_eq!(house.run(&["token", "list", "--json"]).json()[0]["works"], false);
    let wrong = house.run(&["token", "add", "X", "--scope", "people:all"]);
    assert_eq!(wrong.code, Some(2));
}
