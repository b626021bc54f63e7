//! The index: a copy of the listed records that follows the change log.
//!
//! - what stands in it: `schema`, `document`, `rank`, `tokens`;
//! - how it is searched: `query` takes apart what was typed, `ladder` takes step after step through
//!   `matches` in a `view`, within an `effort` and behind a `gate`;
//! - how it stays true: `follow` reads the change log, `rebuild` fills a new `copy` beside the one
//!   that serves, `deny` hides at once, `check` and `verify` tell what is damaged.
mod changes;
mod check;
mod copy;
mod deny;
mod document;
mod effort;
mod error;
mod folder;
mod follow;
mod gate;
mod ladder;
mod look;
mod matches;
mod position;
mod query;
mod rank;
mod rebuild;
mod schema;
mod search;
mod state;
mod tokens;
mod typo;
mod verify;
mod view;

pub use error::{IndexError, SearchError};
pub use follow::follow;
pub use ladder::{Step, Tried};
pub use query::{Exact, Query, Scope};
pub use rebuild::{RebuildRequest, fill, rebuild};
pub use search::{Hit, Hits};
pub use state::{IndexState, Progress};
pub use verify::{Verified, verify};

use crate::clock::Clock;
use crate::config::IndexPlace;
use crate::identity::cloud::RecordId;
use arc_swap::ArcSwapOption;
use chrono::{DateTime, Utc};
use copy::{Copy, Means};
use deny::DenySet;
use folder::Folder;
use gate::Gate;
use state::Gauge;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::sync::{Mutex, Notify};
use view::View;

/// By which rules records come into the index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IndexRules {
    /// Pupils may be found.
    pub with_pupils: bool,
}

/// The index of one process; its clones are the same one.
#[derive(Clone)]
pub struct Index(Arc<Inner>);

struct Inner {
    folder: Folder,
    rules: IndexRules,
    memory: usize,
    /// What searches read; `None` until there is a copy that may be trusted.
    view: ArcSwapOption<View>,
    denied: DenySet,
    gate: Gate,
    /// What the follower writes.
    copy: Arc<Mutex<Option<Copy>>>,
    wake: Notify,
    /// A search or a check met something that cannot be right.
    is_suspect: AtomicBool,
    gauge: Gauge,
}

impl std::fmt::Debug for Index {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Index").field("state", &self.state()).finish_non_exhaustive()
    }
}

impl Index {
    /// Hold the folder and serve the copy in it. A missing, foreign or damaged copy is no error:
    /// [`follow`] makes a new one. Nor is a folder that cannot be used (REL-15): [`follow`] tries
    /// again, and nobody is found meanwhile. Fails when another process has it.
    pub fn open(place: &IndexPlace, rules: IndexRules) -> Result<Self, IndexError> {
        let index = Self(Arc::new(Inner {
            folder: Folder::at(&place.path),
            rules,
            memory: place.memory,
            view: ArcSwapOption::empty(),
            denied: DenySet::default(),
            gate: Gate::default(),
            copy: Arc::default(),
            wake: Notify::new(),
            is_suspect: AtomicBool::new(false),
            gauge: Gauge::default(),
        }));
        match index.0.folder.hold() {
            Err(IndexError::Folder(path, error)) => {
                tracing::error!(%error, "the index folder {} cannot be used", path.display());
            }
            held => held?,
        }
        // One that is still being written is opened by the follower.
        if let Ok(Some(copy)) = index.open_current(Clock::system().now()) {
            let mut place = index.0.copy.try_lock().expect("nobody else knows it yet");
            *place = Some(copy);
        }
        Ok(index)
    }

    /// Something was committed to the change log.
    pub fn wake(&self) {
        self.0.wake.notify_one();
    }

    /// Nobody finds these records from now on, until the index has followed the log to `seq`
    /// (D47). To be called when the transaction is committed.
    pub fn deny(&self, ids: &[RecordId], seq: i64) {
        self.0.denied.add(ids, seq);
        self.wake();
    }

    /// How the index is.
    pub fn state(&self) -> IndexState {
        self.0.gauge.read(self.0.view.load().is_some())
    }

    /// The copy that the folder names, if it is sound and made by our rules; it serves at once.
    /// A damaged one is put aside. Fails while whoever had the folder before still writes to it: a commit
    /// that was under way ends by itself.
    fn open_current(&self, now: DateTime<Utc>) -> Result<Option<Copy>, IndexError> {
        let Some(path) = self.0.folder.current() else { return Ok(None) };
        let opened = sound(&path, self.means()).and_then(|copy| {
            let fits = copy.position.fits(self.0.rules.with_pupils);
            if fits {
                self.publish(&copy)?;
            }
            Ok(fits.then_some(copy))
        });
        opened.or_else(|error| {
            if error.is_busy() {
                return Err(error);
            }
            tracing::error!(error = ?error, "the index is damaged and will be made anew");
            self.0.folder.set_aside(now);
            Ok(None)
        })
    }

    /// Let searches see the last commit of a copy.
    fn publish(&self, copy: &Copy) -> Result<(), IndexError> {
        let view = Arc::new(copy.view()?);
        self.0.view.store(Some(Arc::clone(&view)));
        self.0.denied.reach(copy.position.seq);
        // Last: whoever waits for a change searches as soon as it is told.
        self.0.gauge.shows(&view, copy);
        Ok(())
    }

    /// Memory and threads while following.
    fn means(&self) -> Means {
        Means { memory: self.0.memory, threads: 1 }
    }

    /// Nothing is answered from the present copy any more.
    fn distrust(&self, why: &str) {
        tracing::error!(why, "the index is damaged; searches wait for a new one");
        self.0.view.store(None);
        self.0.is_suspect.store(true, Ordering::Release);
        self.wake();
    }
}

/// Open a copy; the library may panic over files that are not what it wrote.
fn sound(path: &Path, means: Means) -> Result<Copy, IndexError> {
    let opened = catch_unwind(AssertUnwindSafe(|| Copy::open(path, means)));
    opened.unwrap_or_else(|_| Err(IndexError::Damaged("the library gave up over it".to_owned())))
}

#[cfg(test)]
mod tests;
