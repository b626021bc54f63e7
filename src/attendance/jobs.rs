//! What goes on without anybody: rolls that nobody closes, and what is forgotten after some days.
use super::calling::{Hand, Signer};
use super::desk::Desk;
use super::notice;
use super::reading::{Care, note_failed};
use super::store::{self, Closing, Within};
use crate::audit::{Event, Trace};
use crate::config::Attendance;
use crate::jobs::{Answer, Job, Outcome, Policy, Turn};
use actix_web::web::Data;
use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

/// Every minute: rolls whose time is over are closed. Who is missing is absent when somebody has
/// said so. What codes are made of is erased a day later.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CloseRolls {}

/// Every night: scans and browsers.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CleanScans {}

impl Job for CloseRolls {
    type Parts = Attendance;
    const KIND: &'static str = "roll.close";
    const LABEL: &'static str = "job-close-rolls";
    const POLICY: Policy = Policy::HOUSE;

    async fn run(self, rules: Attendance, turn: Turn) -> Answer {
        let now = turn.clock().now();
        let mut tx = turn.db().read().await?;
        let overdue = store::overdue(&mut tx, now - rules.grace).await?;
        drop(tx);
        // One transaction each: a student who marks waits for one roll at most.
        for id in overdue {
            let mut tx = turn.db().write().await?;
            turn.hold(&mut tx).await?;
            let closing = Closing { by: None, is_provisional: true, headcount: None, at: now };
            if let Some(missing) = store::close(&mut tx, id, closing).await? {
                let event = Event::ok("roll.auto_closed").field("session", id);
                event.field("count", missing).record(&mut tx, &Trace::default(), now).await?;
            }
            tx.commit().await?;
        }
        let mut tx = turn.db().write().await?;
        turn.hold(&mut tx).await?;
        store::erase_secrets(&mut tx, now - TimeDelta::days(1)).await?;
        tx.commit().await?;
        Ok(Outcome::Done)
    }
}

/// Every night: groups that directories fill. One that does not answer stops no other.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ReadGroups {}

impl Job for ReadGroups {
    type Parts = Data<Desk>;
    const KIND: &'static str = "roll.read_groups";
    const LABEL: &'static str = "job-read-groups";
    const POLICY: Policy = Policy::HOUSE;

    fn once(&self) -> Option<String> {
        Some(String::new())
    }

    async fn run(self, desk: Data<Desk>, turn: Turn) -> Answer {
        let mut tx = turn.db().read().await?;
        let groups = store::groups_of_directories(&mut tx, &Within::all()).await?;
        drop(tx);
        let total = groups.len() as u64;
        for (done, group) in (1_u64..).zip(&groups) {
            let named = desk.ask_directory(turn.db(), group, turn.clock().now()).await;
            let now = turn.clock().now();
            let hand = Hand { signer: Signer::Command, trace: Trace::default(), now };
            let mut tx = turn.db().write().await?;
            turn.hold(&mut tx).await?;
            match &named {
                Ok(named) => {
                    let settled =
                        desk.settle_group(&mut tx, (group, named), Care::default(), &hand).await;
                    // It asks for others by now: the next night.
                    if let Err(error) = settled {
                        tracing::warn!(group = %group.id, "a group was not read: {error}");
                        continue;
                    }
                }
                Err(_) => note_failed(&mut tx, group, &hand).await?,
            }
            turn.tell(&mut tx, done, total).await?;
            tx.commit().await?;
        }
        Ok(Outcome::Done)
    }
}

impl Job for CleanScans {
    type Parts = ();
    const KIND: &'static str = "roll.clean";
    const LABEL: &'static str = "job-clean-scans";
    const POLICY: Policy = Policy::HOUSE;

    async fn run(self, (): (), turn: Turn) -> Answer {
        let now = turn.clock().now();
        let mut tx = turn.db().write().await?;
        turn.hold(&mut tx).await?;
        let day = now - TimeDelta::days(1);
        let mut rows = store::forget_scans(&mut tx, day).await?;
        rows += store::forget_devices(&mut tx, now - TimeDelta::days(30)).await?;
        rows += store::forget_taps(&mut tx, now - TimeDelta::days(30)).await?;
        rows += store::forget_uploads(&mut tx, day).await?;
        rows += store::forget_readings(&mut tx, now - TimeDelta::days(30)).await?;
        rows += store::forget_refused(&mut tx, now - TimeDelta::days(90)).await?;
        let (quarter, years) = (now - TimeDelta::days(90), now - TimeDelta::days(2 * 366));
        rows += notice::store::forget_told(&mut tx, (quarter, years)).await?;
        let event = Event::ok("retention.cleaned").reason("scans").field("rows", rows);
        event.record(&mut tx, &Trace::default(), now).await?;
        tx.commit().await?;
        Ok(Outcome::Done)
    }
}
