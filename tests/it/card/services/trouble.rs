//! What is wrong with one card or one person, and the others that are told all the same.
use super::super::{MANAGER, follow, post};
use super::crous::{self, CARD, HOLDER, TOKEN, calls, error, known, read_fares};
use super::{
    CSN, ESI, STUDENT, card_of, compare, enabled, erase, jobs, morning, set, state, telling,
    told_of, told_of_card,
};
use crate::house::House;
use crate::peers::card_service::{CardService, Wrong};
use aiguillage::card::services::ToldState;
use aiguillage::card::services::crous::store::fares;
use aiguillage::card::services::store::health;
use aiguillage::config::FareBook;
use aiguillage::jobs::JobState;
use chrono::Duration;
use serde_json::json;

const OTHER: &str = "tom.girard";

async fn at_router(router: &CardService) -> House {
    telling(&[("AIGUILLAGE_ESC_URL", router)], &[]).await
}

async fn stop(house: &House) {
    let luc = house.sign_in(STUDENT).await;
    let card = card_of(house, STUDENT).await.id;
    post(&luc, &format!("/cards/{card}/stop"), &[("why", "lost")]).await;
    house.run_jobs().await;
}

#[actix_web::test]
async fn an_old_card_that_cannot_be_stopped_leaves_the_new_one_alone() {
    let router = CardService::router();
    let house = at_router(&router).await;
    let old = enabled(&house, STUDENT, CSN).await;
    house.run_jobs().await;
    for _ in 0..2 {
        router.will("DELETE /cards", Wrong::Says(418, json!({ "code": "ER-0099" })));
    }
    stop(&house).await;
    let told = told_of_card(&house, old.id).await;
    assert_eq!((told.state, told.code.as_str()), (ToldState::Failing, "ER-0099"));
    let new = enabled(&house, STUDENT, "04063F72633481").await;
    house.wait(Duration::minutes(2));
    house.run_jobs().await;
    assert_eq!(told_of_card(&house, new.id).await.state, ToldState::On);
    assert_eq!(told_of_card(&house, old.id).await.state, ToldState::Failing);
    assert_eq!(router.with_router(|router| router.cards.len()), 2);

    house.wait(Duration::hours(1));
    house.run_jobs().await;
    assert_eq!(told_of_card(&house, old.id).await.state, ToldState::Off);
    let escn = new.escn.expect("a number");
    assert!(router.with_router(|router| router.cards.keys().eq([&escn])));
    // The number of the new card is not lost by the end of the old one.
    erase(&house, (STUDENT, "Luc Petit")).await;
    assert!(router.with_router(|router| router.cards.is_empty()));
}

#[actix_web::test]
async fn whom_another_institution_holds_keeps_a_card_that_somebody_has_to_see_to() {
    let izly = CardService::izly(morning());
    let house = known(&izly).await;
    set(&house, STUDENT, "supannEtablissement", "{UAI}0761904X").await;
    for _ in 0..2 {
        izly.will("GET /beforeizly", Wrong::Says(403, error("-5")));
    }
    stop(&house).await;
    assert_eq!(state(&house, STUDENT).await, (ToldState::Refused, "-5".into()));
    crous::tell(&house).await;
    assert_eq!(state(&house, STUDENT).await.0, ToldState::Off);

    let izly = CardService::izly(morning());
    let house = known(&izly).await;
    set(&house, STUDENT, "schacExpiryDate", "20280930235959Z").await;
    follow(&house).await;
    izly.calls();
    for _ in 0..2 {
        izly.will("PUT /beforeizly", Wrong::Says(403, error("-5")));
    }
    stop(&house).await;
    let wanted = [
        format!("GET {HOLDER} 200"),
        format!("PUT {HOLDER} 403"),
        TOKEN.to_owned(),
        format!("PUT {HOLDER} 403"),
    ];
    assert_eq!(calls(&izly), wanted);
    assert_eq!(state(&house, STUDENT).await, (ToldState::Refused, "-5".into()));
    assert!(izly.with_izly(|izly| izly.cards[&990_000_042].2), "it still works there");
}

#[actix_web::test]
async fn a_page_in_place_of_a_card_says_nothing_of_it() {
    let izly = CardService::izly(morning());
    let house = crous::house(&izly).await;
    izly.will(&format!("GET {CARD}"), Wrong::Rubbish);
    enabled(&house, STUDENT, CSN).await;
    house.run_jobs().await;
    assert_eq!(state(&house, STUDENT).await, (ToldState::Failing, "rubbish".into()));
    house.wait(Duration::minutes(2));
    house.run_jobs().await;
    assert_eq!(state(&house, STUDENT).await, (ToldState::On, String::new()));

    let izly = CardService::izly(morning());
    izly.will(&format!("GET {CARD}"), Wrong::Says(200, json!(null)));
    let house = crous::house(&izly).await;
    enabled(&house, STUDENT, CSN).await;
    house.run_jobs().await;
    assert_eq!(state(&house, STUDENT).await.1, "rubbish", "nothing is no card either");
}

#[actix_web::test]
async fn whom_the_crous_does_not_let_us_speak_of_any_more_is_not_asked_for_again() {
    for (status, code) in [(403, "-5"), (422, "-31")] {
        let izly = CardService::izly(morning());
        let house = known(&izly).await;
        for _ in 0..2 {
            izly.will("PATCH /beforeizly", Wrong::Says(status, error(code)));
        }
        erase(&house, (STUDENT, "Luc Petit")).await;
        let asked = calls(&izly);
        assert_eq!(asked[0], format!("PATCH {CARD} {status}"), "{asked:?}");
        house.wait(Duration::hours(2));
        house.run_jobs().await;
        assert!(calls(&izly).is_empty(), "{code}");
    }
}

