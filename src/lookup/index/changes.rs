//! What the change log says behind a position, and what an index copy has to do about it.
use super::copy::Copy;
use super::error::IndexError;
use super::position::Position;
use crate::db::Db;
use crate::lookup::changes::{self, Mark, News, Portion};

/// Changes read at once.
const BATCH: i64 = 2_000;

/// The next changes.
pub(super) async fn read(db: &Db, position: Position) -> Result<News, IndexError> {
    let mark = Mark { seq: position.seq, change_id: position.change_id };
    Ok(changes::behind(db, mark, BATCH, position.with_pupils).await?)
}

/// Take everybody touched out, add who may be found. Doing it twice does no harm.
pub(super) fn apply(copy: &Copy, portion: &Portion) -> Result<(), IndexError> {
    for id in &portion.touched {
        copy.take_out(*id);
    }
    portion.listed.iter().try_for_each(|record| copy.add(record))
}

/// Run what keeps a processor or a disk busy beside the tasks that answer.
pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, IndexError> + Send + 'static,
) -> Result<T, IndexError> {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|_| Err(IndexError::Damaged("the library gave up writing".to_owned())))
}
