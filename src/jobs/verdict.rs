//! What follows from the answer of a job: the rule, without clock and SQL.
use super::job::{Answer, Outcome, Policy};
use super::store::{JobRow, JobState};
use crate::clock::span;
use chrono::{DateTime, TimeDelta, Utc};
use std::time::Duration;

/// Longest text of a failure in the table, characters.
const MOST_WORDS: usize = 200;

/// The state of a job after a try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Verdict {
    pub(super) state: JobState,
    /// When it is tried again, if it is.
    pub(super) run_at: DateTime<Utc>,
    /// From when on the time until giving up counts.
    pub(super) since: DateTime<Utc>,
    /// Tries that failed so far.
    pub(super) failures: i64,
    /// Empty when nothing is wrong.
    pub(super) error: String,
}

/// What becomes of `job` with this answer to a try that was begun at the first of these times and
/// ended at the second one.
pub(super) fn verdict(
    policy: &Policy,
    job: &JobRow,
    answer: Answer,
    (begun, now): (DateTime<Utc>, DateTime<Utc>),
) -> Verdict {
    let (mut since, mut failures) = (job.since, job.failures);
    let (state, run_at, error) = match answer {
        Ok(Outcome::Done) => (JobState::Done, now, String::new()),
        Ok(Outcome::Again(after)) => {
            // Whatever it waits for is no failure, and uses up nothing.
            since = now + span(after);
            (JobState::Waiting, since, String::new())
        }
        Ok(Outcome::GaveUp(why)) => (JobState::GivenUp, now, why),
        Ok(Outcome::Uncertain(why)) => (JobState::Uncertain, now, why),
        Err(failure) => {
            let is_over = is_last(policy, job, begun);
            let state = if is_over { JobState::GivenUp } else { JobState::Waiting };
            failures += 1;
            (state, now + wait(policy, job), failure.why)
        }
    };
    Verdict { state, run_at, since, failures, error: short(&error) }
}

/// Whether a job that fails now is given up: its next try would be too late.
pub(super) fn is_last(policy: &Policy, job: &JobRow, now: DateTime<Utc>) -> bool {
    now + wait(policy, job) >= job.since + span(policy.gives_up_after)
}

/// Time to the next try if this one fails: that of the policy, up to a tenth more, so that jobs that failed together
/// do not come back together.
fn wait(policy: &Policy, job: &JobRow) -> TimeDelta {
    let failed = usize::try_from(job.failures).unwrap_or(0);
    let last = policy.waits.len().saturating_sub(1);
    let wait = policy.waits.get(failed.min(last)).copied().unwrap_or(Duration::from_mins(1));
    let dice = i64::from(job.id.0.as_bytes()[15]);
    let millis = span(wait).num_milliseconds();
    TimeDelta::milliseconds(millis + millis / 10 * dice / 255)
}

fn short(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(MOST_WORDS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jobs::Failure;

    const MINUTE: Duration = Duration::from_mins(1);
    const POLICY: Policy = Policy {
        priority: 0,
        waits: &[MINUTE, Duration::from_mins(10)],
        gives_up_after: Duration::from_hours(1),
        patience: MINUTE,
    };

    fn job(failures: i64) -> JobRow {
        JobRow { failures, since: DateTime::UNIX_EPOCH, ..JobRow::for_tests() }
    }

    fn after(minutes: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::minutes(minutes)
    }

    fn at(minutes: i64) -> (DateTime<Utc>, DateTime<Utc>) {
        (after(minutes), after(minutes))
    }

    #[test]
    fn a_failure_waits_longer_each_time_and_ends_with_giving_up() {
        let table = [(0, 0, 60), (1, 1, 600), (2, 12, 600), (8, 48, 600)];
        for (failures, minutes, least) in table {
            let verdict = verdict(&POLICY, &job(failures), Err(Failure::new("no")), at(minutes));
            let waited = (verdict.run_at - after(minutes)).num_seconds();
            assert_eq!(verdict.state, JobState::Waiting, "{failures}");
            assert!((least..=least + least / 10).contains(&waited), "{failures}: {waited}");
            assert_eq!((verdict.failures, verdict.since), (failures + 1, after(0)));
            assert_eq!(verdict.error, "no");
        }
        let last = verdict(&POLICY, &job(9), Err(Failure::new("no")), at(51));
        assert_eq!(last.state, JobState::GivenUp);
    }

    #[test]
    fn going_on_later_is_no_failure_however_often() {
        let job = JobRow { attempts: 500, ..job(1) };
        let later = verdict(&POLICY, &job, Ok(Outcome::Again(MINUTE)), at(600));
        assert_eq!((later.state, later.run_at), (JobState::Waiting, after(601)));
        assert_eq!((later.failures, later.since), (1, after(601)), "all its time is left");
        assert_eq!(later.error, "");
    }

    #[test]
    fn words_are_cut_and_stay_on_one_line() {
        let why = format!("a\nb{}", "é".repeat(300));
        let verdict = verdict(&POLICY, &job(0), Ok(Outcome::GaveUp(why)), at(0));
        assert_eq!(verdict.state, JobState::GivenUp);
        assert!(verdict.error.starts_with("a b") && verdict.error.chars().count() == MOST_WORDS);
    }
}
