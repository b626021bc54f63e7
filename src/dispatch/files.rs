//! The files that dispatch lives on, as one immutable [`Snapshot`] that is swapped as a whole
//! (`dispatch.md` 2.6).
//!
//! A reload that cannot read a file, or finds suspiciously little in it, changes nothing: scripts
//! rewrite these files, and a half-written one must not cut off a whole academy.
use super::lint::{Partners, lint};
use super::{Destination, Order, Schools, Settings, Zones, destinations};
use crate::finding::Finding;
use crate::identity::Affiliation;
use crate::ini::{self, Document};
use crate::web::client_ip::TrustedProxies;
use arc_swap::ArcSwap;
use chrono::{DateTime, Utc};
use serde::Serialize;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

#[cfg(test)]
mod tests;
mod watch;

pub use watch::{SETTLED, Watch, watch};

/// Loads the service providers (and whatever else a snapshot carries); never fails as a whole.
pub type LoadPartners<P> = Box<dyn Fn(DateTime<Utc>) -> (P, Vec<Finding>) + Send + Sync>;

/// Where the files are and how they are read.
#[derive(Debug, Clone)]
pub struct Places {
    /// The file of schools.
    pub etabs: PathBuf,
    /// The file of zones; without it there is no academic portal.
    pub portails: Option<PathBuf>,
    /// Files and folders that the loader of the partners reads: watched only.
    pub partners: Vec<PathBuf>,
    /// Portals may do without TLS.
    pub allow_http: bool,
    /// A reload that keeps less than this share of the running number is refused.
    pub min_ratio: f64,
    /// Proxies, checked against the zones.
    pub proxies: TrustedProxies,
}

impl Places {
    /// The two files in their usual way; no partners, TLS everywhere, half must be left.
    pub fn new(etabs: impl Into<PathBuf>, portails: Option<PathBuf>) -> Self {
        Self {
            etabs: etabs.into(),
            portails,
            partners: Vec::new(),
            allow_http: false,
            min_ratio: 0.5,
            proxies: TrustedProxies::default(),
        }
    }
}

/// Everything that was read, at one moment.
#[derive(Debug)]
pub struct Snapshot<P> {
    /// Counts the snapshots, from 1.
    pub generation: u64,
    /// When it was read.
    pub loaded_at: DateTime<Utc>,
    /// The schools.
    pub schools: Schools,
    /// The zones.
    pub zones: Zones,
    /// The service providers.
    pub partners: P,
    /// What is wrong with the files, each and together.
    pub findings: Vec<Finding>,
}

impl<P: Partners> Snapshot<P> {
    /// Where a person may go, by these files at this time.
    pub fn destinations(
        &self,
        affiliations: &[Affiliation],
        order: &Order,
        settings: &Settings,
        now: DateTime<Utc>,
    ) -> Vec<Destination> {
        let usable = |sp: &str| self.partners.usable(sp, now);
        destinations(affiliations, &self.schools, &usable, order, settings)
    }
}

/// Why a reload changed nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// A file is missing, unreadable or too large.
    #[error("{file} cannot be read: {why}")]
    Unreadable {
        /// The file.
        file: String,
        /// What the system or the reader said.
        why: String,
    },
    /// Much less is in it than before.
    #[error("{file} has {found} usable entries, {running} are in use")]
    Shrunk {
        /// The file or folder.
        file: String,
        /// Usable entries found.
        found: usize,
        /// Usable entries in the running snapshot.
        running: usize,
    },
}

/// Whether the last reload was taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Health {
    /// What is on the disk is in use.
    Ok,
    /// Something older is in use.
    Degraded {
        /// Why the newer one was refused.
        reason: String,
    },
}

/// The running snapshot, and the way to the next one.
pub struct Files<P> {
    places: Places,
    load_partners: LoadPartners<P>,
    current: ArcSwap<Snapshot<P>>,
    health: ArcSwap<Health>,
    /// How the disk looked just before the first reading.
    first_read: watch::Fingerprint,
    /// Held while reading, so that two reloads cannot overtake each other.
    turn: Mutex<()>,
}

