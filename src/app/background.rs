//! What goes on in the background: every kind of job, and the timetable.
use super::Parts;
use crate::api::CleanAnswers;
use crate::attendance::excuse::{CleanPapers, ScanPapers};
use crate::attendance::notice::{RemindTeachers, SendAlerts, TellUncalled};
use crate::attendance::proof::MakeProofKeys;
use crate::attendance::{CleanScans, CloseRolls, ForgetRolls, ReadGroups};
use crate::card::payment::CleanPayments;
use crate::card::services::{
    CompareServices, PurgeRouter, ReadFares, RenameHolders, ReportServices, SayFarewell,
    SumServicesUp, TellService, WriteAccess,
};
use crate::card::{CleanPhotos, FollowHolders, ForgetCards, ScanPhotos};
use crate::clock::Clock;
use crate::config::{Config, IdpSection, RouterPurge};
use crate::jobs::{
    CleanJobs, Desk, Entry, Job, Kinds, Queue, Rhythm, Runner, TidyAudit, TimeOfNight,
};
use crate::lookup::{BringPeople, Bringer, SweepRecords};
use crate::mail::oauth::{PollDevice, RefreshTokens};
use crate::mail::{CleanMail, SendMail};
use crate::people::{
    CleanTombstones, EraseDeparted, ErasePerson, Eraser, GiveRoles, Journal, Leaving,
};
use crate::sso::{AskAgain, Asking, CleanSessions, CleanSignIn};
use crate::sync::CleanRuns;
use std::fs;
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

/// What pages and commands know of jobs in this installation.
pub fn desk(config: &Config, clock: &Clock) -> Desk {
    let names = [
        name::<AskAgain>(),
        name::<CleanAnswers>(),
        name::<CleanJobs>(),
        name::<CleanMail>(),
        name::<CleanRuns>(),
        name::<PollDevice>(),
        name::<RefreshTokens>(),
        name::<CleanScans>(),
        name::<CleanPapers>(),
        name::<ForgetRolls>(),
        name::<CleanPhotos>(),
        name::<CleanPayments>(),
        name::<FollowHolders>(),
        name::<ForgetCards>(),
        name::<ScanPhotos>(),
        name::<TellService>(),
        name::<WriteAccess>(),
        name::<CompareServices>(),
        name::<ReadFares>(),
        name::<PurgeRouter>(),
        name::<SayFarewell>(),
        name::<ReportServices>(),
        name::<SumServicesUp>(),
        name::<RenameHolders>(),
        name::<ScanPapers>(),
        name::<CloseRolls>(),
        name::<ReadGroups>(),
        name::<RemindTeachers>(),
        name::<TellUncalled>(),
        name::<SendAlerts>(),
        name::<SendMail>(),
        name::<MakeProofKeys>(),
        name::<CleanSessions>(),
        name::<CleanSignIn>(),
        name::<CleanTombstones>(),
        name::<EraseDeparted>(),
        name::<ErasePerson>(),
        name::<GiveRoles>(),
        name::<SweepRecords>(),
        name::<BringPeople>(),
        name::<TidyAudit>(),
    ];
    let off =
        [SweepRecords::KIND, BringPeople::KIND].into_iter().filter(|_| !config.lookup.enabled);
    Desk {
        queue: Queue::new(clock.clone()),
        timetable: timetable(config),
        labels: Arc::new(names.into()),
        off: off.collect(),
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
        Entry::new(&GiveRoles {}, night(2, 0)),
        Entry::new(&CleanSessions {}, night(2, 15)),
        Entry::new(&CleanTombstones {}, night(2, 20)),
        Entry::new(&EraseDeparted {}, night(3, 30)),
        Entry::new(&TidyAudit {}, night(2, 30)),
        Entry::new(&CleanMail {}, night(2, 45)),
        Entry::new(&CleanRuns {}, night(3, 0)),
        Entry::new(&CleanAnswers {}, night(3, 0)),
        Entry::new(&CleanScans {}, night(2, 50)),
        Entry::new(&CleanPapers {}, night(2, 55)),
        Entry::new(&ReadGroups {}, night(3, 30)),
        Entry::new(&ForgetRolls {}, night(3, 5)),
        Entry::new(&ForgetCards {}, night(3, 5)),
        Entry::new(&CleanPhotos {}, night(3, 10)),
        Entry::new(&CleanPayments {}, night(3, 20)),
        Entry::new(&CloseRolls {}, Rhythm::Every(Duration::from_mins(1))),
        Entry::new(&SendAlerts {}, night(4, 0)),
        Entry::new(&CleanJobs {}, night(3, 15)),
        Entry::new(&RefreshTokens {}, night(4, 30)),
    ];
    if config.idps.iter().any(IdpSection::is_asked_again) {
        entries.push(Entry::new(&AskAgain {}, Rhythm::Every(Duration::from_mins(1))));
    }
    if config.attendance.reminder.is_some() {
        entries.push(Entry::new(&RemindTeachers {}, Rhythm::Every(Duration::from_mins(1))));
    }
    if config.attendance.uncalled_list {
        entries.push(Entry::new(&TellUncalled {}, night(6, 0)));
    }
    if config.scanner.is_some() {
        entries.push(Entry::new(&ScanPapers {}, Rhythm::Every(Duration::from_mins(10))));
        entries.push(Entry::new(&ScanPhotos {}, Rhythm::Every(Duration::from_mins(10))));
    }
    if config.card.is_open() {
        entries.push(Entry::new(&FollowHolders {}, Rhythm::Every(Duration::from_hours(1))));
    }
    if !config.access.is_empty() {
        entries.push(Entry::new(
            &WriteAccess { at_once: false },
            Rhythm::Every(Duration::from_mins(5)),
        ));
    }
    if config.tells_of_cards() {
        let all = CompareServices { after: Uuid::nil() };
        entries.push(Entry::new(&all, night(4, 45)));
        entries.push(Entry::new(&SayFarewell {}, Rhythm::Every(Duration::from_hours(1))));
        if !config.card_reports.is_empty() {
            entries.push(Entry::new(&ReportServices {}, Rhythm::Every(Duration::from_mins(15))));
            entries.push(Entry::new(&SumServicesUp {}, night(7, 0)));
        }
    }
    if config.esc.as_ref().is_some_and(|esc| esc.purge != RouterPurge::Off) {
        entries.push(Entry::new(&PurgeRouter {}, night(5, 15)));
    }
    if config.crous.is_some() {
        entries.push(Entry::new(&ReadFares {}, night(4, 15)));
    }
    if config.lookup.enabled {
        entries.push(Entry::new(&SweepRecords {}, Rhythm::Every(Duration::from_hours(1))));
        // Records of sources that have no server any more go at night.
        let any = config.sources.iter().any(|source| source.clouds.is_some());
        let rhythm = if any { Rhythm::Every(Duration::from_mins(1)) } else { night(3, 40) };
        entries.push(Entry::new(&BringPeople {}, rhythm));
    }
    entries.into()
}

