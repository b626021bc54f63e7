//! A whole import: look, refuse what would make too many vanish, write in batches, remove.
use super::Open;
use super::entry::{Entry, Listed};
use super::list::{List, ListError};
use super::survey::{Rejected, Survey, digest, survey};
use crate::audit::{Event, Trace};
use crate::clock::Clock;
use crate::db::Db;
use crate::identity::store::cloud::{IntakeRow, note_intake};
use crate::lookup::intake::{Incoming, Intake, Origin, Report};
use crate::rows::Format;
use serde::Serialize;
use std::io;

/// People written in one transaction.
const BATCH: usize = 500;

/// What is to be imported.
pub struct Import<'a> {
    /// Name of the list: whoever it brought and does not name any more is removed.
    pub name: &'a str,
    /// How it is written.
    pub format: Format,
    /// Opens it from its beginning.
    pub open: Open<'a>,
    /// Remove people however many vanish.
    pub force: bool,
    /// Only look.
    pub dry_run: bool,
}

/// What an import did, or would do.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Outcome {
    /// Nothing was written.
    pub dry_run: bool,
    /// Lines, the names of the columns left out.
    pub lines: u64,
    /// Lines that cannot be used.
    pub rejected: u64,
    /// People whose account is switched off.
    pub inactive: u64,
    /// New records.
    pub added: usize,
    /// Records with other values than before.
    pub changed: usize,
    /// Records as they were.
    pub unchanged: usize,
    /// Records that a rule of `[lookup]` left out.
    pub refused: usize,
    /// Records that the list does not name any more.
    pub removed: usize,
}

/// Why an import did not happen, or not to its end.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The list is none.
    #[error(transparent)]
    List(#[from] ListError),
    /// It would remove too many.
    #[error(
        "{missing} of {known} people of this list would vanish, more than 20 %: nothing was \
         written; use --force if that is right"
    )]
    Vanishing {
        /// Who would be removed.
        missing: usize,
        /// Who is known from this list.
        known: u64,
    },
    /// The rejected lines cannot be written down.
    #[error("the rejected lines cannot be written down")]
    Rejects(#[source] io::Error),
    /// The database does not answer.
    #[error("the database does not answer")]
    Database(#[from] sqlx::Error),
}

impl Import<'_> {
    /// Do it; every line that cannot be used is told to `reject` at once.
    pub async fn run(
        &self,
        (intake, db, clock): (&Intake, &Db, &Clock),
        reject: impl FnMut(Rejected) -> io::Result<()>,
    ) -> Result<Outcome, ImportError> {
        let mut survey = survey(db, self.name, self.list()?, reject).await?;
        let missing = std::mem::take(&mut survey.vanishing.missing);
        let known = survey.vanishing.known;
        if !self.force && super::survey::is_suspicious(missing.len(), known) {
            return Err(ImportError::Vanishing { missing: missing.len(), known });
        }
        let mut outcome = Outcome {
            dry_run: self.dry_run,
            lines: survey.lines,
            rejected: survey.rejected,
            inactive: survey.inactive,
            removed: missing.len(),
            ..Outcome::default()
        };
        self.people(intake, survey, &mut outcome).await?;
        if self.dry_run {
            return Ok(outcome);
        }
        outcome.removed = 0;
        for batch in missing.chunks(BATCH) {
            outcome.removed += intake.remove(batch, &Trace::default()).await?;
        }
        self.record(db, clock, &outcome).await?;
        Ok(outcome)
    }

    fn list(&self) -> Result<List, ListError> {
        List::open((self.open)()?, self.format)
    }

    /// The second reading: batch after batch.
    async fn people(
        &self,
        intake: &Intake,
        mut survey: Survey,
        outcome: &mut Outcome,
    ) -> Result<(), ImportError> {
        let mut batch = Vec::with_capacity(BATCH);
        for numbered in self.list()? {
            let Ok(Entry::Listed(listed)) = numbered?.entry else { continue };
            // Whoever comes a second time was rejected by the first reading.
            if !survey.named.remove(&digest(&listed.cloud_id)) {
                continue;
            }
            batch.push(incoming(listed));
            if batch.len() == BATCH {
                self.batch(intake, std::mem::take(&mut batch), outcome).await?;
            }
        }
        self.batch(intake, batch, outcome).await
    }

    async fn batch(
        &self,
        intake: &Intake,
        people: Vec<Incoming>,
        outcome: &mut Outcome,
    ) -> Result<(), ImportError> {
        let mut pushing = intake.begin(Origin::Import { list: self.name.to_owned() });
        pushing.take(people).await?;
        let report = if self.dry_run {
            pushing.forecast()
        } else {
            pushing.finish(&Trace::default()).await?
        };
        outcome.add(&report);
        Ok(())
    }

    async fn record(&self, db: &Db, clock: &Clock, outcome: &Outcome) -> Result<(), ImportError> {
        let now = clock.now();
        let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
        let row = IntakeRow {
            origin: Origin::Import { list: self.name.to_owned() }.word(),
            instance: String::new(),
            at: now,
            records: count(outcome.added + outcome.changed + outcome.unchanged + outcome.refused),
            changed: count(outcome.added + outcome.changed),
            refused: count(outcome.refused),
        };
        let mut tx = db.write().await?;
        note_intake(&mut tx, &row).await?;
        let mut event = Event::ok("import.done").reason(self.name);
        if let Ok(serde_json::Value::Object(counts)) = serde_json::to_value(outcome) {
            for (name, value) in counts.iter().filter(|(name, _)| *name != "dry_run") {
                event = event.field(name, value);
            }
        }
        event.record(&mut tx, &Trace::default(), now).await?;
        Ok(tx.commit().await?)
    }
}

impl Outcome {
    fn add(&mut self, report: &Report) {
        self.added += report.added;
        self.changed += report.changed;
        self.unchanged += report.unchanged;
        self.refused += report.refused.len();
    }
}

fn incoming(listed: Listed) -> Incoming {
    let cloud_id = listed.cloud_id.to_string();
    Incoming { cloud_id, fields: Some(listed.fields), person: None }
}
