//! A new copy beside the one that serves (REL-16): filled from the database, brought up to the end
//! of the change log, then put in the place of the old one.
use super::Index;
use super::changes::{apply, blocking, read};
use super::copy::{Copy, Means};
use super::error::IndexError;
use super::folder::Folder;
use super::position::Position;
use super::state::Progress;
use crate::db::Db;
use crate::identity::cloud::{ListedRecord, RecordId};
use crate::identity::store;
use crate::lookup::changes::News;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// Records read at once.
const PAGE: i64 = 2_000;
/// Memory of the writer while a copy is filled, MiB, unless `[index] memory` allows more.
const MEMORY: usize = 192;

/// Make a new copy and let it take over; the old one serves and is followed meanwhile, by
/// whoever does that. The new one serves in pieces, and the follower makes one of them.
pub async fn rebuild(
    index: &Index,
    db: &Db,
    mut progress: impl FnMut(Progress),
) -> Result<(), IndexError> {
    let path = index.0.folder.new_copy()?;
    index.0.gauge.rebuilding(Some(Progress::default()));
    let mut tell = |now: Progress| {
        index.0.gauge.rebuilding(Some(now));
        progress(now);
    };
    let built = build(index, db, path.clone(), &mut tell).await;
    index.0.gauge.rebuilding(None);
    if built.is_err() {
        let _ = std::fs::remove_dir_all(&path);
    }
    built
}

/// Make a new copy of these records without a database, and let it take over: for benches.
pub fn fill(index: &Index, records: impl Iterator<Item = ListedRecord>) -> Result<(), IndexError> {
    let path = index.0.folder.new_copy()?;
    let start = Position::behind(None, index.0.rules.with_pupils);
    let mut copy = Copy::create(&path, start, while_filling(index))?.in_pieces();
    for record in records {
        copy.add(&record)?;
    }
    copy.commit(start)?;
    let copy = copy.settle(index.means())?;
    replace(index, &mut index.0.copy.blocking_lock(), copy)
}

fn while_filling(index: &Index) -> Means {
    Means { memory: MEMORY.max(index.0.memory), threads: 2 }
}

async fn build(
    index: &Index,
    db: &Db,
    path: PathBuf,
    tell: &mut impl FnMut(Progress),
) -> Result<(), IndexError> {
    let means = while_filling(index);
    let start = start(index, db).await?;
    let copy = blocking(move || Ok(Copy::create(&path, start, means)?.in_pieces())).await?;
    let copy = read_everybody(index, db, copy, tell).await?;
    let after = index.means();
    let copy = blocking(move || {
        let mut copy = copy;
        copy.commit(start)?;
        copy.reopen(after)
    });
    let copy = catch_up(db, copy.await?).await?;
    take_over(index, copy).await
}

/// The position before anything is read: what changes from now on is followed.
async fn start(index: &Index, db: &Db) -> Result<Position, IndexError> {
    let mut tx = db.read().await?;
    let newest = store::newest_change(&mut tx).await?;
    Ok(Position::behind(newest.as_ref(), index.0.rules.with_pupils))
}

/// Add everybody who may be found, a page at a time; the next one is read meanwhile.
async fn read_everybody(
    index: &Index,
    db: &Db,
    copy: Copy,
    tell: &mut impl FnMut(Progress),
) -> Result<Copy, IndexError> {
    let with_pupils = index.0.rules.with_pupils;
    let copy = Arc::new(copy);
    let mut now = Progress { done: 0, total: total(db).await? };
    let (mut page, mut next) = store_page(db, None, with_pupils).await?;
    loop {
        tell(now);
        now.done += page.len() as u64;
        let writer = Arc::clone(&copy);
        let adding = blocking(move || page.iter().try_for_each(|record| writer.add(record)));
        let Some(after) = next else {
            adding.await?;
            break;
        };
        let (added, read) = tokio::join!(adding, store_page(db, Some(after), with_pupils));
        added?;
        (page, next) = read?;
    }
    tell(Progress { total: now.done, ..now });
    Arc::into_inner(copy).ok_or_else(|| IndexError::Damaged("a page is still written".to_owned()))
}

type Page = (Vec<ListedRecord>, Option<RecordId>);

async fn store_page(
    db: &Db,
    after: Option<RecordId>,
    with_pupils: bool,
) -> Result<Page, IndexError> {
    let mut tx = db.read().await?;
    Ok(store::listed_page(&mut tx, after, PAGE, with_pupils).await?)
}

async fn total(db: &Db) -> Result<u64, IndexError> {
    let mut tx = db.read().await?;
    Ok(store::count_records(&mut tx).await?)
}

/// Follow the log to its end, so that taking over hides nothing.
async fn catch_up(db: &Db, mut copy: Copy) -> Result<Copy, IndexError> {
    loop {
        match read(db, copy.position).await? {
            News::None => return Ok(copy),
            News::OtherHistory => {
                return Err(IndexError::Damaged("the database went back meanwhile".to_owned()));
            }
            News::Portion(portion) => {
                let position = Position::behind(Some(&portion.last), copy.position.with_pupils);
                let done = blocking(move || {
                    apply(&copy, &portion)?;
                    copy.commit(position)?;
                    Ok(copy)
                });
                copy = done.await?;
            }
        }
    }
}

async fn take_over(index: &Index, copy: Copy) -> Result<(), IndexError> {
    let mut place = index.0.copy.clone().lock_owned().await;
    let index = index.clone();
    blocking(move || replace(&index, &mut place, copy)).await
}

fn replace(index: &Index, place: &mut Option<Copy>, copy: Copy) -> Result<(), IndexError> {
    index.0.folder.switch_to(&copy.path)?;
    index.publish(&copy)?;
    index.0.is_suspect.store(false, Ordering::Release);
    let path = copy.path.clone();
    *place = Some(copy);
    index.0.folder.keep_only(&path);
    Ok(())
}

/// `aiguillage reindex` beside a running server: a file in the folder asks for a new copy, and the
/// server tells in it how far it has come.
#[derive(Debug)]
pub struct RebuildRequest(PathBuf);

impl RebuildRequest {
    /// The copy that serves in a folder, to tell whether a new one took over.
    pub fn copy_in(folder: &Path) -> Option<PathBuf> {
        super::folder::current(folder)
    }

    /// Ask the process that holds the folder.
    pub fn make(folder: &Path) -> std::io::Result<Self> {
        let request = Self(folder.join("rebuild"));
        std::fs::write(&request.0, "0 0")?;
        Ok(request)
    }

    pub(super) fn of(folder: &Folder) -> Self {
        Self(folder.path().join("rebuild"))
    }

    /// How far the other process has come; `None` when it is done.
    pub fn progress(&self) -> Option<Progress> {
        let text = std::fs::read_to_string(&self.0).ok()?;
        let numbers = text.split_once(' ').unwrap_or_default();
        let number = |text: &str| text.trim().parse().unwrap_or(0);
        Some(Progress { done: number(numbers.0), total: number(numbers.1) })
    }

    pub(super) fn is_there(&self) -> bool {
        self.0.exists()
    }

    pub(super) fn report(&self, progress: Progress) {
        let _ = std::fs::write(&self.0, format!("{} {}", progress.done, progress.total));
    }

    /// It is done, or nobody waits for it any more.
    pub fn done(&self) {
        let _ = std::fs::remove_file(&self.0);
    }
}
