//! What goes on in the background: every kind of job, and the timetable.
use super::Parts;
use crate::attendance::proof::MakeProofKeys;
use crate::clock::Clock;
use crate::config::{Config, IdpSection};
use crate::jobs::{
    CleanJobs, Desk, Entry, Job, Kinds, Queue, Rhythm, Runner, TidyAudit, TimeOfNight,
};
use crate::lookup::SweepRecords;
use crate::mail::{CleanMail, SendMail};
use crate::sso::{AskAgain, Asking, CleanSessions, CleanSignIn};
use std::fs;
use std::sync::Arc;
use std::time::Duration;

/// What pages and commands know of jobs in this installation.
pub fn desk(config: &Config, clock: &Clock) -> Desk {
    let names = [
        name::<AskAgain>(),
        name::<CleanJobs>(),
        name::<CleanMail>(),
        name::<SendMail>(),
        name::<MakeProofKeys>(),
        name::<CleanSessions>(),
        name::<CleanSignIn>(),
        name::<SweepRecords>(),
        name::<TidyAudit>(),
    ];
    Desk {
        queue: Queue::new(clock.clone()),
        timetable: timetable(config),
        labels: Arc::new(names.into()),
        zone: config.dispatch.time_zone,
    }
}

fn name<J: Job>() -> (&'static str, &'static str) {
    (J::KIND, J::LABEL)
}

fn timetable(config: &Config) -> Arc<[Entry]> {
    let night = |hour, minute| Rhythm::Nightly(TimeOfNight { hour, minute });
    let mut entries = vec![
        Entry::new(&CleanSignIn {}, Rhythm::Every(Duration::from_mins(10))),
        Entry::new(&CleanSessions {}, night(2, 15)),
        Entry::new(&TidyAudit {}, night(2, 30)),
        Entry::new(&CleanMail {}, night(2, 45)),
        Entry::new(&CleanJobs {}, night(3, 15)),
    ];
    if config.idps.iter().any(IdpSection::is_asked_again) {
        entries.push(Entry::new(&AskAgain {}, Rhythm::Every(Duration::from_mins(1))));
    }
    if config.lookup.enabled {
        entries.push(Entry::new(&SweepRecords {}, Rhythm::Every(Duration::from_hours(1))));
    }
    entries.into()
}

impl Parts {
    /// What does the jobs of this node.
    pub fn runner(&self) -> Runner {
        let retention = &self.config.retention;
        let mut kinds = Kinds::default()
            .with::<CleanSignIn>(())
            .with::<AskAgain>(self.asking())
            .with::<CleanSessions>(retention.sessions)
            .with::<CleanJobs>(retention.jobs)
            .with::<TidyAudit>(self.config.audit)
            .with::<CleanMail>(retention.clone())
            .with::<MakeProofKeys>(self.proof.clone())
            .with::<SendMail>(self.mailer.as_ref().clone());
        if let Some(lookup) = &self.lookup {
            kinds = kinds.with::<SweepRecords>(lookup.intake.clone());
        }
        Runner {
            db: self.db.clone(),
            clock: self.clock.clone(),
            queue: self.jobs.queue.clone(),
            kinds,
            timetable: Arc::clone(&self.jobs.timetable),
            zone: self.jobs.zone,
            node: node(&self.config),
            workers: self.config.jobs.workers,
        }
    }
}

impl Parts {
    fn asking(&self) -> Asking {
        let directories = self.dispatcher.directories.clone();
        Asking { settings: self.sign_in.clone(), directories }
    }
}

/// How this node calls itself towards administrators: the machine, and where it listens.
fn node(config: &Config) -> String {
    let machine = fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    format!("{}:{}", machine.trim(), config.http.listen.port())
}
