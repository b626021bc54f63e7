//! Writes the files of access control: at once, every five minutes, or once a day, what changed since.
//!
//! Who waits is a row ([`store::wait_for_file`]) with a mark that each change makes anew. Before a file is written the
//! cards in it are put in doubt, and what blocks their holder is kept; once it is there the row goes on, with the mark
//! that was read before. So who changes meanwhile waits for the next file, and who was written and not noted down,
//! because somebody pulled the plug, is written once more, whatever their card is by then.
use super::Access;
use super::files::{self, Sheet};
use super::waiting::{Waiting, farewell_of};
use crate::card::services::fault::{Fault, Trouble};
use crate::card::services::store::{self, Health, Subjected};
use crate::card::services::told::PERHAPS;
use crate::card::services::{Service, Services};
use crate::jobs::{Answer, Failure, Job, Outcome, Policy, Turn};
use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::join_all;
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use std::io::{self, ErrorKind};
use uuid::Uuid;

/// Holders that are read at once.
const PORTION: i64 = 500;
/// How long what a killed writer left beside is kept.
const LEFT: TimeDelta = TimeDelta::days(1);

/// Write the files of access control whose time has come.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct WriteAccess {
    /// Only those that are read at once: a card came to a state.
    #[serde(default)]
    pub at_once: bool,
}

/// What became of the files of a portion.
#[derive(Default)]
struct Put {
    /// Holders whose file is not there, or not all of it.
    failed: HashSet<Uuid>,
    /// Whether there is any.
    has_any: bool,
}

impl Job for WriteAccess {
    type Parts = Services;
    const KIND: &'static str = "card.write_access";
    const LABEL: &'static str = "job-write-access";
    const POLICY: Policy = Policy::HOUSE;

    fn once(&self) -> Option<String> {
        Some(self.at_once.to_string())
    }

    /// Two at the same time would write the same.
    fn order(&self) -> Option<(String, Uuid)> {
        Some((Self::KIND.to_owned(), Uuid::nil()))
    }

    /// All of them at once: a folder that does not answer holds up nobody else.
    async fn run(self, services: Services, turn: Turn) -> Answer {
        let is_meant = |access: &&Access| !self.at_once || access.is_read_at_once();
        let exports = services.access.iter().filter(is_meant);
        let exports = exports.map(|access| services.write_out(access, &turn));
        let written: Result<Vec<()>, Failure> = join_all(exports).await.into_iter().collect();
        written.map(|_| Outcome::Done)
    }
}

impl Services {
    /// Everybody who waits for a file of this export, portion by portion.
    async fn write_out(&self, access: &Access, turn: &Turn) -> Result<(), Failure> {
        let (name, now) = (access.name.as_str(), turn.clock().now());
        let health = store::health(&mut turn.db().read().await?, name).await?;
        if health.rests(now).is_some() || !access.is_time(health.worked_at, now) {
            return Ok(());
        }
        if health.worked_at.map(|at| at.date_naive()) != Some(now.date_naive()) {
            access.tidy(now).await;
        }
        let (mut behind, mut has_any) = (Uuid::nil(), access.settings.at.is_some());
        while !turn.is_ending() {
            let all = self.gather(access, turn, behind).await?;
            let Some(last) = all.last() else { break };
            behind = last.holder;
            let all = begin(access, turn, all).await?;
            let put = access.put(&all, now).await;
            note(access, turn, &all, &put.failed).await?;
            if !put.has_any && !put.failed.is_empty() {
                return keep(turn, name, health.failed("unwritable", None, now)).await;
            }
            has_any |= put.has_any;
        }
        if has_any || health.failures > 0 && access.answers().await {
            keep(turn, name, Health::worked(now)).await?;
        }
        Ok(())
    }

    async fn gather(
        &self,
        access: &Access,
        turn: &Turn,
        behind: Uuid,
    ) -> Result<Vec<Waiting>, Failure> {
        let now = turn.clock().now();
        let mut tx = turn.db().read().await?;
        let mut all = Vec::new();
        let name = access.name.as_str();
        for holder in store::who_waits(&mut tx, name, (behind, PORTION)).await? {
            if let Some(facts) = self.facts(&mut tx, Service::Access(access.name), holder).await? {
                all.push(access.waiting(&facts, now));
            }
        }
        Ok(all)
    }

    /// Somebody was erased here: their card opens nothing any more.
    pub(in crate::card::services) async fn block(
        &self,
        service: Service,
        known: &Subjected,
        now: DateTime<Utc>,
    ) -> Result<(), Trouble> {
        let lines = farewell_of(known);
        let Some(access) = self.export(service).filter(|_| !lines.is_empty()) else {
            return Ok(());
        };
        let sheet = access.sheet((&known.name, known.kept.0["was"].as_str()), &lines);
        match access.write(sheet, (now, 0)).await {
            Ok(_) => Ok(()),
            Err(error) if error.kind() == ErrorKind::TimedOut => {
                Err(Trouble::service("unwritable", error))
            }
            Err(error) => {
                let name = access.name.as_str();
                tracing::warn!(name, %error, "a line that blocks a card cannot be written");
                Err(Trouble::Later(Fault::ours("unwritable")))
            }
        }
    }
}

