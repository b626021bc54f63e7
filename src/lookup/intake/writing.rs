//! The end of a push: one transaction for everything that changed.
use super::comparing::{Changed, Pushing};
use super::owner::{Owners, claim};
use super::{Origin, Refused, Why};
use crate::audit::{Event, Trace};
use crate::config::ConflictRule;
use crate::db::Tx;
use crate::identity::cloud::RecordId;
use crate::identity::store::cloud::{
    IntakeRow, RecordRow, claimants, known_records, note_intake, put_records, touch_active,
    touch_seen,
};
use crate::identity::store::note_changes;
use std::collections::{BTreeMap, HashMap, HashSet};
use uuid::Uuid;

/// Records written at once.
const CHUNK: usize = 500;

/// Write it, and tell the index.
pub(super) async fn write(mut pushing: Pushing, trace: &Trace) -> sqlx::Result<super::Report> {
    let mut tx = pushing.intake.db.write().await?;
    let mut noted: HashSet<Uuid> = HashSet::new();
    let changed: Vec<Changed> = std::mem::take(&mut pushing.changed).into_values().collect();
    for chunk in changed.chunks(CHUNK) {
        noted.extend(pushing.write_chunk(&mut tx, chunk).await?);
    }
    touch_seen(&mut tx, &pushing.seen, pushing.now).await?;
    noted.extend(pushing.note_sign_in(&mut tx, &changed).await?);
    // Lists and directories come in many pieces and are recorded once, when all is done.
    if matches!(pushing.origin, Origin::Push { .. }) {
        pushing.note_intakes(&mut tx).await?;
        pushing.audit(&mut tx, trace).await?;
    }
    if !noted.is_empty() {
        let noted: Vec<Uuid> = noted.into_iter().collect();
        note_changes(&mut tx, &noted, "cloud", pushing.now).await?;
    }
    tx.commit().await?;
    pushing.intake.changed();
    pushing.log();
    Ok(pushing.report)
}

impl Pushing {
    /// What the index has to look at afterwards.
    async fn write_chunk(&mut self, tx: &mut Tx, chunk: &[Changed]) -> sqlx::Result<Vec<Uuid>> {
        let fields = chunk.iter().map(|changed| &changed.fields);
        let owners = Owners::look_up(tx, &self.intake.rules, fields).await?;
        let mut rows: Vec<RecordRow> =
            chunk.iter().map(|changed| self.row(changed, &owners)).collect();
        if self.intake.rules.conflict == ConflictRule::Refuse {
            self.refuse_claimed(tx, chunk, &mut rows).await?;
        }
        for (changed, row) in chunk.iter().zip(&rows) {
            let tally = self.tallies.entry(row.cloud_id.instance()).or_default();
            tally.changed += 1;
            match changed.known {
                Some(_) => self.report.changed += 1,
                None => self.report.added += 1,
            }
        }
        let ids = put_records(tx, &rows, self.now).await?;
        let left = chunk.iter().zip(&rows).filter_map(|(changed, row)| {
            let claim = &changed.known.as_ref()?.claim;
            (*claim != row.claim).then(|| claim.clone())
        });
        let freed = claimants(tx, &left.collect::<Vec<_>>()).await?;
        let freed = freed.into_iter().map(|claimant| claimant.id.0);
        Ok(ids.into_iter().map(|id| id.0).chain(freed).collect())
    }

    fn row(&self, changed: &Changed, owners: &Owners) -> RecordRow {
        // Whoever it was stays it when the new address is nobody's: hidden people stay hidden.
        let known = changed.known.as_ref().and_then(|known| known.person);
        let person = changed.person.or_else(|| owners.of(&changed.fields)).or(known);
        let instance = changed.cloud_id.instance();
        let priority = self.intake.rules.priorities.iter().find(|(server, _)| *server == instance);
        RecordRow {
            id: RecordId(Uuid::now_v7()),
            origin: self.origin.word(),
            person,
            claim: claim(person, &changed.fields, &changed.cloud_id.key()),
            fields: changed.fields.clone(),
            cloud_id: changed.cloud_id.clone(),
            priority: priority.map_or(0, |(_, priority)| *priority),
            state: "shown",
            signed_at: changed.known.as_ref().map_or(0, |known| known.signed_at),
        }
    }

    /// Whoever comes second with a claim is kept, and not shown.
    async fn refuse_claimed(
        &mut self,
        tx: &mut Tx,
        chunk: &[Changed],
        rows: &mut [RecordRow],
    ) -> sqlx::Result<()> {
        let claims: Vec<String> = rows.iter().map(|row| row.claim.clone()).collect();
        let mut holders: HashMap<String, (String, bool)> = HashMap::new();
        for holder in claimants(tx, &claims).await? {
            if holder.state == "shown" {
                holders.entry(holder.claim).or_insert((holder.instance, true));
            }
        }
        for (changed, row) in chunk.iter().zip(rows) {
            let instance = row.cloud_id.instance();
            let (holder, _) = holders.entry(row.claim.clone()).or_insert((instance.clone(), false));
            if *holder != instance {
                row.state = "refused";
                let cloud_id = changed.cloud_id.to_string();
                self.report.refused.push(Refused { cloud_id, why: Why::Claimed });
            }
        }
        Ok(())
    }

    /// One user alone: somebody signed in there, which may settle a conflict.
    async fn note_sign_in(&self, tx: &mut Tx, changed: &[Changed]) -> sqlx::Result<Vec<Uuid>> {
        let is_push = matches!(self.origin, Origin::Push { .. });
        let key = match (changed, &self.alone) {
            ([one], None) => one.cloud_id.key(),
            ([], Some(known)) => known.cloud_key.clone(),
            _ => return Ok(Vec::new()),
        };
        if !is_push || self.report.unchanged + changed.len() > 1 {
            return Ok(Vec::new());
        }
        let Some(known) = known_records(tx, &[key]).await?.pop() else { return Ok(Vec::new()) };
        touch_active(tx, known.id, self.now).await?;
        let others = claimants(tx, &[known.claim]).await?;
        let is_contested = others.len() > 1;
        Ok(others.into_iter().filter(|_| is_contested).map(|claimant| claimant.id.0).collect())
    }

    async fn note_intakes(&self, tx: &mut Tx) -> sqlx::Result<()> {
        for (instance, tally) in &self.tallies {
            let row = IntakeRow {
                origin: self.origin.word(),
                instance: instance.clone(),
                at: self.now,
                records: tally.named,
                changed: tally.changed,
                refused: tally.refused,
            };
            note_intake(tx, &row).await?;
        }
        Ok(())
    }

    async fn audit(&self, tx: &mut Tx, trace: &Trace) -> sqlx::Result<()> {
        let event = Event::ok("lookup.push").field("origin", self.origin.word());
        let event = event.field("servers", self.tallies.keys().take(20).collect::<Vec<_>>());
        let event = event.field("added", self.report.added).field("changed", self.report.changed);
        let event = event.field("unchanged", self.report.unchanged);
        event.field("refused", self.report.refused.len()).record(tx, trace, self.now).await
    }

    /// Counts only: no id and no value belongs into the log.
    fn log(&self) {
        let mut by_reason: BTreeMap<Why, usize> = BTreeMap::new();
        for refused in &self.report.refused {
            *by_reason.entry(refused.why).or_default() += 1;
        }
        for (why, count) in by_reason {
            let (why, origin) = (why.word(), self.origin.word());
            tracing::warn!(why, count, origin, "{count} records were left out: {why}");
        }
    }
}
