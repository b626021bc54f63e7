//! The index of a running service, searched by another process.
use super::copy::Copy;
use super::deny::DenySet;
use super::error::IndexError;
use super::folder::{self, Folder};
use super::gate::Gate;
use super::schema::schema;
use super::state::Gauge;
use super::view::View;
use super::{Index, IndexRules, Inner, check};
use crate::config::IndexPlace;
use arc_swap::ArcSwapOption;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use tantivy::ReloadPolicy;
use tokio::sync::{Mutex, Notify};

impl Index {
    /// Read what lies in the folder, whoever holds it. Nothing is followed, nothing is written.
    pub fn look(place: &IndexPlace, rules: IndexRules) -> Result<Self, IndexError> {
        let path = folder::current(&place.path)
            .ok_or_else(|| IndexError::Damaged("there is no index in the folder".to_owned()))?;
        let (opened, _) = check::open(&path)?;
        let reader = opened.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        let view = View::open(&reader.searcher(), &schema().1)?;
        Ok(Self(Arc::new(Inner {
            folder: Folder::look(&place.path),
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
