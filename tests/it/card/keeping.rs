//! What time makes of cards and photos, and what is left of somebody who is erased.
use super::{
    MANAGER, STUDENT, ask, card_of, enabled, follow, lead, set_attribute, set_mail, state_of,
    university, upload, with,
};
use crate::house::House;
use crate::rights::person_of;
use crate::store::TestDb;
use aiguillage::card::CleanPhotos;
use aiguillage::card::escn::Issuer;
use aiguillage::card::state::State;
use aiguillage::card::store;
use aiguillage::rights::{Grant, Role, Scope};
use chrono::Duration;
use std::path::PathBuf;

/// Files in the vault of photos.
fn vault(house: &House) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(house.file("photos")).into_iter().flatten();
    entries.map(|entry| entry.expect("an entry").path()).collect()
}

async fn clean(house: &House) {
    let mut tx = house.db().write().await.expect("a transaction");
    house.parts().jobs.queue.add(&mut tx, &CleanPhotos {}).await.expect("asked");
    tx.commit().await.expect("kept");
    house.run_jobs().await;
}

#[actix_web::test]
async fn cards_follow_the_rights_of_their_holders() {
    let house = university().await;
    let card = enabled(&house, STUDENT, "04063F72633480").await;
    let luc = person_of(&house, STUDENT).await;
    set_attribute(&house, luc, "schacExpiryDate", "20270930235959Z").await;
    follow(&house).await;
    let moved = card_of(&house, STUDENT).await;
    assert_eq!(
        moved.due_at.map(|due| due.to_rfc3339()).as_deref(),
        Some("2027-09-30T23:59:59+00:00")
    );
    assert_eq!((moved.state, moved.version), (State::Enabled, card.version + 1));
    follow(&house).await;
    assert_eq!(card_of(&house, STUDENT).await.version, moved.version, "nothing changed");

    set_attribute(&house, luc, "schacExpiryDate", "20261231235959Z").await;
    follow(&house).await;
    assert_eq!(state_of(&house, STUDENT).await, State::Caduc);
    let last = house.last("card.changed").await;
    assert_eq!((last.reason.as_str(), last.fields["actor"].as_str()), ("caduc", Some("system")));
    let who = house.sign_in(STUDENT).await;
    who.get("/cards/request").await.must_be(409, "E-CARD-ASK");
    assert!(who.get("/cards").await.text.contains("Vos droits sont terminés"));

    set_attribute(&house, luc, "schacExpiryDate", "30/09/2027").await;
    follow(&house).await;
    assert_eq!(
        state_of(&house, STUDENT).await,
        State::Caduc,
        "what cannot be read changes nothing"
    );
    set_attribute(&house, luc, "schacExpiryDate", "").await;
    follow(&house).await;
    assert_eq!(state_of(&house, STUDENT).await, State::Disabled, "somebody has to enable it");
}

#[actix_web::test]
async fn whoever_leaves_the_source_has_no_working_card() {
    let house = university().await;
    enabled(&house, STUDENT, "04063F72633480").await;
    ask(&house.sign_in("tom.girard").await).await;
    let sql = "UPDATE account SET ended_at = $1 WHERE login IN ('luc.petit', 'tom.girard')";
    let mut tx = house.db().write().await.expect("a transaction");
    let now = house.now();
    aiguillage::on!(&mut tx, |conn| sqlx::query(sql).bind(now).execute(conn).await.map(|_| ()))
        .expect("kept");
    tx.commit().await.expect("kept");
    follow(&house).await;
    assert_eq!(state_of(&house, STUDENT).await, State::Caduc);
    assert_eq!(state_of(&house, "tom.girard").await, State::Canceled);
}

#[actix_web::test]
async fn locked_people_are_neither_checked_nor_renewed() {
    let house = university().await;
    let luc = house.sign_in(STUDENT).await;
    ask(&luc).await;
    let person = person_of(&house, STUDENT).await;
    let locked = Grant { role: Role::CardLocked, scope: Scope::Installation };
    crate::rights::give(&house, person, &[locked]).await;
    let nadia = house.sign_in(MANAGER).await;
    let card = card_of(&house, STUDENT).await.id;
    lead(&nadia, card, "request_checked", &[]).await.must_be(409, "E-CARD-STATE");
    crate::rights::give(&house, person, &[]).await;
    assert_eq!(lead(&nadia, card, "request_checked", &[]).await.status, 303);
}

#[actix_web::test]
async fn paid_cards_are_not_asked_for_before_they_are_paid() {
    let house = university().await;
    let luc = house.sign_in(STUDENT).await;
    let paid = Grant { role: Role::CardFirstPaid, scope: Scope::Installation };
    crate::rights::give(&house, person_of(&house, STUDENT).await, &[paid]).await;
    luc.get("/cards/request").await.must_be(409, "E-CARD-ASK");
    assert!(luc.get("/cards").await.text.contains("Cette carte est payante"));
}

