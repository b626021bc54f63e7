//! Where a person belongs: one school, one profile, and who said so.
use super::{Profile, Rne};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::collections::hash_map::Entry;

/// A person's membership of a school. One per (school, profile): equal ones are merged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Affiliation {
    /// The school.
    pub rne: Rne,
    /// What the person is there.
    pub profile: Profile,
    /// Names of the sources that said so, sorted, without repeats.
    pub sources: Vec<String>,
    /// What else they said, sorted, without repeats.
    pub details: Vec<Detail>,
}

/// Something a source told about an affiliation.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Detail {
    /// A child of this parent: its number in the school's information system.
    Child(String),
    /// A class or group of the pupil or teacher.
    Class(String),
    /// The function as the directory names it.
    Function(String),
}

/// One affiliation for each (school, profile), with the sources and details of all its equals, in
/// the order in which the first of them stood.
pub fn merge(affiliations: Vec<Affiliation>) -> Vec<Affiliation> {
    let mut merged: Vec<Affiliation> = Vec::new();
    let mut places: HashMap<_, usize> = HashMap::new();
    for affiliation in affiliations {
        match places.entry((affiliation.rne.clone(), affiliation.profile)) {
            Entry::Occupied(place) => {
                let first = &mut merged[*place.get()];
                first.sources.extend(affiliation.sources);
                first.details.extend(affiliation.details);
            }
            Entry::Vacant(place) => {
                place.insert(merged.len());
                merged.push(affiliation);
            }
        }
    }
    for affiliation in &mut merged {
        sort_without_repeats(&mut affiliation.sources);
        sort_without_repeats(&mut affiliation.details);
    }
    merged
}

fn sort_without_repeats<T: Ord>(list: &mut Vec<T>) {
    list.sort_unstable();
    list.dedup();
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn affiliation(rne: &str, profile: Profile, source: &str, details: &[Detail]) -> Affiliation {
        Affiliation {
            rne: Rne::parse(rne).unwrap(),
            profile,
            sources: vec![source.to_owned()],
            details: details.to_vec(),
        }
    }

    #[test]
    fn equal_affiliations_become_one_that_knows_all_sources_and_details() {
        let child = |number: &str| Detail::Child(number.to_owned());

        let merged = merge(vec![
            affiliation("9749801K", Profile::Parent, "teleservices", &[child("2")]),
            affiliation("9740091F", Profile::Teacher, "agents", &[]),
            affiliation("9749801K", Profile::Parent, "local", &[child("1"), child("2")]),
        ]);

        assert_eq!(merged.len(), 2);
        assert_eq!(merged[0].sources, ["local", "teleservices"]);
        assert_eq!(merged[0].details, [child("1"), child("2")]);
        assert_eq!(merged[1].rne.as_str(), "9740091F");
    }

    #[test]
    fn two_profiles_in_one_school_stay_two() {
        let merged = merge(vec![
            affiliation("9740091F", Profile::Teacher, "agents", &[]),
            affiliation("9740091F", Profile::Parent, "teleservices", &[]),
        ]);

        assert_eq!(merged.len(), 2);
    }

    fn any_affiliation() -> impl Strategy<Value = Affiliation> {
        let profile = proptest::sample::select(Profile::ALL.to_vec());
        ("[0-9]{3}", profile, "[ab]", proptest::collection::vec("[xy]", 0..3)).prop_map(
            |(rne, profile, source, children)| {
                let details: Vec<_> = children.into_iter().map(Detail::Child).collect();
                affiliation(&rne, profile, &source, &details)
            },
        )
    }

    proptest! {
        #[test]
        fn merging_again_changes_nothing(list in proptest::collection::vec(any_affiliation(), 0..20)) {
            let once = merge(list);
            prop_assert_eq!(merge(once.clone()), once);
        }
    }
}
