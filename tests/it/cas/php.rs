//! phpCAS itself signs somebody in.
use super::{application, login, path_of, sign_in_at};
use crate::house::{House, Person};
use crate::peers::phpcas::PhpCas;
use crate::rights::person_of;
use serde_json::json;

/// Somebody signs in at the application.
async fn enter(house: &House, php: &PhpCas, person: &Person<'_>, name: &str) {
    let asked = php.location(&php.url("/agenda")).await;
    let path = path_of(house, &asked);
    let first = person.get(path).await;
    let sent = if first.status == 302 { first } else { sign_in_at(person, path, name).await };
    assert_eq!(php.location(sent.location()).await, php.url("/agenda"));
    assert_eq!(php.sees("/agenda").await["user"], name);
}

#[actix_web::test]
async fn phpcas_hears_of_the_end() {
    let house = House::open().await;
    let php = PhpCas::start(&house.url("")).await;
    assert!(house.rewrite("app_filters/php_apps.ini", &php.section()).await);
    let paul = house.sign_in("paul.hoarau").await;

    enter(&house, &php, &paul, "paul.hoarau").await;
    let page = paul.post_from("/logout", "/logout", &[]).await;
    assert_eq!(php.sees("/open").await["user"], json!(null), "signed out by hand");
    assert!(page.text.contains("PHP"), "{}", page.text);
    let row = house.last("auth.logout").await;
    assert_eq!(row.fields["applications"], 1);

    // By the application's own button: gone everywhere, and back there.
    let paul = house.sign_in("paul.hoarau").await;
    enter(&house, &php, &paul, "paul.hoarau").await;
    let back = serde_urlencoded::to_string([("service", php.url("/open"))]).expect("text");
    let gone = paul.get(&format!("/logout?{back}")).await;
    assert_eq!((gone.status, gone.location()), (302, php.url("/open").as_str()));
    assert_eq!(php.sees("/open").await["user"], json!(null));
    assert_eq!(paul.get("/dispatch").await.status, 302, "no session any more");

    // From another browser.
    let paul = house.sign_in("paul.hoarau").await;
    enter(&house, &php, &paul, "paul.hoarau").await;
    let other = house.sign_in("paul.hoarau").await;
    other.post_from("/sessions", "/sessions/end-others", &[]).await;
    until_gone(&php).await;
}

#[actix_web::test]
async fn a_fresh_sign_in_of_the_same_person_ends_nothing_elsewhere() {
    let house = House::open().await;
    let php = PhpCas::start(&house.url("")).await;
    assert!(house.rewrite("app_filters/php_apps.ini", &php.section()).await);
    let paul = house.sign_in("paul.hoarau").await;
    enter(&house, &php, &paul, "paul.hoarau").await;

    let other = login(&application(&house), "&renew=true");
    assert_eq!(sign_in_at(&paul, &other, "paul.hoarau").await.status, 302);
    assert_eq!(php.sees("/open").await["user"], "paul.hoarau");
    let page = paul.post_from("/logout", "/logout", &[]).await;
    assert!(page.text.contains("PHP"), "{}", page.text);
    assert_eq!(php.sees("/open").await["user"], json!(null), "it is still known of");

    let paul = house.sign_in("paul.hoarau").await;
    enter(&house, &php, &paul, "paul.hoarau").await;
    house.invite(&["marie.dupont"]).await;
    assert_eq!(sign_in_at(&paul, &other, "marie.dupont").await.status, 302);
    until_gone(&php).await;
}

#[actix_web::test]
async fn an_application_hears_that_somebody_was_erased() {
    let house = House::open().await;
    let php = PhpCas::start(&house.url("")).await;
    assert!(house.rewrite("app_filters/php_apps.ini", &php.section()).await);
    let paul = house.sign_in("paul.hoarau").await;
    enter(&house, &php, &paul, "paul.hoarau").await;
    let id = person_of(&house, "paul.hoarau").await;
    let admin = house.administrator().await;

    let path = format!("/admin/people/{id}/erase");
    let form = [("name", "Paul Hoarau"), ("reason", "demande")];
    let done = admin.post_from(&path, &path, &form).await;

    assert_eq!(done.location(), "/admin/people?erased=1");
    assert_eq!(php.sees("/open").await["user"], "paul.hoarau", "the job tells it");
    house.run_jobs().await;
    assert_eq!(php.sees("/open").await["user"], json!(null));
}

