//! Local directories: the DN and the SDET attributes `ENTPerson…`, `ENTEleve…` (`dispatch.md` 4.6).
use super::structure::{self, before_dollar};
use super::{Collector, Entry, dn, educonnect, esco, fr_edu_vecteur, limits};
use crate::identity::profile::Column;
use crate::identity::{Attributes, Detail, Profile, ProfileMap, Rne};
use std::collections::BTreeSet;

pub(super) fn read(entry: &Entry, found: &mut Collector) {
    let with_function = read_functions(entry, found);
    read_classes(entry, found);
    read_own_schools(entry, found, &with_function);
    read_children(entry, found);
}

/// `ENTPersonFonctions`: structure, code, label, discipline code, label; `-` for none.
fn read_functions(entry: &Entry, found: &mut Collector) -> BTreeSet<Rne> {
    let mut schools = BTreeSet::new();
    for value in entry.values("ENTPersonFonctions").filter(|value| *value != "-") {
        let Some(reference) = before_dollar(value) else { continue };
        let Some(rne) = structure::school(entry, found, reference) else { continue };
        let code = value.split('$').nth(1).unwrap_or_default().trim();
        let profile = entry.profiles.profile(Column::Function, code);
        let detail = (!code.is_empty()).then(|| Detail::Function(code.to_owned()));
        found.add(rne.clone(), profile, detail);
        schools.insert(rne);
    }
    schools
}

/// Classes and groups: structure and name. Who is in a class is a pupil, whatever else they are.
fn read_classes(entry: &Entry, found: &mut Collector) {
    let kinds = [
        ("ENTEleveClasses", Profile::Pupil),
        ("ENTEleveGroupes", Profile::Pupil),
        ("ENTAuxEnsClasses", Profile::Teacher),
    ];
    for (name, profile) in kinds {
        for (rne, class) in classes(entry, found, name) {
            found.add(rne, profile, class.map(Detail::Class));
        }
    }
}

/// School and name of each class; a name may hold `$` itself.
fn classes(entry: &Entry, found: &mut Collector, name: &str) -> Vec<(Rne, Option<String>)> {
    let mut list = Vec::new();
    for value in entry.values(name) {
        let Some((reference, class)) = value.split_once('$') else { continue };
        let Some(rne) = structure::school(entry, found, reference.trim()) else { continue };
        let class = class.trim();
        list.push((rne, (!class.is_empty()).then(|| class.to_owned())));
    }
    list
}

/// Schools of the entry itself, for each of its profiles. A parent who is something else too has
/// the other profile there: their children's schools come from the children.
fn read_own_schools(entry: &Entry, found: &mut Collector, with_function: &BTreeSet<Rne>) {
    let mut profiles = entry.national_profiles();
    if profiles.iter().any(|profile| *profile != Profile::Parent) {
        profiles.retain(|profile| *profile != Profile::Parent);
    }
    if profiles.is_empty() {
        profiles.push(Profile::Other);
    }
    for rne in own_schools(entry, found) {
        for profile in profiles.iter().copied() {
            // "Staff" in general yields to the function that the directory names at this school.
            let is_told = profile == Profile::Staff && with_function.contains(&rne);
            if !is_told {
                found.add(rne.clone(), profile, None);
            }
        }
    }
}

/// Schools of an entry: `ENTPersonStructRattach`, codes of its DN, `ESCOUAI`.
fn own_schools(entry: &Entry, found: &mut Collector) -> Vec<Rne> {
    let mut schools = attached_schools(entry, found);
    schools.extend(schools_of_dn(entry));
    schools.extend(esco::schools(entry, found));
    schools
}

/// `ENTPersonStructRattach` is the main structure.
fn attached_schools(entry: &Entry, found: &mut Collector) -> Vec<Rne> {
    let references = entry.values("ENTPersonStructRattach");
    references.filter_map(|reference| structure::school(entry, found, reference)).collect()
}

fn schools_of_dn(entry: &Entry) -> Vec<Rne> {
    entry.values("dn").filter_map(|dn| dn::school(dn, &entry.options.dn_types)).collect()
}

/// A parent belongs where their children go, one detail for each child.
fn read_children(entry: &Entry, found: &mut Collector) {
    let known = entry.known;
    if known.children.is_empty() || !is_parent(entry.attributes, entry.profiles) {
        return;
    }
    for child in &known.children {
        let child = entry.of(child);
        let number = child.values("ENTEleveStructRattachId").next();
        for rne in schools_of_child(&child, found) {
            found.add(rne, Profile::Parent, number.map(|number| Detail::Child(number.to_owned())));
        }
    }
}

fn schools_of_child(child: &Entry, found: &mut Collector) -> Vec<Rne> {
    let mut schools = own_schools(child, found);
    schools.extend(fr_edu_vecteur::schools_of_pupil(child, found));
    schools.extend(educonnect::schools_of_pupil(child, found));
    for name in ["ENTEleveClasses", "ENTEleveGroupes"] {
        schools.extend(classes(child, found, name).into_iter().map(|(rne, _)| rne));
    }
    schools
}

/// Whether the schools of the children count.
pub(super) fn is_parent(attributes: &Attributes, map: &ProfileMap) -> bool {
    let is = |column, word| map.profile(column, word) == Profile::Parent;
    let national = limits::joined_values(attributes, "ENTPersonProfils");
    let educonnect = educonnect::affiliations(attributes);
    national
        .map(|word| (Column::National, word))
        .chain(educonnect.map(|word| (Column::EduConnect, word)))
        .any(|(column, word)| is(column, word))
}

/// The DN and join keys under which children name a parent of the local directory.
pub(super) fn names_of_parent(attributes: &Attributes, map: &ProfileMap) -> Vec<String> {
    if !is_parent(attributes, map) {
        return Vec::new();
    }
    let names = ["dn", "ENTPersonJointure"];
    names.into_iter().flat_map(|name| limits::values(attributes, name)).map(str::to_owned).collect()
}
