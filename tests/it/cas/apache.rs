//! `mod_auth_cas` signs somebody in, and hears when the session ends.
use super::{path_of, sign_in_at};
use crate::house::House;
use crate::peers::auth_cas::AuthCas;

#[actix_web::test]
async fn a_site_on_apache_learns_who_came_and_that_they_left() {
    Box::pin(walk("", false)).await;
}

/// It takes the last element `user`: sections of this name are not for it.
#[actix_web::test]
async fn with_a_filter_it_wants_the_standard_answer() {
    Box::pin(walk("filter=dispatcher\nmode=standard\n", false)).await;
}

#[actix_web::test]
async fn by_saml_it_learns_attributes_too() {
    Box::pin(walk("filter=dispatcher\n", true)).await;
}

async fn walk(more: &str, saml: bool) {
    let house = House::open().await;
    let site = AuthCas::start(&house.url(""), saml).await;
    assert!(house.rewrite("app_filters/apache_apps.ini", &site.section(more)).await);
    house.invite(&["paul.hoarau"]).await;
    let paul = house.visitor();

    let asked = site.get(&site.url("/secret")).await;
    let sent = sign_in_at(&paul, path_of(&house, &asked.location), "paul.hoarau").await;
    let inside = site.get(sent.location()).await;
    assert_eq!(inside.status, 302, "{} {}", inside.text, site.log());
    let page = site.get(&inside.location).await;
    assert_eq!(page.status, 200, "{}", site.log());
    assert!(page.text.contains("<p>paul.hoarau</p>"), "{}", page.text);

    if saml {
        assert!(page.text.contains("<p>9740091F</p>"), "{}", page.text);
    }

    let left = paul.post_from("/logout", "/logout", &[]).await;
    assert!(left.text.contains("Apache"), "{}", left.text);
    let again = site.get(&site.url("/secret")).await;
    assert_eq!(again.status, 302, "the site wants a sign-in again: {}", site.log());
}
