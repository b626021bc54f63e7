//! A whole run: begun under a lease, carried out, and recorded however it ended.
use super::act::Act;
use super::entry::Rejected;
use super::error::SyncError;
use super::lease::Lease;
use super::outcome::{Counts, Difference, Progress};
use super::read::ReadError;
use super::source::SyncedSource;
use super::store::{self, Run, Wanted};
use super::survey::{Reporter, Survey};
use crate::audit::{Event, Trace};
use crate::clock::Clock;
use crate::db::{Db, Tx};
use crate::identity::arrival::ArrivalRules;
use crate::identity::cloud::RecordId;
use crate::rows::RowsError;
use futures_util::future::BoxFuture;
use std::sync::Arc;
use uuid::Uuid;

/// Told of records that nobody may find from now on, and of the change that says so (D47).
pub type Hidden = Arc<dyn Fn(&[RecordId], i64) + Send + Sync>;

/// Written in the transaction that ends a run which came to its end.
pub type Also =
    Arc<dyn for<'t> Fn(&'t mut Tx, &'t Finished) -> BoxFuture<'t, sqlx::Result<()>> + Send + Sync>;

/// What runs are made with.
#[derive(Clone)]
pub struct Engine {
    /// The database.
    pub db: Db,
    /// The time.
    pub clock: Clock,
    /// How entries are read and joined.
    pub rules: ArrivalRules,
    /// Searches of this process, where it serves them.
    pub hidden: Option<Hidden>,
}

/// How much is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Mode {
    /// Everybody; whoever is not named any more left.
    Full,
    /// What changed since the last run; nobody leaves.
    Changes,
}

impl Mode {
    /// The word in the table.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Changes => "changes",
        }
    }
}

/// What is to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// How much.
    pub mode: Mode,
    /// Only look.
    pub dry_run: bool,
    /// However many vanish.
    pub force: bool,
    /// `timetable`, `files`, `command`, or a person.
    pub asked_by: String,
}

impl Order {
    /// Whether it is the one that waited; another one goes on waiting.
    fn carries_out(&self, wanted: &Wanted) -> bool {
        let Wanted { dry_run, force, asked_by } = wanted;
        (self.dry_run, self.force, &self.asked_by) == (*dry_run, *force, asked_by)
    }
}

/// How a run ended that came to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finished {
    /// The run.
    pub run: Uuid,
    /// How many of what.
    pub counts: Counts,
    /// Entries that could not be used, the first ones.
    pub findings: Vec<Rejected>,
    /// Who appeared, changed or vanished, the first ones.
    pub differences: Vec<Difference>,
}

impl Engine {
    /// Do it. Every entry that cannot be used is told to `report` as soon as it is met.
    pub async fn run(
        &self,
        source: &SyncedSource,
        order: &Order,
        progress: &Progress,
        report: Reporter<'_>,
    ) -> Result<Finished, SyncError> {
        let nothing: Also = Arc::new(|_, _| Box::pin(async { Ok(()) }));
        self.run_and(source, order, progress, report, &nothing).await
    }

    /// The same, and `also` in the transaction that ends it.
    pub async fn run_and(
        &self,
        source: &SyncedSource,
        order: &Order,
        progress: &Progress,
        report: Reporter<'_>,
        also: &Also,
    ) -> Result<Finished, SyncError> {
        let (mut lease, mut run, since) = self.begin(source, order).await?;
        lease.keep((&self.db, &self.clock), run.id, progress);
        let mut survey = Survey::default();
        let act = Act { engine: self, source, order, lease: &lease, started: run.started_at };
        let done = act.carry_out(&mut survey, since.as_deref(), progress, report).await;
        run.ended_at = Some(self.clock.now());
        run.counts = survey.counts;
        run.mark = survey.mark.filter(|_| is_final(&done));
        (run.state, run.trouble) = state(&done);
        let Survey { findings, differences, .. } = survey;
        let finished = Finished { run: run.id, counts: run.counts.clone(), findings, differences };
        self.end(&run, lease, &finished, done.is_ok().then_some(also)).await?;
        super::figures::count(&source.name, &run);
        done.map(|()| finished)
    }

