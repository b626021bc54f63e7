//! How the index is: for health checks, metrics and the administration.
use super::copy::Copy;
use super::view::View;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

/// How far a rebuild has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
pub struct Progress {
    /// Records read.
    pub done: u64,
    /// Records there are, about.
    pub total: u64,
}

/// The index at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Default, serde::Serialize)]
pub struct IndexState {
    /// Searches are answered.
    pub ready: bool,
    /// People who can be found.
    pub documents: u64,
    /// Pieces that every search asks.
    pub segments: usize,
    /// The change that it has followed to.
    pub seq: i64,
    /// Changes that it has not followed yet.
    pub lag_changes: i64,
    /// For how long it has been behind, seconds.
    pub lag_seconds: f64,
    /// A new copy is being made.
    pub rebuilding: Option<Progress>,
    /// Rebuilds since the start.
    pub rebuilds: u64,
    /// Bytes on disk.
    pub size: u64,
}

/// Where the state is kept.
#[derive(Debug, Default)]
pub(super) struct Gauge(Mutex<Inside>);

#[derive(Debug, Default)]
struct Inside {
    state: IndexState,
    behind_since: Option<Instant>,
}

impl Gauge {
    pub(super) fn read(&self, ready: bool) -> IndexState {
        let inside = self.lock();
        let lag_seconds = inside.behind_since.map_or(0.0, |since| since.elapsed().as_secs_f64());
        IndexState { ready, lag_seconds, ..inside.state }
    }

    /// Searches see this from now on.
    pub(super) fn shows(&self, view: &View, copy: &Copy) {
        let size = copy.size();
        let state = &mut self.lock().state;
        state.seq = copy.position.seq;
        state.documents = view.documents();
        state.segments = view.segments.len();
        state.size = size;
    }

    /// So many changes are being followed.
    pub(super) fn behind(&self, changes: i64) {
        let mut inside = self.lock();
        inside.state.lag_changes = changes;
        inside.behind_since.get_or_insert_with(Instant::now);
    }

    /// The log goes on, but nobody knows how far.
    pub(super) fn lost(&self) {
        self.lock().behind_since.get_or_insert_with(Instant::now);
    }

    /// There is nothing in the log that searches do not show.
    pub(super) fn caught_up(&self) {
        let mut inside = self.lock();
        inside.state.lag_changes = 0;
        inside.behind_since = None;
    }

    /// A rebuild has come so far, or is over.
    pub(super) fn rebuilding(&self, progress: Option<Progress>) {
        let state = &mut self.lock().state;
        state.rebuilds += u64::from(state.rebuilding.is_none() && progress.is_some());
        state.rebuilding = progress;
    }

    fn lock(&self) -> MutexGuard<'_, Inside> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
