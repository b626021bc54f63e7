//! Compares a copy of the index with the database, record by record.
use super::IndexRules;
use super::check;
use super::document::{Kept, stored};
use super::error::IndexError;
use super::folder;
use super::look::beside;
use super::position::Position;
use crate::config::IndexPlace;
use crate::db::Db;
use crate::identity::cloud::{ListedRecord, RecordId};
use crate::identity::store;
use std::collections::hash_map::DefaultHasher;
use std::collections::{HashMap, HashSet};
use std::hash::{Hash, Hasher};
use uuid::Uuid;

/// Records read at once.
const PAGE: i64 = 2_000;

/// What a comparison found. Records that changed since the last commit of the index are left out.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Verified {
    /// People in the index.
    pub documents: u64,
    /// Why the files are not what was written.
    pub damage: Option<String>,
    /// Listed, but not in the index.
    pub missing: u64,
    /// In the index, but not listed.
    pub unlisted: u64,
    /// In the index more than once.
    pub doubled: u64,
    /// In both, with different answers.
    pub different: u64,
    /// Changes that the index had not followed yet.
    pub lag_changes: i64,
}

impl Verified {
    /// Nothing is wrong.
    pub fn is_good(&self) -> bool {
        let wrong = self.missing + self.unlisted + self.doubled + self.different;
        self.damage.is_none() && wrong == 0
    }
}

/// Compare what lies in the folder, whoever holds it, with the database.
pub async fn verify(
    place: &IndexPlace,
    rules: IndexRules,
    db: &Db,
    mut progress: impl FnMut(u64),
) -> Result<Verified, IndexError> {
    let (mut held, position, mut verified) = match gather(place, rules).await {
        Ok(gathered) => gathered,
        Err(error) => {
            let damage = Some(format!("{:#}", anyhow::Error::from(error)));
            return Ok(Verified { damage, ..Verified::default() });
        }
    };
    let changed = changed_since(db, position, &mut verified).await?;
    let mut after = None;
    loop {
        let mut tx = db.read().await?;
        let page = store::listed_page(&mut tx, after, PAGE, rules.with_pupils).await?;
        drop(tx);
        for record in &page.0 {
            compare(record, held.remove(&record.id), &changed, &mut verified);
        }
        progress(page.0.len() as u64);
        after = page.1;
        if after.is_none() {
            break;
        }
    }
    verified.unlisted = held.keys().filter(|id| !changed.contains(*id)).count() as u64;
    Ok(verified)
}

fn compare(
    record: &ListedRecord,
    held: Option<u64>,
    changed: &HashSet<RecordId>,
    verified: &mut Verified,
) {
    if changed.contains(&record.id) {
        return;
    }
    match held {
        None => verified.missing += 1,
        Some(digest) if Kept::read(stored(record)).map(|kept| digest_of(&kept)) != Some(digest) => {
            verified.different += 1;
        }
        Some(_) => {}
    }
}

/// Every record in the index with a digest of its answer.
type Held = HashMap<RecordId, u64>;

async fn gather(
    place: &IndexPlace,
    rules: IndexRules,
) -> Result<(Held, Position, Verified), IndexError> {
    let (view, position) = beside(place).await?;
    let path = folder::current(&place.path);
    if path.is_some_and(|path| check::is_unchecked(&path) && check::is_wrong_for_good(&path)) {
        return Err(IndexError::Damaged("a checksum is wrong".to_owned()));
    }
    if !position.fits(rules.with_pupils) {
        return Err(IndexError::Damaged("it was made by other rules".to_owned()));
    }
    let mut verified = Verified { documents: view.documents(), ..Verified::default() };
    let mut held = Held::new();
    for segment in &view.segments {
        for doc in (0..segment.most).filter(|doc| segment.is_alive(*doc)) {
            let kept = segment.kept(doc)?;
            verified.doubled += u64::from(held.insert(kept.id, digest_of(&kept)).is_some());
        }
    }
    Ok((held, position, verified))
}

fn digest_of(kept: &Kept) -> u64 {
    let mut hasher = DefaultHasher::new();
    kept.json.hash(&mut hasher);
    kept.person_hash.hash(&mut hasher);
    hasher.finish()
}

/// Records that the log names behind the position, with all that they touch.
async fn changed_since(
    db: &Db,
    position: Position,
    verified: &mut Verified,
) -> Result<HashSet<RecordId>, IndexError> {
    let mut changed = HashSet::new();
    let mut seq = position.seq;
    loop {
        let mut tx = db.read().await?;
        let rows = store::changes_after(&mut tx, seq, PAGE).await?;
        let Some(last) = rows.last() else { return Ok(changed) };
        verified.lag_changes += last.seq - seq;
        seq = last.seq;
        let entities: Vec<Uuid> = rows.iter().map(|row| row.entity).collect();
        changed.extend(store::records_touched(&mut tx, &entities).await?);
        changed.extend(entities.into_iter().map(RecordId));
    }
}
