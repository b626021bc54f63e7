//! What the change log says behind a place in it: who may be found now and who may not.
//!
//! The index follows it, and other servers may (`/replication/changes`).
use crate::db::Db;
use crate::identity::cloud::{ListedRecord, RecordId};
use crate::identity::store::{self, ChangeRow};
use std::collections::BTreeSet;
use uuid::Uuid;

/// A change that is known already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Mark {
    /// 0: before the first change of all.
    pub(super) seq: i64,
    /// Which change that was: another one with this number is another history (REL-19).
    pub(super) change_id: Uuid,
}

/// What stands in the log behind a mark.
#[derive(Debug)]
pub(super) enum News {
    /// Nothing.
    None,
    /// The mark itself is not in it: this is another history (REL-19).
    OtherHistory,
    /// Something.
    Portion(Portion),
}

/// Some changes and what they come to. Hearing of them twice does no harm.
#[derive(Debug)]
pub(super) struct Portion {
    /// The last of them.
    pub(super) last: ChangeRow,
    /// Everybody whom they touch.
    pub(super) touched: BTreeSet<RecordId>,
    /// Those of them who may be found.
    pub(super) listed: Vec<ListedRecord>,
}

/// The next changes, `most` of them. The one of the mark is read again with them: it must still be
/// there.
pub(super) async fn behind(
    db: &Db,
    mark: Mark,
    most: i64,
    with_pupils: bool,
) -> sqlx::Result<News> {
    let mut tx = db.read().await?;
    let mut rows = store::changes_after(&mut tx, mark.seq - 1, most + 1).await?;
    if mark.seq > 0 {
        let is_ours = |row: &ChangeRow| row.seq == mark.seq && row.change_id == mark.change_id;
        if !rows.first().is_some_and(is_ours) {
            return Ok(News::OtherHistory);
        }
        rows.remove(0);
    }
    let entities: BTreeSet<Uuid> = rows.iter().map(|row| row.entity).collect();
    let entities: Vec<Uuid> = entities.into_iter().collect();
    // Removed records have no row any more that would name them.
    let records = rows.iter().filter(|row| row.kind == "cloud");
    let mut touched: BTreeSet<RecordId> = records.map(|row| RecordId(row.entity)).collect();
    let Some(last) = rows.pop() else { return Ok(News::None) };
    touched.extend(store::records_touched(&mut tx, &entities).await?);
    let ids: Vec<RecordId> = touched.iter().copied().collect();
    let listed = store::listed_among(&mut tx, &ids, with_pupils).await?;
    Ok(News::Portion(Portion { last, touched, listed }))
}
