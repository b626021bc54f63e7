//! Writes the files of access control: every five minutes, or once a day, what changed since.
//!
//! Who waits is a row ([`store::wait_for_file`]) with a mark that each change makes anew. The row goes on only with the
//! mark that was read before the file was written: who changes meanwhile waits for the next file, and who is
//! written and not noted down, because somebody pulled the plug, is written once more.
use super::files::Sheet;
use super::{Access, Mark};
use crate::card::services::facts::Facts;
use crate::card::services::fault::{Fault, Trouble};
use crate::card::services::store::{self, Health, Subjected, Telling};
use crate::card::services::told::{OFF, ToldState};
use crate::card::services::wanted::{Nothing, Wanted};
use crate::card::services::{Service, Services};
use crate::jobs::{Answer, Failure, Job, Outcome, Policy, Turn};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;
use sqlx::types::Json;
use std::time::Duration;
use uuid::Uuid;

/// Holders that are read at once.
const PORTION: i64 = 500;

/// Write the files of access control whose time has come.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct WriteAccess {}

/// A holder who waits.
struct Waiting {
    holder: Uuid,
    eppn: String,
    /// What is written; none: it knows that already.
    lines: Vec<String>,
    /// What becomes of their cards.
    tellings: Vec<(Mark, Telling)>,
    /// How they are known, to be blocked when they are erased.
    known: Subjected,
}

impl Job for WriteAccess {
    type Parts = Services;
    const KIND: &'static str = "card.write_access";
    const LABEL: &'static str = "job-write-access";
    const POLICY: Policy = Policy::HOUSE;

    fn once(&self) -> Option<String> {
        Some(Self::KIND.to_owned())
    }

    async fn run(self, services: Services, turn: Turn) -> Answer {
        for access in services.access.iter() {
            services.write_out(access, &turn).await?;
            if turn.is_ending() {
                return Ok(Outcome::Again(Duration::ZERO));
            }
        }
        Ok(Outcome::Done)
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
        let (mut behind, mut has_any) = (Uuid::nil(), access.settings.at.is_some());
        loop {
            let all = self.gather(access, turn, behind).await?;
            let Some(last) = all.last() else { break };
            behind = last.holder;
            if let Err(error) = access.write(access.sheets(&all), now).await {
                tracing::warn!(name, %error, "a file of access control cannot be written");
                return fail(access, turn, all, &health).await;
            }
            has_any |= all.iter().any(|it| !it.lines.is_empty());
            settle(access, turn, all).await?;
        }
        if !has_any {
            return Ok(());
        }
        let mut tx = turn.db().write().await?;
        turn.hold(&mut tx).await?;
        store::keep_health(&mut tx, name, &Health::worked(now)).await?;
        Ok(tx.commit().await?)
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
        let lines = serde_json::from_value::<Vec<String>>(known.kept.0["lines"].clone());
        let lines = lines.unwrap_or_default();
        let Some(access) = self.export(service).filter(|_| !lines.is_empty()) else {
            return Ok(());
        };
        let sheet = access.sheet(&known.name, &lines);
        access.write(vec![sheet], now).await.map_err(|error| Trouble::service("unwritable", error))
    }
}

