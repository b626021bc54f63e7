//! Services that are told of cards, each on loopback: what they hear, and what becomes of their answers.
mod access;
mod crous;
mod deciding;
mod directory;
mod esc;
mod hooks;
mod outbox;
mod pages;
mod renames;
mod trouble;

use super::{card_of, enabled, set_attribute};
use crate::house::{House, Setup};
use crate::peers::card_service::CardService;
use crate::rights::person_of;
use aiguillage::card::services::store::{Telling, tellings_of_card};
use aiguillage::card::services::{CompareServices, ToldState};
use aiguillage::clock::Clock;
use aiguillage::jobs::{JobState, store::Filter, store::list};
use chrono::Duration;
use std::os::unix::fs::PermissionsExt;
use uuid::Uuid;

const STUDENT: &str = super::STUDENT;
const CSN: &str = "04063F72633480";
const ESI: &str = "urn:schac:personalUniqueCode:int:esi:fr:0990000004A";

/// A university that tells these services of its cards, as fast as it can.
async fn telling(
    services: &[(&'static str, &CardService)],
    more: &[(&'static str, &str)],
) -> House {
    let folder = tempfile::tempdir().expect("a folder");
    let secret = folder.path().join("secret");
    std::fs::write(&secret, "geheim").expect("written");
    let mode = std::fs::Permissions::from_mode(0o600);
    std::fs::set_permissions(&secret, mode).expect("a mode");
    let secret = format!("file:{}", secret.display());
    let mut settings: Vec<(&'static str, String)> = [
        ("AIGUILLAGE_CARD_SOURCES", "university"),
        ("AIGUILLAGE_CARD_PIC", "123456789"),
        ("AIGUILLAGE_CARD_ENABLE_AUTO", "true"),
        ("AIGUILLAGE_OUTBOUND_ALLOW", "127.0.0.0/8"),
        ("AIGUILLAGE_ESC_PER_SECOND", "0"),
        ("AIGUILLAGE_ESC_TIMEOUT", "1s"),
        ("AIGUILLAGE_CROUS_PER_SECOND", "0"),
        ("AIGUILLAGE_CROUS_TIMEOUT", "1s"),
        ("AIGUILLAGE_CROUS_RNE", "0761904G"),
        ("AIGUILLAGE_CROUS_CLIENT_ID", "univ"),
        ("AIGUILLAGE_CROUS_FARES", "07:0761904G"),
    ]
    .map(|(name, value)| (name, value.to_owned()))
    .to_vec();
    for (name, service) in services {
        settings.push((*name, service.url()));
    }
    settings.push(("AIGUILLAGE_ESC_KEY", secret.clone()));
    settings.push(("AIGUILLAGE_CROUS_CLIENT_SECRET", secret));
    settings.push(("AIGUILLAGE_CROUS_ACCESS_URL", services[0].1.url()));
    for (name, value) in more {
        settings.retain(|(known, _)| known != name);
        settings.push((*name, (*value).to_owned()));
    }
    let house = House::open_with(Setup { settings, ..Setup::default() }).await;
    // What the timetable has at the first look is nobody's business here.
    house.run_jobs().await;
    house
}

/// The clock of every house at its beginning.
fn morning() -> Clock {
    Clock::fixed("2027-01-15T07:30:00Z".parse().expect("a time"))
}

async fn compare(house: &House) {
    let mut tx = house.db().write().await.expect("a transaction");
    let all = CompareServices { after: Uuid::nil() };
    house.parts().jobs.queue.add(&mut tx, &all).await.expect("asked");
    tx.commit().await.expect("kept");
    house.run_jobs().await;
}

/// What the only service was told of a card.
async fn told_of_card(house: &House, card: Uuid) -> Telling {
    let mut tx = house.db().read().await.expect("the database answers");
    let mut told = tellings_of_card(&mut tx, card).await.expect("rows");
    assert!(told.len() < 2, "one service");
    told.pop().expect("something was told")
}

/// Erase somebody here, and let services hear of it.
async fn erase(house: &House, (login, name): (&str, &str)) {
    let id = person_of(house, login).await;
    let admin = house.administrator().await;
    let path = format!("/admin/people/{id}/erase");
    let form = [("name", name), ("reason", "demande")];
    assert_eq!(admin.post_from(&path, &path, &form).await.status, 303);
    house.run_jobs().await;
    house.wait(Duration::hours(2));
    house.run_jobs().await;
}

/// What the only service was told of the newest card of somebody.
async fn told_of(house: &House, login: &str) -> Telling {
    told_of_card(house, card_of(house, login).await.id).await
}

async fn state(house: &House, login: &str) -> (ToldState, String) {
    let told = told_of(house, login).await;
    (told.state, told.code)
}

/// The states of all jobs that tell.
async fn jobs(house: &House) -> Vec<JobState> {
    let filter = Filter { kind: "card.tell".into(), limit: 100, ..Filter::default() };
    let mut tx = house.db().read().await.expect("the database answers");
    let jobs = list(&mut tx, &filter).await.expect("rows");
    jobs.iter().map(|job| job.state).collect()
}

async fn set(house: &House, login: &str, name: &str, value: &str) {
    set_attribute(house, person_of(house, login).await, name, value).await;
}
