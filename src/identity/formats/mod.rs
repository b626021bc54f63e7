//! Reads school memberships out of the attributes of every known directory (`dispatch.md` 4).
//!
//! Pure text in, affiliations out. Some formats point elsewhere (a structure number, a child):
//! [`needs`] says what to look up first, the source brings it as [`Known`], [`read`] does the rest.
//!
//! One file a format: `fr_edu_*` and `single_rne` (academic directory), `fr_edu_vecteur`
//! (teleservices), `educonnect`, `ent` and `esco` (local directory), `supann` (universities).
use super::{Affiliation, Attributes, ProfileMap, Rne};
use crate::finding::Finding;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

mod academy;
mod collector;
mod composite;
mod dn;
mod educonnect;
mod ent;
mod entry;
mod esco;
mod fr_edu_res_del;
mod fr_edu_rne;
mod fr_edu_vecteur;
pub mod fuzzing;
mod limits;
mod options;
mod single_rne;
mod structure;
mod supann;

pub use limits::{MAX_SCHOOLS, MAX_VALUE_BYTES, MAX_VALUES, limit};
pub use options::{Delegations, Options};

use collector::Collector;
use entry::Entry;

/// What has to be looked up in the directory before [`read`] can tell everything.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Needs {
    /// Structure references that hold no school code: a DN, a SIREN or a number (4.6).
    pub structures: Vec<String>,
    /// Unit codes of a university (`supannEntiteAffectation`, 4.7).
    pub units: Vec<String>,
    /// Set for a parent whose schools are those of their children (4.5, 4.6): the parent's DN and
    /// join keys, under which the children's entries name them.
    pub children_of: Vec<String>,
}

/// What the directory answered to [`Needs`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Known {
    /// School code by structure reference.
    pub structures: BTreeMap<String, Rne>,
    /// School code by unit code.
    pub units: BTreeMap<String, Rne>,
    /// Attributes of each child, its DN among them as `dn`.
    pub children: Vec<Attributes>,
}

/// What was found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reading {
    /// One per (school, profile), in the order in which they were met.
    pub affiliations: Vec<Affiliation>,
    /// The school the directory calls current (`ESCOUAICourant`): orders, never adds.
    pub current: Option<Rne>,
    /// The school the directory calls the main one: orders, never adds.
    pub main: Option<Rne>,
    /// What was dropped or looked wrong.
    pub findings: Vec<Finding>,
}

/// What to look up before [`read`]. Each child that the look-up brings has needs of its own: ask
/// again with its attributes and put what its structures are into the same [`Known`].
pub fn needs(attributes: &Attributes, profiles: &ProfileMap) -> Needs {
    Needs {
        structures: structure::unknown_references(attributes),
        units: supann::unknown_units(attributes),
        children_of: limits::distinct(
            ent::names_of_parent(attributes, profiles)
                .into_iter()
                .chain(educonnect::names_of_parent(attributes, profiles)),
        ),
    }
}

/// All schools of a person, out of every format at once.
pub fn read(
    attributes: &Attributes,
    known: &Known,
    options: &Options,
    profiles: &ProfileMap,
) -> Reading {
    let entry = Entry { attributes, known, options, profiles };
    let mut found = Collector::new(&options.source);
    limits::report(attributes, &mut found);
    fr_edu_rne::read(&entry, &mut found);
    fr_edu_res_del::read(&entry, &mut found);
    single_rne::read(&entry, &mut found);
    fr_edu_vecteur::read(&entry, &mut found);
    educonnect::read(&entry, &mut found);
    ent::read(&entry, &mut found);
    supann::read(&entry, &mut found);
    let (current, main) = order(attributes, known);
    Reading { current, main, ..found.finish() }
}

/// The schools that the directory calls current and main.
fn order(attributes: &Attributes, known: &Known) -> (Option<Rne>, Option<Rne>) {
    let (current, main) = esco::order(attributes, known);
    (current, main.or_else(|| supann::main_school(attributes, known)))
}

#[cfg(test)]
mod tests;
