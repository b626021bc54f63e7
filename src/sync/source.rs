//! A source whose people are kept in step.
use super::batch::Batch;
use super::shape::Shape;
use crate::config::{Config, ListedIn, SourceSection, SyncSettings};
use crate::identity::sources::{Backend, Directories, LdapSource, Secret};
use crate::rows::Format;
use std::path::PathBuf;
use std::sync::Arc;

/// `[source:NAME]`, as far as the sync needs it.
#[derive(Clone)]
pub struct SyncedSource {
    /// NAME.
    pub name: String,
    /// Shown to people.
    pub label: String,
    /// The highest names the person.
    pub priority: i64,
    /// When, and how carefully.
    pub settings: SyncSettings,
    /// Where its people are.
    pub origin: Origin,
}

/// Where people are.
#[derive(Clone)]
pub enum Origin {
    /// In files.
    Files {
        /// One, or a folder.
        path: PathBuf,
        /// How they are written.
        format: Format,
        /// What of them is kept.
        shape: Shape,
    },
    /// In a directory.
    Ldap(Arc<LdapSource>),
    /// In a database of somebody else.
    Sql {
        /// With user and password.
        url: Secret,
        /// Names everybody.
        query: String,
        /// What of them is kept.
        shape: Shape,
    },
    /// A program pushes them.
    Push {
        /// What of them is kept.
        shape: Shape,
        /// What it pushed, for one run.
        batch: Option<Arc<Batch>>,
    },
}

impl Origin {
    /// A word for pages and figures.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Files { format: Format::Csv, .. } => "csv",
            Self::Files { format: Format::Jsonl, .. } => "jsonl",
            Self::Ldap(_) => "ldap",
            Self::Sql { .. } => "sql",
            Self::Push { .. } => "push",
        }
    }

    /// Whether a program brings its people: there is nothing to be read.
    pub fn is_pushed(&self) -> bool {
        matches!(self, Self::Push { .. })
    }

    /// Whether it can say what changed since a time.
    pub fn tells_changes(&self) -> bool {
        matches!(self, Self::Ldap(_))
    }
}

/// Those of the configuration that are kept in step, in its order.
pub fn synced_sources(config: &Config, directories: &Directories) -> Vec<SyncedSource> {
    config.sources.iter().filter_map(|section| synced(section, directories)).collect()
}

fn synced(section: &SourceSection, directories: &Directories) -> Option<SyncedSource> {
    let settings = section.sync.clone()?;
    let origin = match &section.list {
        None => match &directories.get(&section.name)?.backend {
            Backend::Ldap(source) => Origin::Ldap(Arc::clone(source)),
            Backend::Local(_) | Backend::Listed(_) | Backend::Federated(_) => return None,
        },
        Some(list) => {
            let shape = Shape::new(list);
            match list.place.clone() {
                ListedIn::Csv(path) => Origin::Files { path, format: Format::Csv, shape },
                ListedIn::Jsonl(path) => Origin::Files { path, format: Format::Jsonl, shape },
                ListedIn::Sql { url, query } => Origin::Sql { url, query, shape },
                ListedIn::Pushed => Origin::Push { shape, batch: None },
            }
        }
    };
    Some(SyncedSource {
        name: section.name.clone(),
        label: section.label.clone(),
        priority: section.priority,
        settings,
        origin,
    })
}
