//! The router of the European student card.
use super::super::{MANAGER, follow, lead};
use super::{CSN, ESI, STUDENT, card_of, compare, enabled, jobs, set, state, telling, told_of};
use crate::house::House;
use crate::peers::card_service::{CardService, Wrong};
use aiguillage::audit::Record;
use aiguillage::card::services::{PurgeRouter, ToldState};
use aiguillage::jobs::JobState;
use chrono::Duration;
use serde_json::json;

async fn house(router: &CardService) -> House {
    telling(&[("AIGUILLAGE_ESC_URL", router)], &[]).await
}

fn error(code: &str) -> serde_json::Value {
    json!({ "code": code, "message": "says the router" })
}

#[actix_web::test]
async fn a_card_that_begins_to_work_is_told_with_its_person_and_deleted_when_it_stops() {
    let router = CardService::router();
    let house = house(&router).await;
    let card = enabled(&house, STUDENT, CSN).await;
    let escn = card.escn.clone().expect("a European number");
    assert!(router.calls().is_empty(), "nothing before the transaction is kept");
    house.run_jobs().await;

    let told = router.told();
    let lines: Vec<_> = told.iter().map(|it| format!("{} {}", it.method, it.path)).collect();
    assert_eq!(
        lines,
        [format!("GET /persons/{ESI}"), "POST /persons".into(), "POST /cards".into()]
    );
    let wanted = json!({
        "identifier": ESI, "identifierCode": "ESI",
        "personOrganisationUpdateViews":
            [{ "organisationIdentifier": "123456789", "fullName": "PETIT Luc" }],
    });
    assert_eq!(told[1].body, wanted);
    let wanted = json!({
        "cardNumber": escn, "cardStatusType": "ACTIVE", "cardType": "SMART_NO_CDZ",
        "issuedAt": "2027-01-15", "expiresAt": "2049-12-31", "issuerIdentifier": "123456789",
        "personIdentifier": ESI,
    });
    assert_eq!(told[2].body, wanted);
    assert!(told[0].head("user-agent").starts_with("Aiguillage/"), "{told:?}");
    assert_eq!(state(&house, STUDENT).await, (ToldState::On, String::new()));

    let luc = house.sign_in(STUDENT).await;
    let stop = format!("/cards/{}/stop", card.id);
    super::super::post(&luc, &stop, &[("why", "lost")]).await;
    house.run_jobs().await;
    assert_eq!(router.calls(), [format!("DELETE /cards/{escn} 204")], "the person did not change");
    assert_eq!(state(&house, STUDENT).await.0, ToldState::Off);

    let nadia = house.sign_in(MANAGER).await;
    assert_eq!(lead(&nadia, card.id, "enabled", &[]).await.status, 303);
    house.run_jobs().await;
    assert_eq!(router.calls(), ["POST /cards 201"]);
}

#[actix_web::test]
async fn only_what_changed_is_told_again() {
    let router = CardService::router();
    let house = house(&router).await;
    enabled(&house, STUDENT, CSN).await;
    house.run_jobs().await;
    router.calls();

    compare(&house).await;
    assert!(router.calls().is_empty(), "nothing changed");
    set(&house, STUDENT, "mail", "luc@univ.example").await;
    compare(&house).await;
    assert_eq!(router.calls(), [format!("PUT /persons/{ESI} 200")]);
    set(&house, STUDENT, "schacExpiryDate", "20270930235959Z").await;
    follow(&house).await;
    compare(&house).await;
    let escn = card_of(&house, STUDENT).await.escn.expect("a number");
    assert_eq!(router.calls(), [format!("PUT /cards/{escn} 200")]);
    set(&house, STUDENT, "supannCodeINE", "").await;
    compare(&house).await;
    assert!(router.calls().is_empty(), "whoever is registered keeps the identifier");
}

#[actix_web::test]
async fn an_identifier_that_was_wrong_does_not_stay_there() {
    let router = CardService::router();
    let house = house(&router).await;
    house.invite(&[STUDENT]).await;
    // Never accepted: the right one takes its place without a word.
    router.will("POST /persons", Wrong::Says(400, error("ER-0001")));
    set(&house, STUDENT, "supannCodeINE", "0990000077C").await;
    let card = enabled(&house, STUDENT, CSN).await;
    house.run_jobs().await;
    assert_eq!(state(&house, STUDENT).await.0, ToldState::Refused);
    set(&house, STUDENT, "supannCodeINE", "0990000099B").await;
    compare(&house).await;
    let first = ESI.replace("0990000004A", "0990000099B");
    assert!(router.with_router(|router| router.persons.keys().eq([&first])));
    router.calls();

    set(&house, STUDENT, "supannCodeINE", "0990000004A").await;
    compare(&house).await;
    let escn = card.escn.expect("a number");
    let wanted = [
        format!("DELETE /cards/{escn} 204"),
        format!("DELETE /persons/{first} 204"),
        format!("GET /persons/{ESI} 404"),
        "POST /persons 201".to_owned(),
        "POST /cards 201".to_owned(),
    ];
    assert_eq!(router.calls(), wanted);
    assert!(
        router.with_router(|router| router.persons.keys().eq([ESI])
            && router.cards[&escn]["personIdentifier"] == ESI)
    );
    assert_eq!(state(&house, STUDENT).await, (ToldState::On, String::new()));
    compare(&house).await;
    assert!(router.calls().is_empty());
}

