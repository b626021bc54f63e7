//! The looking after of records, as a job.
use super::{Lookup, colleagues};
use crate::jobs::{goes_on, is_late, when_ending, when_robbed};
use aiguillage::jobs::{Answer, Job, Kinds, NewJob, Outcome, Policy, Runner, Turn};
use aiguillage::lookup::SweepRecords;
use aiguillage::lookup::intake::{Intake, SweepReport};
use chrono::Duration;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::sync::{Arc, Mutex};

/// Sweeps, and tells what it did.
#[derive(Serialize, Deserialize)]
struct Sweep {}

type Told = Arc<Mutex<SweepReport>>;

impl Job for Sweep {
    type Parts = (Intake, Told);
    const KIND: &'static str = "test.sweep";
    const LABEL: &'static str = "job-sweep-records";
    const POLICY: Policy = Policy::HOUSE;

    async fn run(self, (intake, told): (Intake, Told), turn: Turn) -> Answer {
        let report = intake.sweep(&turn).await?;
        *told.lock().expect("a test") = report;
        Ok(Outcome::Done)
    }
}

impl Lookup {
    /// Look after the records now.
    pub(super) async fn sweep(&self) -> SweepReport {
        let (parts, told) = (self.house.parts(), Told::default());
        let mut tx = parts.db.write().await.expect("a transaction");
        parts.jobs.queue.add_new(&mut tx, &NewJob::of(&Sweep {})).await.expect("kept");
        tx.commit().await.expect("kept");
        let kinds = Kinds::default().with::<Sweep>((self.parts().intake.clone(), told.clone()));
        let runner = Runner { kinds, timetable: Arc::new([]), ..parts.runner() };
        assert_eq!(runner.drain().await.expect("done"), 1);
        told.lock().expect("a test").clone()
    }
}

#[actix_web::test]
async fn a_sweep_can_be_cut_off_and_tells_each_portion() {
    let lookup = Lookup::open(&[]).await;
    lookup.push(&colleagues()).await;
    lookup.house.wait(Duration::days(3));
    let mut fewer = colleagues();
    let users = fewer.as_object_mut().expect("users");
    let gone = users.keys().find(|id| id.ends_with("nuage-b.example.test")).cloned();
    users.remove(&gone.expect("one of server b"));
    lookup.push(&fewer).await;
    let intake = &lookup.parts().intake;

    let robbed = when_robbed(&lookup.house, SweepRecords {}, intake.clone()).await;
    assert!(is_late(&robbed), "{robbed:?}");
    let ended = when_ending(&lookup.house, SweepRecords {}, intake.clone()).await;
    assert!(goes_on(&ended), "{ended:?}");
    assert!(lookup.house.audit("retention.cleaned").await.is_empty());

    assert_eq!(lookup.sweep().await.hidden, 1);
    let told = lookup.house.last("retention.cleaned").await;
    assert_eq!((told.reason.as_str(), &told.fields["hidden"]), ("cloud_record", &json!(1)));
}