/// Tables that need the name of somebody who left: a roll says who was there, a card whose it was.
const NEEDED: [&str; 2] = ["attendance_record", "card"];

/// What erases people in this installation.
pub fn eraser(config: &Config) -> Eraser {
    Eraser::new(super::held(), Journal::beside(&config.files.keys), &config.retention)
}

impl Parts {
    /// The same, with the search of this process and its way out.
    pub fn eraser(&self) -> Eraser {
        let lookup = self.lookup.as_ref().map(|lookup| lookup.intake.clone());
        Eraser { lookup, outbound: Some(self.outbound.clone()), ..eraser(&self.config) }
    }

    fn leaving(&self) -> Leaving {
        Leaving {
            eraser: self.eraser(),
            queue: self.jobs.queue.clone(),
            after: self.config.retention.departed,
            needed: &NEEDED,
        }
    }

    /// What does the jobs of this node.
    pub fn runner(&self) -> Runner {
        let retention = &self.config.retention;
        let mut kinds = Kinds::default()
            .with::<CleanSignIn>(())
            .with::<AskAgain>(self.asking())
            .with::<CleanAnswers>(())
            .with::<CleanSessions>(retention.sessions)
            .with::<GiveRoles>(self.config.roles.clone())
            .with::<ErasePerson>(self.eraser())
            .with::<CleanTombstones>(())
            .with::<EraseDeparted>(self.leaving())
            .with::<CleanJobs>(retention.jobs)
            .with::<TidyAudit>(self.config.audit)
            .with::<CleanMail>(retention.clone())
            .with::<CleanRuns>(())
            .with::<PollDevice>(self.mailer.as_ref().clone())
            .with::<RefreshTokens>(self.mailer.as_ref().clone())
            .with::<CleanScans>(())
            .with::<CloseRolls>(self.config.attendance.clone())
            .with::<ReadGroups>(self.attendance.clone())
            .with::<ForgetRolls>((retention.rolls, self.config.dispatch.time_zone))
            .with::<RemindTeachers>(self.attendance.as_ref().clone())
            .with::<SendAlerts>(self.attendance.as_ref().clone())
            .with::<TellUncalled>(self.attendance.as_ref().clone())
            .with::<CleanPapers>(self.attendance.vault.clone())
            .with::<ScanPapers>((self.attendance.scanner.clone(), self.attendance.vault.clone()))
            .with::<CleanPhotos>(self.cards.vault.clone())
            .with::<ForgetCards>(retention.cards)
            .with::<CleanPayments>(retention.cards)
            .with::<FollowHolders>(self.cards.as_ref().clone())
            .with::<ScanPhotos>(self.cards.as_ref().clone())
            .with::<TellService>(self.cards.services.clone())
            .with::<WriteAccess>(self.cards.services.clone())
            .with::<CompareServices>(self.cards.services.clone())
            .with::<ReadFares>(self.cards.services.clone())
            .with::<PurgeRouter>(self.cards.services.clone())
            .with::<RenameHolders>(self.cards.services.clone())
            .with::<SayFarewell>(self.cards.services.clone())
            .with::<ReportServices>(self.cards.as_ref().clone())
            .with::<SumServicesUp>(self.cards.as_ref().clone())
            .with::<MakeProofKeys>(self.proof.clone())
            .with::<SendMail>(self.mailer.as_ref().clone());
        if let Some(lookup) = &self.lookup {
            let bringer = Bringer::new(&self.config, lookup.intake.clone());
            kinds = kinds.with::<SweepRecords>(lookup.intake.clone()).with::<BringPeople>(bringer);
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
