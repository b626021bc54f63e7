//! The outbox: what happens when a service is away, slow, full or out of its mind, and when we are.
use super::super::{MANAGER, ask, card_of, encode, lead, print};
use super::{CSN, ESI, STUDENT, enabled, jobs, state, telling, told_of};
use crate::house::House;
use crate::peers::card_service::{CardService, Wrong};
use aiguillage::card::services::store::health;
use aiguillage::card::services::{Service, TellService, ToldState};
use aiguillage::jobs::JobState;
use chrono::Duration;
use serde_json::json;

const OTHERS: [&str; 5] =
    ["tom.girard", "ines.robert", "maelle.legrand", "ines.moreau", "lea.martin"];
const LEA: &str = "[lea.martin]
source = university
story = straight
about = \"Étudie\"
about.en = Studies
displayName = Léa Martin
uid = lea.martin
eduPersonAffiliation[] = \"student\"
supannCodeINE = \"1234567890A\"
eduPersonPrincipalName = \"lea.martin@univ-ville.example\"
";

async fn house(router: &CardService) -> House {
    let house = telling(&[("AIGUILLAGE_ESC_URL", router)], &[]).await;
    house.invent(LEA).await;
    house
}

async fn failures(house: &House) -> i64 {
    let mut tx = house.db().read().await.expect("the database answers");
    health(&mut tx, "esc").await.expect("a row").failures
}

#[actix_web::test]
async fn services_that_are_switched_off_cost_nothing() {
    let house = super::super::with(&[("AIGUILLAGE_CARD_ENABLE_AUTO", "true")]).await;
    enabled(&house, STUDENT, CSN).await;
    house.run_jobs().await;
    assert!(jobs(&house).await.is_empty());
}

#[actix_web::test]
async fn a_step_that_is_not_kept_is_not_told() {
    let router = CardService::router();
    let house = house(&router).await;
    let who = house.sign_in(STUDENT).await;
    let nadia = house.sign_in(MANAGER).await;
    ask(&who).await;
    let card = card_of(&house, STUDENT).await;
    print(&nadia, card.id).await;
    let mut tx = house.db().write().await.expect("a transaction");
    let hand = aiguillage::card::Hand::of_nobody(house.now());
    house.parts().cards.encode(&mut tx, card.id, CSN, &hand).await.expect("encoded");
    drop(tx);
    house.run_jobs().await;
    assert!(jobs(&house).await.is_empty() && router.calls().is_empty());
    encode(&house, card.id, CSN).await.expect("encoded");
    assert_eq!(jobs(&house).await, [JobState::Waiting]);
}

#[actix_web::test]
async fn after_a_day_away_everything_is_told_once_and_as_it_is_then() {
    let router = CardService::router();
    let house = house(&router).await;
    router.go_away(true);
    let card = enabled(&house, STUDENT, CSN).await;
    let mut chips = (0..).map(|n| format!("04063F7263{n:04}"));
    for login in OTHERS {
        enabled(&house, login, &chips.next().expect("a chip")).await;
        house.run_jobs().await;
    }
    // What changes meanwhile is told once, as it is in the end.
    for (to, note) in [("disabled", "x"), ("enabled", ""), ("disabled", "x"), ("enabled", "")] {
        let nadia = house.sign_in(MANAGER).await;
        assert_eq!(lead(&nadia, card.id, to, &[("note", note)]).await.status, 303);
        house.run_jobs().await;
        house.wait(Duration::minutes(50));
    }
    for _ in 0..24 {
        house.wait(Duration::hours(1));
        house.run_jobs().await;
    }
    assert!(failures(&house).await > 5);
    assert_eq!(state(&house, OTHERS[0]).await.0, ToldState::Failing);
    assert!(jobs(&house).await.iter().all(|job| *job != JobState::GivenUp));

    router.go_away(false);
    house.wait(Duration::hours(1));
    house.run_jobs().await;
    let calls = router.calls();
    let cards = calls.iter().filter(|call| *call == "POST /cards 201").count();
    assert_eq!((cards, calls.len()), (6, 18), "{calls:#?}");
    assert_eq!(failures(&house).await, 0);
    assert_eq!(state(&house, STUDENT).await.0, ToldState::On);
}

