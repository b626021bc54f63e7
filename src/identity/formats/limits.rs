//! How much of what a directory says is read (SEC-58, D26).
use super::Collector;
use crate::finding::Finding;
use crate::identity::Attributes;
use std::collections::BTreeSet;

/// Most values of an attribute that names no school.
pub const MAX_VALUES: usize = 200;
/// Longest value in bytes.
pub const MAX_VALUE_BYTES: usize = 8 * 1024;
/// Most schools of a person, and so most values of an attribute that names schools.
pub const MAX_SCHOOLS: usize = 2_000;

/// Attributes of which an inspector or an academy's service may rightly have thousands of values.
const NAME_SCHOOLS: [&str; 14] = [
    "fredurne",
    "fredurneresp",
    "freduresdel",
    "freduvecteur",
    "escoelevevecteuridentite",
    "rne",
    "entpersonfonctions",
    "entauxensclasses",
    "entpersonstructrattach",
    "escouai",
    "escosiren",
    "supannetablissement",
    "supannentiteaffectation",
    "supannroleentite",
];

fn most_values(name: &str) -> usize {
    if NAME_SCHOOLS.contains(&name.to_ascii_lowercase().as_str()) {
        MAX_SCHOOLS
    } else {
        MAX_VALUES
    }
}

/// Drop what is over the limits, before anything is stored; says for which attributes it did
/// (`W-ATTR-LIMIT`).
pub fn limit(attributes: &mut Attributes) -> Vec<Finding> {
    let findings = excesses(attributes);
    attributes.retain(is_within);
    findings
}

pub(super) fn report(attributes: &Attributes, found: &mut Collector) {
    for finding in excesses(attributes) {
        found.warn(finding);
    }
}

fn is_within(name: &str, place: usize, value: &str) -> bool {
    place < most_values(name) && value.len() <= MAX_VALUE_BYTES
}

fn excesses(attributes: &Attributes) -> Vec<Finding> {
    let too_much = |name: &str, values: &[String]| {
        values.iter().enumerate().any(|(place, value)| !is_within(name, place, value))
    };
    let over = attributes.iter().filter(|(name, values)| too_much(name, values));
    over.map(|(name, _)| Finding::about("W-ATTR-LIMIT", name)).collect()
}

/// The values of an attribute within the limits, trimmed, without empty ones.
pub(super) fn values<'a>(
    attributes: &'a Attributes,
    name: &str,
) -> impl Iterator<Item = &'a str> + use<'a> {
    let most = most_values(name);
    let within = attributes.all(name).iter().take(most);
    let short = within.map(String::as_str).filter(|value| value.len() <= MAX_VALUE_BYTES);
    short.map(str::trim).filter(|value| !value.is_empty())
}

/// The same for attributes whose values hold neither `;` nor `,`: CAS servers join several values
/// with the one, `ClearTrust` headers with the other (`dispatch.md` 4.3).
pub(super) fn joined_values<'a>(
    attributes: &'a Attributes,
    name: &str,
) -> impl Iterator<Item = &'a str> + use<'a> {
    let pieces = values(attributes, name).flat_map(|value| value.split([';', ',']));
    pieces.map(str::trim).filter(|piece| !piece.is_empty()).take(MAX_SCHOOLS)
}

/// Without repeats, in order, at most [`MAX_SCHOOLS`].
pub(super) fn distinct(list: impl Iterator<Item = String>) -> Vec<String> {
    let mut seen = BTreeSet::new();
    list.filter(|item| seen.insert(item.clone())).take(MAX_SCHOOLS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_over_the_limits_is_dropped_and_reported() {
        let mut told: Attributes = (0..10_000).map(|n| ("mail", n.to_string())).collect();
        for n in 0..10_000 {
            told.add("FrEduRne", format!("{n:07}A"));
        }
        told.add("description", "x".repeat(MAX_VALUE_BYTES + 1));
        told.add("uid", "x".repeat(MAX_VALUE_BYTES));

        let findings = limit(&mut told);

        let subjects: Vec<_> = findings.iter().map(|finding| finding.subject.as_str()).collect();
        assert_eq!(subjects, ["description", "fredurne", "mail"]);
        assert_eq!(told.all("mail").len(), MAX_VALUES);
        assert_eq!(told.all("fredurne").len(), MAX_SCHOOLS);
        assert_eq!(told.all("description").len(), 0);
        assert_eq!(told.all("uid").len(), 1);
        assert_eq!(limit(&mut told), []);
    }

    #[test]
    fn values_over_the_limits_are_not_read_even_where_nobody_dropped_them() {
        let mut told: Attributes = (0..10_000).map(|n| ("rne", n.to_string())).collect();
        told.add("title", "x".repeat(MAX_VALUE_BYTES + 1));

        assert_eq!(values(&told, "rne").count(), MAX_SCHOOLS);
        assert_eq!(values(&told, "title").count(), 0);
    }

    proptest! {
        #[test]
        fn joined_values_come_apart_as_they_were(
            codes in proptest::collection::vec("[0-9A-Z$]{1,12}", 1..20),
            mark in proptest::sample::select(vec![";", ",", "; ", " , "]),
        ) {
            let told: Attributes = [("rne", codes.join(mark))].into_iter().collect();
            prop_assert_eq!(joined_values(&told, "rne").collect::<Vec<_>>(), codes);
        }
    }
}
