//! Jobs about the same subject.
use super::{
    Note, Notebook, all, ask, has_nodes, note, revive, scribe, states, take, take_and_die,
    until_somebody_waits,
};
use crate::house::House;
use aiguillage::jobs::store::oldest_waiting;
use aiguillage::jobs::{JobId, Outcome};
use chrono::Duration;
use uuid::Uuid;

/// Two jobs about one subject, of which the first was given up and the second is next.
async fn two(house: &House, book: &Notebook) -> JobId {
    let alix = Some(Uuid::now_v7());
    ask(house, &Note { subject: alix, ..note("first") }).await;
    book.will_answer(Ok(Outcome::GaveUp("no such account".into())));
    scribe(house, book).drain().await.expect("tried");
    ask(house, &Note { subject: alix, ..note("second") }).await;
    assert_eq!(states(house).await, "given_up waiting");
    all(house).await[0].id
}

#[actix_web::test]
async fn a_job_that_is_revived_waits_for_the_younger_one_that_runs() {
    let (house, book) = (House::open().await, Notebook::default());
    let first = two(&house, &book).await;
    take_and_die(&house).await;
    revive(&house, first).await;

    assert_eq!(scribe(&house, &book).drain().await.expect("nothing"), 0);

    assert_eq!(states(&house).await, "waiting running");
}

#[actix_web::test]
async fn what_nobody_may_begin_is_not_late() {
    let (house, book) = (House::open().await, Notebook::default());
    let alix = Some(Uuid::now_v7());
    for name in ["fails", "waits for it"] {
        ask(&house, &Note { subject: alix, ..note(name) }).await;
    }
    let due = house.now();
    let oldest = async |kinds: &[&str]| {
        let mut tx = house.db().read().await.expect("a transaction");
        oldest_waiting(&mut tx, kinds, house.now()).await.expect("read")
    };
    assert_eq!(oldest(&["test.note"]).await, Some(due));
    assert_eq!(oldest(&["jobs.clean"]).await, None, "nobody here does notes");

    book.will_fail(1);
    scribe(&house, &book).drain().await.expect("tried");
    house.wait(Duration::seconds(30));
    assert_eq!(oldest(&["test.note"]).await, None, "the second one waits for the first");
    house.wait(Duration::minutes(2));
    assert!(oldest(&["test.note"]).await > Some(due), "the first one does");
}

#[actix_web::test]
async fn of_two_nodes_that_begin_two_jobs_at_once_one_has_to_wait() {
    let (house, book) = (House::open().await, Notebook::default());
    if !has_nodes(&house) {
        return;
    }
    let first = two(&house, &book).await;
    let mut taking = house.db().write().await.expect("a transaction");
    take(&house, &mut taking).await;
    revive(&house, first).await;
    let other = scribe(&house, &book);
    let looking = actix_web::rt::spawn(async move { other.drain().await });
    // It cannot see that the second one is taken.
    until_somebody_waits(&house).await;
    taking.commit().await.expect("kept");

    assert_eq!(looking.await.expect("a task").expect("no error"), 0);

    assert_eq!(states(&house).await, "waiting running");
}

#[actix_web::test]
async fn jobs_about_one_subject_keep_their_order_even_when_the_first_fails() {
    let (house, book) = (House::open().await, Notebook::default());
    let (alix, zoe) = (Uuid::now_v7(), Uuid::now_v7());
    for (name, subject) in [("a1", alix), ("a2", alix), ("z1", zoe)] {
        ask(&house, &Note { subject: Some(subject), ..note(name) }).await;
    }
    book.will_fail(1);

    scribe(&house, &book).drain().await.expect("tried");
    assert_eq!(book.seen(), "a1 z1");

    house.wait(Duration::minutes(2));
    scribe(&house, &book).drain().await.expect("done");
    assert_eq!(book.seen(), "a1 z1 a1 a2");
}

#[actix_web::test]
async fn a_job_that_gave_up_makes_way_for_the_next_one() {
    let (house, book) = (House::open().await, Notebook::default());
    let alix = Some(Uuid::now_v7());
    ask(&house, &Note { subject: alix, ..note("hopeless") }).await;
    ask(&house, &Note { subject: alix, ..note("next") }).await;
    book.will_answer(Ok(Outcome::GaveUp("no such account".into())));

    scribe(&house, &book).drain().await.expect("done");

    assert_eq!(states(&house).await, "given_up done");
    let told = house.last("job.given_up").await;
    assert_eq!(told.reason, "no such account");
}