#[actix_web::test]
async fn a_card_that_is_lost_goes_before_an_intake() {
    let router = CardService::router();
    let house = house(&router).await;
    let card = enabled(&house, STUDENT, CSN).await;
    house.run_jobs().await;
    router.calls();
    let mut chips = (0..).map(|n| format!("04063F7263{n:04}"));
    for login in OTHERS {
        enabled(&house, login, &chips.next().expect("a chip")).await;
        house.wait(Duration::seconds(1));
    }
    let nadia = house.sign_in(MANAGER).await;
    assert_eq!(lead(&nadia, card.id, "disabled", &[("note", "x")]).await.status, 303);
    house.run_jobs().await;

    let calls = router.calls();
    let at = |wanted: &str| calls.iter().position(|call| call.starts_with(wanted));
    let (stopped, first) = (at("DELETE /cards"), at("POST /cards"));
    assert!(stopped.is_some() && stopped < first, "{calls:#?}");
    assert_eq!(state(&house, STUDENT).await.0, ToldState::Off);
}

#[actix_web::test]
async fn a_service_that_fails_is_asked_by_one_at_a_time() {
    let router = CardService::router();
    let house = house(&router).await;
    for (at, login) in OTHERS.into_iter().enumerate() {
        router.will("GET /persons", Wrong::Says(503, json!({})));
        enabled(&house, login, &format!("04063F726300{at:02}")).await;
    }
    enabled(&house, STUDENT, CSN).await;
    house.run_jobs().await;
    assert_eq!((router.calls().len(), failures(&house).await), (5, 5), "the sixth waits");
    router.will("GET /persons", Wrong::Says(503, json!({})));
    house.wait(Duration::minutes(2));
    house.run_jobs().await;
    assert_eq!(router.calls().len(), 1, "one finds out that it is still away");
    house.wait(Duration::minutes(6));
    house.run_jobs().await;
    assert_eq!(router.calls().len(), 18, "it is back: all of them are told");
}

#[actix_web::test]
async fn a_service_that_is_full_says_when_to_come_back() {
    let router = CardService::router();
    let house = house(&router).await;
    router.will("POST /cards", Wrong::Heads(429, "Retry-After", "600".into()));
    enabled(&house, STUDENT, CSN).await;
    house.run_jobs().await;
    assert_eq!(state(&house, STUDENT).await, (ToldState::Failing, "busy".into()));
    router.calls();
    house.wait(Duration::minutes(9));
    house.run_jobs().await;
    assert!(router.calls().is_empty(), "not before");
    house.wait(Duration::minutes(2));
    house.run_jobs().await;
    assert_eq!(router.calls(), ["POST /cards 201"]);
}

#[actix_web::test]
async fn silence_and_rubbish_are_tried_again() {
    for (wrong, why) in
        [(Wrong::Hangs, "timeout"), (Wrong::Rubbish, "rubbish"), (Wrong::Lost, "silent")]
    {
        let router = CardService::router();
        let house = house(&router).await;
        router.will("GET /persons", wrong);
        enabled(&house, STUDENT, CSN).await;
        house.run_jobs().await;
        assert_eq!(state(&house, STUDENT).await, (ToldState::Failing, why.into()));
        house.wait(Duration::minutes(2));
        house.run_jobs().await;
        assert_eq!(state(&house, STUDENT).await, (ToldState::On, String::new()));
    }
}

#[actix_web::test]
async fn a_page_in_place_of_a_yes_is_no_yes() {
    for call in ["POST /persons", "POST /cards"] {
        let router = CardService::router();
        let house = house(&router).await;
        router.will(call, Wrong::Rubbish);
        enabled(&house, STUDENT, CSN).await;
        house.run_jobs().await;
        assert_eq!(state(&house, STUDENT).await, (ToldState::Failing, "rubbish".into()), "{call}");
        house.wait(Duration::minutes(2));
        house.run_jobs().await;
        assert_eq!(state(&house, STUDENT).await.0, ToldState::On);
        let known = router.with_router(|it| (it.persons.len(), it.cards.len()));
        assert_eq!(known, (1, 1), "{call}");
    }
}