#[actix_web::test]
async fn photos_go_when_no_card_needs_them() {
    let house = university().await;
    let luc = house.sign_in(STUDENT).await;
    upload(&luc, &super::photo()).await;
    ask(&luc).await;
    assert_eq!(vault(&house).len(), 2);
    house.wait(Duration::days(2));
    clean(&house).await;
    assert_eq!(vault(&house).len(), 1, "the one that no card got");
    let nadia = house.sign_in(MANAGER).await;
    let card = card_of(&house, STUDENT).await.id;
    lead(&nadia, card, "canceled", &[("note", "doublon")]).await;
    house.wait(Duration::days(89));
    clean(&house).await;
    assert_eq!(vault(&house).len(), 1, "ninety days after the end");
    house.wait(Duration::days(2));
    clean(&house).await;
    assert_eq!(vault(&house), Vec::<PathBuf>::new());
    assert_eq!(card_of(&house, STUDENT).await.photo, None, "the card knows");
}

#[actix_web::test]
async fn nothing_of_a_card_is_left_of_whoever_is_erased() {
    let house = university().await;
    enabled(&house, STUDENT, "04063F72633480").await;
    let luc = person_of(&house, STUDENT).await;
    let admin = house.administrator().await;
    let taken = admin.get(&format!("/admin/people/{luc}/data.json")).await.json();
    assert_eq!(taken["tables"]["card"][0]["csn"], "04063F72633480");
    assert_eq!(taken["tables"]["card_holder"][0]["eppn"], "lucpetit@quais.example");
    assert!(taken["tables"]["card_photo"][0].get("storage_key").is_none());
    assert_eq!(taken["tables"]["card_change"].as_array().map(Vec::len), Some(6));
    let path = format!("/admin/people/{luc}/erase");
    let form = [("name", "Luc Petit"), ("reason", "demande")];
    assert_eq!(admin.post_from(&path, &path, &form).await.status, 303);
    house.run_jobs().await;
    for table in ["card", "card_holder", "card_change"] {
        let mut tx = house.db().read().await.expect("the database answers");
        let sql = sqlx::AssertSqlSafe(format!("SELECT count(*) FROM {table}"));
        let count: i64 =
            aiguillage::on!(&mut tx, |conn| sqlx::query_scalar(sql).fetch_one(conn).await)
                .expect("a count");
        assert_eq!(count, 0, "{table}");
    }
    clean(&house).await;
    assert_eq!(vault(&house), Vec::<PathBuf>::new());
}

#[actix_web::test]
async fn european_numbers_go_up_whatever_the_clock_says() {
    let db = TestDb::open().await;
    let issuer = Issuer::new(1, "123456789").expect("an issuer");
    let mut tx = db.db.write().await.expect("a transaction");
    let mut steps = Vec::new();
    for now in [1_000, 1_000, 999, 5_000, 4_000] {
        steps.push(store::next_step(&mut tx, &issuer.node(), now).await.expect("a step"));
    }
    assert_eq!(steps, [1_000, 1_001, 1_002, 5_000, 5_001]);
    let other = store::next_step(&mut tx, "002123456789", 7).await.expect("a step");
    assert_eq!(other, 7, "each issuer for itself");
}

/// What was written about ends of cards.
async fn warnings(house: &House) -> Vec<String> {
    let mut tx = house.db().read().await.expect("the database answers");
    let sql = "SELECT CAST(vars AS TEXT) FROM mail WHERE template = 'card_expires' ORDER BY id";
    aiguillage::on!(&mut tx, |conn| sqlx::query_scalar(sql).fetch_all(conn).await).expect("rows")
}

#[actix_web::test]
async fn a_holder_is_written_to_once_before_each_end_of_a_card_that_works() {
    let house = with(&[("AIGUILLAGE_CARD_WARN_BEFORE", "30d")]).await;
    enabled(&house, STUDENT, "04063F72633480").await;
    enabled(&house, "tom.girard", "04AABBCCDDEE80").await;
    set_mail(&house, STUDENT).await;
    let luc = person_of(&house, STUDENT).await;
    let due = |days: i64| (house.now() + Duration::days(days)).format("%Y%m%d235959Z").to_string();
    set_attribute(&house, luc, "schacExpiryDate", &due(40)).await;
    follow(&house).await;
    assert!(warnings(&house).await.is_empty(), "it is too early");
    house.wait(Duration::days(15));
    follow(&house).await;
    follow(&house).await;
    assert_eq!(warnings(&house).await.len(), 1, "once");
    assert!(warnings(&house).await[0].contains("until"), "{:?}", warnings(&house).await);
    assert_eq!(house.audit("card.warned").await.len(), 1, "nobody without an address");

    set_attribute(&house, luc, "schacExpiryDate", &due(29)).await;
    follow(&house).await;
    follow(&house).await;
    assert_eq!(warnings(&house).await.len(), 2, "another end");
    set_attribute(&house, luc, "schacExpiryDate", &due(28)).await;
    let card = card_of(&house, STUDENT).await.id;
    lead(&house.sign_in(MANAGER).await, card, "disabled", &[]).await;
    follow(&house).await;
    assert_eq!(warnings(&house).await.len(), 2, "it does not work");
}

#[actix_web::test]
async fn nobody_is_written_to_before_an_end_unless_the_office_wants_it() {
    let house = university().await;
    enabled(&house, STUDENT, "04063F72633480").await;
    set_mail(&house, STUDENT).await;
    let luc = person_of(&house, STUDENT).await;
    let due = (house.now() + Duration::days(3)).format("%Y%m%d235959Z").to_string();
    set_attribute(&house, luc, "schacExpiryDate", &due).await;
    follow(&house).await;
    assert!(warnings(&house).await.is_empty());
}