#[actix_web::test]
async fn whoever_two_accounts_are_stays_known_until_the_second_one_is_over() {
    for is_erased in [false, true] {
        let router = CardService::router();
        let house = house(&router).await;
        house.invite(&["tom.girard"]).await;
        set(&house, "tom.girard", "supannCodeINE", "0990000004A").await;
        enabled(&house, STUDENT, CSN).await;
        enabled(&house, "tom.girard", "04063F72633481").await;
        house.run_jobs().await;
        let known = || router.with_router(|it| (it.persons.len(), it.cards.len()));
        assert_eq!(known(), (1, 2));
        if is_erased {
            super::erase(&house, (STUDENT, "Luc Petit")).await;
        } else {
            set(&house, STUDENT, "schacExpiryDate", "20261231235959Z").await;
            follow(&house).await;
        }
        assert_eq!(known(), (1, 1), "only the card, erased: {is_erased}");
        set(&house, "tom.girard", "schacExpiryDate", "20261231235959Z").await;
        follow(&house).await;
        assert_eq!(known(), (0, 0), "erased: {is_erased}");
    }
}

#[actix_web::test]
async fn a_person_without_a_card_whom_it_refuses_is_listed() {
    let router = CardService::router();
    let house = house(&router).await;
    let card = enabled(&house, STUDENT, CSN).await;
    house.run_jobs().await;
    set(&house, STUDENT, "mail", "luc@univ.example").await;
    router.will("PUT /persons", Wrong::Says(400, error("ER-0001")));
    let luc = house.sign_in(STUDENT).await;
    let stop = format!("/cards/{}/stop", card.id);
    super::super::post(&luc, &stop, &[("why", "lost")]).await;
    house.run_jobs().await;
    assert_eq!(state(&house, STUDENT).await, (ToldState::Refused, "ER-0001".into()));
    let nadia = house.sign_in(MANAGER).await;
    assert!(nadia.get("/cards/office/services").await.text.contains("ER-0001"));
    let path = format!("/cards/office/{}/services/esc", card.id);
    super::super::post(&nadia, &path, &[]).await;
    house.run_jobs().await;
    assert_eq!(state(&house, STUDENT).await, (ToldState::Off, String::new()));
}

#[actix_web::test]
async fn whose_time_is_over_is_forgotten_there() {
    let router = CardService::router();
    let house = house(&router).await;
    enabled(&house, STUDENT, CSN).await;
    house.run_jobs().await;
    router.calls();
    set(&house, STUDENT, "schacExpiryDate", "20261231235959Z").await;
    follow(&house).await;
    let escn = card_of(&house, STUDENT).await.escn.expect("a number");
    let wanted = [format!("DELETE /cards/{escn} 204"), format!("DELETE /persons/{ESI} 204")];
    assert_eq!(router.calls(), wanted);
    assert_eq!(state(&house, STUDENT).await.0, ToldState::Off);
}

#[actix_web::test]
async fn what_the_router_knows_already_is_changed_and_what_it_forgot_is_made_again() {
    let router = CardService::router();
    let house = house(&router).await;
    // It answers that somebody is unknown to us, and then that they are known.
    router.will("GET /persons", Wrong::Says(403, error("SE-0000")));
    router.will("POST /persons", Wrong::Says(409, error("ER-0019")));
    router.with_router(|router| router.persons.insert(ESI.to_owned(), json!({})));
    router.will("POST /cards", Wrong::Says(409, error("ER-0002")));
    router.will("PUT /cards", Wrong::Says(200, json!({})));
    let card = enabled(&house, STUDENT, CSN).await;
    house.run_jobs().await;
    let escn = card.escn.expect("a number");
    let wanted = [
        format!("GET /persons/{ESI} 403"),
        "POST /persons 409".to_owned(),
        format!("PUT /persons/{ESI} 200"),
        "POST /cards 409".to_owned(),
        format!("PUT /cards/{escn} 200"),
    ];
    assert_eq!(router.calls(), wanted);
    assert_eq!(state(&house, STUDENT).await.0, ToldState::On);

    router.with_router(|router| (router.persons.clear(), router.cards.clear()));
    set(&house, STUDENT, "mail", "luc@univ.example").await;
    compare(&house).await;
    assert_eq!(router.calls(), [format!("PUT /persons/{ESI} 404"), "POST /persons 201".to_owned()]);
}

#[actix_web::test]
async fn somebody_without_a_national_number_has_no_european_card() {
    let router = CardService::router();
    let house = house(&router).await;
    enabled(&house, "alain.garnier", CSN).await;
    house.run_jobs().await;
    assert!(router.calls().is_empty());
    assert_eq!(state(&house, "alain.garnier").await, (ToldState::Nothing, "no_ine".into()));
}

