//! The deed of a run: reading, refusing what would make too many vanish, writing.
use super::ending;
use super::error::SyncError;
use super::lease::Lease;
use super::outcome::{Counts, Progress};
use super::read::Reader;
use super::run::{Engine, Order};
use super::source::{Origin, SyncedSource};
use super::survey::{Reporter, Survey};
use super::write::{BATCH, Scribe};
use chrono::{DateTime, TimeDelta, Utc};

/// One run under way.
pub(super) struct Act<'a> {
    pub(super) engine: &'a Engine,
    pub(super) source: &'a SyncedSource,
    pub(super) order: &'a Order,
    pub(super) lease: &'a Lease,
    pub(super) started: DateTime<Utc>,
}

impl Act<'_> {
    /// Read, refuse what would make too many vanish, write, end.
    pub(super) async fn carry_out(
        &self,
        survey: &mut Survey,
        since: Option<&str>,
        progress: &Progress,
        report: Reporter<'_>,
    ) -> Result<(), SyncError> {
        let Engine { db, rules, .. } = self.engine;
        let own = (self.source.name.as_str(), self.source.priority);
        let scribe = Scribe::new(own, rules, self.started);
        let mut reader =
            Reader::open(&self.source.origin, since, (&rules.profiles, progress)).await?;
        survey.mark = reader.mark();
        survey.read((db, &scribe), &mut reader, progress, report).await?;
        drop(reader);
        let mut missed = self.started;
        if since.is_none() {
            survey.miss(db, &self.source.name, self.started).await?;
            self.must_not_vanish(&survey.counts)?;
        } else if let Origin::Push { batch: Some(batch), .. } = &self.source.origin {
            survey.part(db, &self.source.name, batch.left()).await?;
            // Whoever was named left, whatever the source said of them a moment ago.
            missed += TimeDelta::days(1);
        }
        if self.order.dry_run {
            return Ok(());
        }
        progress.set_to_write(survey.spool.count() + survey.counts.vanished);
        self.write(survey, &scribe, progress).await?;
        let clock = &self.engine.clock;
        ending::end(
            (db, self.lease, self.engine.hidden.as_ref()),
            &self.engine.rules.following(),
            &survey.vanished,
            (missed, || clock.now()),
            |count| progress.count_written(count),
        )
        .await
    }

    fn must_not_vanish(&self, counts: &Counts) -> Result<(), SyncError> {
        let limit = self.source.settings.vanish_limit;
        let Counts { vanished, known, .. } = *counts;
        let too_many = vanished * 100 > known * u64::from(limit);
        if too_many && !self.order.force {
            return Err(SyncError::Vanishing { missing: vanished, known, limit });
        }
        Ok(())
    }

    async fn write(
        &self,
        survey: &mut Survey,
        scribe: &Scribe<'_>,
        progress: &Progress,
    ) -> Result<(), SyncError> {
        let Engine { db, clock, .. } = self.engine;
        let mut batches = std::mem::take(&mut survey.spool).into_batches()?;
        loop {
            let batch = batches.next(BATCH)?;
            if batch.is_empty() {
                return Ok(());
            }
            let mut linked = scribe.write(db, self.lease, &batch, clock.now()).await;
            if linked.as_ref().is_err_and(SyncError::may_pass_at_once) {
                linked = scribe.write(db, self.lease, &batch, clock.now()).await;
            }
            survey.counts.linked += linked?;
            progress.count_written(batch.len());
        }
    }
}
