//! Whose card ends soon is written to, once about each end (19).
use super::desk::{Desk, Hand, last_day};
use super::following::FollowHolders;
use super::store::{self, Card};
use crate::db::Tx;
use crate::jobs::{Failure, Turn};
use crate::mail::{Letter, MailAddress, Template};
use crate::web::lang::Lang;
use chrono::{DateTime, Utc};
use serde_json::json;
use uuid::Uuid;

/// Cards of one look.
const PORTION: i64 = 200;

impl FollowHolders {
    /// Write to everybody whose card ends soon.
    pub(super) async fn warn(desk: &Desk, turn: &Turn) -> Result<(), Failure> {
        let Some(before) = desk.rules.warn_before else { return Ok(()) };
        let mut last = Uuid::nil();
        while !turn.is_ending() {
            let now = turn.clock().now();
            let mut tx = turn.db().read().await?;
            let cards = store::expiring(&mut tx, (now, now + before), (last, PORTION)).await?;
            drop(tx);
            let Some(end) = cards.last() else { break };
            last = end.id;
            for card in &cards {
                let mut tx = turn.db().write().await?;
                turn.hold(&mut tx).await?;
                if desk.warn_one(&mut tx, card, now).await? {
                    desk.post.queue.commit(tx).await?;
                }
            }
        }
        Ok(())
    }
}

impl Desk {
    /// Write to one holder, unless somebody did, or their card or its end is another by now.
    async fn warn_one(&self, tx: &mut Tx, card: &Card, now: DateTime<Utc>) -> sqlx::Result<bool> {
        let to = card.of.mail.as_deref().and_then(MailAddress::parse);
        let (Some(to), Some(due)) = (to, card.due_at) else { return Ok(false) };
        store::hold(tx, card.of.person).await?;
        if !store::mark_warned(tx, card.id, due).await? {
            return Ok(false);
        }
        let lang = Lang::default();
        let letter = Letter {
            to,
            person: Some(card.of.person),
            template: Template::CardExpires,
            lang,
            values: json!({
                "name": card.of.display_name, "until": last_day(lang, due), "path": "/cards",
            }),
            about: format!("card:{}:{}", card.id, due.date_naive()),
            account: None,
        };
        self.post.add(tx, &letter).await?;
        let hand = Hand::of_nobody(now);
        let event = hand.event("card.warned").field("card", card.id);
        event.field("holder", card.of.holder).record(tx, &hand.trace, now).await?;
        Ok(true)
    }
}
