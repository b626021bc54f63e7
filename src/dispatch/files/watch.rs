//! Reloads when the files change on the disk.
use super::{Files, Places, Refused, Snapshot};
use crate::clock::Clock;
use crate::dispatch::lint::Partners;
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use tokio::sync::mpsc;

/// How long a change must have settled.
pub const SETTLED: Duration = Duration::from_millis(500);

/// Watches until it is dropped.
#[derive(Debug)]
pub struct Watch {
    _watcher: RecommendedWatcher,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Reload `files` after each change that has settled for `settled`, and tell `told` how it went.
///
/// Folders are watched rather than files, since files are usually replaced by renaming.
pub fn watch<P: Partners + Send + Sync + 'static>(
    files: Arc<Files<P>>,
    clock: Clock,
    settled: Duration,
    told: impl Fn(Result<Arc<Snapshot<P>>, Refused>) + Send + 'static,
) -> notify::Result<Watch> {
    let (changed, changes) = mpsc::channel(1);
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
        let read_only = matches!(event, Ok(Event { kind: EventKind::Access(_), .. }));
        // A full channel means that a look at the disk is due anyway.
        if !read_only && changed.try_send(()).is_err() {
            tracing::trace!("a look at the configuration files is due already");
        }
    })?;
    for folder in folders(&files.places).iter().filter(|folder| folder.is_dir()) {
        watcher.watch(folder, RecursiveMode::NonRecursive)?;
    }
    let task = tokio::spawn(follow(files, clock, settled, changes, told));
    Ok(Watch { _watcher: watcher, task })
}

async fn follow<P: Partners + Send + Sync + 'static>(
    files: Arc<Files<P>>,
    clock: Clock,
    settled: Duration,
    mut changes: mpsc::Receiver<()>,
    told: impl Fn(Result<Arc<Snapshot<P>>, Refused>) + Send + 'static,
) {
    let mut seen = files.first_read.clone();
    // What changed before anybody watched is found by a look at the beginning.
    let mut due = Some(());
    while due.is_some() {
        let latest = settle(&files, settled, &mut changes).await;
        if latest != seen {
            seen = latest;
            let (files, now) = (Arc::clone(&files), clock.now());
            if let Ok(result) = tokio::task::spawn_blocking(move || files.reload(now)).await {
                told(result);
            }
        }
        due = changes.recv().await;
    }
}

/// Wait until two looks at the disk, `settled` apart, are the same.
async fn settle<P: Partners + Send + Sync + 'static>(
    files: &Arc<Files<P>>,
    settled: Duration,
    changes: &mut mpsc::Receiver<()>,
) -> Fingerprint {
    let mut before = look(files).await;
    loop {
        tokio::time::sleep(settled).await;
        while changes.try_recv().is_ok() {}
        let after = look(files).await;
        if after == before {
            return after;
        }
        before = after;
    }
}

/// The fingerprint, taken where waiting for a disk holds up nobody.
async fn look<P: Partners + Send + Sync + 'static>(files: &Arc<Files<P>>) -> Fingerprint {
    let files = Arc::clone(files);
    tokio::task::spawn_blocking(move || fingerprint(&files.places)).await.unwrap_or_default()
}

/// Path, length and time of change of everything that counts.
pub(super) type Fingerprint = BTreeSet<(PathBuf, u64, Option<SystemTime>)>;

pub(super) fn fingerprint(places: &Places) -> Fingerprint {
    let mut found = Fingerprint::new();
    for path in paths(places) {
        let inside = std::fs::read_dir(path).into_iter().flatten().flatten();
        for path in inside.map(|entry| entry.path()).chain([path.clone()]) {
            let Ok(facts) = std::fs::metadata(&path) else { continue };
            found.insert((path, facts.len(), facts.modified().ok()));
        }
    }
    found
}

fn paths(places: &Places) -> impl Iterator<Item = &PathBuf> {
    std::iter::once(&places.etabs).chain(&places.portails).chain(&places.partners)
}

fn folders(places: &Places) -> BTreeSet<PathBuf> {
    paths(places)
        .filter_map(|path| if path.is_dir() { Some(path.clone()) } else { parent(path) })
        .collect()
}

fn parent(path: &Path) -> Option<PathBuf> {
    let parent = path.parent()?;
    Some(if parent.as_os_str().is_empty() { PathBuf::from(".") } else { parent.to_owned() })
}
