//! Every night: cards that ended long ago, and photos that nobody needs.
use super::{printing, store};
use crate::audit::{Event, Trace};
use crate::jobs::{Answer, Failure, Job, Outcome, Policy, Turn};
use crate::uploads::Vault;
use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use std::time::Duration;
use uuid::Uuid;

/// How long a photo is kept after its last card ended.
const PHOTO: TimeDelta = TimeDelta::days(90);

/// Forget cards, with their history, some time after they or the rights of their holders ended.
/// Whoever left has no card that keeps their name then.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ForgetCards {}

impl Job for ForgetCards {
    type Parts = TimeDelta;
    const KIND: &'static str = "card.forget";
    const LABEL: &'static str = "job-forget-cards";
    const POLICY: Policy = Policy::HOUSE;

    async fn run(self, kept: TimeDelta, turn: Turn) -> Answer {
        let now = turn.clock().now();
        let (before, mut rows) = (now - kept, 0);
        loop {
            let mut tx = turn.db().write().await?;
            turn.hold(&mut tx).await?;
            let mut ended = store::ended(&mut tx, before).await?;
            // In the order in which batches hold people.
            ended.sort_by_key(|(_, person)| *person);
            for (card, person) in &ended {
                store::hold(&mut tx, *person).await?;
                store::forget(&mut tx, *card, before).await?;
            }
            rows += ended.len();
            if ended.is_empty() {
                printing::store::drop_empty(&mut tx).await?;
                let event = Event::ok("retention.cleaned").reason("cards").field("rows", rows);
                event.record(&mut tx, &Trace::default(), now).await?;
                tx.commit().await?;
                return Ok(Outcome::Done);
            }
            tx.commit().await?;
            if turn.is_ending() {
                return Ok(Outcome::Again(Duration::ZERO));
            }
        }
    }
}

/// Remove photos whose time is over, those of people who were erased, and uploads that broke off.
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
        let (mut behind, mut rows, mut failed) = (Uuid::nil(), 0, None);
        loop {
            let mut tx = turn.db().write().await?;
            turn.hold(&mut tx).await?;
            let due = store::due(&mut tx, behind, now).await?;
            let Some((last, _)) = due.last() else { break };
            behind = *last;
            // No card can get them any more.
            let mut ours = Vec::with_capacity(due.len());
            for (id, key) in due {
                if store::give_up(&mut tx, id, now).await? {
                    ours.push((id, key));
                }
            }
            tx.commit().await?;
            let (gone, error) = vault.remove_all(ours).await?;
            failed = error.or(failed);
            // The file first: a row without one is found again, a file without a row never.
            let mut tx = turn.db().write().await?;
            turn.hold(&mut tx).await?;
            for id in &gone {
                store::drop_photo(&mut tx, *id).await?;
            }
            tx.commit().await?;
            rows += gone.len();
        }
        let mut tx = turn.db().write().await?;
        turn.hold(&mut tx).await?;
        let event = Event::ok("retention.cleaned").reason("photos").field("rows", rows);
        event.record(&mut tx, &Trace::default(), now).await?;
        tx.commit().await?;
        failed.map_or(Ok(Outcome::Done), |error| Err(Failure::new("photo").because(error)))
    }
}