impl Access {
    /// What becomes of somebody who waits.
    fn waiting(&self, facts: &Facts, now: DateTime<Utc>) -> Waiting {
        let wanted = self.wanted(facts);
        let working = facts.working().map(|card| card.id);
        let digest = wanted.as_ref().map(Wanted::digest).unwrap_or_default();
        let is_known = |card: Uuid| facts.telling(card).is_some_and(|it| it.digest == digest);
        let is_same = facts.stopped().is_empty() && working.is_none_or(is_known);
        let waits = |told: &&Telling| matches!(told.state, ToldState::Waiting | ToldState::Failing);
        let after = |told: &Telling| {
            let told = Telling { tries: 0, tried_at: now, ..told.clone() };
            let told = told.with(Fault::default());
            match &wanted {
                _ if Some(told.card) != working => Telling {
                    state: ToldState::Off,
                    digest: String::new(),
                    wanted: OFF.to_owned(),
                    told_at: Some(now),
                    ..told
                },
                Ok(_) => Telling {
                    state: ToldState::On,
                    digest: digest.clone(),
                    wanted: digest.clone(),
                    told_at: Some(now),
                    ..told
                },
                Err(Nothing(why)) => {
                    let told = told.with(Fault::ours(why));
                    Telling { state: ToldState::Nothing, wanted: (*why).to_owned(), ..told }
                }
            }
        };
        let waiting = facts.tellings.iter().filter(waits);
        let farewell = wanted.as_ref().map(|_| self.farewell_of(facts, now)).unwrap_or_default();
        Waiting {
            holder: facts.holder,
            eppn: facts.subject.eppn.clone(),
            lines: if is_same { Vec::new() } else { self.lines(facts) },
            tellings: waiting.map(|it| ((it.card, it.wanted.clone()), after(it))).collect(),
            known: Subjected {
                id: Uuid::now_v7(),
                holder: Some(facts.holder),
                name: facts.subject.eppn.clone(),
                digest,
                kept: Json(json!({ "lines": farewell })),
                told_at: Some(now),
                asked_at: None,
            },
        }
    }

    fn sheet(&self, eppn: &str, lines: &[String]) -> Sheet {
        let format = self.settings.format;
        let of = format.is_per_person().then(|| eppn.to_owned());
        Sheet { of, bytes: format.file(lines) }
    }

    /// The files with everybody's lines.
    fn sheets(&self, all: &[Waiting]) -> Vec<Sheet> {
        if self.settings.format.is_per_person() {
            let new = all.iter().filter(|it| !it.lines.is_empty());
            return new.map(|it| self.sheet(&it.eppn, &it.lines)).collect();
        }
        let lines: Vec<String> = all.iter().flat_map(|it| it.lines.clone()).collect();
        lines.chunks(self.settings.lines).map(|lines| self.sheet("", lines)).collect()
    }

    async fn write(&self, sheets: Vec<Sheet>, now: DateTime<Utc>) -> std::io::Result<()> {
        let (folder, file) = (self.settings.folder.clone(), self.settings.file.clone());
        let millis = now.timestamp_millis();
        let write = move || {
            sheets.iter().try_for_each(|sheet| sheet.write(&folder, &file, millis).map(|_| ()))
        };
        tokio::task::spawn_blocking(write).await.map_err(std::io::Error::other)?
    }
}

/// The files are there.
async fn settle(access: &Access, turn: &Turn, all: Vec<Waiting>) -> Result<(), Failure> {
    let mut tx = turn.db().write().await?;
    turn.hold(&mut tx).await?;
    for waiting in all {
        store::hold_holder(&mut tx, waiting.holder).await?;
        for ((_, mark), telling) in &waiting.tellings {
            store::settle_waiting(&mut tx, telling, mark).await?;
        }
        store::keep_subject(&mut tx, access.name.as_str(), &waiting.known).await?;
    }
    Ok(tx.commit().await?)
}

/// They are not: everybody goes on waiting.
async fn fail(
    access: &Access,
    turn: &Turn,
    all: Vec<Waiting>,
    health: &Health,
) -> Result<(), Failure> {
    let (name, now) = (access.name.as_str(), turn.clock().now());
    let mut tx = turn.db().write().await?;
    turn.hold(&mut tx).await?;
    for waiting in all {
        store::hold_holder(&mut tx, waiting.holder).await?;
        for (card, mark) in waiting.tellings.iter().map(|(mark, _)| mark) {
            let fault = Fault::ours("unwritable");
            store::fail_waiting(&mut tx, (name, *card, mark), (&fault.code, now)).await?;
        }
    }
    store::keep_health(&mut tx, name, &health.clone().failed("unwritable", None, now)).await?;
    Ok(tx.commit().await?)
}