/// What nobody waits for takes a moment.
async fn until_gone(php: &PhpCas) {
    for _ in 0..200 {
        if php.sees("/open").await["user"].is_null() {
            return;
        }
        actix_web::rt::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    panic!("the application was not told");
}

#[actix_web::test]
async fn a_school_may_have_a_portal_that_signs_in_by_cas() {
    let house = House::open().await;
    let php = PhpCas::start(&house.url("")).await;
    assert!(house.rewrite("app_filters/php_apps.ini", &php.section()).await);
    let portal = house.at_portal("/portail/9740091F");
    let own = format!("{}\nprotocole=cas", php.url("/agenda"));
    assert!(house.change("etabs.ini", &portal, &own).await);

    let paul = house.sign_in("paul.hoarau").await;
    let dispatched = paul.get("/dispatch").await;
    assert_eq!(dispatched.location(), php.url("/agenda"));
    let asked = php.location(dispatched.location()).await;
    let sent = paul.get(path_of(&house, &asked)).await;
    assert_eq!(sent.status, 302, "nothing is asked again");
    assert_eq!(php.location(sent.location()).await, php.url("/agenda"));
    assert_eq!(php.sees("/agenda").await["user"], "paul.hoarau");
}

#[actix_web::test]
async fn an_application_that_does_not_hear_is_named() {
    let house = House::open().await;
    let php = PhpCas::start(&house.url("")).await;
    assert!(house.rewrite("app_filters/php_apps.ini", &php.section()).await);
    let paul = house.sign_in("paul.hoarau").await;
    enter(&house, &php, &paul, "paul.hoarau").await;
    let back = serde_urlencoded::to_string([("service", php.url("/open"))]).expect("text");
    let address = php.url("/open");
    drop(php);
    let page = paul.get(&format!("/logout?{back}")).await;
    assert_eq!(page.status, 200);
    assert!(page.text.contains("sans réponse"), "{}", page.text);
    assert!(page.text.contains(&format!("href=\"{address}\"")), "{}", page.text);
    assert_eq!(paul.get("/dispatch").await.status, 302, "our own session ended first");
}

#[actix_web::test]
async fn nobody_else_signs_people_out() {
    let house = House::open().await;
    let paul = house.sign_in("paul.hoarau").await;
    for address in ["/logout", "/logout?service=https%3A%2F%2Fevil.test%2F", "/cas/logout?url=x"] {
        let page = paul.get(address).await;
        assert_eq!((page.status, page.location()), (200, ""), "{address}");
        assert!(page.text.contains("action=\"/logout\""), "it asks: {}", page.text);
        assert_eq!(paul.get("/sessions").await.status, 200, "still signed in");
    }
}

#[actix_web::test]
async fn phpcas_learns_who_came_and_from_which_schools() {
    let house = House::open().await;
    let php = PhpCas::start(&house.url("")).await;
    assert!(house.rewrite("app_filters/php_apps.ini", &php.section()).await);
    house.invite(&["marie.dupont"]).await;
    let marie = house.visitor();

    let asked = php.location(&php.url("/agenda")).await;
    let sent = sign_in_at(&marie, path_of(&house, &asked), "marie.dupont").await;
    let clean = php.location(sent.location()).await;

    assert_eq!(clean, php.url("/agenda"));
    let seen = php.sees("/agenda").await;
    assert_eq!(seen["user"], "marie.dupont");
    assert_eq!(seen["attributes"]["rne"], json!(["9740091F", "9749801K"]));
    assert_eq!(seen["attributes"]["displayName"], "Marie Dupont");
    assert_eq!(seen["attributes"]["isFromNewLogin"], "true");
}
