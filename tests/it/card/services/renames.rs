//! Names that the CROUS is to change: none is lost, whatever is told at the same time.
use super::super::{MANAGER, follow, post};
use super::crous::{HOLDER, calls, known, tell};
use super::{STUDENT, card_of, compare, erase, morning, telling};
use crate::house::House;
use crate::peers::card_service::{CardService, Wrong};
use aiguillage::card::services::RenameHolders;
use aiguillage::card::services::crous::NewName;
use aiguillage::card::services::crous::name_store::{count_names, list_name};
use aiguillage::jobs::{store::Filter, store::list};
use chrono::Duration;

const NEW: &str = "luc@univ.example";

async fn run(house: &House, sql: &'static str) {
    let mut tx = house.db().write().await.expect("a transaction");
    aiguillage::on!(&mut tx, |conn| sqlx::query(sql).execute(conn).await.map(|_| ()))
        .expect("kept");
    tx.commit().await.expect("kept");
}

async fn counts(house: &House) -> Vec<(String, i64)> {
    let mut tx = house.db().read().await.expect("the database answers");
    count_names(&mut tx).await.expect("rows")
}

/// Somebody asks for another name of the student.
async fn ask(house: &House) {
    let nadia = house.sign_in(MANAGER).await;
    let card = card_of(house, STUDENT).await;
    let path = format!("/cards/office/{}/name", card.id);
    assert_eq!(post(&nadia, &path, &[("name", NEW)]).await.status, 303);
}

async fn wait_for(house: &House, names: impl Iterator<Item = NewName>) {
    let mut tx = house.db().write().await.expect("a transaction");
    for name in names {
        let now = house.now();
        assert!(list_name(&mut tx, (&name, "waiting"), now).await.expect("listed"));
    }
    tx.commit().await.expect("kept");
}

#[actix_web::test]
async fn a_name_waits_for_a_visit_that_is_under_way() {
    let izly = CardService::izly(morning());
    let house = known(&izly).await;
    tell(&house).await;
    izly.calls();
    // Another node speaks of the same holder at the moment.
    run(
        &house,
        "UPDATE job SET state = 'running', finished_at = NULL, lease_until = '2027-02-01T00:00:00Z'
         WHERE kind = 'card.tell' AND id = (SELECT id FROM job WHERE kind = 'card.tell' ORDER BY id DESC LIMIT 1)",
    )
    .await;
    ask(&house).await;
    house.run_jobs().await;
    assert!(calls(&izly).is_empty(), "its holder is being spoken of");
    assert_eq!(counts(&house).await, [("asked".to_owned(), 1)]);
    run(&house, "UPDATE job SET state = 'done' WHERE state = 'running'").await;
    house.run_jobs().await;
    let own = format!("/beforeizly/v1/rightholders/{NEW}");
    assert_eq!(calls(&izly), [format!("PATCH {HOLDER} 200"), format!("GET {own} 200")]);
    assert_eq!(counts(&house).await, [("done".to_owned(), 1)]);
    compare(&house).await;
    assert!(calls(&izly).is_empty());
}

#[actix_web::test]
async fn a_name_whose_answer_was_lost_is_not_lost() {
    let izly = CardService::izly(morning());
    let house = known(&izly).await;
    izly.will("PATCH /beforeizly", Wrong::Lost);
    ask(&house).await;
    house.run_jobs().await;
    assert_eq!(counts(&house).await, [("asked".to_owned(), 1)]);
    house.wait(Duration::minutes(2));
    house.run_jobs().await;
    assert_eq!(counts(&house).await, [("done".to_owned(), 1)]);
    izly.calls();
    super::set(&house, STUDENT, "schacExpiryDate", "20280930235959Z").await;
    follow(&house).await;
    compare(&house).await;
    let own = format!("/beforeizly/v1/rightholders/{NEW}");
    assert_eq!(calls(&izly)[0], format!("GET {own} 200"));
}

#[actix_web::test]
async fn a_long_list_is_sent_in_portions() {
    let izly = CardService::izly(morning());
    let house = telling(&[("AIGUILLAGE_CROUS_URL", &izly)], &[]).await;
    let name = |n: u32| NewName {
        was: format!("old{n:03}"),
        becomes: format!("new{n:03}"),
        mail: "x@univ.example".into(),
    };
    wait_for(&house, (0..120).map(name)).await;
    let mut tx = house.db().write().await.expect("a transaction");
    house.parts().jobs.queue.add(&mut tx, &RenameHolders {}).await.expect("asked");
    tx.commit().await.expect("kept");
    house.run_jobs().await;
    assert_eq!(counts(&house).await, [("refused".to_owned(), 120)]);
    let filter = Filter { kind: "card.rename".into(), limit: 10, ..Filter::default() };
    let mut tx = house.db().read().await.expect("the database answers");
    let jobs = list(&mut tx, &filter).await.expect("rows");
    assert_eq!(jobs.iter().map(|job| job.attempts).collect::<Vec<_>>(), [4]);
}

#[actix_web::test]
async fn names_of_a_list_go_with_their_person_and_after_three_months() {
    let izly = CardService::izly(morning());
    let house = known(&izly).await;
    ask(&house).await;
    house.run_jobs().await;
    let other =
        NewName { was: "77".into(), becomes: "joe".into(), mail: "joe@univ.example".into() };
    wait_for(&house, std::iter::once(other)).await;
    assert_eq!(counts(&house).await, [("done".to_owned(), 1), ("waiting".to_owned(), 1)]);
    run(&house, "UPDATE crous_name SET listed_at = '2026-01-01T00:00:00Z' WHERE was = '77'").await;
    erase(&house, (STUDENT, "Luc Petit")).await;
    assert!(counts(&house).await.is_empty(), "{:?}", counts(&house).await);
}