#[actix_web::test]
async fn what_it_will_never_take_is_listed_and_told_again_when_something_changed() {
    let router = CardService::router();
    let house = house(&router).await;
    router.will("POST /persons", Wrong::Says(400, error("ER-0001")));
    enabled(&house, STUDENT, CSN).await;
    house.run_jobs().await;
    let told = told_of(&house, STUDENT).await;
    assert_eq!((told.state, told.code.as_str()), (ToldState::Refused, "ER-0001"));
    assert_eq!((told.operation.as_str(), told.place.as_str()), ("POST", "/persons"));
    assert_eq!(told.message, "says the router");
    assert_eq!(jobs(&house).await, [JobState::Done]);
    router.calls();
    compare(&house).await;
    assert!(router.calls().is_empty(), "it would be refused again");
    set(&house, STUDENT, "mail", "luc@univ.example").await;
    compare(&house).await;
    assert_eq!(state(&house, STUDENT).await.0, ToldState::On);
}

#[actix_web::test]
async fn an_answer_that_was_lost_is_no_second_card() {
    let router = CardService::router();
    let house = house(&router).await;
    router.will("POST /cards", Wrong::Lost);
    let card = enabled(&house, STUDENT, CSN).await;
    house.run_jobs().await;
    assert_eq!(state(&house, STUDENT).await, (ToldState::Failing, "silent".into()));
    // Nobody knows whether it arrived, and it stops: it is deleted all the same.
    let nadia = house.sign_in(MANAGER).await;
    assert_eq!(lead(&nadia, card.id, "disabled", &[("note", "x")]).await.status, 303);
    house.run_jobs().await;
    assert!(router.with_router(|router| router.cards.is_empty()));
    assert_eq!(state(&house, STUDENT).await.0, ToldState::Off);

    router.will("POST /cards", Wrong::Lost);
    assert_eq!(lead(&nadia, card.id, "enabled", &[]).await.status, 303);
    house.run_jobs().await;
    house.wait(Duration::minutes(2));
    router.calls();
    house.run_jobs().await;
    let escn = card.escn.expect("a number");
    assert_eq!(router.calls(), ["POST /cards 409".to_owned(), format!("PUT /cards/{escn} 200")]);
    assert_eq!(state(&house, STUDENT).await.0, ToldState::On);
}

#[actix_web::test]
async fn whoever_is_erased_here_is_erased_there() {
    let router = CardService::router();
    let house = house(&router).await;
    enabled(&house, STUDENT, CSN).await;
    house.run_jobs().await;
    router.calls();
    super::erase(&house, (STUDENT, "Luc Petit")).await;
    let calls = router.calls();
    assert!(calls.len() == 2 && calls[0].starts_with("DELETE /cards/"), "{calls:?}");
    assert!(router.with_router(|router| router.persons.is_empty() && router.cards.is_empty()));
}

/// Somebody at the router whom another program told of.
fn stranger(number: usize) -> (String, serde_json::Value) {
    let id = format!("urn:schac:personalUniqueCode:int:esi:fr:{number:010}Z");
    let person = json!({
        "identifier": id, "identifierCode": "ESI",
        "personOrganisationUpdateViews": [{ "organisationIdentifier": "123456789" }],
    });
    (id, person)
}

/// The router with Luc, and so many strangers; purged in this way. Who is there then, and the event.
async fn purged(mode: &'static str, strangers: usize) -> (usize, bool, Record) {
    let router = CardService::router();
    let house =
        telling(&[("AIGUILLAGE_ESC_URL", &router)], &[("AIGUILLAGE_ESC_PURGE", mode)]).await;
    enabled(&house, STUDENT, CSN).await;
    house.run_jobs().await;
    router.with_router(|router| router.persons.extend((0..strangers).map(stranger)));
    let mut tx = house.db().write().await.expect("a transaction");
    house.parts().jobs.queue.add(&mut tx, &PurgeRouter {}).await.expect("asked");
    tx.commit().await.expect("kept");
    house.run_jobs().await;
    let (count, knows_luc) =
        router.with_router(|router| (router.persons.len(), router.persons.contains_key(ESI)));
    (count, knows_luc, house.last("card.router_purged").await)
}

#[actix_web::test]
async fn whom_nobody_here_knows_is_counted_or_deleted_at_the_router() {
    let (left, knows_luc, event) = purged("on", 7).await;
    assert_eq!((left, knows_luc), (1, true));
    assert_eq!((&event.fields["strangers"], &event.fields["deleted"]), (&json!(7), &json!(7)));

    let (left, _, event) = purged("count", 7).await;
    assert_eq!(
        (left, &event.fields["strangers"], &event.fields["deleted"]),
        (8, &json!(7), &json!(0))
    );

    // Three pages, all of them strangers but one: it is we who forgot.
    let (left, _, event) = purged("on", 25).await;
    assert_eq!(
        (left, event.outcome.as_str(), event.reason.as_str()),
        (26, "refused", "E-SYNC-VANISH")
    );
    assert_eq!(event.fields["known"], json!(26));
}
