//! Reads the folder of metadata files.
use super::read::Reading;
use super::{Feed, Partner, Partners, Usability, stem_key};
use crate::finding::Finding;
use crate::sso::saml::gate::{Entity, admit_entities};
use crate::sso::saml::partner_key::PartnerKey;
use crate::sso::saml::refusal::{Reason, Refusal};
use crate::sso::saml::signed_metadata::signed_metadata;
use crate::sso::saml::vocabulary::METADATA;
use chrono::{DateTime, Duration, Utc};
use std::collections::hash_map::Entry;
use std::path::{Path, PathBuf};

/// Largest description of one entity, bytes.
const MOST_ENTITY_BYTES: usize = 512 * 1024;
/// Largest file, bytes.
const MOST_FILE_BYTES: u64 = 64 * 1024 * 1024;
/// How long before the end of a description we begin to warn.
const WARN_DAYS: i64 = 14;

/// How the folder is read.
#[derive(Debug, Clone, Default)]
pub struct LoadRules {
    /// When not empty, every file must be signed with one of these keys. Files are otherwise
    /// trusted because somebody put them into the folder.
    pub trusted: Vec<PartnerKey>,
    /// Whether http addresses on other machines are taken.
    pub allow_http: bool,
}

impl Partners {
    /// Read every `*.xml` of a folder, by file name. Whatever cannot be used is left out and
    /// reported; one bad file never costs another.
    pub fn load(folder: &Path, now: DateTime<Utc>, rules: &LoadRules) -> (Self, Vec<Finding>) {
        let mut partners = Self::default();
        let mut findings = Vec::new();
        for (name, path) in files(folder, &mut findings) {
            match read_file(&path) {
                Ok(bytes) => findings.extend(partners.take_file(&name, &bytes, now, rules)),
                Err(why) => findings.push(about_file("E-META-READ", &name, why)),
            }
        }
        (partners, findings)
    }

    /// Add the entities of one file.
    pub fn take_file(
        &mut self,
        name: &str,
        bytes: &[u8],
        now: DateTime<Utc>,
        rules: &LoadRules,
    ) -> Vec<Finding> {
        let mut reading = Reading { file: name, now, http: rules.allow_http, findings: Vec::new() };
        match entities(bytes, rules, &mut reading) {
            Ok(read) => self.keep(read, name, &mut reading),
            Err(refusal) => reading.find("E-META-READ", name, refusal.to_string()),
        }
        reading.findings
    }

    /// Add the service providers of a federation. Whom a file of ours describes stays as that file
    /// has it; how many that concerns is the answer.
    pub fn take_feed(&mut self, feed: &Feed) -> usize {
        let mut known = 0;
        for partner in &feed.partners {
            let index = self.all.len();
            match self.by_entity_id.entry(partner.entity_id.clone()) {
                Entry::Occupied(_) => known += 1,
                Entry::Vacant(entry) => {
                    entry.insert(index);
                    self.all.push(partner.clone());
                }
            }
        }
        known
    }

    fn keep(&mut self, mut read: Vec<Partner>, file: &str, reading: &mut Reading<'_>) {
        if let [only] = read.as_mut_slice() {
            only.stem = file.strip_suffix(".xml").and_then(stem_key);
        }
        for partner in read {
            report_end(&partner, reading);
            self.add(partner, reading);
        }
    }

    fn add(&mut self, partner: Partner, reading: &mut Reading<'_>) {
        let index = self.all.len();
        let earlier = match self.by_entity_id.entry(partner.entity_id.clone()) {
            Entry::Occupied(entry) => Some(*entry.get()),
            Entry::Vacant(entry) => {
                entry.insert(index);
                None
            }
        };
        if let Some(first) = earlier.and_then(|first| self.all.get(first)) {
            let detail = format!("already in {}, which is used", first.file);
            reading.find("W-META-DUP", &partner.entity_id, detail);
            return;
        }
        if let Some(stem) = &partner.stem
            && self.by_stem.contains_key(stem)
        {
            reading.find("W-META-DUP", stem, "another file has the same short name");
        } else if let Some(stem) = &partner.stem {
            self.by_stem.insert(stem.clone(), index);
        }
        self.all.push(partner);
    }
}

