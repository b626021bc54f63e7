//! The reading: everything once, nothing written.
use super::entry::{Candidate, Entry, Reject, Rejected};
use super::error::SyncError;
use super::outcome::{Change, Counts, Difference, Progress};
use super::read::{PAGE, Reader};
use super::spool::Spool;
use super::write::Scribe;
use crate::db::{Db, Tx};
use crate::identity::store::{self, KnownAccount, StoredAccount};
use chrono::{DateTime, Utc};
use openssl::sha::sha256;
use std::collections::{BTreeSet, HashMap, HashSet};
use uuid::Uuid;

/// Entries that cannot be used, kept with the run; the others are counted.
const MOST_FINDINGS: usize = 500;
/// People kept with the run, of each kind of change.
const MOST_DIFFERENCES: usize = 200;

/// What a source holds, compared with what is known.
#[derive(Default)]
pub(super) struct Survey {
    pub(super) counts: Counts,
    /// What differs.
    pub(super) spool: Spool,
    /// Accounts that the source does not name any more.
    pub(super) vanished: Vec<Uuid>,
    pub(super) findings: Vec<Rejected>,
    pub(super) differences: Vec<Difference>,
    pub(super) mark: Option<String>,
    /// Digests of the ids: as many bytes a person as a bounded memory allows.
    named: HashSet<u128>,
    /// The same of entries that cannot be used: their people did not vanish.
    spared: HashSet<u128>,
}

/// Told of every entry that cannot be used, as soon as it is met.
pub(super) type Reporter<'a> = &'a mut (dyn FnMut(&Rejected) + Send);

