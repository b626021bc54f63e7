//! Erasing one person (SEC-116): begun in one transaction with everything that must not wait, and
//! ended by a job that may be cut off anywhere and run again.
//!
//! At once: their sessions end, nobody finds them, and their accounts get tombstones, so that no
//! reading of a source brings them back. Then the job tells the applications that the sessions are
//! over, and removes their rows. What stays names nobody.
use super::journal::Journal;
use crate::audit::{self, Event, Trace};
use crate::config::Retention;
use crate::db::{End, Held, Tx};
use crate::identity::cloud::CloudId;
use crate::identity::session::EndReason;
use crate::identity::{PersonId, store};
use crate::jobs::{Answer, Failure, Job, Outcome, Policy, Queue, Turn};
use crate::lookup::intake::Intake;
use crate::on;
use crate::outbound::Outbound;
use crate::sso;
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use sqlx::query;
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

/// What erasing works with; clones are the same.
#[derive(Clone)]
pub struct Eraser {
    /// Every table with rows of people.
    pub held: Arc<[Held]>,
    /// Who was erased, kept outside the database.
    pub journal: Journal,
    /// How long tombstones stand.
    pub keeps: Duration,
    /// What writes records of colleagues, when the search is switched on in this process.
    pub lookup: Option<Intake>,
    /// By what applications are told, in the process that serves.
    pub outbound: Option<Outbound>,
}

/// Who asks for it, and why.
#[derive(Debug, Clone, Copy)]
pub struct Wish<'a> {
    /// Nobody: the command line, or a backup that brought somebody back.
    pub by: Option<PersonId>,
    /// In their words.
    pub reason: &'a str,
    /// The event that tells of it.
    pub event: &'a Event,
    /// A reading of a source may bring them back.
    pub may_return: bool,
}

impl Eraser {
    /// With the settings of the installation.
    pub fn new(held: Vec<Held>, journal: Journal, retention: &Retention) -> Self {
        Self {
            held: held.into(),
            journal,
            keeps: retention.tombstone,
            lookup: None,
            outbound: None,
        }
    }

    /// Begin: nobody sees this person any more once the transaction is committed.
    pub async fn begin(
        &self,
        tx: &mut Tx,
        queue: &Queue,
        person: PersonId,
        wish: &Wish<'_>,
        (trace, now): (&Trace, DateTime<Utc>),
    ) -> Result<(), Failure> {
        store::insert_erasure(tx, person, (wish.by, wish.reason), now).await?;
        let hashes =
            if wish.may_return { Vec::new() } else { store::tombstones_of(tx, person).await? };
        let until = self.until(now);
        for hash in &hashes {
            store::bury_account(tx, hash, until).await?;
        }
        for session in store::live_sessions(tx, person, now).await? {
            store::end_session(tx, session.id, EndReason::Erased, now).await?;
        }
        store::cloud::set_hidden(tx, person, true, now).await?;
        let records = store::cloud::records_of(tx, person).await?;
        let touched: Vec<Uuid> = records.iter().map(|id| id.0).chain([person.0]).collect();
        store::note_changes(tx, &touched, "cloud", now).await?;
        wish.event.clone().record(tx, trace, now).await?;
        queue.add(tx, &ErasePerson { person }).await?;
        // Before the commit: a backup of this moment must not bring back whom we promised to erase.
        let noted = self.journal.note(person, &hashes, now);
        noted.map_err(|error| {
            Failure::new("the list of the erased cannot be written").because(error)
        })
    }

    /// How long the tombstones of somebody stand who was erased at that time.
    fn until(&self, erased: DateTime<Utc>) -> DateTime<Utc> {
        erased + TimeDelta::from_std(self.keeps).unwrap_or(TimeDelta::days(1096))
    }

    async fn finish(&self, person: PersonId, turn: &Turn) -> Result<(), Failure> {
        let now = turn.clock().now();
        self.bury_records(person, turn).await?;
        self.tell_applications(person, turn).await?;
        let mut tx = turn.db().write().await?;
        turn.hold(&mut tx).await?;
        // A job whose end was not kept comes again and finds nobody: it has nothing to tell.
        let is_there = store::find_person(&mut tx, person).await?.is_some();
        sso::forget_tries(&mut tx, person).await?;
        for held in self.held.iter() {
            if let End::Removed(statement) = held.end {
                remove(&mut tx, statement, person).await?;
            }
        }
        audit::forget(&mut tx, person).await?;
        store::end_erasure(&mut tx, person, now).await?;
        if is_there {
            store::note_change(&mut tx, person, "person", now).await?;
            let event = Event::ok("person.erase").reason("done").field("of", person);
            event.record(&mut tx, &Trace::default(), now).await?;
        }
        Ok(tx.commit().await?)
    }