#[actix_web::test]
async fn a_redirect_is_not_followed_and_a_wrong_key_is_the_services_trouble() {
    let router = CardService::router();
    let house = house(&router).await;
    let elsewhere = CardService::router();
    router.will("GET /persons", Wrong::Heads(302, "Location", elsewhere.url()));
    enabled(&house, STUDENT, CSN).await;
    house.run_jobs().await;
    assert_eq!(state(&house, STUDENT).await.1, "redirect");
    assert!(elsewhere.calls().is_empty());
    router.will("GET /persons", Wrong::Says(401, json!({})));
    house.wait(Duration::minutes(2));
    house.run_jobs().await;
    assert_eq!(state(&house, STUDENT).await.1, "key");
    router.will("GET /persons", Wrong::Says(403, json!({ "code": "XX", "message": "list" })));
    house.wait(Duration::minutes(10));
    house.run_jobs().await;
    assert_eq!(state(&house, STUDENT).await.1, "denied");
}

#[actix_web::test]
async fn servers_inside_are_not_reached_unless_the_settings_allow_it() {
    let router = CardService::router();
    let more = [("AIGUILLAGE_OUTBOUND_ALLOW", "10.0.0.0/8")];
    let house = telling(&[("AIGUILLAGE_ESC_URL", &router)], &more).await;
    enabled(&house, STUDENT, CSN).await;
    house.run_jobs().await;
    assert_eq!(state(&house, STUDENT).await.1, "address");
    assert!(router.calls().is_empty());
}

#[actix_web::test]
async fn what_is_wrong_with_one_card_is_given_up_in_the_end_and_stays_listed() {
    let router = CardService::router();
    let house = house(&router).await;
    for _ in 0..40 {
        router.will("POST /cards", Wrong::Says(418, json!({ "code": "ER-0099", "message": "no" })));
    }
    enabled(&house, STUDENT, CSN).await;
    for _ in 0..30 {
        house.run_jobs().await;
        house.wait(Duration::hours(7));
    }
    let told = told_of(&house, STUDENT).await;
    assert_eq!((told.state, told.code.as_str()), (ToldState::Refused, "ER-0099"));
    assert!(told.tries > 10, "{}", told.tries);
    assert_eq!(jobs(&house).await, [JobState::GivenUp]);
    assert_eq!(failures(&house).await, 0, "the service itself is fine");
}

#[actix_web::test]
async fn a_node_that_dies_between_answer_and_row_tells_again_and_does_no_harm() {
    let router = CardService::router();
    let house = house(&router).await;
    let card = enabled(&house, STUDENT, CSN).await;
    house.run_jobs().await;
    // As it is when the process was killed right behind the answer to the person.
    let mut tx = house.db().write().await.expect("a transaction");
    for sql in ["UPDATE card_subject SET digest = '?'", "DELETE FROM card_told"] {
        aiguillage::on!(&mut tx, |conn| sqlx::query(sql).execute(conn).await.map(|_| ()))
            .expect("kept");
    }
    let job = TellService { service: Service::Esc, holder: card.of.holder };
    house.parts().jobs.queue.add(&mut tx, &job).await.expect("asked");
    tx.commit().await.expect("kept");
    router.calls();
    house.run_jobs().await;
    let escn = card.escn.expect("a number");
    let wanted = [
        format!("GET /persons/{ESI} 200"),
        format!("PUT /persons/{ESI} 200"),
        "POST /cards 409".to_owned(),
        format!("PUT /cards/{escn} 200"),
    ];
    assert_eq!(router.calls(), wanted);
    assert_eq!(state(&house, STUDENT).await.0, ToldState::On);
}
