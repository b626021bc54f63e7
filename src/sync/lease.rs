//! One run of a source at a time, whichever node or command makes it.
use super::error::SyncError;
use super::outcome::{Counts, Progress};
use super::store;
use crate::clock::Clock;
use crate::db::{Db, Tx};
use chrono::{DateTime, Duration, Utc};
use tokio::task::JoinHandle;
use tokio::time::{MissedTickBehavior, interval};
use uuid::Uuid;

/// How long somebody who was killed is waited for.
pub const LEASE: Duration = Duration::seconds(20);
/// How often it is held longer.
const RENEWED: std::time::Duration = std::time::Duration::from_secs(5);

/// Held while a run goes on; falls by itself when its process dies.
pub(super) struct Lease {
    source: String,
    holder: Uuid,
    task: Option<JoinHandle<()>>,
}

impl Drop for Lease {
    fn drop(&mut self) {
        if let Some(task) = &self.task {
            task.abort();
        }
    }
}

impl Lease {
    /// Take it, in the transaction that notes what it is for; `None`: somebody else has it.
    pub(super) async fn take(
        tx: &mut Tx,
        source: &str,
        now: DateTime<Utc>,
    ) -> sqlx::Result<Option<Self>> {
        let holder = Uuid::now_v7();
        let is_ours = store::take_lease(tx, (source, holder), (now, now + LEASE)).await?;
        Ok(is_ours.then(|| Self { source: source.to_owned(), holder, task: None }))
    }

    /// Hold it for as long as this lives, and write down how far the run is.
    pub(super) fn keep(&mut self, (db, clock): (&Db, &Clock), run: Uuid, progress: &Progress) {
        let (db, clock, progress) = (db.clone(), clock.clone(), progress.clone());
        let (source, holder) = (self.source.clone(), self.holder);
        self.task = Some(tokio::spawn(async move {
            let mut turn = interval(RENEWED);
            turn.set_missed_tick_behavior(MissedTickBehavior::Delay);
            loop {
                turn.tick().await;
                let renewed = renew(&db, (&source, holder), clock.now(), run, &progress).await;
                if let Err(error) = renewed {
                    tracing::warn!(source, error = %error, "the run cannot say how far it is");
                }
            }
        }));
    }

    /// Make sure, at the end of a transaction that writes, that nobody else took over meanwhile.
    /// Not before: the page, and whoever holds it longer, would wait for all of it.
    pub(super) async fn fence(&self, tx: &mut Tx, now: DateTime<Utc>) -> Result<(), SyncError> {
        let held = store::renew_lease(tx, (&self.source, self.holder), now + LEASE).await?;
        if held { Ok(()) } else { Err(SyncError::Lost) }
    }

    /// Let it go, in the transaction that notes the end.
    pub(super) async fn release(mut self, tx: &mut Tx) -> sqlx::Result<()> {
        if let Some(task) = self.task.take() {
            task.abort();
        }
        store::drop_lease(tx, &self.source, self.holder).await
    }
}

async fn renew(
    db: &Db,
    lease: (&str, Uuid),
    now: DateTime<Utc>,
    run: Uuid,
    progress: &Progress,
) -> sqlx::Result<()> {
    let mut tx = db.write().await?;
    store::renew_lease(&mut tx, lease, now + LEASE).await?;
    let counts = Counts { read: progress.read(), ..Counts::default() };
    store::note_progress(&mut tx, run, &counts).await?;
    tx.commit().await
}
