//! What the change log says behind a position, and what an index copy has to do about it.
use super::copy::Copy;
use super::error::IndexError;
use super::position::Position;
use crate::db::Db;
use crate::identity::cloud::{ListedRecord, RecordId};
use crate::identity::store::{self, ChangeRow};
use std::collections::BTreeSet;
use uuid::Uuid;

/// Changes read at once.
const BATCH: i64 = 2_000;

/// What stands in the log behind a position.
#[derive(Debug)]
pub(super) enum News {
    /// Nothing.
    None,
    /// The position itself is not in it: this is another history (REL-19).
    OtherHistory,
    /// Something.
    Batch(Batch),
}

/// Some changes, made into deeds. Doing them twice does no harm.
#[derive(Debug)]
pub(super) struct Batch {
    /// Behind the last of them.
    pub(super) position: Position,
    /// Everybody whom they touch.
    touched: BTreeSet<RecordId>,
    /// Those of them who may be found.
    listed: Vec<ListedRecord>,
}

impl Batch {
    /// Take everybody touched out, add who may be found.
    pub(super) fn apply(&self, copy: &Copy) -> Result<(), IndexError> {
        for id in &self.touched {
            copy.take_out(*id);
        }
        self.listed.iter().try_for_each(|record| copy.add(record))
    }
}

/// The next changes. The change of the position is read again with them: it must still be there.
pub(super) async fn read(db: &Db, position: Position) -> Result<News, IndexError> {
    let mut tx = db.read().await?;
    let mut rows = store::changes_after(&mut tx, position.seq - 1, BATCH + 1).await?;
    if position.seq > 0 {
        let is_ours =
            |row: &ChangeRow| row.seq == position.seq && row.change_id == position.change_id;
        if !rows.first().is_some_and(is_ours) {
            return Ok(News::OtherHistory);
        }
        rows.remove(0);
    }
    let Some(last) = rows.last() else { return Ok(News::None) };
    let position = Position::behind(Some(last), position.with_pupils);
    let entities: BTreeSet<Uuid> = rows.iter().map(|row| row.entity).collect();
    let entities: Vec<Uuid> = entities.into_iter().collect();
    let mut touched: BTreeSet<RecordId> =
        store::records_touched(&mut tx, &entities).await?.into_iter().collect();
    // Removed records have no row any more that would name them.
    let records = rows.iter().filter(|row| row.kind == "cloud");
    touched.extend(records.map(|row| RecordId(row.entity)));
    let ids: Vec<RecordId> = touched.iter().copied().collect();
    let listed = store::listed_among(&mut tx, &ids, position.with_pupils).await?;
    Ok(News::Batch(Batch { position, touched, listed }))
}

/// Run what keeps a processor or a disk busy beside the tasks that answer.
pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, IndexError> + Send + 'static,
) -> Result<T, IndexError> {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|_| Err(IndexError::Damaged("the library gave up writing".to_owned())))
}
