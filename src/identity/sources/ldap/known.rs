//! Looks up in the directory what a person's own entry only points at (`dispatch.md` 4.5 to 4.7).
use super::entry::Entry;
use super::filter::Template;
use super::query::Query;
use super::servers::Servers;
use crate::identity::formats::Needs;
use crate::identity::mapping::Mapping;
use crate::identity::sources::SourceError;
use crate::identity::{Attributes, Rne};
use arc_swap::ArcSwap;
use futures_util::stream::{self, StreamExt, TryStreamExt};
use ldap3::Scope;
use std::collections::{BTreeMap, BTreeSet};

/// References looked up for one person: as many as a person may have schools (D26).
pub(super) const MOST_REFERENCES: usize = 2_000;
/// Units on one step of the way up.
const MOST_UNITS: usize = 50;
/// Children looked up for one person: a public guardian may have hundreds.
const MOST_CHILDREN: usize = 500;
/// Keys under which children are searched.
const MOST_KEYS: usize = 16;
/// Questions sent at once over the shared connection.
pub(super) const AT_ONCE: usize = 8;
/// How far a unit may stand below its school.
const DEEPEST_UNIT: usize = 20;

/// Attributes of a pupil that name those responsible for them.
const PARENTS: &[&str] =
    &["ENTElevePersRelEleve", "ENTEleveAutoriteParentale", "ENTElevePere", "ENTEleveMere"];

/// Where to look, and with which filters.
pub(super) struct Atlas {
    pub(super) people_base: String,
    pub(super) structure_base: String,
    pub(super) structure: Template,
    pub(super) unit_base: String,
    pub(super) unit: Template,
    pub(super) children: Template,
    /// What is asked about people; read anew for each of them.
    pub(super) wanted: ArcSwap<Vec<String>>,
    pub(super) mapping: Mapping,
}

/// One person's look-ups.
pub(super) struct LookUp<'a> {
    pub(super) atlas: &'a Atlas,
    pub(super) servers: &'a Servers,
    /// The server that knows the person; any that is well for somebody from elsewhere.
    pub(super) server: Option<usize>,
}