    /// Records of colleagues leave a digest behind, by which servers are told that they are gone.
    async fn bury_records(&self, person: PersonId, turn: &Turn) -> Result<(), Failure> {
        let Some(lookup) = &self.lookup else { return Ok(()) };
        let mut tx = turn.db().read().await?;
        let records = store::own_records(&mut tx, person).await?;
        drop(tx);
        let ids: Vec<_> =
            records.iter().filter_map(|it| CloudId::parse(&it.cloud_id).ok()).collect();
        if !ids.is_empty() {
            lookup.remove(&ids, &Trace::default()).await?;
        }
        Ok(())
    }

    /// As after any end of a session; an application that was told already hears it again.
    async fn tell_applications(&self, person: PersonId, turn: &Turn) -> Result<(), Failure> {
        let Some(outbound) = &self.outbound else { return Ok(()) };
        let mut tx = turn.db().read().await?;
        let visits = sso::store::visits_of_erased(&mut tx, person).await?;
        drop(tx);
        if !visits.is_empty() {
            sso::tell_applications(outbound, visits, turn.clock().now()).await;
        }
        Ok(())
    }

    /// Before a process serves: whoever was erased and is there again came with a backup.
    pub async fn reapply(
        &self,
        db: &crate::db::Db,
        queue: &Queue,
        now: DateTime<Utc>,
    ) -> Result<usize, Failure> {
        let mut again = 0;
        let erased = self.journal.read().map_err(|error| {
            Failure::new("the list of the erased cannot be read").because(error)
        })?;
        for line in erased {
            let mut tx = db.write().await?;
            let until = self.until(line.at);
            if until > now {
                for hash in &line.accounts {
                    store::bury_again(&mut tx, hash, until).await?;
                }
            }
            let is_back = store::find_person(&mut tx, line.person).await?.is_some();
            let is_under_way = store::is_being_erased(&mut tx, line.person).await?;
            if is_back && !is_under_way {
                let event = Event::ok("person.erase").reason("backup").field("of", line.person);
                let wish = Wish { by: None, reason: "backup", event: &event, may_return: false };
                let when = (&Trace::default(), now);
                self.begin(&mut tx, queue, line.person, &wish, when).await?;
                again += 1;
            }
            tx.commit().await?;
        }
        Ok(again)
    }
}

async fn remove(tx: &mut Tx, statement: &'static str, person: PersonId) -> sqlx::Result<()> {
    on!(tx, |conn| query(statement).bind(person).execute(conn).await.map(|_| ()))
}

/// Removes what is left of somebody.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ErasePerson {
    /// Who.
    pub person: PersonId,
}

impl Job for ErasePerson {
    type Parts = Eraser;
    const KIND: &'static str = "person.erase";
    const LABEL: &'static str = "job-erase-person";
    const POLICY: Policy = Policy { priority: 20, ..Policy::HOUSE };

    fn once(&self) -> Option<String> {
        Some(self.person.to_string())
    }

    async fn run(self, eraser: Eraser, turn: Turn) -> Answer {
        eraser.finish(self.person, &turn).await?;
        Ok(Outcome::Done)
    }
}

/// Forgets tombstones whose time has come.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CleanTombstones {}

impl Job for CleanTombstones {
    type Parts = ();
    const KIND: &'static str = "tombstones.clean";
    const LABEL: &'static str = "job-clean-tombstones";
    const POLICY: Policy = Policy::HOUSE;

    async fn run(self, (): (), turn: Turn) -> Answer {
        let now = turn.clock().now();
        let mut tx = turn.db().write().await?;
        turn.hold(&mut tx).await?;
        let rows = store::delete_tombstones(&mut tx, now).await?;
        let event = Event::ok("retention.cleaned").reason("tombstone").field("rows", rows);
        event.record(&mut tx, &Trace::default(), now).await?;
        tx.commit().await?;
        Ok(Outcome::Done)
    }
}
