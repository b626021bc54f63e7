//! EduConnect, the national identity provider of families (`dispatch.md` 4.5).
//!
//! It names the school of a pupil, but never that of a parent: a parent's reference becomes join
//! keys, under which a local directory knows the children.
use super::{Collector, Entry, academy, limits};
use crate::identity::profile::Column;
use crate::identity::{Attributes, Profile, ProfileMap, Rne};

/// Before the number of an attribute, where a partner sends its object identifier as its name.
const OID: &str = "urn:oid:1.3.6.1.4.1.20326.10.999.1.";

/// `eleve1d`, `eleve2d`, `resp1d`, `resp2d`.
pub(super) fn affiliations(attributes: &Attributes) -> impl Iterator<Item = &str> {
    both_names(attributes, "FrEduCtPersonAffiliation", 7)
}

fn schools(attributes: &Attributes) -> impl Iterator<Item = &str> {
    both_names(attributes, "FrEduCtEleveUAI", 72)
}

fn both_names<'a>(
    attributes: &'a Attributes,
    name: &str,
    number: u8,
) -> impl Iterator<Item = &'a str> + use<'a> {
    let by_number = limits::joined_values(attributes, &format!("{OID}{number}"));
    limits::joined_values(attributes, name).chain(by_number)
}

pub(super) fn read(entry: &Entry, found: &mut Collector) {
    let words = affiliations(entry.attributes);
    let profiles: Vec<_> =
        words.map(|word| entry.profiles.profile(Column::EduConnect, word)).collect();
    // A code stands for the pupil's school only; should a parent's answer hold one, it is a child's.
    let profile = profiles.first().copied().unwrap_or(Profile::Pupil);
    for rne in schools_of_pupil(entry, found) {
        found.add(rne, profile, None);
    }
}

/// `FrEduCtEleveUAI`.
pub(super) fn schools_of_pupil(entry: &Entry, found: &mut Collector) -> Vec<Rne> {
    schools(entry.attributes).filter_map(|code| found.school(code)).collect()
}

/// Join keys of a parent, in every spelling that directories use.
pub(super) fn names_of_parent(attributes: &Attributes, map: &ProfileMap) -> Vec<String> {
    let mut words = affiliations(attributes);
    if !words.any(|word| map.profile(Column::EduConnect, word) == Profile::Parent) {
        return Vec::new();
    }
    let references = limits::values(attributes, "FrEduCtRefId").filter_map(Reference::parse);
    references.flat_map(|reference| reference.join_keys()).collect()
}

/// `FrEduCtRefId`: `{AAF}28|1|4455667`, the academy, a field of unknown meaning, the key.
#[derive(Debug, PartialEq, Eq)]
struct Reference<'a> {
    academy: &'static str,
    key: &'a str,
}

impl<'a> Reference<'a> {
    /// Only the referential `AAF` (the ministry's feed of the local directories) is understood.
    fn parse(value: &'a str) -> Option<Self> {
        let fields: Vec<_> = value.strip_prefix("{AAF}")?.split('|').map(str::trim).collect();
        let &[academy, _, key] = fields.as_slice() else { return None };
        let is_key = !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric());
        is_key.then_some(Self { academy: academy::name(academy)?, key })
    }

    /// The usual key first, then that of private schools, then that of regional directories. The
    /// bare key is not among them: it names different families in different academies.
    fn join_keys(&self) -> [String; 3] {
        let Self { academy, key } = self;
        [format!("{academy}-{key}"), format!("P{academy}-{key}"), format!("AC-{academy}${key}")]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_reference_names_an_academy_and_a_key() {
        let reference = Reference::parse("{AAF}28|1|4455667").unwrap();

        assert_eq!(reference.join_keys()[0], "LA_REUNION-4455667");
        assert_eq!(Reference::parse("{AAF}028|1|4455667"), Some(reference));
    }

    #[test]
    fn other_references_are_not_understood() {
        let values = [
            "{ECT}28|1|4455667",
            "{AAF}28|4455667",
            "{AAF}28|1|4455667|9",
            "{AAF}99|1|4455667",
            "{AAF}28|1|",
            "{AAF}28|1|4*)(uid=*",
            "28|1|4455667",
            "",
        ];
        for value in values {
            assert_eq!(Reference::parse(value), None, "{value}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(value in "(\\{AAF\\})?[0-9|a-zé]{0,20}") {
            let _ = Reference::parse(&value);
        }
    }
}
