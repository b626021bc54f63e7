//! Work in the background: the queue, several nodes, the timetable, the page, the command.
mod cleaning;
mod cut_off;
mod killed;
mod leases;
mod nodes;
mod order;
mod page;
mod queue;
mod timetable;

pub(crate) use cut_off::{goes_on, is_late, when_ending, when_robbed};

use crate::house::House;
use aiguillage::audit::{Event, Trace};
use aiguillage::db::{Db, Tx};
use aiguillage::jobs::store::{self, Filter};
use aiguillage::jobs::{
    Act, Answer, Failure, Job, JobId, JobRow, Kinds, NewJob, Outcome, Policy, Runner, Turn,
};
use aiguillage::on;
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use uuid::Uuid;

/// What a job of these tests was seen doing, and what it is to answer.
#[derive(Clone, Default)]
pub(crate) struct Notebook {
    seen: Arc<Mutex<Vec<String>>>,
    answers: Arc<Mutex<VecDeque<Answer>>>,
}

/// A job that writes its name into a notebook.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Note {
    name: String,
    subject: Option<Uuid>,
    once: Option<String>,
}

impl Job for Note {
    type Parts = Notebook;
    const KIND: &'static str = "test.note";
    const LABEL: &'static str = "job-clean-jobs";
    const POLICY: Policy = Policy::SERVICE;

    fn order(&self) -> Option<(String, Uuid)> {
        self.subject.map(|subject| ("test".to_owned(), subject))
    }

    fn once(&self) -> Option<String> {
        self.once.clone()
    }

    async fn run(self, book: Notebook, _: Turn) -> Answer {
        book.seen.lock().expect("a test").push(self.name.clone());
        assert_ne!(self.name, "break", "a job that breaks, as asked for");
        book.answers.lock().expect("a test").pop_front().unwrap_or(Ok(Outcome::Done))
    }
}

impl Notebook {
    fn seen(&self) -> String {
        self.seen.lock().expect("a test").join(" ")
    }

    fn will_answer(&self, answer: Answer) {
        self.answers.lock().expect("a test").push_back(answer);
    }

    fn will_fail(&self, times: usize) {
        (0..times).for_each(|_| self.will_answer(Err(Failure::new("the service is down"))));
    }
}

pub(crate) fn note(name: &str) -> Note {
    Note { name: name.to_owned(), subject: None, once: None }
}

/// A runner of this house that knows notes only.
fn scribe(house: &House, book: &Notebook) -> Runner {
    let kinds = Kinds::default().with::<Note>(book.clone());
    Runner { kinds, timetable: Arc::new([]), ..house.parts().runner() }
}

/// Several nodes share PostgreSQL only.
fn has_nodes(house: &House) -> bool {
    matches!(house.db(), Db::Postgres(_))
}

async fn ask(house: &House, job: &Note) {
    ask_new(house, &NewJob::of(job)).await;
}

async fn ask_new(house: &House, job: &NewJob) {
    let queue = &house.parts().jobs.queue;
    let mut tx = house.db().write().await.expect("a transaction");
    queue.add_new(&mut tx, job).await.expect("kept");
    queue.commit(tx).await.expect("kept");
}

async fn all(house: &House) -> Vec<JobRow> {
    let filter = Filter { limit: 100, ..Filter::default() };
    let mut tx = house.db().read().await.expect("a transaction");
    let mut jobs = store::list(&mut tx, &filter).await.expect("jobs");
    jobs.reverse();
    jobs
}

/// What a person does who tries a job again.
async fn revive(house: &House, id: JobId) {
    let mut tx = house.db().write().await.expect("a transaction");
    let act = Act { event: &Event::ok, trace: &Trace::default(), now: house.now() };
    assert!(house.parts().jobs.try_again(&mut tx, id, act).await.expect("written"));
    tx.commit().await.expect("kept");
}

/// A node takes the job that waits, and is never heard of again.
async fn take_and_die(house: &House) -> JobRow {
    let mut tx = house.db().write().await.expect("a transaction");
    let job = take(house, &mut tx).await;
    tx.commit().await.expect("kept");
    job
}

async fn take(house: &House, tx: &mut Tx) -> JobRow {
    let until = house.now() + chrono::Duration::seconds(30);
    let taken = store::claim(tx, (&["test.note"], 0), "dead", house.now(), until).await;
    taken.expect("an answer").expect("a job")
}

/// Somebody stands before a row that another transaction holds (PostgreSQL).
async fn until_somebody_waits(house: &House) {
    let sql = "SELECT count(*) FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock'";
    for _ in 0..3_000 {
        // A transaction is always shown the activity of its first look.
        let mut tx = house.db().read().await.expect("a transaction");
        let waiting: i64 =
            on!(&mut tx, |conn| sqlx::query_scalar(sql).fetch_one(conn).await).expect("a count");
        drop(tx);
        if waiting > 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("nobody waits");
}

/// The states of all jobs, the oldest first.
async fn states(house: &House) -> String {
    all(house).await.iter().map(|job| job.state.as_str()).collect::<Vec<_>>().join(" ")
}

fn minutes(number: u64) -> Duration {
    Duration::from_mins(number)
}
