//! The writing of people: batch after batch, each whole in itself.
use super::entry::Candidate;
use super::error::SyncError;
use super::lease::Lease;
use super::links::{Partner, partners};
use super::outcome::Change;
use super::store as runs;
use crate::audit::Trace;
use crate::config::LinkRule;
use crate::db::{Db, Tx};
use crate::identity::arrival::{ArrivalRules, reading_options};
use crate::identity::formats::{self, Options, Reading};
use crate::identity::keeping::{self, Kept, Told};
use crate::identity::store::{self, KnownAccount, Newcomer};
use crate::identity::touched::Touched;
use crate::identity::{Account, Person, PersonId, joining};
use chrono::{DateTime, Utc};
use std::collections::HashMap;
use uuid::Uuid;

/// People written in one transaction.
pub(super) const BATCH: usize = 1_000;

/// Knows how entries of one source are written.
pub(super) struct Scribe<'a> {
    pub(super) source: &'a str,
    priority: i64,
    rules: &'a ArrivalRules,
    options: Options,
    now: DateTime<Utc>,
}

impl<'a> Scribe<'a> {
    pub(super) fn new(
        (source, priority): (&'a str, i64),
        rules: &'a ArrivalRules,
        now: DateTime<Utc>,
    ) -> Self {
        let options = reading_options(&rules.dispatch, source, now);
        Self { source, priority, rules, options, now }
    }

    /// Where somebody belongs.
    pub(super) fn reading(&self, candidate: &Candidate) -> Reading {
        let Candidate { attributes, known, .. } = candidate;
        formats::read(attributes, known, &self.options, &self.rules.profiles)
    }

    fn told<'t>(&'t self, account: &'t Account, reading: &'t Reading) -> Told<'t> {
        let links = &self.rules.links;
        Told { account, priority: self.priority, reading: Some(reading), links }
    }

    /// What becomes of somebody; `None`: nothing.
    pub(super) fn verdict(
        &self,
        known: Option<&KnownAccount>,
        candidate: &Candidate,
        reading: &Reading,
    ) -> Option<Change> {
        let Some(known) = known else { return Some(Change::Appears) };
        if known.ended_at.is_some() {
            return Some(Change::Returns);
        }
        if known.read_at > self.now {
            // They signed in since the run began: that is newer.
            return None;
        }
        let account = candidate.account(self.source);
        let digest = self.told(&account, reading).digest();
        (known.digest.as_ref() != Some(&digest)).then_some(Change::Changes)
    }

    /// Write these, visible together; how many accounts were joined to somebody.
    pub(super) async fn write(
        &self,
        db: &Db,
        lease: &Lease,
        batch: &[Candidate],
        now: DateTime<Utc>,
    ) -> Result<u64, SyncError> {
        let (mut tx, mut touched) = (db.write().await?, Touched::at(self.now));
        let linked = self.put(&mut tx, batch, &mut touched).await?;
        lease.fence(&mut tx, now).await?;
        touched.settle(&mut tx, &self.rules.following(), &Trace::default()).await?;
        tx.commit().await?;
        Ok(linked)
    }

    async fn put(
        &self,
        tx: &mut Tx,
        batch: &[Candidate],
        touched: &mut Touched,
    ) -> sqlx::Result<u64> {
        let ids: Vec<String> = batch.iter().map(|it| it.source_id.clone()).collect();
        let known = store::known_accounts(tx, self.source, &ids).await?;
        let mut known: HashMap<String, KnownAccount> =
            known.into_iter().map(|it| (it.source_id.clone(), it)).collect();
        let buried = store::buried_accounts(tx, self.source, &ids).await?;
        let (mut newcomers, mut rewritten) = (Vec::new(), Vec::new());
        for candidate in batch {
            let reading = self.reading(candidate);
            let known = known.remove(&candidate.source_id);
            if self.verdict(known.as_ref(), candidate, &reading).is_none() {
                continue;
            }
            match known {
                // Erased since the list was compared.
                None if buried.contains(&candidate.source_id) => {}
                None => newcomers.push(self.newcomer(candidate, reading)),
                Some(known) => {
                    rewritten.push(self.rewrite(tx, (&known, candidate), &reading, touched).await?);
                }
            }
        }
        let known = rewritten.iter().map(|(kept, account)| (kept.account, account));
        let new = newcomers.iter().map(|one| (one.id, &one.account));
        let found = self.partners(tx, &known.chain(new).collect::<Vec<_>>()).await?;
        self.welcome(tx, newcomers, &found, touched).await?;
        let mut linked = 0;
        for (account, partner) in &found {
            let kept = rewritten.iter().find(|(kept, _)| kept.account == *account);
            // Whom nobody knew was made the partner's.
            let from = kept.map_or(partner.person, |(kept, _)| kept.person);
            if kept.is_none() || from != partner.person {
                linked += self.join(tx, (*account, from), partner, touched).await?;
            }
        }
        Ok(linked)
    }

    /// The partner of each of these that has one.
    async fn partners(
        &self,
        tx: &mut Tx,
        accounts: &[(Uuid, &Account)],
    ) -> sqlx::Result<HashMap<Uuid, Partner>> {
        let is_meant = |rule: &LinkRule| rule.sources.iter().any(|name| name == self.source);
        if accounts.is_empty() || !self.rules.links.iter().any(is_meant) {
            return Ok(HashMap::new());
        }
        runs::join_alone(tx, self.now).await?;
        partners(tx, &self.rules.links, self.source, accounts).await
    }

    fn newcomer(&self, candidate: &Candidate, reading: Reading) -> Newcomer {
        let account = candidate.account(self.source);
        let person = Person {
            id: PersonId::new(),
            display_name: account.display_name(),
            mail: account.mail(),
        };
        let digest = self.told(&account, &reading).digest();
        let priority = self.priority;
        let id = Uuid::now_v7();
        Newcomer { person, is_new: true, id, account, priority, reading, digest }
    }

    /// Somebody who is known: what the source says now.
    async fn rewrite(
        &self,
        tx: &mut Tx,
        (known, candidate): (&KnownAccount, &Candidate),
        reading: &Reading,
        touched: &mut Touched,
    ) -> sqlx::Result<(Kept, Account)> {
        let account = candidate.account(self.source);
        let told = self.told(&account, reading);
        let kept = keeping::keep(tx, (known.person, Some(known.id)), &told, self.now).await?;
        if kept.belongs_elsewhere {
            touched.note(kept.person, "affiliation");
        }
        touched.rename(kept.person);
        Ok((kept, account))
    }

    /// An account goes to the person of its partner, unless a human being parted them.
    async fn join(
        &self,
        tx: &mut Tx,
        (id, from): (Uuid, PersonId),
        partner: &Partner,
        touched: &mut Touched,
    ) -> sqlx::Result<u64> {
        let other = (partner.account, partner.person);
        let joined = joining::join_by_rule(tx, (id, from), other, &partner.rule, touched).await?;
        let Some(event) = joined else { return Ok(0) };
        event.field("source", self.source).record(tx, &Trace::default(), self.now).await?;
        Ok(1)
    }

    /// People of whom nobody knew; some are somebody else's other account.
    async fn welcome(
        &self,
        tx: &mut Tx,
        mut newcomers: Vec<Newcomer>,
        found: &HashMap<Uuid, Partner>,
        touched: &mut Touched,
    ) -> sqlx::Result<()> {
        for one in &mut newcomers {
            match found.get(&one.id) {
                Some(partner) => (one.person.id, one.is_new) = (partner.person, false),
                None => touched.note(one.person.id, "person"),
            }
        }
        store::insert_newcomers(tx, &newcomers, self.now).await?;
        let keys =
            newcomers.iter().flat_map(|one| self.told(&one.account, &one.reading).keys(one.id));
        store::replace_link_keys(tx, &[], &keys.collect::<Vec<_>>()).await
    }
}
