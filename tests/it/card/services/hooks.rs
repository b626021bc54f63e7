//! Signed messages to a program: a receiver that checks them, and what is refused, lost or sent twice.
use super::super::{MANAGER, lead, post};
use super::{CSN, STUDENT, enabled, morning};
use crate::house::{House, Setup};
use crate::peers::card_service::{CardService, Wrong};
use crate::rights::person_of;
use aiguillage::card::services::ToldState;
use aiguillage::card::services::store::{Telling, tellings_of_card};
use chrono::Duration;
use serde_json::json;
use std::fs;
use std::os::unix::fs::PermissionsExt;

const SOURCES: &str = include_str!("../../data/house/sources.ini");
const NAME: &str = "hook:library";

async fn hooked(receiver: &CardService, more: &str) -> House {
    let folder = tempfile::tempdir().expect("a folder");
    let secret = folder.path().join("secret");
    fs::write(&secret, "geheim").expect("written");
    fs::set_permissions(&secret, fs::Permissions::from_mode(0o600)).expect("a mode");
    let section = format!(
        "\n[card_hook:library]\nurl = {}/cards\nsecret = file:{}\napplications = library\nper_second = 0\ntimeout = 1s\n{more}",
        receiver.url(),
        secret.display()
    );
    let settings = [
        ("AIGUILLAGE_CARD_SOURCES", "university"),
        ("AIGUILLAGE_CARD_ENABLE_AUTO", "true"),
        ("AIGUILLAGE_CARD_APPLICATIONS", "library:barcode:6903, doors:counter:7"),
        ("AIGUILLAGE_OUTBOUND_ALLOW", "127.0.0.0/8"),
    ];
    let settings = settings.map(|(name, value)| (name, value.to_owned())).to_vec();
    let sources = Some(format!("{SOURCES}{section}"));
    let house = House::open_with(Setup { settings, sources, ..Setup::default() }).await;
    house.run_jobs().await;
    house
}

async fn told(house: &House) -> Telling {
    let card = super::card_of(house, STUDENT).await;
    let mut tx = house.db().read().await.expect("the database answers");
    let told = tellings_of_card(&mut tx, card.id).await.expect("rows");
    told.into_iter().find(|told| told.service == NAME).expect("a row")
}

async fn state(house: &House) -> ToldState {
    told(house).await.state
}

#[actix_web::test]
async fn a_program_hears_what_becomes_of_a_card_and_can_check_who_says_so() {
    let receiver = CardService::receiver(morning());
    let house = hooked(&receiver, "").await;
    let card = enabled(&house, STUDENT, CSN).await;
    let nadia = house.sign_in(MANAGER).await;
    let path = format!("/cards/office/{}/services/{NAME}", card.id);
    let before = nadia.get(&path).await;
    house.run_jobs().await;
    let wanted = json!({
        "event": "card.enabled", "card": card.id, "eppn": "lucpetit@quais.example", "csn": CSN,
        "ids": { "library": "*26903000000013*" }, "since": "2027-01-15T07:30:00Z",
        "until": "2049-12-31T23:59:59Z",
    });
    assert_eq!(receiver.with_receiver(|it| it.heard.clone()), std::slice::from_ref(&wanted));
    let shown = before.text.replace("&#34;", "\"").replace("&quot;", "\"");
    let pretty = serde_json::to_string_pretty(&wanted).expect("JSON");
    assert!(shown.contains(&pretty), "{}", before.words());
    assert_eq!(state(&house).await, ToldState::On);
    assert_eq!(lead(&nadia, card.id, "disabled", &[("note", "x")]).await.status, 303);
    house.run_jobs().await;
    let heard = receiver.with_receiver(|it| it.heard.clone());
    assert_eq!((heard.len(), heard[1]["event"].as_str()), (2, Some("card.disabled")));
    assert_eq!(state(&house).await, ToldState::Off);
}

