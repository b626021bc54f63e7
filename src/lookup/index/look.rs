//! The index of a running service, read by another process.
use super::copy::Copy;
use super::deny::DenySet;
use super::error::IndexError;
use super::folder::{self, Folder};
use super::gate::Gate;
use super::position::Position;
use super::schema::schema;
use super::state::Gauge;
use super::view::View;
use super::{Index, IndexRules, Inner, check};
use crate::config::IndexPlace;
use arc_swap::ArcSwapOption;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;
use tantivy::ReloadPolicy;
use tokio::sync::{Mutex, Notify};
use tokio::time::sleep;

/// So often a copy is opened before it counts as damaged, with a pause in between.
const TRIES: usize = 5;
const PAUSE: Duration = Duration::from_millis(50);

/// What the folder shows at this moment and the position that it has reached at least. Whoever
/// holds the folder may merge files away while they are opened here: only what is wrong at every
/// try is damage.
pub(super) async fn beside(place: &IndexPlace) -> Result<(View, Position), IndexError> {
    for _ in 1..TRIES {
        if let Ok(opened) = open(place) {
            return Ok(opened);
        }
        sleep(PAUSE).await;
    }
    open(place)
}

fn open(place: &IndexPlace) -> Result<(View, Position), IndexError> {
    let path = folder::current(&place.path)
        .ok_or_else(|| IndexError::Damaged("there is no index in the folder".to_owned()))?;
    let (index, position) = check::open(&path)?;
    let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
    Ok((View::open(&reader.searcher(), &schema().1)?, position))
}

impl Index {
    /// Read what lies in the folder, whoever holds it. Nothing is followed, nothing is written.
    pub async fn look(place: &IndexPlace, rules: IndexRules) -> Result<Self, IndexError> {
        let (view, _) = beside(place).await?;
        Ok(Self(Arc::new(Inner {
            folder: Folder::at(&place.path),
            rules,
            memory: place.memory,
            view: ArcSwapOption::from_pointee(view),
            denied: DenySet::default(),
            gate: Gate::default(),
            copy: Arc::<Mutex<Option<Copy>>>::default(),
            wake: Notify::new(),
            is_suspect: AtomicBool::new(false),
            gauge: Gauge::default(),
        })))
    }
}
