//! One try of a job: it ends by its answer, or by one of the ways in which it can be cut off.
use super::job::{Answer, Failure, Outcome};
use super::kinds::Kind;
use super::runner::report;
use super::store::{self, JobRow};
use super::turn::{LEASE, Phase, Turn};
use futures_util::FutureExt;
use std::panic::AssertUnwindSafe;
use std::time::Duration;
use tokio::time::{sleep, timeout};

/// How often a lease is made longer; it lasts three times as long.
const RENEW_EVERY: Duration = Duration::from_secs(10);

/// Try once: until it answers, breaks, takes too long, loses its lease, or everything ends.
pub(super) async fn attempt(kind: &Kind, job: &JobRow, turn: &Turn) -> Answer {
    let work = match kind.start(job.payload.0.clone(), turn.clone()) {
        Ok(work) => work,
        Err(error) => {
            tracing::error!(job.id = %job.id, error = %error, "a job cannot be read");
            return Ok(Outcome::GaveUp("its data cannot be read".to_owned()));
        }
    };
    let mut phase = turn.phase.clone();
    tokio::select! {
        ended = timeout(kind.policy.patience, AssertUnwindSafe(work).catch_unwind()) => {
            match ended {
                Ok(Ok(answer)) => answer,
                Ok(Err(_)) => Err(Failure::new("it broke")),
                Err(_) => Err(Failure::new("it took too long")),
            }
        }
        () = keep_lease(turn) => Err(Failure::new("another node took over")),
        _ = phase.wait_for(|phase| *phase == Phase::Over) => Ok(Outcome::Again(Duration::ZERO)),
    }
}

/// Hold on to a job for as long as this is polled; ends when it is somebody else's.
async fn keep_lease(turn: &Turn) {
    loop {
        sleep(RENEW_EVERY).await;
        let renewed = async {
            let mut tx = turn.db.write().await?;
            let ours = store::renew(&mut tx, turn.id, turn.epoch, turn.clock.now() + LEASE).await?;
            tx.commit().await?;
            Ok(ours)
        };
        if report("a lease cannot be renewed", renewed.await) == Some(false) {
            return;
        }
    }
}

/// The word of an answer in figures.
pub(super) fn outcome(answer: &Answer) -> &'static str {
    match answer {
        Ok(Outcome::Done) => "done",
        Ok(Outcome::Again(_)) => "again",
        Ok(Outcome::GaveUp(_)) => "given_up",
        Ok(Outcome::Uncertain(_)) => "uncertain",
        Err(_) => "failed",
    }
}
