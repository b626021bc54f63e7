//! What is forgotten when its time is over (D36).
use super::{Notebook, all, ask, note, scribe, states};
use crate::house::House;
use aiguillage::jobs::Outcome;
use aiguillage::on;
use aiguillage::sso::store::{find_flow, insert_flow};
use chrono::Duration;
use serde_json::json;

async fn rows(house: &House, table: &'static str) -> i64 {
    let mut tx = house.db().read().await.expect("a transaction");
    let count = match table {
        "session" => "SELECT count(*) FROM session",
        "flow" => "SELECT count(*) FROM flow",
        _ => "SELECT count(*) FROM sign_in_failure",
    };
    on!(&mut tx, |conn| sqlx::query_scalar(count).fetch_one(conn).await).expect("a count")
}

#[actix_web::test]
async fn sessions_are_forgotten_thirty_days_after_their_end() {
    let house = House::open().await;
    house.run_jobs().await;
    house.sign_in("paul.hoarau").await;
    house.wait(Duration::days(20));
    house.sign_in("paul.hoarau").await;
    house.run_jobs().await;
    assert_eq!(rows(&house, "session").await, 2);

    house.wait(Duration::days(12));
    let now = house.sign_in("paul.hoarau").await;
    house.run_jobs().await;

    assert_eq!(rows(&house, "session").await, 2);
    assert_eq!(now.get("/sessions").await.status, 200, "the live one stays");
    let told = house.last("retention.cleaned").await;
    assert!(house.audit("retention.cleaned").await.iter().any(|row| row.reason == "session"));
    assert!(told.person.is_none());
}

#[actix_web::test]
async fn what_signing_in_left_behind_goes_within_minutes() {
    let house = House::open().await;
    house.run_jobs().await;
    house.visitor().try_password("nobody", "wrong").await;
    let until = house.now() + Duration::minutes(5);
    let mut tx = house.db().write().await.expect("a transaction");
    let id = insert_flow(&mut tx, "saml", &json!({}), house.now(), until).await.expect("kept");
    tx.commit().await.expect("kept");

    house.wait(Duration::minutes(12));
    house.run_jobs().await;

    assert_eq!((rows(&house, "flow").await, rows(&house, "sign_in_failure").await), (0, 1));
    let mut tx = house.db().read().await.expect("a transaction");
    assert_eq!(find_flow(&mut tx, id, "saml", house.now()).await.expect("read"), None);
    drop(tx);

    house.wait(Duration::days(2));
    house.run_jobs().await;
    assert_eq!(rows(&house, "sign_in_failure").await, 0);
}

#[actix_web::test]
async fn done_jobs_are_forgotten_and_those_to_be_looked_at_stay_for_a_year() {
    let (house, book) = (House::open().await, Notebook::default());
    house.run_jobs().await;
    ask(&house, &note("good")).await;
    ask(&house, &note("bad")).await;
    book.will_answer(Ok(Outcome::Done));
    book.will_answer(Ok(Outcome::GaveUp("no".into())));
    scribe(&house, &book).drain().await.expect("done");
    assert_eq!(states(&house).await, "done given_up");

    house.wait(Duration::days(32));
    house.run_jobs().await;
    let notes = |jobs: Vec<aiguillage::jobs::JobRow>| {
        jobs.into_iter().filter(|job| job.kind == "test.note").count()
    };
    assert_eq!(notes(all(&house).await), 1);

    house.wait(Duration::days(366));
    house.run_jobs().await;
    assert_eq!(notes(all(&house).await), 0);
}
