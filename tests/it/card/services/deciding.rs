//! What the office decides of somebody at the CROUS: nothing is told of them, or their account is opened again.
use super::super::{MANAGER, lead, post};
use super::crous::{CARD, HOLDER, calls, error, house, known};
use super::{CSN, STUDENT, card_of, enabled, morning, state};
use crate::house::House;
use crate::peers::card_service::{CardService, Wrong};
use aiguillage::card::services::ToldState;
use aiguillage::card::state::State;
use serde_json::json;

const CLOSED: &str = "/beforeizly/v1/closed-rightholders/0990000004A";

async fn decide(house: &House, act: &str, note: &str) -> crate::house::Answer {
    let nadia = house.sign_in(MANAGER).await;
    let path = format!("/cards/office/{}/izly", card_of(house, STUDENT).await.id);
    let answer = post(&nadia, &path, &[("act", act), ("note", note)]).await;
    house.run_jobs().await;
    answer
}

#[actix_web::test]
async fn izly_is_switched_off_for_one_person_and_on_again() {
    let izly = CardService::izly(morning());
    let house = known(&izly).await;
    decide(&house, "off", "  ").await.must_be(422, "E-CARD-WHY");
    assert!(calls(&izly).is_empty(), "nothing was decided");
    let off = decide(&house, "off", "demande écrite").await;
    assert_eq!(off.status, 303, "{}", off.words());
    let told = izly.told();
    let last = told.last().expect("a call");
    assert_eq!((last.method.as_str(), last.path.as_str()), ("PATCH", CARD));
    assert_eq!((&last.body["reason"], &last.body["revalidationDate"]), (&json!("HS"), &json!("")));
    assert!(izly.with_izly(|it| it.cards.values().all(|(.., works)| !works)));
    assert_eq!(state(&house, STUDENT).await, (ToldState::Nothing, "izly_off".to_owned()));
    assert_eq!(card_of(&house, STUDENT).await.state, State::Enabled, "it works here");
    let row = house.last("card.crous_off").await;
    assert_eq!(row.fields["note"], "demande écrite");
    let nadia = house.sign_in(MANAGER).await;
    let page = nadia.get(off.location()).await;
    assert!(page.text.contains("demande écrite"), "{}", page.words());

    // Nothing is told meanwhile, whatever is pressed.
    let again = format!("/cards/office/{}/services/crous", card_of(&house, STUDENT).await.id);
    post(&nadia, &again, &[]).await;
    house.run_jobs().await;
    assert!(calls(&izly).is_empty());
    decide(&house, "reopen", "").await.must_be(409, "E-CARD-STATE");

    assert_eq!(decide(&house, "on", "").await.status, 303);
    assert_eq!(state(&house, STUDENT).await, (ToldState::On, String::new()));
    assert!(izly.with_izly(|it| it.cards.values().all(|(.., works)| *works)));
    assert_eq!(house.audit("card.crous_on").await.len(), 1);
}

#[actix_web::test]
async fn nothing_is_told_of_who_was_switched_off_before() {
    let izly = CardService::izly(morning());
    let house = house(&izly).await;
    let card = enabled(&house, STUDENT, CSN).await;
    decide(&house, "off", "demande écrite").await;
    assert!(calls(&izly).is_empty(), "they were never known there");
    lead(&house.sign_in(MANAGER).await, card.id, "disabled", &[]).await;
    house.run_jobs().await;
    assert!(calls(&izly).is_empty());
    assert!(izly.with_izly(|it| it.holders.is_empty()));
}

