//! Seals what was recorded into the chain of this process, and says how far it goes.
use super::chain::{Personal, Place};
use super::figures;
use super::store::{self, Head};
use crate::clock::Clock;
use crate::db::Db;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::time::{Instant, MissedTickBehavior, interval};
use uuid::Uuid;

/// How often it is looked whether anything waits: a row is sealed within a second.
const EVERY: Duration = Duration::from_millis(500);
/// Rows of one transaction.
const PORTION: usize = 200;
/// The head is logged this often (SEC-109): a log elsewhere keeps what a database cannot promise.
const TELL_EVERY: Duration = Duration::from_mins(5);
/// A chain that several processes might want is claimed again this often.
const HOLD_EVERY: Duration = Duration::from_secs(10);

/// The sealer of one process.
#[derive(Debug, Clone)]
pub struct Sealer {
    db: Db,
    clock: Clock,
    holder: Uuid,
    head: Arc<Mutex<Option<Head>>>,
}

impl Sealer {
    /// One for this process.
    pub fn new(db: &Db, clock: &Clock) -> Self {
        let (db, clock) = (db.clone(), clock.clone());
        Self { db, clock, holder: Uuid::new_v4(), head: Arc::default() }
    }

    /// Seal for as long as this is polled.
    pub async fn run(self) {
        let mut turns = interval(EVERY);
        turns.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let (mut told, mut held, mut good) = (Instant::now(), None, Instant::now());
        loop {
            turns.tick().await;
            let is_due =
                held.is_none_or(|held: Instant| self.is_shared() && held.elapsed() >= HOLD_EVERY);
            let done = if is_due { self.hold().await } else { Ok(()) };
            if let Err(error) = done.and(self.turn().await) {
                tracing::error!(error = %error, "the audit record cannot be sealed");
                figures::sealing_waits(good.elapsed());
                continue;
            }
            good = Instant::now();
            if is_due {
                held = Some(good);
            }
            if told.elapsed() >= TELL_EVERY {
                told = good;
                self.tell_head();
            }
        }
    }

    /// Seal everything that waits.
    pub async fn turn(&self) -> sqlx::Result<()> {
        loop {
            let oldest = store::oldest_waiting(&mut self.db.read().await?).await?;
            let age = oldest.map(|at| self.clock.now() - at).and_then(|age| age.to_std().ok());
            figures::sealing_waits(age.unwrap_or_default());
            if oldest.is_none() || self.portion().await? < PORTION {
                return Ok(());
            }
        }
    }

    /// The last turn: seal what waits, tell the head, give the chain back.
    pub async fn end(&self) -> sqlx::Result<()> {
        let sealed = self.turn().await;
        self.tell_head();
        sealed?;
        let mut tx = self.db.write().await?;
        store::release(&mut tx, self.holder).await?;
        tx.commit().await
    }

    /// Seal some of the rows that wait; how many these were.
    async fn portion(&self) -> sqlx::Result<usize> {
        let now = self.clock.now();
        let mut tx = self.db.write().await?;
        let Some(mut head) = store::hold(&mut tx, self.holder, now).await? else { return Ok(0) };
        let limit = i64::try_from(PORTION).unwrap_or(i64::MAX);
        let rows = store::waiting(&mut tx, limit).await?;
        let count = rows.len();
        for mut row in rows {
            let personal = row.take_personal();
            let place = Place { node: head.node, seq: head.seq + 1, sealed_at: now };
            let digest = personal.as_ref().and_then(Personal::digest);
            head.hash = head.hash.then(&row.line(&place, digest));
            head.seq = place.seq;
            store::seal(&mut tx, &row, &place, personal.as_ref(), head.hash).await?;
        }
        store::move_head(&mut tx, &head, now).await?;
        tx.commit().await?;
        self.note(head);
        figures::sealed(count, now);
        Ok(count)
    }

    /// Have a chain, also while nothing is to be sealed.
    async fn hold(&self) -> sqlx::Result<()> {
        let mut tx = self.db.write().await?;
        let head = store::hold(&mut tx, self.holder, self.clock.now()).await?;
        tx.commit().await?;
        if let Some(head) = head {
            self.note(head);
        }
        Ok(())
    }

    /// Whether other processes may want the chain.
    fn is_shared(&self) -> bool {
        matches!(self.db, Db::Postgres(_))
    }

    fn note(&self, head: Head) {
        *self.head.lock().unwrap_or_else(PoisonError::into_inner) = Some(head);
        figures::head(head);
    }

    /// `aiguillage audit verify --seen` takes what stands here.
    fn tell_head(&self) {
        let head = *self.head.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(head) = head {
            tracing::info!(head = %head, "audit head {head}");
        }
    }
}