impl LookUp<'_> {
    /// School code by structure reference; references without one are left out.
    pub(super) async fn structures(
        &self,
        references: &[String],
    ) -> Result<BTreeMap<String, Rne>, SourceError> {
        let found = stream::iter(references.iter().take(MOST_REFERENCES).cloned())
            .map(|reference| async move {
                let school = self.structure(&reference).await?;
                Ok::<_, SourceError>(school.map(|rne| (reference, rne)))
            })
            .buffer_unordered(AT_ONCE);
        found.try_filter_map(|pair| async { Ok(pair) }).try_collect().await
    }

    async fn structure(&self, reference: &str) -> Result<Option<Rne>, SourceError> {
        let is_dn = reference.contains('=');
        let anything = || "(objectClass=*)".to_owned();
        let filter = if is_dn { anything() } else { self.atlas.structure.fill(reference) };
        let query = Query {
            base: if is_dn { reference } else { &self.atlas.structure_base }.to_owned(),
            scope: if is_dn { Scope::Base } else { Scope::Subtree },
            filter,
            attributes: vec!["ENTStructureUAI".to_owned()],
            limit: 2,
        };
        match self.ask(&query).await {
            Ok(entries) => {
                Ok(only_one(&entries, |entry| entry.attributes.first("ENTStructureUAI")))
            }
            // A reference that is no name, or one that we may not read, leads nowhere.
            Err(SourceError::Refused(_)) if is_dn => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// School code by unit code: that of the unit, or of the nearest unit above that has one.
    pub(super) async fn units(
        &self,
        codes: &[String],
    ) -> Result<BTreeMap<String, Rne>, SourceError> {
        let found = stream::iter(codes.iter().take(MOST_REFERENCES).cloned())
            .map(|code| async move {
                let school = self.climb(&code).await?;
                Ok::<_, SourceError>(school.map(|rne| (code, rne)))
            })
            .buffer_unordered(AT_ONCE);
        found.try_filter_map(|pair| async { Ok(pair) }).try_collect().await
    }

    async fn climb(&self, code: &str) -> Result<Option<Rne>, SourceError> {
        let mut seen = BTreeSet::new();
        let mut level = vec![code.to_owned()];
        for _ in 0..DEEPEST_UNIT {
            level.retain(|code| seen.insert(code.to_lowercase()));
            if level.is_empty() {
                break;
            }
            let units = self.ask(&self.units_query(&level)).await?;
            if let Some(school) = units.iter().find_map(school_of_unit) {
                return Ok(Some(school));
            }
            level = units
                .iter()
                .flat_map(|unit| unit.attributes.all("supannCodeEntiteParent").to_vec())
                .collect();
        }
        Ok(None)
    }

    fn units_query(&self, codes: &[String]) -> Query {
        let attributes = ["supannEtablissement", "supannRefId", "supannCodeEntiteParent"];
        Query {
            base: self.atlas.unit_base.clone(),
            scope: Scope::Subtree,
            filter: self.atlas.unit.fill_any(codes),
            attributes: attributes.map(str::to_owned).to_vec(),
            limit: MOST_UNITS,
        }
    }

    /// The children whose entries name one of the keys as their parent.
    pub(super) async fn children(&self, keys: &[String]) -> Result<Vec<Attributes>, SourceError> {
        let keys: Vec<String> =
            keys.iter().filter(|key| !key.trim().is_empty()).take(MOST_KEYS).cloned().collect();
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        let query = Query {
            base: self.atlas.people_base.clone(),
            scope: Scope::Subtree,
            filter: self.atlas.children.fill_any(&keys),
            attributes: self.atlas.wanted.load().to_vec(),
            limit: MOST_CHILDREN,
        };
        let pupils = self
            .ask(&query)
            .await?
            .into_iter()
            .map(|entry| self.atlas.mapping.apply(entry.attributes));
        Ok(pupils.filter(|pupil| keys.iter().any(|key| is_child_of(pupil, key))).collect())
    }

    async fn ask(&self, query: &Query) -> Result<Vec<Entry>, SourceError> {
        match self.server {
            Some(server) => self.servers.search_at(server, query).await,
            None => self.servers.search(query).await.map(|(_, entries)| entries),
        }
    }
}

/// What both needs ask for together, each once.
pub(super) fn join(needs: impl Iterator<Item = Needs>) -> Needs {
    let mut all = Needs::default();
    for need in needs {
        all.structures.extend(need.structures);
        all.units.extend(need.units);
    }
    for list in [&mut all.structures, &mut all.units] {
        list.sort();
        list.dedup();
    }
    all
}

/// Filters of an administrator may be wider than ours: 44 is not the parent of a child of 4455.
fn is_child_of(pupil: &Attributes, key: &str) -> bool {
    let key = plain(key);
    PARENTS.iter().flat_map(|name| pupil.all(name)).any(|value| {
        let value = plain(value);
        value.strip_prefix(&key).is_some_and(|rest| rest.is_empty() || rest.starts_with('$'))
    })
}

/// A DN or key without the differences that do not count.
fn plain(name: &str) -> String {
    let parts: Vec<&str> = name.split(',').map(str::trim).collect();
    parts.join(",").to_lowercase()
}

/// The school code that an answer gives, unless it gives two.
fn only_one<'a>(entries: &'a [Entry], code: impl Fn(&'a Entry) -> Option<&'a str>) -> Option<Rne> {
    let schools: BTreeSet<Rne> = entries.iter().filter_map(code).filter_map(school).collect();
    if schools.len() == 1 { schools.into_iter().next() } else { None }
}

fn school_of_unit(unit: &Entry) -> Option<Rne> {
    let values = ["supannEtablissement", "supannRefId"].into_iter();
    values.flat_map(|name| unit.attributes.all(name)).find_map(|value| {
        let (label, code) = value.trim().strip_prefix('{')?.split_once('}')?;
        if label.eq_ignore_ascii_case("UAI") { school(code) } else { None }
    })
}

/// A school code in its normal form.
fn school(code: &str) -> Option<Rne> {
    Rne::parse(code).ok()
}
