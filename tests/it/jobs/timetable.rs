//! What is done again and again.
use super::all;
use crate::house::House;
use aiguillage::jobs::store;
use chrono::Duration;

async fn kinds(house: &House) -> Vec<String> {
    let mut kinds: Vec<_> = all(house).await.into_iter().map(|job| job.kind).collect();
    kinds.sort();
    kinds
}

#[actix_web::test]
async fn what_was_missed_is_done_once() {
    let house = House::open().await;
    house.run_jobs().await;
    assert!(all(&house).await.is_empty(), "nothing is due at the first start");

    house.wait(Duration::days(12));
    house.run_jobs().await;

    assert_eq!(
        kinds(&house).await,
        [
            "api.clean",
            "audit.tidy",
            "card.clean_payments",
            "card.clean_photos",
            "card.forget",
            "jobs.clean",
            "lookup.people",
            "lookup.sweep",
            "mail.clean",
            "mail.tokens",
            "person.departed",
            "roles.give",
            "roll.alert",
            "roll.clean",
            "roll.clean_papers",
            "roll.close",
            "roll.forget",
            "roll.read_groups",
            "roll.remind",
            "roll.tell_uncalled",
            "sessions.clean",
            "sign_in.clean",
            "sync.clean",
            "tombstones.clean"
        ]
    );
    assert!(all(&house).await.iter().all(|job| job.state.as_str() == "done"));
    let mut tx = house.db().read().await.expect("a transaction");
    for row in store::timetable(&mut tx).await.expect("rows") {
        assert_eq!(row.last_at, Some(house.now()), "{}", row.name);
        assert!(row.next_at > house.now(), "{}", row.name);
    }
}

#[actix_web::test]
async fn of_two_nodes_one_does_it() {
    let house = House::open().await;
    house.run_jobs().await;
    let other = house.beside().await;
    house.wait(Duration::minutes(12));

    let done = house.run_jobs().await + other.run_jobs().await;

    assert_eq!(done, 3);
    assert_eq!(kinds(&house).await, ["roll.close", "roll.remind", "sign_in.clean"]);
}

#[actix_web::test]
async fn a_disabled_lookup_is_not_swept() {
    let house = House::set("AIGUILLAGE_LOOKUP_ENABLED", "false").await;
    house.run_jobs().await;
    house.wait(Duration::days(2));
    house.run_jobs().await;

    assert!(!kinds(&house).await.contains(&"lookup.sweep".to_owned()));
}
