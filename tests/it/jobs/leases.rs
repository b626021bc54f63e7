//! Jobs whose node died, or is believed to be dead.
use super::{
    Notebook, all, ask, has_nodes, minutes, note, scribe, states, take_and_die,
    until_somebody_waits,
};
use crate::house::House;
use aiguillage::jobs::{JobRow, Outcome, store};
use aiguillage::on;
use chrono::Duration;

#[actix_web::test]
async fn a_job_of_a_node_that_died_is_taken_up_when_its_lease_is_over() {
    let (house, book) = (House::open().await, Notebook::default());
    if !has_nodes(&house) {
        return;
    }
    ask(&house, &note("x")).await;
    take_and_die(&house).await;

    assert_eq!(scribe(&house, &book).drain().await.expect("nothing"), 0);
    house.wait(Duration::seconds(31));
    assert_eq!(scribe(&house, &book).drain().await.expect("done"), 1);

    let job = &all(&house).await[0];
    assert_eq!((job.state.as_str(), job.attempts, job.epoch), ("done", 2, 2));
}

#[actix_web::test]
async fn the_first_node_that_dies_is_no_fault_of_the_job_and_the_second_one_is() {
    let (house, book) = (House::open().await, Notebook::default());
    if !has_nodes(&house) {
        return;
    }
    ask(&house, &note("x")).await;
    for _ in 0..3 {
        book.will_answer(Ok(Outcome::Again(minutes(1))));
        scribe(&house, &book).drain().await.expect("done");
        house.wait(Duration::minutes(1));
    }
    book.will_answer(Ok(Outcome::Again(minutes(1))));
    take_and_die(&house).await;
    house.wait(Duration::seconds(31));
    assert_eq!(scribe(&house, &book).drain().await.expect("done"), 1, "at once");
    house.wait(Duration::minutes(1));

    take_and_die(&house).await;
    house.wait(Duration::seconds(31));
    assert_eq!(scribe(&house, &book).drain().await.expect("done"), 0, "a minute later");

    let job = &all(&house).await[0];
    assert_eq!((job.state.as_str(), job.failures, job.deaths), ("waiting", 1, 2));
    assert_eq!(job.last_error, "the node went away");
}

#[actix_web::test]
async fn a_lease_that_is_renewed_at_the_last_moment_stays() {
    let (house, book) = (House::open().await, Notebook::default());
    if !has_nodes(&house) {
        return;
    }
    ask(&house, &note("x")).await;
    let job = take_and_die(&house).await;
    house.wait(Duration::seconds(31));
    let mut renewing = house.db().write().await.expect("a transaction");
    let until = house.now() + Duration::seconds(30);
    assert!(store::renew(&mut renewing, job.id, job.epoch, until).await.expect("renewed"));
    let other = scribe(&house, &book);
    let looking = actix_web::rt::spawn(async move { other.drain().await });
    // The other node saw the lease end, and stands before the row.
    until_somebody_waits(&house).await;

    renewing.commit().await.expect("kept");
    assert_eq!(looking.await.expect("a task").expect("it ends"), 0);

    let job = &all(&house).await[0];
    assert_eq!((job.state.as_str(), job.attempts, job.deaths), ("running", 1, 0));
}

async fn the_note(house: &House) -> JobRow {
    let note = all(house).await.into_iter().find(|job| job.kind == "test.note");
    note.expect("it was asked for")
}

#[actix_web::test]
async fn a_job_whose_kind_was_switched_off_waits_when_its_lease_is_over() {
    let mut house = House::open().await;
    ask(&house, &note("x")).await;
    take_and_die(&house).await;
    // This service knows no notes. Whoever does has a minute to take it up.
    house.wait(Duration::seconds(31));
    house.parts().runner().drain().await.expect("nothing");
    assert_eq!(the_note(&house).await.state.as_str(), "running");
    house.wait(Duration::minutes(1));
    if has_nodes(&house) {
        house.parts().runner().drain().await.expect("nothing");
    } else {
        // One process a file: the next one knows that the last one is gone.
        house.restart().await;
        let runner = house.parts().runner().start();
        while the_note(&house).await.state.as_str() == "running" {
            actix_web::rt::task::yield_now().await;
        }
        runner.stop(std::time::Duration::from_secs(5)).await;
    }

    let job = the_note(&house).await;
    assert_eq!((job.state.as_str(), job.deaths, &*job.last_error), ("waiting", 1, ""));
    let page = house.administrator().await.get("/admin/jobs").await;
    assert!(page.text.contains("ce genre de travail"), "{}", page.text);
    let book = Notebook::default();
    assert_eq!(scribe(&house, &book).drain().await.expect("done"), 1, "switched on again");
}

#[actix_web::test]
async fn an_end_that_cannot_be_kept_is_kept_later() {
    let (house, book) = (House::open().await, Notebook::default());
    if has_nodes(&house) {
        return;
    }
    ask(&house, &note("x")).await;
    let full = "CREATE TRIGGER no_room BEFORE UPDATE ON job WHEN NEW.state = 'done'
        BEGIN SELECT RAISE(ABORT, 'the disk is full'); END";
    let write = async |sql: &'static str| {
        let mut tx = house.db().write().await.expect("a transaction");
        on!(&mut tx, |conn| sqlx::query(sql).execute(conn).await.map(|_| ())).expect("written");
        tx.commit().await.expect("kept");
    };
    write(full).await;
    let runner = scribe(&house, &book);
    let working = actix_web::rt::spawn(async move { runner.drain().await });
    while book.seen().is_empty() {
        tokio::task::yield_now().await;
    }
    write("DROP TRIGGER no_room").await;

    working.await.expect("a task").expect("it ends");

    assert_eq!((book.seen().as_str(), states(&house).await.as_str()), ("x", "done"));
}