#[actix_web::test]
async fn a_card_that_was_stopped_is_not_stopped_again_when_its_holder_goes() {
    let izly = CardService::izly(morning());
    let house = known(&izly).await;
    stop(&house).await;
    assert_eq!(calls(&izly).pop(), Some(format!("PATCH {CARD} 200")));
    erase(&house, (STUDENT, "Luc Petit")).await;
    assert!(calls(&izly).is_empty());
}

#[actix_web::test]
async fn whom_a_service_does_not_let_go_keeps_nobody_else_there() {
    let router = CardService::router();
    let house = at_router(&router).await;
    enabled(&house, STUDENT, CSN).await;
    enabled(&house, OTHER, "04063F72633481").await;
    house.run_jobs().await;
    router.will("DELETE /persons", Wrong::Says(418, json!({ "code": "ER-0099" })));
    for gone in [(STUDENT, "Luc Petit"), (OTHER, "Tom Girard")] {
        erase(&house, gone).await;
    }
    house.wait(Duration::hours(2));
    house.run_jobs().await;
    assert!(router.with_router(|router| router.persons.is_empty() && router.cards.is_empty()));
}

async fn failures(house: &House) -> i64 {
    let mut tx = house.db().read().await.expect("the database answers");
    health(&mut tx, "esc").await.expect("a row").failures
}

#[actix_web::test]
async fn one_card_that_breaks_a_service_is_listed_and_the_others_are_told() {
    let router = CardService::router();
    let house = at_router(&router).await;
    for _ in 0..100 {
        router.will(&format!("GET /persons/{ESI}"), Wrong::Says(500, json!({})));
    }
    enabled(&house, STUDENT, CSN).await;
    for _ in 0..8 {
        house.run_jobs().await;
        house.wait(Duration::minutes(62));
    }
    house.run_jobs().await;
    assert!(failures(&house).await > 5, "it seems to be away");
    enabled(&house, OTHER, "04063F72633481").await;
    house.run_jobs().await;
    house.wait(Duration::minutes(62));
    house.run_jobs().await;
    assert_eq!(state(&house, OTHER).await.0, ToldState::On, "the others go first");
    assert!(failures(&house).await < 5);

    for _ in 0..40 {
        house.wait(Duration::minutes(62));
        house.run_jobs().await;
    }
    let told = told_of(&house, STUDENT).await;
    assert_eq!((told.state, told.code.as_str()), (ToldState::Refused, "broken"));
    assert!((20..24).contains(&told.tries), "{}", told.tries);
    assert!(jobs(&house).await.iter().all(|job| *job == JobState::Done));
    router.calls();
    compare(&house).await;
    assert_eq!(router.calls(), [format!("GET /persons/{ESI} 500")], "once each night");
}

#[actix_web::test]
async fn a_visit_with_nothing_to_say_lets_the_next_one_try_at_once() {
    let router = CardService::router();
    let house = at_router(&router).await;
    router.go_away(true);
    enabled(&house, STUDENT, CSN).await;
    for _ in 0..9 {
        house.run_jobs().await;
        house.wait(Duration::minutes(62));
    }
    house.run_jobs().await;
    router.go_away(false);
    house.wait(Duration::hours(1));
    // Without a national number the router hears nothing of them.
    enabled(&house, "alain.garnier", "04063F72633481").await;
    house.run_jobs().await;
    assert_eq!(state(&house, "alain.garnier").await.1, "no_ine");
    assert_eq!(state(&house, STUDENT).await.0, ToldState::On);
    assert_eq!(failures(&house).await, 0);
}

#[actix_web::test]
async fn what_was_noted_is_listed_and_looked_at_again_after_a_week() {
    let izly = CardService::izly(morning());
    let house = crous::house(&izly).await;
    izly.with_izly(|izly| izly.holders.insert("0990000004A".into(), json!({})));
    izly.will(&format!("GET {HOLDER}"), Wrong::Says(423, error("-50")));
    enabled(&house, STUDENT, CSN).await;
    house.run_jobs().await;
    assert_eq!(state(&house, STUDENT).await, (ToldState::On, "-50".into()));
    let nadia = house.sign_in(MANAGER).await;
    let list = nadia.get("/cards/office/services").await;
    assert!(list.text.contains("-50") && list.text.contains("Luc Petit"), "{}", list.words());
    izly.calls();
    house.wait(Duration::days(1));
    compare(&house).await;
    assert!(calls(&izly).is_empty());
    house.wait(Duration::days(6));
    compare(&house).await;
    assert_eq!(calls(&izly)[0], format!("GET {HOLDER} 200"));
    assert_eq!(state(&house, STUDENT).await, (ToldState::On, String::new()));
    assert!(!nadia.get("/cards/office/services").await.text.contains("Luc Petit"));
}

#[actix_web::test]
async fn a_book_of_fares_that_is_refused_leaves_the_others_to_be_read() {
    let izly = CardService::izly(morning());
    for _ in 0..2 {
        izly.will("GET /beforeizly/v1/crous/06", Wrong::Says(403, error("403")));
    }
    let more = [("AIGUILLAGE_CROUS_FARES", "06:0750001A, 07:0761904G")];
    let house = telling(&[("AIGUILLAGE_CROUS_URL", &izly)], &more).await;
    read_fares(&house).await;
    let book = FareBook { crous: "07".into(), rne: "0761904G".into() };
    let mut tx = house.db().read().await.expect("the database answers");
    assert_eq!(fares(&mut tx, &[book]).await.expect("rows").len(), 3);
}
