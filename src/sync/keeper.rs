//! What goes on in the background of a service: each source is read when it is due.
use super::due::{Kind, due};
use super::error::SyncError;
use super::outcome::Progress;
use super::read::fingerprint;
use super::run::{Engine, Mode, Order};
use super::source::{Origin, SyncedSource};
use super::store;
use std::time::Duration;
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval, sleep};

/// How often is looked whether something is due.
const LOOK: Duration = Duration::from_secs(2);
/// Files are left alone until they have been the same for so long.
const SETTLED: Duration = Duration::from_secs(1);

/// Keep all sources in step for as long as the process lives.
pub async fn keep(engine: Engine, sources: Vec<SyncedSource>) {
    let mut each: JoinSet<()> =
        sources.into_iter().map(|source| keep_one(engine.clone(), source)).collect();
    while each.join_next().await.is_some() {}
}

async fn keep_one(engine: Engine, source: SyncedSource) {
    let mut turn = interval(LOOK);
    turn.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        turn.tick().await;
        if let Err(error) = engine.look_after(&source).await {
            let name = &source.name;
            tracing::error!(source = name, "{name} is not kept in step: {}", error.in_full());
        }
    }
}

impl Engine {
    /// Read a source if somebody asked for that or the timetable says so. `true`: it was read.
    pub async fn look_after(&self, source: &SyncedSource) -> Result<bool, SyncError> {
        let Some(order) = self.order(source).await? else { return Ok(false) };
        let done = self.run(source, &order, &Progress::default(), &mut |_| {}).await;
        match done {
            Ok(_) => Ok(true),
            // Another node was faster.
            Err(SyncError::Busy) => Ok(false),
            Err(error) => Err(error),
        }
    }

    async fn order(&self, source: &SyncedSource) -> Result<Option<Order>, SyncError> {
        if source.origin.is_pushed() {
            return Ok(None);
        }
        let mut tx = self.db.read().await?;
        if let Some(wanted) = store::wanted(&mut tx, &source.name).await? {
            return Ok(Some(Order {
                mode: Mode::Full,
                dry_run: wanted.dry_run,
                force: wanted.force,
                asked_by: wanted.asked_by,
            }));
        }
        let standing = store::standing(&mut tx, &source.name).await?;
        drop(tx);
        let seen = settled(source).await;
        let kind = match (&seen, source.origin.tells_changes()) {
            (Some(seen), _) => Kind::Files(seen),
            (None, true) => Kind::Changes,
            (None, false) => Kind::Everybody,
        };
        let now = (self.clock.now(), self.rules.dispatch.time_zone);
        let asked_by = if seen.is_some() { "files" } else { "timetable" };
        let order = |mode| Order { mode, dry_run: false, force: false, asked_by: asked_by.into() };
        Ok(due(&source.settings, kind, &standing, now).map(order))
    }
}

/// What the files look like, once they have looked so for a moment. Where they cannot be looked at,
/// reading them now and then says why.
async fn settled(source: &SyncedSource) -> Option<String> {
    let Origin::Files { path, format, .. } = &source.origin else { return None };
    let mut before = fingerprint(path, *format).ok()?;
    loop {
        sleep(SETTLED).await;
        let now = fingerprint(path, *format).ok()?;
        if now == before {
            return Some(now);
        }
        before = now;
    }
}