impl<P: Partners> Files<P> {
    /// Read everything for the first time.
    pub fn open(
        places: Places,
        load_partners: LoadPartners<P>,
        now: DateTime<Utc>,
    ) -> Result<Self, Refused> {
        let first_read = watch::fingerprint(&places);
        let first = read(&places, &load_partners, 1, now)?;
        Ok(Self {
            places,
            load_partners,
            current: ArcSwap::from_pointee(first),
            health: ArcSwap::from_pointee(Health::Ok),
            first_read,
            turn: Mutex::new(()),
        })
    }

    /// What is in use. Whoever holds it keeps it through any reload.
    pub fn snapshot(&self) -> Arc<Snapshot<P>> {
        self.current.load_full()
    }

    /// Whether what is on the disk is in use.
    pub fn health(&self) -> Health {
        self.health.load().as_ref().clone()
    }

    /// Where the files are.
    pub fn places(&self) -> &Places {
        &self.places
    }

    /// Read everything again and use it, unless it is refused. Blocks while reading.
    pub fn reload(&self, now: DateTime<Utc>) -> Result<Arc<Snapshot<P>>, Refused> {
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let running = self.snapshot();
        let next = read(&self.places, &self.load_partners, running.generation + 1, now)
            .and_then(|next| self.guard(&running, &next).map(|()| Arc::new(next)));
        let health = match &next {
            Ok(_) => Health::Ok,
            Err(refused) => Health::Degraded { reason: refused.to_string() },
        };
        if let Ok(next) = &next {
            self.current.store(Arc::clone(next));
        }
        self.health.store(Arc::new(health));
        next
    }

    /// Refuse what lost too much.
    fn guard(&self, running: &Snapshot<P>, next: &Snapshot<P>) -> Result<(), Refused> {
        let places = &self.places;
        let portails = places.portails.as_deref().unwrap_or(Path::new("portails"));
        let partners = places.partners.first().map_or(Path::new("metadata"), PathBuf::as_path);
        let counts = [
            (places.etabs.as_path(), running.schools.len(), next.schools.len()),
            (portails, running.zones.len(), next.zones.len()),
            (partners, running.partners.count(), next.partners.count()),
            (
                Path::new("app_filters"),
                running.partners.applications(),
                next.partners.applications(),
            ),
        ];
        for (file, running, found) in counts {
            if shrank(running, found, places.min_ratio) {
                return Err(Refused::Shrunk { file: file.display().to_string(), found, running });
            }
        }
        Ok(())
    }
}

/// Small files may shrink freely, but nothing may become empty.
#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
fn shrank(running: usize, found: usize, min_ratio: f64) -> bool {
    const GUARDED_FROM: usize = 20;
    let emptied = running > 0 && found == 0;
    emptied || (running >= GUARDED_FROM && (found as f64) < running as f64 * min_ratio)
}

fn read<P: Partners>(
    places: &Places,
    load_partners: &LoadPartners<P>,
    generation: u64,
    now: DateTime<Utc>,
) -> Result<Snapshot<P>, Refused> {
    let mut findings = Vec::new();
    let (schools, found) =
        Schools::read(&document(&places.etabs, &mut findings)?, places.allow_http);
    findings.extend(found);
    let zones = match &places.portails {
        None => Zones::default(),
        Some(path) => {
            let (zones, found) = Zones::read(&document(path, &mut findings)?, places.allow_http);
            findings.extend(found);
            zones
        }
    };
    let (partners, found) = load_partners(now);
    findings.extend(found);
    let etabs = places.etabs.display().to_string();
    findings.extend(lint(&etabs, &schools, &zones, &partners, &places.proxies));
    Ok(Snapshot { generation, loaded_at: now, schools, zones, partners, findings })
}

fn document(path: &Path, findings: &mut Vec<Finding>) -> Result<Document, Refused> {
    let file = path.display().to_string();
    let (document, found) = ini::read_file(path)
        .map_err(|error| Refused::Unreadable { file: file.clone(), why: error.to_string() })?;
    if document.is_refused() {
        let why = found.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
        return Err(Refused::Unreadable { file, why });
    }
    findings.extend(found);
    Ok(document)
}
