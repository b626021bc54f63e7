//! One node and its queue.
use super::{Note, Notebook, all, ask, ask_new, minutes, note, revive, scribe, states};
use crate::house::House;
use aiguillage::jobs::{NewJob, Outcome};
use chrono::Duration;

#[actix_web::test]
async fn a_job_is_kept_or_lost_with_its_act() {
    let (house, book) = (House::open().await, Notebook::default());
    let queue = &house.parts().jobs.queue;
    let mut tx = house.db().write().await.expect("a transaction");
    queue.add(&mut tx, &note("never")).await.expect("added");
    drop(tx);
    ask(&house, &note("kept")).await;

    assert_eq!(scribe(&house, &book).drain().await.expect("done"), 1);

    assert_eq!(book.seen(), "kept");
    assert_eq!(states(&house).await, "done");
}

#[actix_web::test]
async fn urgent_ones_come_first_and_future_ones_wait() {
    let (house, book) = (House::open().await, Notebook::default());
    ask(&house, &note("usual")).await;
    ask_new(&house, &NewJob::of(&note("urgent")).urgency(5)).await;
    let tomorrow = house.now() + Duration::days(1);
    ask_new(&house, &NewJob::of(&note("tomorrow")).at(tomorrow)).await;

    scribe(&house, &book).drain().await.expect("done");
    assert_eq!(book.seen(), "urgent usual");

    house.wait(Duration::days(1));
    scribe(&house, &book).drain().await.expect("done");
    assert_eq!(book.seen(), "urgent usual tomorrow");
}

#[actix_web::test]
async fn one_waiting_job_is_enough_but_one_that_runs_is_not() {
    let (house, book) = (House::open().await, Notebook::default());
    let once = |name: &str| Note { once: Some("x".into()), ..note(name) };
    let later = house.now() + Duration::hours(1);
    ask_new(&house, &NewJob::of(&once("first")).at(later)).await;
    ask(&house, &once("second")).await;
    assert_eq!(states(&house).await, "waiting");
    assert_eq!(all(&house).await[0].run_at, house.now(), "the earlier time counts");

    book.will_fail(1);
    scribe(&house, &book).drain().await.expect("tried");
    ask(&house, &once("third")).await;
    assert_eq!(states(&house).await, "waiting", "the one that failed waits for both");

    house.wait(Duration::minutes(2));
    scribe(&house, &book).drain().await.expect("done");
    ask(&house, &once("fourth")).await;
    assert_eq!(states(&house).await, "done waiting");
    assert_eq!(book.seen(), "first first");
}

#[actix_web::test]
async fn failures_wait_longer_each_time_and_end_after_three_days() {
    let (house, book) = (House::open().await, Notebook::default());
    ask(&house, &note("x")).await;
    book.will_fail(1_000);
    let begun = house.now();
    let mut waits = Vec::new();
    while states(&house).await == "waiting" {
        let job = &all(&house).await[0];
        house.wait(job.run_at - house.now());
        waits.push((job.run_at - begun).num_minutes());
        scribe(&house, &book).drain().await.expect("tried");
    }

    assert_eq!(states(&house).await, "given_up");
    assert!(waits[1] <= 1 && (6..=7).contains(&waits[2]), "{waits:?}");
    assert!((14..=17).contains(&waits.len()), "{waits:?}");
    let job = &all(&house).await[0];
    assert_eq!(job.last_error, "the service is down");
    assert!(waits.last().is_some_and(|last| *last < 72 * 60), "{waits:?}");
}

#[actix_web::test]
async fn what_a_job_waited_for_uses_up_none_of_its_tries() {
    let (house, book) = (House::open().await, Notebook::default());
    ask(&house, &note("x")).await;
    for _ in 0..100 {
        book.will_answer(Ok(Outcome::Again(minutes(60))));
        scribe(&house, &book).drain().await.expect("tried");
        house.wait(Duration::minutes(60));
    }
    let mut waits = Vec::new();
    for _ in 0..3 {
        book.will_fail(1);
        scribe(&house, &book).drain().await.expect("tried");
        let job = &all(&house).await[0];
        waits.push((job.state.as_str(), (job.run_at - house.now()).num_minutes()));
        house.wait(job.run_at - house.now());
    }

    assert!(
        matches!(waits[..], [("waiting", 1), ("waiting", 5), ("waiting", 30..=33)]),
        "{waits:?}"
    );
}

#[actix_web::test]
async fn tried_again_by_hand_a_job_has_all_its_tries_anew() {
    let (house, book) = (House::open().await, Notebook::default());
    ask(&house, &note("x")).await;
    book.will_fail(1_000);
    while states(&house).await == "waiting" {
        house.wait(all(&house).await[0].run_at - house.now());
        scribe(&house, &book).drain().await.expect("tried");
    }
    let old = all(&house).await.remove(0);
    revive(&house, old.id).await;

    let anew = all(&house).await.remove(0);
    assert_eq!((anew.attempts, anew.failures, anew.last_error.as_str()), (0, 0, ""));
    assert_eq!(anew.epoch, old.epoch, "late writers of old tries are known for ever");
    scribe(&house, &book).drain().await.expect("tried");
    let job = &all(&house).await[0];
    assert_eq!((job.state.as_str(), job.attempts), ("waiting", 1));
    assert_eq!((job.run_at - house.now()).num_minutes(), 1);
}

#[actix_web::test]
async fn going_on_later_and_breaking_are_two_things() {
    let (house, book) = (House::open().await, Notebook::default());
    ask(&house, &note("long")).await;
    ask(&house, &note("break")).await;
    book.will_answer(Ok(Outcome::Again(minutes(5))));

    scribe(&house, &book).drain().await.expect("tried");

    let jobs = all(&house).await;
    assert_eq!((jobs[0].last_error.as_str(), jobs[1].last_error.as_str()), ("", "it broke"));
    house.wait(Duration::minutes(4));
    scribe(&house, &book).drain().await.expect("tried");
    assert_eq!(book.seen(), "long break break");
}

#[actix_web::test]
async fn what_may_have_happened_is_not_done_again_by_itself() {
    let (house, book) = (House::open().await, Notebook::default());
    ask(&house, &note("mail")).await;
    book.will_answer(Ok(Outcome::Uncertain("no final reply".into())));

    scribe(&house, &book).drain().await.expect("tried");
    house.wait(Duration::days(10));
    scribe(&house, &book).drain().await.expect("nothing");

    assert_eq!(book.seen(), "mail");
    assert_eq!(states(&house).await, "uncertain");
    assert_eq!(house.last("job.uncertain").await.reason, "no final reply");
}

#[actix_web::test]
async fn kinds_that_nobody_knows_wait_for_a_version_that_does() {
    let house = House::open().await;
    ask(&house, &note("x")).await;

    assert_eq!(house.run_jobs().await, 0);

    assert_eq!(states(&house).await, "waiting");
}
