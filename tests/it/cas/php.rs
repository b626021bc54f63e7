//! phpCAS itself signs somebody in.
use super::sign_in_at;
use crate::house::House;
use crate::peers::phpcas::PhpCas;
use serde_json::json;

/// The part of an address of ours behind the host.
fn path<'a>(house: &House, location: &'a str) -> &'a str {
    location.strip_prefix(&house.url("")).unwrap_or_else(|| panic!("elsewhere: {location}"))
}

#[actix_web::test]
async fn phpcas_learns_who_came_and_from_which_schools() {
    let house = House::open().await;
    let php = PhpCas::start(&house.url("")).await;
    assert!(house.rewrite("app_filters/php_apps.ini", &php.section()).await);
    house.invite(&["marie.dupont"]).await;
    let marie = house.visitor();

    let asked = php.location(&php.url("/agenda")).await;
    let sent = sign_in_at(&marie, path(&house, &asked), "marie.dupont").await;
    let clean = php.location(sent.location()).await;

    assert_eq!(clean, php.url("/agenda"));
    let seen = php.sees("/agenda").await;
    assert_eq!(seen["user"], "marie.dupont");
    assert_eq!(seen["attributes"]["rne"], json!(["9740091F", "9749801K"]));
    assert_eq!(seen["attributes"]["displayName"], "Marie Dupont");
    assert_eq!(seen["attributes"]["isFromNewLogin"], "true");
}