impl Access {
    /// Write a portion, file by file. One that cannot be written keeps no other one waiting, unless the folder
    /// does not answer at all.
    async fn put(&self, all: &[Waiting], now: DateTime<Utc>) -> Put {
        let (mut put, mut number, mut is_away) = (Put::default(), 0, false);
        for (holders, sheet) in self.sheets(all) {
            if is_away {
                put.failed.extend(holders);
                continue;
            }
            match self.write(sheet, (now, number)).await {
                Ok(next) => (number, put.has_any) = (next, true),
                Err(error) => {
                    if put.failed.is_empty() {
                        let name = self.name.as_str();
                        tracing::warn!(name, %error, "a file of access control cannot be written");
                    }
                    is_away = error.kind() == ErrorKind::TimedOut;
                    put.failed.extend(holders);
                }
            }
        }
        put
    }

    /// One file; where it has a number, from this one on. It says which number is the next.
    async fn write(&self, sheet: Sheet, (now, from): (DateTime<Utc>, u32)) -> io::Result<u32> {
        let (folder, file) = (self.settings.folder.clone(), self.settings.file.clone());
        let millis = now.timestamp_millis();
        files::on_disk(move |stop| sheet.write((&folder, &file), (millis, from), stop)).await
    }

    /// Whether files can be written again; found out with one that nobody reads.
    async fn answers(&self) -> bool {
        let (folder, file) = (self.settings.folder.clone(), self.settings.file.clone());
        files::on_disk(move |_| files::try_out(&folder, &file)).await.is_ok()
    }

    async fn tidy(&self, now: DateTime<Utc>) {
        let (folder, file) = (self.settings.folder.clone(), self.settings.file.clone());
        let before = (now - LEFT).into();
        if let Err(error) = files::on_disk(move |_| files::tidy(&folder, &file, before)).await {
            tracing::warn!(name = self.name.as_str(), %error, "what was left beside stays");
        }
    }
}

/// A file is about to be written: whoever finds its cards so later knows that it may have arrived, and whoever
/// erases their holder, what blocks them. Those who were erased since are not written.
async fn begin(access: &Access, turn: &Turn, all: Vec<Waiting>) -> Result<Vec<Waiting>, Failure> {
    let name = access.name.as_str();
    let mut tx = turn.db().write().await?;
    turn.hold(&mut tx).await?;
    let mut there = Vec::new();
    for mut waiting in all {
        if !store::hold_holder(&mut tx, waiting.holder).await? {
            continue;
        }
        if !waiting.lines.is_empty() {
            if let Some(was) = &waiting.was {
                // Somebody else has that name, and the file, by now.
                let named = store::holders_named(&mut tx, name, was).await?;
                waiting.was = waiting.was.filter(|_| named.iter().all(|it| *it == waiting.holder));
            }
            for (card, _) in &waiting.lines {
                store::doubt_card(&mut tx, (name, *card), PERHAPS).await?;
            }
            store::keep_subject(&mut tx, name, &waiting.perhaps()).await?;
        }
        there.push(waiting);
    }
    tx.commit().await?;
    Ok(there)
}

/// Whose file is there goes on, the others go on waiting. Who was erased meanwhile is blocked.
async fn note(
    access: &Access,
    turn: &Turn,
    all: &[Waiting],
    failed: &HashSet<Uuid>,
) -> Result<(), Failure> {
    let (name, now) = (access.name.as_str(), turn.clock().now());
    let mut tx = turn.db().write().await?;
    turn.hold(&mut tx).await?;
    for waiting in all {
        let has_lines = !waiting.lines.is_empty();
        if !store::hold_holder(&mut tx, waiting.holder).await? {
            if has_lines {
                store::keep_subject(&mut tx, name, &waiting.orphaned()).await?;
            }
        } else if failed.contains(&waiting.holder) {
            for (card, mark) in waiting.tellings.iter().map(|(mark, _)| mark) {
                store::fail_waiting(&mut tx, (name, *card, mark), ("unwritable", now)).await?;
            }
        } else {
            for ((_, mark), telling) in &waiting.tellings {
                store::settle_waiting(&mut tx, telling, mark).await?;
            }
            if has_lines {
                store::keep_subject(&mut tx, name, &waiting.settled()).await?;
            }
        }
    }
    Ok(tx.commit().await?)
}

async fn keep(turn: &Turn, name: &str, health: Health) -> Result<(), Failure> {
    let mut tx = turn.db().write().await?;
    turn.hold(&mut tx).await?;
    store::keep_health(&mut tx, name, &health).await?;
    Ok(tx.commit().await?)
}
