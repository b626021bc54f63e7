//! Changing keys: portals that read the metadata in time never notice (SEC-56).
use crate::house::{House, ready_made_key};
use aiguillage::keys::{self, Purpose, RollError, State};
use aiguillage::sso::saml::Reason;
use chrono::Duration;

const ASK: &str = "/saml?sp_ident=9740091F";

/// Make the next signing key; the running service follows.
async fn publish_next(house: &House) {
    let make = || Ok(ready_made_key("other"));
    let made = keys::add(house.db(), &house.master(), Purpose::Saml, house.now(), make).await;
    assert_eq!(made.expect("the key is kept"), State::Waiting);
    follow(house).await;
}

async fn follow(house: &House) {
    assert!(house.parts().signing.follow(house.now()).await.expect("good keys"));
    assert!(!house.parts().signing.follow(house.now()).await.expect("the same keys"));
}

async fn published(house: &House) -> usize {
    let metadata = house.visitor().get("/saml/metadata").await.text;
    metadata.matches("<md:KeyDescriptor").count()
}

#[actix_web::test]
async fn a_portal_that_read_the_metadata_in_time_notices_nothing() {
    let house = House::open().await;
    let never_told = house.portal("9740091F").await;
    assert_eq!(published(&house).await, 1);
    publish_next(&house).await;
    let told = house.portal("9740091F").await;
    assert_eq!(published(&house).await, 2);

    let before = house.sign_in("paul.hoarau").await.get(ASK).await;
    told.receive(&before, None);
    never_told.receive(&before, None);

    let early = keys::rotate(house.db(), Purpose::Saml, false, house.now()).await;
    assert!(matches!(early, Err(RollError::TooEarly { .. })));
    house.wait(Duration::days(14));
    keys::rotate(house.db(), Purpose::Saml, false, house.now()).await.expect("in time");
    follow(&house).await;

    let after = house.sign_in("paul.hoarau").await.get(ASK).await;
    told.receive(&after, None);
    assert_eq!(never_told.check(&after, None).err(), Some(Reason::Signature));
    assert_eq!(published(&house).await, 2, "the old one is still shown");
}

#[actix_web::test]
async fn a_retired_key_is_gone_from_the_metadata_and_all_of_it_is_recorded() {
    let house = House::open().await;
    publish_next(&house).await;
    let old = house.visitor().get("/saml/metadata").await.text;
    let used = keys::rotate(house.db(), Purpose::Saml, true, house.now()).await.expect("used");
    follow(&house).await;
    let rows = keys::list(&mut house.db().read().await.unwrap()).await.unwrap();
    let replaced = rows.iter().find(|row| State::of(row, &rows) == State::Replaced);
    let replaced = replaced.expect("the first key").id;

    keys::retire(house.db(), replaced, house.now()).await.expect("not in use");
    follow(&house).await;

    assert_eq!(published(&house).await, 1);
    let portal = house.portal("9740091F").await;
    portal.receive(&house.sign_in("paul.hoarau").await.get(ASK).await, None);
    let new = house.visitor().get("/saml/metadata").await.text;
    let first = |text: &str| text.split("<ds:X509Certificate>").nth(2).map(str::to_owned);
    assert_ne!(first(&old), first(&new));
    let of_saml = |rows: Vec<aiguillage::audit::Record>| {
        let rows = rows.into_iter().filter(|row| row.reason == "saml");
        rows.map(|row| row.fields["key"].as_str().unwrap_or_default().to_owned()).collect()
    };
    let created: Vec<String> = of_saml(house.audit("keys.created").await);
    assert_eq!(created, [replaced.to_string(), used.to_string()]);
    let rotated: Vec<String> = of_saml(house.audit("keys.rotated").await);
    assert_eq!(rotated, [used.to_string()]);
    let retired: Vec<String> = of_saml(house.audit("keys.retired").await);
    assert_eq!(retired, [replaced.to_string()]);
}

#[actix_web::test]
async fn keys_that_cannot_be_used_leave_the_old_ones_in_use() {
    let house = House::open().await;
    let make = || Ok(ready_made_key("weak"));
    let made = keys::add(house.db(), &house.master(), Purpose::Saml, house.now(), make).await;
    made.expect("the key is kept");
    keys::rotate(house.db(), Purpose::Saml, true, house.now()).await.expect("used");

    let refused = house.parts().signing.follow(house.now()).await;

    assert!(refused.is_err());
    let portal = house.portal("9740091F").await;
    portal.receive(&house.sign_in("paul.hoarau").await.get(ASK).await, None);
}

#[actix_web::test]
async fn another_cookie_key_changes_nobodys_persistent_name() {
    let mut house = House::open().await;
    let associations = "[default]\nnameid = persistent\n";
    assert!(house.rewrite("attribute_sets/associations.ini", associations).await);
    let name = async |house: &House| {
        let page = house.sign_in("paul.hoarau").await.get(ASK).await;
        house.portal("9740091F").await.receive(&page, None).name_id
    };
    let before = name(&house).await;
    let token = house.visitor().get("/login").await.csrf();

    let make = keys::random_key;
    let made = keys::add(house.db(), &house.master(), Purpose::Cookie, house.now(), make).await;
    assert_eq!(made.expect("the key is kept"), State::Waiting);
    keys::rotate(house.db(), Purpose::Cookie, false, house.now()).await.expect("used");
    house.restart().await;

    assert_eq!(name(&house).await, before);
    assert_ne!(house.visitor().get("/login").await.csrf(), token);
}
