//! The partners' metadata and what is released to them, as one part of a snapshot.
use super::lint::{self, PartnerFacts};
use crate::finding::Finding;
use crate::ini::{self, Document};
use crate::sso::applications::{Applications, ServiceUrl};
use crate::sso::saml::{
    Association, Associations, AttributeSet, Entry, LoadRules, Partner, Partners, Usability,
};
use crate::sso::{Computed, Federation, Federations};
use chrono::{DateTime, Utc};
use std::collections::{BTreeSet, HashMap};
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
    /// What partners of a federation are told who have no section of their own.
    of_federations: HashMap<String, (Option<String>, AttributeSet)>,
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
    /// Whoever else describes partners.
    pub federations: Federations,
    /// How metadata is read.
    pub rules: LoadRules,
}

impl PartnerPlaces {
    /// Read everything; what cannot be used is left out and reported.
    pub fn load(&self, now: DateTime<Utc>) -> (PartnerBook, Vec<Finding>) {
        let (mut partners, mut findings) = Partners::load(&self.metadata, now, &self.rules);
        findings.extend(self.federations.read(now));
        for feed in self.federations.iter().filter_map(Federation::feed) {
            partners.take_feed(&feed);
        }
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
        let of_federations = self.sets_of_federations(&mut findings);
        let book = PartnerBook {
            partners,
            applications,
            computed,
            associations,
            sets,
            usual,
            of_federations,
        };
        (book, findings)
    }

    /// A federation without a set is told nothing: thousands may stand in it.
    fn sets_of_federations(
        &self,
        findings: &mut Vec<Finding>,
    ) -> HashMap<String, (Option<String>, AttributeSet)> {
        let mut sets = HashMap::new();
        for Federation { section, .. } in self.federations.iter() {
            let read = section.set.as_deref().and_then(|name| self.set(name, findings));
            if let (Some(name), None) = (&section.set, &read) {
                findings.push(Finding::about("W-SET-MISSING", name));
            }
            let named = section.set.clone().filter(|_| read.is_some());
            let set = (named, read.unwrap_or_else(AttributeSet::empty));
            sets.insert(section.name.clone(), set);
        }
        sets
    }

    fn set(&self, name: &str, findings: &mut Vec<Finding>) -> Option<AttributeSet> {
        let document = read_ini(&self.attribute_sets.join(format!("{name}.ini")), findings)?;
        let (set, found) = AttributeSet::read(document.file(), entries(&document));
        findings.extend(found);
        Some(set)
    }
}

impl PartnerBook {
    /// Every attribute that somebody is told, for directories to be asked for.
    pub fn attributes(&self) -> BTreeSet<String> {
        let sets = self.sets.values().chain(self.of_federations.values().map(|(_, set)| set));
        let all = sets
            .flat_map(AttributeSet::attributes)
            .chain(self.applications.attributes())
            .chain(self.computed.attributes())
            .chain(self.associations.attributes());
        all.map(str::to_owned).collect()
    }

    /// How a partner is treated.
    pub fn association(&self, partner: &Partner) -> &Association {
        self.associations.of(partner)
    }

    /// What a partner is told, and the file that says so; none: the usual set, or nothing.
    pub fn named_set(&self, partner: &Partner) -> (Option<&str>, &AttributeSet) {
        let named = self.association(partner).set.as_ref();
        if let Some((name, set)) = named.and_then(|name| self.sets.get_key_value(name)) {
            return (Some(name), set);
        }
        let federation = partner.federation.as_ref();
        match federation.and_then(|name| self.of_federations.get(name)) {
            Some((name, set)) => (name.as_deref(), set),
            None => (None, &self.usual),
        }
    }

    /// What a partner is told.
    pub fn set(&self, partner: &Partner) -> &AttributeSet {
        self.named_set(partner).1
    }
}

impl lint::Partners for PartnerBook {
    /// Those of our own files: what a federation signed may grow and shrink as it likes.
    fn count(&self) -> usize {
        self.partners.iter().filter(|partner| partner.federation.is_none()).count()
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