    async fn begin(
        &self,
        source: &SyncedSource,
        order: &Order,
    ) -> Result<(Lease, Run, Option<String>), SyncError> {
        let now = self.clock.now();
        let mut tx = self.db.write().await?;
        let lease = Lease::take(&mut tx, &source.name, now).await?.ok_or(SyncError::Busy)?;
        let since = self.since(&mut tx, source, order).await?;
        let mode = if since.is_some() { Mode::Changes } else { Mode::Full };
        let run = Run {
            id: Uuid::now_v7(),
            source: source.name.clone(),
            mode: mode.as_str().to_owned(),
            is_dry: order.dry_run,
            asked_by: order.asked_by.clone(),
            started_at: now,
            ended_at: None,
            state: "running".to_owned(),
            counts: Counts::default(),
            trouble: None,
            mark: None,
        };
        store::begin_run(&mut tx, &run).await?;
        let wanted = store::wanted(&mut tx, &source.name).await?;
        if wanted.is_some_and(|wanted| order.carries_out(&wanted)) {
            store::forget_wanted(&mut tx, &source.name).await?;
        }
        tx.commit().await?;
        Ok((lease, run, since))
    }

    /// From where on the source is asked; `None`: for everybody.
    async fn since(
        &self,
        tx: &mut Tx,
        source: &SyncedSource,
        order: &Order,
    ) -> sqlx::Result<Option<String>> {
        if order.mode == Mode::Full {
            return Ok(None);
        }
        if source.origin.is_pushed() {
            return Ok(Some(String::new()));
        }
        let mark = store::standing(tx, &source.name).await?.mark;
        Ok(mark.filter(|_| source.origin.tells_changes()))
    }

    async fn end(
        &self,
        run: &Run,
        lease: Lease,
        finished: &Finished,
        also: Option<&Also>,
    ) -> sqlx::Result<()> {
        let now = self.clock.now();
        let mut tx = self.db.write().await?;
        // The lease before the run, as whoever renews it has them: otherwise each could wait for the
        // other's row.
        lease.release(&mut tx).await?;
        store::end_run(&mut tx, run, &finished.findings, &finished.differences).await?;
        event(run).record(&mut tx, &Trace::default(), now).await?;
        if let Some(also) = also {
            also(&mut tx, finished).await?;
        }
        tx.commit().await
    }
}

/// Whether the same source would say the same again; otherwise it is read again after a while.
fn is_final(done: &Result<(), SyncError>) -> bool {
    match done {
        Ok(()) | Err(SyncError::Vanishing { .. } | SyncError::Read(ReadError::Moving(_))) => true,
        Err(SyncError::Read(ReadError::Rows(_, error))) => !matches!(error, RowsError::Read(_)),
        Err(_) => false,
    }
}

fn state(done: &Result<(), SyncError>) -> (String, Option<String>) {
    match done {
        Ok(()) => ("done".to_owned(), None),
        Err(error) => {
            let refused = matches!(error, SyncError::Vanishing { .. });
            let state = if refused { "refused" } else { "failed" };
            (state.to_owned(), Some(format!("{} {error}", error.code())))
        }
    }
}

fn event(run: &Run) -> Event {
    let code = run.trouble.as_deref().and_then(|text| text.split(' ').next()).unwrap_or_default();
    let event = match run.state.as_str() {
        "done" if run.is_dry => Event::ok("sync.tried"),
        "done" => Event::ok("sync.done"),
        _ => Event::refused("sync.refused", code),
    };
    let Counts { read, rejected, appeared, changed, returned, vanished, linked, .. } = run.counts;
    let event = event.field("source", &run.source).field("run", run.id);
    let event = event.field("mode", &run.mode).field("asked_by", &run.asked_by);
    let counts = [
        ("read", read),
        ("rejected", rejected),
        ("appeared", appeared),
        ("changed", changed),
        ("returned", returned),
        ("vanished", vanished),
        ("linked", linked),
    ];
    counts.into_iter().fold(event, |event, (name, count)| event.field(name, count))
}