/// Names and paths of the metadata files, by name.
fn files(folder: &Path, findings: &mut Vec<Finding>) -> Vec<(String, PathBuf)> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        let folder = folder.display().to_string();
        findings.push(about_file("E-META-READ", &folder, "the folder cannot be read"));
        return Vec::new();
    };
    let mut files: Vec<_> = entries
        .filter_map(Result::ok)
        .map(|entry| (entry.file_name().to_string_lossy().into_owned(), entry.path()))
        .filter(|(name, _)| Path::new(name).extension().is_some_and(|kind| kind == "xml"))
        .filter(|(name, _)| !name.starts_with('.'))
        .collect();
    files.sort_unstable();
    files
}

fn read_file(path: &Path) -> Result<Vec<u8>, &'static str> {
    let kind = std::fs::metadata(path).map_err(|_| "the file cannot be read")?;
    if !kind.is_file() {
        return Err("not a file");
    }
    if kind.len() > MOST_FILE_BYTES {
        return Err("the file is larger than 64 MiB");
    }
    std::fs::read(path).map_err(|_| "the file cannot be read")
}

/// The service providers of one file; federations' files are read entity by entity.
fn entities(
    bytes: &[u8],
    rules: &LoadRules,
    reading: &mut Reading<'_>,
) -> Result<Vec<Partner>, Refusal> {
    let signed =
        if rules.trusted.is_empty() { None } else { Some(signed_metadata(bytes, &rules.trusted)?) };
    let bytes = signed.as_ref().map_or(bytes, String::as_bytes);
    let mut partners = Vec::new();
    let mut take = |entity: Entity| partners.extend(service_provider(&entity, reading));
    let root = admit_entities(bytes, &mut take)?;
    if root.is(METADATA, "EntityDescriptor") {
        take(Entity { element: root, size: bytes.len(), group_ends: Vec::new() });
    } else if !root.is(METADATA, "EntitiesDescriptor") {
        return Err(Refusal::new(Reason::Shape, "not SAML 2.0 metadata"));
    }
    Ok(partners)
}

pub(super) fn service_provider(entity: &Entity, reading: &mut Reading<'_>) -> Option<Partner> {
    if !fits(entity, reading) {
        return None;
    }
    let mut partner = reading.service_provider(&entity.element)?;
    let groups = entity.group_ends.iter().map(String::as_str);
    let group_end = reading.earliest(groups, &partner.entity_id);
    partner.valid_until = [partner.valid_until, group_end].into_iter().flatten().min();
    Some(partner)
}

/// Whether the description of an entity is as small as such descriptions are (SEC-56).
pub(super) fn fits(entity: &Entity, reading: &mut Reading<'_>) -> bool {
    if entity.size > MOST_ENTITY_BYTES {
        let id = reading.entity_id(&entity.element).unwrap_or_default();
        reading.find("E-META-SIZE", &id, "the description is larger than 512 KiB");
    }
    entity.size <= MOST_ENTITY_BYTES
}

fn report_end(partner: &Partner, reading: &mut Reading<'_>) {
    let Some(end) = partner.valid_until else { return };
    let day = end.format("%Y-%m-%d");
    if matches!(partner.usable(reading.now), Usability::Expired(_)) {
        let detail = format!("ran out on {day}; not used until it is replaced");
        reading.find("W-META-EXPIRED", &partner.entity_id, detail);
    } else if end - reading.now <= Duration::days(WARN_DAYS) {
        reading.find("W-META-EXPIRES", &partner.entity_id, format!("runs out on {day}"));
    }
}

fn about_file(code: &'static str, file: &str, why: &str) -> Finding {
    Finding { file: file.to_owned(), ..Finding::about(code, file).detail(why) }
}