impl Survey {
    /// Read everything.
    pub(super) async fn read(
        &mut self,
        (db, scribe): (&Db, &Scribe<'_>),
        reader: &mut Reader<'_>,
        progress: &Progress,
        report: Reporter<'_>,
    ) -> Result<(), SyncError> {
        loop {
            let page = reader.page().await?;
            if page.is_empty() {
                break;
            }
            progress.count_read(page.len());
            let candidates = self.sort_out(page, report);
            let mut tx = db.read().await?;
            self.compare(&mut tx, scribe, candidates).await?;
        }
        self.mark = reader.mark();
        Ok(())
    }

    fn sort_out(&mut self, page: Vec<Entry>, report: Reporter<'_>) -> Vec<Candidate> {
        let mut candidates = Vec::with_capacity(page.len());
        for Entry { place, read } in page {
            self.counts.read += 1;
            let why = match read {
                Ok(candidate) if self.named.insert(digest(&candidate.source_id)) => {
                    candidates.push(candidate);
                    continue;
                }
                Ok(_) => Reject::Twice,
                Err((why, who)) => {
                    self.spared.extend(who.as_deref().map(digest));
                    why
                }
            };
            self.counts.rejected += 1;
            let rejected = Rejected::new(&place, &why);
            report(&rejected);
            if self.findings.len() < MOST_FINDINGS {
                self.findings.push(rejected);
            }
        }
        candidates
    }

    async fn compare(
        &mut self,
        tx: &mut Tx,
        scribe: &Scribe<'_>,
        candidates: Vec<Candidate>,
    ) -> Result<(), SyncError> {
        let ids: Vec<String> = candidates.iter().map(|it| it.source_id.clone()).collect();
        let known = store::known_accounts(tx, scribe.source, &ids).await?;
        let known: HashMap<&str, &KnownAccount> =
            known.iter().map(|it| (it.source_id.as_str(), it)).collect();
        let buried = store::buried_accounts(tx, scribe.source, &ids).await?;
        for candidate in candidates {
            // Whoever was erased does not come back by a reading.
            if buried.contains(&candidate.source_id) && !known.contains_key(&*candidate.source_id) {
                self.counts.erased += 1;
                continue;
            }
            let known = known.get(candidate.source_id.as_str()).copied();
            let reading = scribe.reading(&candidate);
            let Some(kind) = scribe.verdict(known, &candidate, &reading) else {
                self.counts.unchanged += 1;
                continue;
            };
            *self.counter(kind) += 1;
            let stored = match known {
                Some(known) => store::account_by_id(tx, known.id).await?,
                None => None,
            };
            let fields = stored.map_or_else(Vec::new, |stored| differing(&stored, &candidate));
            for field in &fields {
                *self.counts.fields.entry(field.clone()).or_default() += 1;
            }
            let name = candidate.account(scribe.source).display_name();
            self.note(kind, &candidate.source_id, name, fields);
            self.spool.push(&candidate)?;
        }
        Ok(())
    }

    /// Who is not named any more. Whoever signed in since `started` is there, whatever was read.
    pub(super) async fn miss(
        &mut self,
        db: &Db,
        source: &str,
        started: DateTime<Utc>,
    ) -> Result<(), SyncError> {
        let mut after = String::new();
        loop {
            let mut tx = db.read().await?;
            let limit = i64::try_from(PAGE).unwrap_or(i64::MAX);
            let page = store::live_accounts(&mut tx, source, &after, limit).await?;
            let Some(last) = page.last() else { break };
            after.clone_from(&last.source_id);
            self.counts.known += page.len() as u64;
            for account in page {
                let id = digest(&account.source_id);
                if account.read_at >= started
                    || self.named.contains(&id)
                    || self.spared.contains(&id)
                {
                    continue;
                }
                self.counts.vanished += 1;
                self.vanished.push(account.id);
                if self.vanished.len() <= MOST_DIFFERENCES
                    && let Some(stored) = store::account_by_id(&mut tx, account.id).await?
                {
                    let name = stored.into_account().display_name();
                    self.note(Change::Vanishes, &account.source_id, name, Vec::new());
                }
            }
        }
        Ok(())
    }

    /// People of whom their source says by name that they left.
    pub(super) async fn part(
        &mut self,
        db: &Db,
        source: &str,
        ids: &[String],
    ) -> Result<(), SyncError> {
        let mut tx = db.read().await?;
        for account in store::known_accounts(&mut tx, source, ids).await? {
            if account.ended_at.is_some() {
                continue;
            }
            self.counts.vanished += 1;
            self.vanished.push(account.id);
            if let Some(stored) = store::account_by_id(&mut tx, account.id).await? {
                let name = stored.into_account().display_name();
                self.note(Change::Vanishes, &account.source_id, name, Vec::new());
            }
        }
        Ok(())
    }

    fn counter(&mut self, kind: Change) -> &mut u64 {
        match kind {
            Change::Appears => &mut self.counts.appeared,
            Change::Changes => &mut self.counts.changed,
            Change::Returns => &mut self.counts.returned,
            Change::Vanishes => &mut self.counts.vanished,
        }
    }

    fn note(&mut self, kind: Change, source_id: &str, name: String, fields: Vec<String>) {
        if *self.counter(kind) <= MOST_DIFFERENCES as u64 {
            let source_id = source_id.to_owned();
            self.differences.push(Difference { kind, source_id, name, fields });
        }
    }
}

/// Names of what is another than before. Where nothing of the account is, it is what is made of it.
fn differing(stored: &StoredAccount, candidate: &Candidate) -> Vec<String> {
    let names = stored.attributes.iter().chain(candidate.attributes.iter()).map(|(name, _)| name);
    let names: BTreeSet<&str> = names.collect();
    let differs = |name: &&str| stored.attributes.all(name) != candidate.attributes.all(name);
    let mut fields: Vec<String> = names.into_iter().filter(differs).map(str::to_owned).collect();
    if stored.login != candidate.login {
        fields.push("login".to_owned());
    }
    if fields.is_empty() {
        fields.push("reading".to_owned());
    }
    fields
}

/// 128 bits of the SHA-256 of an id.
fn digest(id: &str) -> u128 {
    let whole = sha256(id.as_bytes());
    whole.first_chunk().map_or(0, |half| u128::from_be_bytes(*half))
}