#[actix_web::test]
async fn a_closed_account_is_opened_again_and_its_card_told() {
    let izly = CardService::izly(morning());
    let house = known(&izly).await;
    izly.with_izly(|it| {
        it.cards.clear();
        for kept in it.holders.values_mut() {
            kept["accountStatus"] = json!("CLOTURE");
        }
    });
    izly.will(&format!("DELETE {CLOSED}"), Wrong::Lost);
    assert_eq!(decide(&house, "reopen", "").await.status, 303);
    house.wait(chrono::Duration::minutes(2));
    house.run_jobs().await;
    assert_eq!(
        calls(&izly),
        [
            format!("DELETE {CLOSED} 204"),
            format!("DELETE {CLOSED} 404"),
            format!("GET {HOLDER} 200"),
            format!("GET {CARD} 404"),
            format!("POST {HOLDER}/smartcard 200"),
        ],
        "an answer that was lost is asked for again"
    );
    assert_eq!(state(&house, STUDENT).await, (ToldState::On, String::new()));
    assert!(izly.with_izly(|it| it.holders.values().all(|it| it["accountStatus"] == "ACTIF")));
    let nadia = house.sign_in(MANAGER).await;
    let again = format!("/cards/office/{}/services/crous", card_of(&house, STUDENT).await.id);
    post(&nadia, &again, &[]).await;
    house.run_jobs().await;
    assert!(calls(&izly).iter().all(|call| !call.contains("closed")), "once");
}

#[actix_web::test]
async fn an_account_that_cannot_be_opened_is_listed_and_not_asked_for_again() {
    let izly = CardService::izly(morning());
    let house = known(&izly).await;
    izly.will(&format!("DELETE {CLOSED}"), Wrong::Says(422, error("-77")));
    decide(&house, "reopen", "").await;
    assert_eq!(state(&house, STUDENT).await, (ToldState::Refused, "-77".to_owned()));
    izly.calls();
    let nadia = house.sign_in(MANAGER).await;
    assert!(nadia.get("/cards/office/services").await.text.contains("-77"));
    let again = format!("/cards/office/{}/services/crous", card_of(&house, STUDENT).await.id);
    post(&nadia, &again, &[]).await;
    house.run_jobs().await;
    assert!(calls(&izly).iter().all(|call| !call.contains("closed")));
    assert_eq!(state(&house, STUDENT).await, (ToldState::On, String::new()));
}

#[actix_web::test]
async fn only_those_who_look_after_a_card_decide() {
    let izly = CardService::izly(morning());
    let house = known(&izly).await;
    let path = format!("/cards/office/{}/izly", card_of(&house, STUDENT).await.id);
    let luc = house.sign_in(STUDENT).await;
    post(&luc, &path, &[("act", "off"), ("note", "x")]).await.must_be(403, "E-FORBIDDEN");
    decide(&house, "sell", "x").await.must_be(409, "E-CARD-STATE");
    assert!(calls(&izly).is_empty());
}

#[actix_web::test]
async fn a_lost_card_does_not_wait_for_an_account_that_cannot_be_opened() {
    let izly = CardService::izly(morning());
    let house = known(&izly).await;
    for _ in 0..4 {
        izly.will(&format!("DELETE {CLOSED}"), Wrong::Says(409, error("-78")));
    }
    decide(&house, "reopen", "").await;
    let card = card_of(&house, STUDENT).await;
    let nadia = house.sign_in(MANAGER).await;
    lead(&nadia, card.id, "disabled", &[("note", "perdue")]).await;
    house.wait(chrono::Duration::minutes(2));
    house.run_jobs().await;
    assert!(izly.with_izly(|it| it.cards.values().all(|(.., works)| !works)));
}

#[actix_web::test]
async fn nobody_is_opened_who_was_switched_off_meanwhile() {
    let izly = CardService::izly(morning());
    let house = known(&izly).await;
    izly.go_away(true);
    decide(&house, "reopen", "").await;
    decide(&house, "off", "demande écrite").await;
    izly.go_away(false);
    for _ in 0..3 {
        house.wait(chrono::Duration::hours(2));
        house.run_jobs().await;
    }
    assert!(calls(&izly).iter().all(|call| !call.contains("closed")));
    assert!(izly.with_izly(|it| it.cards.values().all(|(.., works)| !works)));
}
