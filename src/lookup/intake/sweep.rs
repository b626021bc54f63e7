//! What has to be looked after now and then: who departed, who was forgotten, who belongs to whom.
use super::Intake;
use super::removing::remove_known;
use crate::audit::{Event, Trace};
use crate::clock::span;
use crate::db::Tx;
use crate::identity::PersonId;
use crate::identity::cloud::RecordId;
use crate::identity::store::cloud::{
    InstanceShare, adopt, adoptable, delete_records, departed, instance_shares, known_by_id,
    long_gone, people_page, refused_in_vain, set_state,
};
use crate::identity::store::note_changes;
use crate::jobs::{Failure, Turn};
use chrono::{DateTime, Duration, Utc};
use uuid::Uuid;

/// Records in one transaction.
const PORTION: i64 = 1_000;
/// What replication tells of withdrawn users, others have heard by then.
const TOLD_AFTER: Duration = Duration::days(7);

/// What a sweep did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SweepReport {
    /// Records hidden, because their server names them no more.
    pub hidden: usize,
    /// Records removed for good.
    pub removed: usize,
    /// Records that may be found now, because the claim in their way is gone.
    pub shown: usize,
    /// Records that were given their person.
    pub linked: usize,
    /// Servers that named hardly anybody lately: nobody of theirs was hidden.
    pub silent: Vec<String>,
}

pub(super) async fn sweep(intake: &Intake, turn: &Turn) -> Result<SweepReport, Failure> {
    let mut report = SweepReport::default();
    hide_departed((intake, turn), &mut report).await?;
    remove_forgotten((intake, turn), &mut report).await?;
    show_refused((intake, turn), &mut report).await?;
    link((intake, turn), &mut report).await?;
    Ok(report)
}

/// A server that named at least half of its users lately means what it says of the others; one
/// that is silent is down or was not asked.
async fn hide_departed(
    (intake, turn): (&Intake, &Turn),
    report: &mut SweepReport,
) -> Result<(), Failure> {
    let now = intake.clock.now();
    let since = now - span(intake.rules.stale_after);
    let shares = instance_shares(&mut intake.db.read().await?, since).await?;
    for InstanceShare { instance, shown, named } in shares {
        if named == shown {
            continue;
        }
        if named * 2 < shown {
            tracing::warn!(
                instance,
                shown,
                named,
                "{instance} named {named} of {shown} users: nobody is hidden"
            );
            report.silent.push(instance);
            continue;
        }
        while !turn.is_ending() {
            let mut tx = intake.db.write().await?;
            turn.hold(&mut tx).await?;
            let gone = departed(&mut tx, &instance, since, PORTION).await?;
            if gone.is_empty() {
                break;
            }
            set_state(&mut tx, &gone, "stale", now).await?;
            let seq = note(&mut tx, &gone, now).await?;
            record(&mut tx, (gone.len(), 0), now).await?;
            tx.commit().await?;
            intake.gone(&gone, seq);
            report.hidden += gone.len();
        }
    }
    Ok(())
}

async fn remove_forgotten(
    (intake, turn): (&Intake, &Turn),
    report: &mut SweepReport,
) -> Result<(), Failure> {
    let now = intake.clock.now();
    let stale = now - span(intake.rules.stale_after) - span(intake.rules.remove_after);
    while !turn.is_ending() {
        let mut tx = intake.db.write().await?;
        turn.hold(&mut tx).await?;
        let ids = long_gone(&mut tx, stale, now - TOLD_AFTER, PORTION).await?;
        if ids.is_empty() {
            break;
        }
        let known = known_by_id(&mut tx, &ids).await?;
        let (told, stale): (Vec<_>, Vec<_>) =
            known.into_iter().partition(|record| record.state == "withdrawn");
        let told: Vec<RecordId> = told.into_iter().map(|record| record.id).collect();
        delete_records(&mut tx, &told).await?;
        let seq = remove_known(intake, &mut tx, &stale, now).await?;
        if !stale.is_empty() {
            record(&mut tx, (0, stale.len()), now).await?;
        }
        tx.commit().await?;
        let gone: Vec<RecordId> = stale.iter().map(|record| record.id).collect();
        intake.gone(&gone, seq);
        report.removed += gone.len();
    }
    Ok(())
}

/// Who was refused because of a claim that nobody makes any more.
async fn show_refused(
    (intake, turn): (&Intake, &Turn),
    report: &mut SweepReport,
) -> Result<(), Failure> {
    let now = intake.clock.now();
    let mut tx = intake.db.write().await?;
    turn.hold(&mut tx).await?;
    let free = refused_in_vain(&mut tx, PORTION).await?;
    if free.is_empty() {
        return Ok(());
    }
    set_state(&mut tx, &free, "shown", now).await?;
    note(&mut tx, &free, now).await?;
    tx.commit().await?;
    intake.changed();
    report.shown += free.len();
    Ok(())
}

/// What nobody noticed when it was written: an address that two people had until one left, another
/// rule in the configuration.
async fn link((intake, turn): (&Intake, &Turn), report: &mut SweepReport) -> Result<(), Failure> {
    if intake.rules.owner.is_empty() {
        return Ok(());
    }
    let mut next = Some(PersonId(Uuid::nil()));
    while let Some(after) = next.filter(|_| !turn.is_ending()) {
        let mut tx = intake.db.read().await?;
        let (people, behind) = people_page(&mut tx, after, PORTION).await?;
        let found = adoptable(&mut tx, &people, &intake.rules.owner).await?;
        drop(tx);
        next = behind;
        if found.is_empty() {
            continue;
        }
        let now = intake.clock.now();
        let mut tx = intake.db.write().await?;
        turn.hold(&mut tx).await?;
        let touched = adopt(&mut tx, &found).await?;
        note(&mut tx, &touched, now).await?;
        tx.commit().await?;
        intake.changed();
        report.linked += found.len();
    }
    Ok(())
}

/// What was hidden and removed for good, in the transaction in which it was.
async fn record(
    tx: &mut Tx,
    (hidden, removed): (usize, usize),
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let event = Event::ok("retention.cleaned").reason("cloud_record");
    let event = event.field("hidden", hidden).field("rows", removed);
    event.record(tx, &Trace::default(), now).await
}

async fn note(tx: &mut Tx, ids: &[RecordId], now: DateTime<Utc>) -> sqlx::Result<i64> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
    note_changes(tx, &ids, "cloud", now).await
}
