//! The partners' metadata and what is released to them, as one part of a snapshot.
use super::lint::{self, PartnerFacts};
use crate::finding::Finding;
use crate::ini::{self, Document};
use crate::sso::Computed;
use crate::sso::applications::{Applications, ServiceUrl};
use crate::sso::saml::{
    Association, Associations, AttributeSet, Entry, LoadRules, Partner, Partners, Usability,
};
use chrono::{DateTime, Utc};
use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// Partners, and how each of them is treated.
#[derive(Debug, Clone, Default)]
pub struct PartnerBook {
    /// Who they are.
    pub partners: Partners,
    /// Who else may ask, by CAS.
    pub applications: Applications,
    /// Attributes made out of others.
    pub computed: Computed,
    associations: Associations,
    sets: HashMap<String, AttributeSet>,
    usual: AttributeSet,
}

/// Where the book is read from.
#[derive(Debug, Clone)]
pub struct PartnerPlaces {
    /// Folder of metadata.
    pub metadata: PathBuf,
    /// Folder of attribute sets; may be missing.
    pub attribute_sets: PathBuf,
    /// Folder of applications and filters; may be missing.
    pub app_filters: PathBuf,
    /// Folder of computed attributes; may be missing.
    pub computed: PathBuf,
    /// How metadata is read.
    pub rules: LoadRules,
}

impl PartnerPlaces {
    /// Read everything; what cannot be used is left out and reported.
    pub fn load(&self, now: DateTime<Utc>) -> (PartnerBook, Vec<Finding>) {
        let (mut partners, mut findings) = Partners::load(&self.metadata, now, &self.rules);
        let associations = read_ini(&self.attribute_sets.join("associations.ini"), &mut findings)
            .map(|document| {
                let (read, found) = Associations::read(document.file(), entries(&document));
                findings.extend(found);
                read
            })
            .unwrap_or_default();
        findings.extend(partners.take_aliases(associations.aliases()));
        let mut sets = HashMap::new();
        for name in associations.sets() {
            match self.set(name, &mut findings) {
                Some(set) => drop(sets.insert(name.to_owned(), set)),
                None => findings.push(Finding::about("W-SET-MISSING", name)),
            }
        }
        let (applications, found) = Applications::load(&self.app_filters);
        findings.extend(found);
        let (computed, found) = Computed::load(&self.computed);
        findings.extend(found);
        let usual = AttributeSet::default();
        (PartnerBook { partners, applications, computed, associations, sets, usual }, findings)
    }

    fn set(&self, name: &str, findings: &mut Vec<Finding>) -> Option<AttributeSet> {
        let document = read_ini(&self.attribute_sets.join(format!("{name}.ini")), findings)?;
        let (set, found) = AttributeSet::read(document.file(), entries(&document));
        findings.extend(found);
        Some(set)
    }
}

impl PartnerBook {
    /// How a partner is treated.
    pub fn association(&self, partner: &Partner) -> &Association {
        self.associations.of(partner)
    }

    /// What a partner is told.
    pub fn set(&self, partner: &Partner) -> &AttributeSet {
        let named = self.association(partner).set.as_ref();
        named.and_then(|name| self.sets.get(name)).unwrap_or(&self.usual)
    }
}

impl lint::Partners for PartnerBook {
    fn count(&self) -> usize {
        self.partners.len()
    }

    fn applications(&self) -> usize {
        self.applications.iter().count()
    }

    fn usable(&self, sp: &str, now: DateTime<Utc>) -> bool {
        self.partners.find(sp).is_some_and(|partner| partner.usable(now) == Usability::Usable)
    }

    fn is_application(&self, portal: &str) -> bool {
        ServiceUrl::parse(portal).is_ok_and(|portal| self.applications.find(&portal).is_some())
    }

    fn facts(&self, sp: &str) -> Option<PartnerFacts> {
        let partner = self.partners.find(sp)?;
        Some(PartnerFacts { acs_origins: partner.acs_origins() })
    }
}

/// A file that may be missing; whether it should be there is for others to say.
fn read_ini(path: &Path, findings: &mut Vec<Finding>) -> Option<Document> {
    let (document, found) = ini::read_file(path).ok()?;
    findings.extend(found);
    Some(document)
}

fn entries(document: &Document) -> impl Iterator<Item = Entry<'_>> {
    document.sections().iter().flat_map(|section| {
        section.entries().iter().map(|entry| Entry {
            section: &section.name,
            key: &entry.key,
            value: &entry.value,
            line: entry.line,
        })
    })
}
