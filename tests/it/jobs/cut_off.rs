//! Jobs of the house that are cut off: they write nothing when they are somebody else's by now, and
//! stop between two portions when their node ends.
use super::{Notebook, all, ask, note, scribe};
use crate::house::House;
use aiguillage::audit::Sealer;
use aiguillage::jobs::{
    Answer, CleanJobs, Failure, Job, Kinds, NewJob, Outcome, Policy, Runner, TidyAudit, Turn,
};
use aiguillage::on;
use chrono::Duration;
use serde::{Deserialize, Serialize};
use std::sync::{Arc, Mutex};
use tokio::sync::Notify;

/// Does another job after something happened to its turn.
#[derive(Serialize, Deserialize)]
struct After<J> {
    job: J,
}

#[derive(Clone)]
struct Scene<P> {
    parts: P,
    /// Whether another node takes over and does it; otherwise it begins when it is let go.
    is_robbed: bool,
    begun: Arc<Notify>,
    go: Arc<Notify>,
    answer: Arc<Mutex<Option<Answer>>>,
}

impl<J: Job> Job for After<J> {
    type Parts = Scene<J::Parts>;
    const KIND: &'static str = "test.after";
    const LABEL: &'static str = "job-clean-jobs";
    const POLICY: Policy = Policy::HOUSE;

    async fn run(self, scene: Scene<J::Parts>, turn: Turn) -> Answer {
        if scene.is_robbed {
            let mut tx = turn.db().write().await?;
            let sql = "UPDATE job SET epoch = epoch + 1, state = 'done' WHERE kind = 'test.after'";
            on!(&mut tx, |conn| sqlx::query(sql).execute(conn).await.map(|_| ()))?;
            tx.commit().await?;
        } else {
            scene.begun.notify_one();
            scene.go.notified().await;
        }
        let answer = self.job.run(scene.parts, turn).await;
        *scene.answer.lock().expect("a test") = Some(answer.clone());
        answer
    }
}

/// What this job answers when another node has taken over before it writes.
pub(crate) async fn when_robbed<J: Job>(house: &House, job: J, parts: J::Parts) -> Answer {
    let (runner, scene) = prepare::<J>(house, job, parts, true).await;
    runner.drain().await.expect("tried");
    scene.answer.lock().expect("a test").take().expect("an answer")
}

/// What it answers when its node is about to stop.
pub(crate) async fn when_ending<J: Job>(house: &House, job: J, parts: J::Parts) -> Answer {
    let (runner, scene) = prepare::<J>(house, job, parts, false).await;
    let running = runner.start();
    scene.begun.notified().await;
    running.gate().close();
    scene.go.notify_one();
    running.stop(std::time::Duration::from_secs(30)).await;
    scene.answer.lock().expect("a test").take().expect("an answer")
}

async fn prepare<J: Job>(
    house: &House,
    job: J,
    parts: J::Parts,
    is_robbed: bool,
) -> (Runner, Scene<J::Parts>) {
    super::ask_new(house, &NewJob::of(&After { job })).await;
    let (begun, go, answer) = Default::default();
    let scene = Scene { parts, is_robbed, begun, go, answer };
    let kinds = Kinds::default().with::<After<J>>(scene.clone());
    (Runner { kinds, timetable: Arc::new([]), ..house.parts().runner() }, scene)
}

/// Whether a job found another node at its work.
pub(crate) fn is_late(answer: &Answer) -> bool {
    *answer == Err(Failure::new("another node took over"))
}

/// Whether a job stopped before it was done.
pub(crate) fn goes_on(answer: &Answer) -> bool {
    *answer == Ok(Outcome::Again(std::time::Duration::ZERO))
}

async fn notes(house: &House) -> usize {
    all(house).await.iter().filter(|job| job.kind == "test.note").count()
}

#[actix_web::test]
async fn the_cleaning_of_jobs_can_be_cut_off() {
    let (house, book) = (House::open().await, Notebook::default());
    ask(&house, &note("old")).await;
    scribe(&house, &book).drain().await.expect("done");
    house.wait(Duration::days(31));
    let kept = house.parts().config.retention.jobs;

    assert!(is_late(&when_robbed(&house, CleanJobs {}, kept).await));
    assert!(goes_on(&when_ending(&house, CleanJobs {}, kept).await));
    assert_eq!(notes(&house).await, 1);
    assert!(house.audit("retention.cleaned").await.is_empty());

    let mut tx = house.db().write().await.expect("a transaction");
    house.parts().jobs.queue.add(&mut tx, &CleanJobs {}).await.expect("kept");
    tx.commit().await.expect("kept");
    house.run_jobs().await;
    assert_eq!(notes(&house).await, 0);
    assert_eq!(house.last("retention.cleaned").await.fields["rows"], 1);
}

#[actix_web::test]
async fn the_tidying_of_the_audit_record_can_be_cut_off() {
    let house = House::open().await;
    house.visitor().try_password("nobody", "wrong").await;
    Sealer::new(house.db(), &house.parts().clock).turn().await.expect("sealed");
    let rows = house.audit("").await.len();
    let settings = house.parts().config.audit;
    house.wait(settings.keep + Duration::days(1));

    assert!(is_late(&when_robbed(&house, TidyAudit {}, settings).await));
    assert!(goes_on(&when_ending(&house, TidyAudit {}, settings).await));

    assert_eq!(house.audit("").await.len(), rows, "nothing went, nothing is told");
}
