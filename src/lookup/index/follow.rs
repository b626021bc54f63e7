//! The follower: the one task that writes the index (D9, D47).
//!
//! It reads the change log behind the position of the last commit, asks the listing rule about
//! everybody touched, takes them out and adds those who may be found, and commits. Whatever
//! happens in between, the next start goes on from the last commit.
use super::changes::{self, blocking, read};
use super::copy::Copy;
use super::error::IndexError;
use super::position::Position;
use super::rebuild::{RebuildRequest, rebuild};
use super::{Index, check};
use crate::clock::Clock;
use crate::db::Db;
use crate::identity::store;
use crate::lookup::changes::{News, Portion};
use crate::lookup::figures;
use std::convert::Infallible;
use std::path::Path;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::sync::OwnedMutexGuard;
use tokio::time::{Instant, sleep, sleep_until, timeout};

/// Changes of other nodes are looked for this often (D47).
const LOOK: Duration = Duration::from_millis(250);
/// Commits are at least this far apart (D47).
const BETWEEN_COMMITS: Duration = Duration::from_millis(200);
/// A long backlog is committed this often.
const LONGEST_WAIT: Duration = Duration::from_secs(1);
/// After a failure.
const REST: Duration = Duration::from_secs(2);
/// Checksums of everything are computed this often.
const BETWEEN_CHECKS: Duration = Duration::from_hours(24);

/// Keep the index true for as long as the process lives.
pub async fn follow(index: Index, db: Db, clock: Clock) -> Infallible {
    loop {
        if let Err(error) = run(&index, &db, &clock).await {
            index.0.gauge.lost();
            tracing::error!(error = ?error, "the index does not follow the database");
        }
        sleep(REST).await;
    }
}

/// Why following ended although nothing failed.
#[derive(Debug, PartialEq, Eq)]
enum End {
    /// The database has another history than the index (REL-19).
    OtherHistory,
    /// The files are not what was written.
    Damaged,
    /// Somebody asked for a new copy.
    Asked,
}

async fn run(index: &Index, db: &Db, clock: &Clock) -> Result<(), IndexError> {
    prepare(index, db, clock).await?;
    match keep_up(index, db, true).await? {
        End::OtherHistory => {
            tracing::warn!(event = "db.failover", "the database went back: the index is made anew");
            rebuild(index, db, |_| ()).await
        }
        End::Damaged => {
            index.0.copy.lock().await.take();
            index.0.folder.set_aside(clock.now());
            index.0.is_suspect.store(false, Ordering::Release);
            rebuild(index, db, |_| ()).await
        }
        End::Asked => rebuild_beside(index, db).await,
    }
}

/// Make sure that there is a copy to write to.
async fn prepare(index: &Index, db: &Db, clock: &Clock) -> Result<(), IndexError> {
    index.0.folder.hold()?;
    let mut place = index.0.copy.lock().await;
    if place.is_none() {
        *place = index.open_current(clock.now())?;
    }
    if place.is_some() {
        return Ok(());
    }
    drop(place);
    rebuild(index, db, |_| ()).await
}

/// The old copy is kept true while the new one is made (REL-16).
async fn rebuild_beside(index: &Index, db: &Db) -> Result<(), IndexError> {
    let request = RebuildRequest::of(&index.0.folder);
    let built = tokio::select! {
        built = rebuild(index, db, |progress| request.report(progress)) => built,
        ended = keep_up(index, db, false) => ended.map(|_| ()),
    };
    request.done();
    built
}

/// Follow until something is wrong.
async fn keep_up(index: &Index, db: &Db, heeds_requests: bool) -> Result<End, IndexError> {
    let mut next_commit = Instant::now();
    let mut next_check = Instant::now();
    let mut is_due: fn(&Path) -> bool = check::is_unchecked;
    loop {
        if index.0.is_suspect.load(Ordering::Acquire) {
            return Ok(End::Damaged);
        }
        if heeds_requests && RebuildRequest::of(&index.0.folder).is_there() {
            return Ok(End::Asked);
        }
        if next_check <= Instant::now() {
            next_check = Instant::now() + BETWEEN_CHECKS;
            check_behind(index, is_due);
            is_due = |_| true;
        }
        sleep_until(next_commit).await;
        match advance(index, db).await? {
            Advanced::Nothing => {
                join(index).await?;
                let _ = timeout(LOOK, index.0.wake.notified()).await;
            }
            Advanced::Committed => next_commit = Instant::now() + BETWEEN_COMMITS,
            Advanced::OtherHistory => return Ok(End::OtherHistory),
        }
    }
}

enum Advanced {
    Nothing,
    Committed,
    OtherHistory,
}

/// Bring the copy up to the end of the log, or for a long backlog as far as a second goes.
async fn advance(index: &Index, db: &Db) -> Result<Advanced, IndexError> {
    let mut place = index.0.copy.clone().lock_owned().await;
    let Some(mut position) = place.as_ref().map(|copy| copy.position) else {
        return Ok(Advanced::Nothing);
    };
    let (start, from) = (Instant::now(), position.seq);
    while start.elapsed() < LONGEST_WAIT {
        let portion = match read(db, position).await? {
            News::OtherHistory => return Ok(Advanced::OtherHistory),
            News::None => break,
            News::Portion(portion) => portion,
        };
        position = Position::behind(Some(&portion.last), position.with_pupils);
        index.0.gauge.behind(newest(db).await? - from);
        place = blocking(move || apply(place, &portion)).await?;
    }
    if position.seq == from {
        index.0.gauge.caught_up();
        return Ok(Advanced::Nothing);
    }
    let index = index.clone();
    blocking(move || commit(&index, place, position)).await?;
    Ok(Advanced::Committed)
}

/// Nothing is to be followed: go on making one segment of several.
async fn join(index: &Index) -> Result<(), IndexError> {
    let mut place = index.0.copy.clone().lock_owned().await;
    let index = index.clone();
    blocking(move || {
        let Some(copy) = place.as_mut() else { return Ok(()) };
        if copy.join()? { index.publish(copy) } else { Ok(()) }
    })
    .await
}

/// Where the copy lies while it is worked on.
type Place = OwnedMutexGuard<Option<Copy>>;

/// Nobody knows what a writer holds after a failure: its place is left empty, and the files are
/// opened again.
fn apply(mut place: Place, portion: &Portion) -> Result<Place, IndexError> {
    let Some(copy) = place.take() else { return Ok(place) };
    changes::apply(&copy, portion)?;
    *place = Some(copy);
    Ok(place)
}

fn commit(index: &Index, mut place: Place, position: Position) -> Result<(), IndexError> {
    let Some(mut copy) = place.take() else { return Ok(()) };
    let start = Instant::now();
    copy.commit(position)?;
    figures::count_commit(start.elapsed());
    index.publish(&copy)?;
    *place = Some(copy);
    Ok(())
}

async fn newest(db: &Db) -> Result<i64, IndexError> {
    let mut tx = db.read().await?;
    Ok(store::newest_change(&mut tx).await?.map_or(0, |row| row.seq))
}

/// Compute checksums without holding anything up: those that a start left out, later all.
fn check_behind(index: &Index, is_due: fn(&Path) -> bool) {
    let index = index.clone();
    tokio::task::spawn_blocking(move || {
        let Some(path) = index.0.folder.current() else { return };
        if is_due(&path) && check::is_wrong_for_good(&path) {
            index.distrust("a checksum is wrong");
        }
    });
}
