//! Federations: metadata of many, kept, signed and published by somebody else (`dispatch.md` 7.7).
//!
//! Every file is fetched in time ([`keeper`]), looked at before it is kept ([`fetch`]), and read
//! from the disk when it changed there, so that a restart, another command and a federation that is
//! away see the same. Nothing in it counts without the federation's signature,
//! whoever put the file there.
mod fetch;
mod keeper;
mod place;

pub use fetch::{FetchError, Fetched};
pub use place::Notes;

use super::saml::{Feed, FeedRules, IdentityProvider, PartnerKey, PartnerKeyError};
use crate::config::{Described, FederationSection, IdpSection, Protocol};
use crate::finding::Finding;
use arc_swap::ArcSwapOption;
use chrono::{DateTime, Utc};
use place::{Place, Stamp};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// Why federations cannot be followed.
#[derive(Debug, thiserror::Error)]
pub enum FederationError {
    /// A certificate.
    #[error("{} cannot be read", .0.display())]
    File(PathBuf, #[source] std::io::Error),
    /// Not one certificate that we would believe.
    #[error("{} holds no certificate that can be used", .0.display())]
    Certificate(PathBuf, #[source] PartnerKeyError),
}

/// All of them, in the order of the settings; clones are one.
#[derive(Debug, Clone, Default)]
pub struct Federations(Arc<Vec<Federation>>);

/// One of them.
#[derive(Debug)]
pub struct Federation {
    /// Its settings.
    pub section: FederationSection,
    rules: FeedRules,
    place: Place,
    feed: ArcSwapOption<Feed>,
    /// Of the file that was looked at last, good or not, and what was wrong with it.
    seen: Mutex<(Option<Stamp>, Option<String>)>,
}

impl Federations {
    /// Those of the settings, with what they published last. `allow_http` as for partners' files.
    ///
    /// # Errors
    /// When a certificate cannot be used.
    pub fn open(
        sections: &[FederationSection],
        idps: &[IdpSection],
        folder: &Path,
        (now, allow_http): (DateTime<Utc>, bool),
    ) -> Result<Self, FederationError> {
        let open = |section: &FederationSection| {
            let path = section.certificate.clone();
            let pem =
                std::fs::read(&path).map_err(|error| FederationError::File(path.clone(), error))?;
            let keys = PartnerKey::all_from_pem(&pem, now)
                .map_err(|error| FederationError::Certificate(path, error))?;
            let rules = FeedRules {
                federation: section.name.clone(),
                keys,
                takes_partners: section.partners,
                wanted: wanted(idps, &section.name),
                allow_http,
            };
            let place = Place::new(folder, &section.name);
            Ok(Federation {
                section: section.clone(),
                rules,
                place,
                feed: ArcSwapOption::empty(),
                seen: Mutex::default(),
            })
        };
        sections.iter().map(open).collect::<Result<_, _>>().map(|all| Self(Arc::new(all)))
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Federation> {
        self.0.iter()
    }

    /// One by name.
    pub fn get(&self, name: &str) -> Option<&Federation> {
        self.iter().find(|federation| federation.section.name == name)
    }

    /// Read again what changed on the disk. Blocks.
    pub fn read(&self, now: DateTime<Utc>) -> Vec<Finding> {
        self.iter().flat_map(|federation| federation.read(now)).collect()
    }

    /// The files that tell of them, to be watched.
    pub fn files(&self) -> impl Iterator<Item = &PathBuf> {
        self.iter().flat_map(|it| [&it.place.file, &it.place.trouble])
    }

    /// An identity provider, as a federation describes it now.
    pub fn provider(&self, federation: &str, entity_id: &str) -> Option<Arc<IdentityProvider>> {
        self.get(federation)?.feed()?.providers.get(entity_id).cloned()
    }
}

impl Federation {
    /// What it published last, when that was good.
    pub fn feed(&self) -> Option<Arc<Feed>> {
        self.feed.load_full()
    }

    /// How fetching goes.
    pub fn notes(&self) -> Notes {
        self.place.notes()
    }

    /// Whether what is on the disk is what is in use.
    fn is_intact(&self) -> bool {
        let stamp = self.place.stamp();
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        stamp.is_some() && seen.0 == stamp && seen.1.is_none()
    }

    /// How its files are read, with the certificates that stand beside our settings now.
    fn rules(&self, now: DateTime<Utc>) -> FeedRules {
        let pem = std::fs::read(&self.section.certificate).unwrap_or_default();
        let keys = PartnerKey::all_from_pem(&pem, now);
        FeedRules { keys: keys.unwrap_or_else(|_| self.rules.keys.clone()), ..self.rules.clone() }
    }

    /// Use what was just written as this file.
    fn take(&self, feed: Feed, stamp: Option<Stamp>) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        *seen = (stamp, None);
        self.feed.store(Some(Arc::new(feed)));
    }

    fn read(&self, now: DateTime<Utc>) -> Vec<Finding> {
        let stamp = self.place.stamp();
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if stamp.is_some() && seen.0 != stamp {
            let bytes = self.place.read().map_err(|error| error.to_string());
            let feed = bytes.and_then(|bytes| {
                Feed::read(&bytes, &self.rules(now), now).map_err(|refusal| refusal.to_string())
            });
            *seen = (stamp, feed.as_ref().err().cloned());
            if let Ok(feed) = feed {
                self.feed.store(Some(Arc::new(feed)));
            }
        }
        self.findings(seen.1.as_deref(), now)
    }

    /// What is wrong with it at this moment; `fault`: what is wrong with the file.
    fn findings(&self, fault: Option<&str>, now: DateTime<Utc>) -> Vec<Finding> {
        let mut findings = Vec::new();
        let subject = format!("[federation:{}]", self.section.name);
        let mut find = |code, detail: String| {
            let file = self.place.file.display().to_string();
            let finding = Finding::about(code, subject.as_str()).detail(detail);
            findings.push(Finding { file, ..finding });
        };
        if let Some((since, trouble)) = self.place.notes().trouble {
            find("W-FED-FETCH", format!("{}: {trouble}", since.format("%Y-%m-%d %H:%M UTC")));
        }
        if let Some(fault) = fault {
            find("W-FED-FILE", fault.to_owned());
        }
        let Some(feed) = self.feed() else {
            if fault.is_none() {
                find("W-FED-NONE", self.section.url.to_string());
            }
            return findings;
        };
        if let Some(end) = feed.valid_until.filter(|end| *end <= now) {
            find("W-FED-EXPIRED", format!("on {}", end.format("%Y-%m-%d %H:%M UTC")));
        }
        for absent in self.rules.wanted.iter().filter(|id| !feed.providers.contains_key(*id)) {
            find("W-FED-ABSENT", absent.clone());
        }
        if let (faults @ 1.., Some(first)) = &feed.faults {
            find("I-FED-FAULTS", format!("{faults} of {}; the first: {first}", feed.entities));
        }
        findings
    }
}

/// The identity providers of the settings that this federation describes.
fn wanted(idps: &[IdpSection], name: &str) -> BTreeSet<String> {
    let wanted = idps.iter().filter_map(|idp| match &idp.protocol {
        Protocol::Saml(settings) => match &settings.described {
            Described::By { federation, entity_id } if federation == name => Some(entity_id),
            _ => None,
        },
        _ => None,
    });
    wanted.cloned().collect()
}