#[actix_web::test]
async fn what_was_heard_once_is_not_done_twice_and_what_is_old_is_refused() {
    let receiver = CardService::receiver(morning());
    let house = hooked(&receiver, "").await;
    receiver.will("POST /cards", Wrong::Lost);
    let card = enabled(&house, STUDENT, CSN).await;
    house.run_jobs().await;
    assert_eq!(state(&house).await, ToldState::Failing, "the answer was lost");
    house.wait(Duration::minutes(2));
    receiver.with_receiver(|it| it.clock.advance(Duration::minutes(2)));
    house.run_jobs().await;
    assert_eq!(state(&house).await, ToldState::On);
    let asked = receiver.told();
    assert_eq!(asked.len(), 2, "it came twice");
    assert_eq!(asked[0].head("webhook-id"), asked[1].head("webhook-id"));
    assert_ne!(asked[0].head("webhook-signature"), asked[1].head("webhook-signature"));
    assert_eq!(receiver.with_receiver(|it| it.heard.len()), 1, "and was done once");

    // Whoever caught a message cannot bring it later, nor change it.
    let replayed = receiver.with_receiver(|it| {
        it.clock.advance(Duration::minutes(6));
        it.hear(&asked[1]).status
    });
    assert_eq!(replayed, 400);
    let mut forged = asked[1].clone();
    forged.text = forged.text.replace("enabled", "erased");
    let forged = receiver.with_receiver(|it| {
        it.clock = morning();
        it.clock.advance(Duration::minutes(2));
        it.hear(&forged).status
    });
    assert_eq!(forged, 401);

    let nadia = house.sign_in(MANAGER).await;
    let path = format!("/cards/office/{}/services/{NAME}", card.id);
    assert_eq!(post(&nadia, &path, &[]).await.status, 303);
    house.run_jobs().await;
    assert_eq!(receiver.told().len(), 1, "told again");
    assert_eq!(receiver.with_receiver(|it| it.heard.len()), 1, "with the same id");
}

#[actix_web::test]
async fn a_program_that_is_away_is_told_in_the_end_and_one_that_is_gone_is_only_noted() {
    let receiver = CardService::receiver(morning());
    let house = hooked(&receiver, "").await;
    receiver.go_away(true);
    enabled(&house, STUDENT, CSN).await;
    house.run_jobs().await;
    assert_eq!(
        (state(&house).await, told(&house).await.code),
        (ToldState::Failing, "silent".into())
    );
    receiver.go_away(false);
    receiver.will("POST /cards", Wrong::Says(404, json!({})));
    house.wait(Duration::minutes(2));
    receiver.with_receiver(|it| it.clock.advance(Duration::minutes(2)));
    house.run_jobs().await;
    assert_eq!((state(&house).await, told(&house).await.code), (ToldState::On, "404".into()));
}

#[actix_web::test]
async fn whoever_is_not_meant_is_not_told_of() {
    let receiver = CardService::receiver(morning());
    let house = hooked(&receiver, "eppn = .*@elsewhere.example\n").await;
    enabled(&house, STUDENT, CSN).await;
    house.run_jobs().await;
    assert_eq!(
        (state(&house).await, told(&house).await.code),
        (ToldState::Nothing, "filtered".into())
    );
    assert!(receiver.calls().is_empty());
}

#[actix_web::test]
async fn programs_hear_of_people_who_are_erased() {
    let receiver = CardService::receiver(morning());
    let house = hooked(&receiver, "").await;
    enabled(&house, STUDENT, CSN).await;
    house.run_jobs().await;
    let id = person_of(&house, STUDENT).await;
    let admin = house.administrator().await;
    let path = format!("/admin/people/{id}/erase");
    let form = [("name", "Luc Petit"), ("reason", "demande")];
    assert_eq!(admin.post_from(&path, &path, &form).await.status, 303);
    house.run_jobs().await;
    house.wait(Duration::hours(2));
    receiver.with_receiver(|it| it.clock.advance(Duration::hours(2)));
    house.run_jobs().await;
    let heard = receiver.with_receiver(|it| it.heard.clone());
    assert_eq!(heard.last().expect("a message")["event"], "card.erased");
}
