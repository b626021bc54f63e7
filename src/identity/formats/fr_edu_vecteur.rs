//! `FrEduVecteur` of the teleservices: parents and pupils (`dispatch.md` 4.4).
//!
//! Five fields separated by `|`: profile, last name, first name, pupil's number, school. A parent's
//! vector holds the name of the parent and the number of the child, one vector for each child.
use super::collector::quoted;
use super::{Collector, Entry};
use crate::finding::Finding;
use crate::identity::profile::Column;
use crate::identity::{Detail, Profile, Rne};

/// The attribute, and the one in which the RECIA deployment keeps the same.
const NAMES: [&str; 2] = ["FrEduVecteur", "ESCOEleveVecteurIdentite"];

/// Separators inside one vector.
const BARS: usize = 4;

/// Signs with which several vectors are joined in one text.
const JOINTS: [char; 2] = [';', ','];

/// One vector. Its names are never shown nor used to grant anything, so they are not kept.
#[derive(Debug, PartialEq, Eq)]
struct Vector<'a> {
    profile: &'a str,
    pupil: &'a str,
    school: &'a str,
}

impl<'a> Vector<'a> {
    fn parse(value: &'a str) -> Option<Self> {
        let fields: Vec<_> = value.split('|').collect();
        let &[profile, _, _, pupil, school] = fields.as_slice() else { return None };
        let (profile, pupil) = (profile.trim(), pupil.trim());
        let school = school.trim().trim_end_matches(JOINTS);
        let is_number = !profile.is_empty() && profile.bytes().all(|byte| byte.is_ascii_digit());
        let is_whole = is_number && !pupil.is_empty() && !school.is_empty();
        is_whole.then_some(Self { profile, pupil, school })
    }
}

pub(super) fn read(entry: &Entry, found: &mut Collector) {
    for name in NAMES {
        let vectors = vectors(entry, found, name);
        let is_parent = |(_, profile, _): &(Rne, Profile, &str)| *profile == Profile::Parent;
        let parents = vectors.iter().filter(|vector| is_parent(vector)).count();
        if parents != 0 && parents != vectors.len() {
            found.warn(Finding::about("W-VECTOR-MIXED", name));
        }
        for (rne, profile, pupil) in vectors {
            let is_parent = profile == Profile::Parent;
            found.add(rne, profile, is_parent.then(|| Detail::Child(pupil.to_owned())));
        }
    }
}

/// The schools that a pupil's own vectors name.
pub(super) fn schools_of_pupil(entry: &Entry, found: &mut Collector) -> Vec<Rne> {
    let mut schools = Vec::new();
    for name in NAMES {
        let vectors = vectors(entry, found, name).into_iter();
        let own = vectors.filter(|(_, profile, _)| *profile == Profile::Pupil);
        schools.extend(own.map(|(rne, _, _)| rne));
    }
    schools
}

/// School, profile and pupil's number of each good vector.
fn vectors<'a>(
    entry: &Entry<'a>,
    found: &mut Collector,
    name: &str,
) -> Vec<(Rne, Profile, &'a str)> {
    let mut list = Vec::new();
    for value in entry.values(name).flat_map(separate).filter(|value| !is_nothing(value)) {
        let Some(vector) = Vector::parse(value) else {
            found.warn(Finding::about("W-VECTOR", without_names(value)));
            continue;
        };
        let Some(rne) = found.school(vector.school) else { continue };
        list.push((rne, entry.profiles.profile(Column::Vector, vector.profile), vector.pupil));
    }
    list
}

fn is_nothing(value: &str) -> bool {
    value.is_empty() || value.eq_ignore_ascii_case("X")
}

/// Take joined vectors apart. Names may hold the joining signs, so it is cut only between a school
/// and the profile behind it: in every fourth field.
fn separate(value: &str) -> Vec<&str> {
    let bars: Vec<_> = value.match_indices('|').map(|(place, _)| place).collect();
    if bars.len() <= BARS || !bars.len().is_multiple_of(BARS) {
        return vec![value];
    }
    let mut vectors = Vec::new();
    let mut start = 0;
    for last in (BARS..bars.len()).step_by(BARS) {
        let (from, to) = (bars[last - 1], bars[last]);
        let Some(joint) = value[from..to].find(JOINTS) else { return vec![value] };
        vectors.push(value[start..from + joint].trim());
        start = from + joint + 1;
    }
    vectors.push(value[start..].trim());
    vectors
}

/// A vector for the eyes of an administrator: numbers and codes, without the names of the family.
fn without_names(value: &str) -> String {
    let is_plain =
        |field: &str| field.bytes().all(|byte| byte.is_ascii_digit()) || Rne::is_national(field);
    let fields = value.split('|').map(str::trim);
    let shown: Vec<_> = fields.map(|field| if is_plain(field) { field } else { "…" }).collect();
    quoted(&shown.join("|"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_vector_has_exactly_five_fields_a_number_and_a_school() {
        let whole = Vector { profile: "2", pupil: "812345", school: "9740091F" };
        assert_eq!(Vector::parse("2|HOARAU|Jean|812345|9740091F"), Some(whole));
        let broken = [
            "2|HOARAU|Jean||9740091F",
            "2|HOARAU|Jean|812345|",
            "|HOARAU|Jean|812345|9740091F",
            "parent|HOARAU|Jean|812345|9740091F",
            "2|HOARAU|812345|9740091F",
            "2|HOARAU|Jean|812345|9740091F|",
            "",
        ];
        for value in broken {
            assert_eq!(Vector::parse(value), None, "{value}");
        }
    }

    #[test]
    fn names_of_the_family_are_not_reported() {
        assert_eq!(without_names("2|HOARAU|Jean||9740091F"), "2|…|…||9740091F");
        assert_eq!(without_names("HOARAU|Jean|812345"), "…|…|812345");
    }

    proptest! {
        #[test]
        fn joined_vectors_come_apart_as_they_were(
            vectors in proptest::collection::vec(
                "[1-4]\\|[A-Z,; ]{0,8}\\|[a-zé,;]{0,8}\\|[0-9]{0,6}\\|[0-9A-Z]{0,8}",
                1..8,
            ),
            joint in proptest::sample::select(vec![";", ","]),
        ) {
            let joined = vectors.join(joint);
            prop_assert_eq!(separate(&joined), vectors);
        }

        #[test]
        fn no_text_panics(value in "([0-9A-Za-z|;, é]{0,40}\\|?){0,6}") {
            for vector in separate(&value) {
                let _ = Vector::parse(vector);
            }
            let _ = without_names(&value);
        }
    }
}
