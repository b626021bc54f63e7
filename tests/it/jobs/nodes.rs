//! Several runners on one queue: nodes that sleep, nodes that stop, many at once.
use super::{Note, Notebook, all, ask, has_nodes, note, scribe, states};
use crate::house::House;
use aiguillage::jobs::{Answer, Job, Kinds, Outcome, Policy, Runner, Turn};
use chrono::Duration;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::Notify;
use uuid::Uuid;

/// Begins, then waits until it is let go.
#[derive(Serialize, Deserialize)]
struct Slow {}

#[derive(Clone, Default)]
struct Gate {
    begun: Arc<Notify>,
    go: Arc<Notify>,
    wrote: Arc<AtomicUsize>,
    late: Arc<AtomicUsize>,
}

impl Job for Slow {
    type Parts = Gate;
    const KIND: &'static str = "test.slow";
    const LABEL: &'static str = "job-clean-jobs";
    const POLICY: Policy = Policy::HOUSE;

    async fn run(self, gate: Gate, turn: Turn) -> Answer {
        gate.begun.notify_one();
        gate.go.notified().await;
        let mut tx = turn.db().write().await?;
        if let Err(failure) = turn.tell(&mut tx, 1, 1).await {
            gate.late.fetch_add(1, Ordering::SeqCst);
            return Err(failure);
        }
        tx.commit().await?;
        gate.wrote.fetch_add(1, Ordering::SeqCst);
        Ok(Outcome::Done)
    }
}

fn runner(house: &House, gate: &Gate) -> Runner {
    let kinds = Kinds::default().with::<Slow>(gate.clone());
    Runner { kinds, timetable: Arc::new([]), ..house.parts().runner() }
}

async fn ask_slow(house: &House) {
    let queue = &house.parts().jobs.queue;
    let mut tx = house.db().write().await.expect("a transaction");
    queue.add(&mut tx, &Slow {}).await.expect("kept");
    queue.commit(tx).await.expect("kept");
}

#[actix_web::test]
async fn on_sqlite_a_process_that_slept_goes_on_with_its_job() {
    let (house, gate) = (House::open().await, Gate::default());
    if has_nodes(&house) {
        return;
    }
    ask_slow(&house).await;
    let sleeper = runner(&house, &gate);
    let sleeping = actix_web::rt::spawn(async move { sleeper.drain().await });
    gate.begun.notified().await;
    house.wait(Duration::minutes(1));

    let open = Gate::default();
    open.go.notify_one();
    assert_eq!(runner(&house, &open).drain().await.expect("nothing"), 0);
    gate.go.notify_one();
    sleeping.await.expect("a task").expect("it ends");

    assert_eq!(gate.late.load(Ordering::SeqCst), 0);
    assert_eq!(all(&house).await[0].attempts, 1);
    assert_eq!(states(&house).await, "done");
}

#[actix_web::test]
async fn a_node_that_slept_writes_nothing_late() {
    let (house, gate) = (House::open().await, Gate::default());
    if !has_nodes(&house) {
        return;
    }
    ask_slow(&house).await;
    let sleeper = runner(&house, &gate);
    let sleeping = actix_web::rt::spawn(async move { sleeper.drain().await });
    gate.begun.notified().await;
    house.wait(Duration::minutes(1));
    let other = runner(&house, &gate);
    let working = actix_web::rt::spawn(async move { other.drain().await });
    gate.begun.notified().await;

    gate.go.notify_waiters();
    sleeping.await.expect("a task").expect("it ends");
    working.await.expect("a task").expect("it ends");

    assert_eq!(gate.wrote.load(Ordering::SeqCst), 1);
    assert_eq!(gate.late.load(Ordering::SeqCst), 1);
    assert_eq!(states(&house).await, "done");
}

#[actix_web::test]
async fn stopping_lets_jobs_finish_and_puts_the_others_back() {
    let (house, gate) = (House::open().await, Gate::default());
    for gets_time in [true, false] {
        ask_slow(&house).await;
        let running = runner(&house, &gate).start();
        gate.begun.notified().await;
        if gets_time {
            gate.go.notify_one();
        }
        let bound = if gets_time { 30_000 } else { 1 };
        running.stop(std::time::Duration::from_millis(bound)).await;
    }

    assert_eq!(states(&house).await, "done waiting");
    let job = &all(&house).await[1];
    assert_eq!((job.run_at, job.last_error.as_str()), (house.now(), ""));
}

#[actix_web::test]
async fn many_runners_do_each_job_once_and_keep_the_order() {
    let (house, book) = (House::open().await, Notebook::default());
    let subjects = [Uuid::now_v7(), Uuid::now_v7(), Uuid::now_v7()];
    for number in 0..30 {
        let subject = number % subjects.len();
        let name = format!("{subject}:{number:02}");
        ask(&house, &Note { subject: Some(subjects[subject]), ..note(&name) }).await;
    }

    let runners: Vec<_> = (0..4).map(|_| scribe(&house, &book).start()).collect();
    while states(&house).await.contains("ing") {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    for runner in runners {
        runner.stop(std::time::Duration::from_secs(30)).await;
    }

    let seen = book.seen();
    assert_eq!(seen.split(' ').count(), 30, "{seen}");
    for subject in ["0", "1", "2"] {
        let own: Vec<_> = seen.split(' ').filter(|name| name.starts_with(subject)).collect();
        assert!(own.is_sorted() && own.len() == 10, "{own:?}");
    }
}
