//! Every night: cards follow the rights of their holders, and photos that nobody needs are removed.
use super::Step;
use super::desk::{Desk, Hand};
use super::holder::told_by;
use super::state::Actor;
use super::store::{self, Card, Holder};
use super::validity::{follow, takes_due};
use crate::audit::{Event, Trace};
use crate::db::Tx;
use crate::identity::store::account_by_id;
use crate::jobs::{Answer, Failure, Job, Outcome, Policy, Turn};
use crate::uploads::{Scan, Vault};
use crate::web;
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Holders of one turn.
const PORTION: i64 = 200;
/// How long a photo is kept after its last card ended.
const PHOTO: TimeDelta = TimeDelta::days(90);

/// Read again what accounts say, and lead cards where their time leads them.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FollowHolders {}

impl Job for FollowHolders {
    type Parts = Desk;
    const KIND: &'static str = "card.follow";
    const LABEL: &'static str = "job-follow-holders";
    const POLICY: Policy = Policy::HOUSE;

    fn once(&self) -> Option<String> {
        Some(Self::KIND.to_owned())
    }

    async fn run(self, desk: Desk, turn: Turn) -> Answer {
        let mut last = Uuid::nil();
        loop {
            let mut tx = turn.db().read().await?;
            let holders = store::all_after(&mut tx, last, PORTION).await?;
            drop(tx);
            let Some(end) = holders.last() else { return Ok(Outcome::Done) };
            last = end.id;
            for holder in &holders {
                let mut tx = turn.db().write().await?;
                turn.hold(&mut tx).await?;
                let followed = desk.follow(&mut tx, holder, turn.clock().now()).await;
                followed.map_err(|error| Failure::new("card").because(error))?;
                tx.commit().await?;
            }
        }
    }
}

impl Desk {
    /// Lead the cards of a holder where their time leads them.
    pub async fn follow(
        &self,
        tx: &mut Tx,
        holder: &Holder,
        now: DateTime<Utc>,
    ) -> web::Result<()> {
        store::hold(tx, holder.id).await?;
        let Some(account) = account_by_id(tx, holder.account).await? else { return Ok(()) };
        // Whoever is no candidate any more keeps what was known: a setting must not end cards.
        let told = told_by(&account, &self.rules);
        let holder = match &told {
            Some(told) => store::keep(tx, account.id, told, now).await?,
            None => holder.clone(),
        };
        // A date that nobody can read ends nothing.
        let Some(due) = holder.due_at else { return Ok(()) };
        let nobody = Hand::of_nobody(now);
        for card in store::cards_of(tx, account.person).await? {
            if card.of.holder != holder.id {
                continue;
            }
            let card = if takes_due(card.state) && card.due_at != Some(due) {
                let moved = Card { due_at: Some(due), ..card };
                store::rewrite(tx, &moved).await?;
                Card { version: moved.version + 1, ..moved }
            } else {
                card
            };
            if let Some(to) = follow(card.state, due, now) {
                let step = Step::default();
                self.enter(tx, card, (Actor::System, to), &step, &nobody).await?;
            }
        }
        Ok(())
    }
}

/// Remove photos whose time is over, and uploads that broke off.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CleanPhotos {}

impl Job for CleanPhotos {
    type Parts = Vault;
    const KIND: &'static str = "card.clean_photos";
    const LABEL: &'static str = "job-clean-photos";
    const POLICY: Policy = Policy::HOUSE;

    async fn run(self, vault: Vault, turn: Turn) -> Answer {
        let now = turn.clock().now();
        let mut tx = turn.db().write().await?;
        turn.hold(&mut tx).await?;
        store::release(&mut tx, now - PHOTO, now).await?;
        tx.commit().await?;
        let mut tx = turn.db().read().await?;
        let due = store::due(&mut tx, now).await?;
        drop(tx);
        // No card can get it any more; then the file, then its row: a row without one is found again, a file without a row never.
        for (id, key) in &due {
            let mut tx = turn.db().write().await?;
            turn.hold(&mut tx).await?;
            let is_ours = store::give_up(&mut tx, *id, now).await?;
            tx.commit().await?;
            if !is_ours {
                continue;
            }
            let (vault, key) = (vault.clone(), key.clone());
            let removed = tokio::task::spawn_blocking(move || vault.remove(&key)).await;
            let removed = removed.map_err(|error| Failure::new("thread").because(error))?;
            removed.map_err(|error| Failure::new("photo").because(error))?;
            let mut tx = turn.db().write().await?;
            turn.hold(&mut tx).await?;
            store::drop_photo(&mut tx, *id).await?;
            tx.commit().await?;
        }
        let mut tx = turn.db().write().await?;
        turn.hold(&mut tx).await?;
        let event = Event::ok("retention.cleaned").reason("photos").field("rows", due.len());
        event.record(&mut tx, &Trace::default(), now).await?;
        tx.commit().await?;
        Ok(Outcome::Done)
    }
}

/// Show the scanner every photo that it did not see yet.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ScanPhotos {}

impl Job for ScanPhotos {
    type Parts = Desk;
    const KIND: &'static str = "card.scan_photos";
    const LABEL: &'static str = "job-scan-photos";
    const POLICY: Policy = Policy::SERVICE;

    fn once(&self) -> Option<String> {
        Some(Self::KIND.to_owned())
    }

    async fn run(self, desk: Desk, turn: Turn) -> Answer {
        let Some(scanner) = desk.scanner else { return Ok(Outcome::Done) };
        let now = turn.clock().now();
        let mut tx = turn.db().read().await?;
        let waiting = store::waiting_for_scan(&mut tx, now).await?;
        drop(tx);
        for photo in waiting {
            let (vault, key) = (desk.vault.clone(), photo.storage_key);
            let read = tokio::task::spawn_blocking(move || vault.read(photo.id, &key)).await;
            let read = read.map_err(|error| Failure::new("thread").because(error))?;
            let bytes = read.map_err(|error| Failure::new("photo").because(error))?;
            let scan = scanner.scan(&bytes).await;
            let scan = scan.map_err(|error| Failure::new("scanner").because(error))?;
            let mut tx = turn.db().write().await?;
            turn.hold(&mut tx).await?;
            if store::set_verdict(&mut tx, photo.id, scan).await? && scan == Scan::Infected {
                let event = Event::refused("card.photo_infected", "E-PHOTO-HELD");
                let event = event.field("photo", photo.id);
                event.record(&mut tx, &Trace::default(), now).await?;
            }
            tx.commit().await?;
        }
        Ok(Outcome::Done)
    }
}
