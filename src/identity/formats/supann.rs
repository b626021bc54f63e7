//! Universities: supann and eduPerson (`dispatch.md` 4.7).
use super::collector::quoted;
use super::composite::{Composite, labelled};
use super::entry::without_repeats;
use super::{Collector, Entry, Known, limits};
use crate::finding::Finding;
use crate::identity::profile::Column;
use crate::identity::{Attributes, Detail, Profile, Rne};
use chrono::{Datelike, NaiveDate};

/// The two names of each attribute that says what somebody is.
const AFFILIATIONS: [&str; 4] = [
    "eduPersonAffiliation",
    "eduPersonPrimaryAffiliation",
    "urn:oid:1.3.6.1.4.1.5923.1.1.1.1",
    "urn:oid:1.3.6.1.4.1.5923.1.1.1.5",
];

/// Where the person's units stand.
const UNITS: [&str; 2] = ["supannEntiteAffectation", "supannEntiteAffectationPrincipale"];

/// Unit codes to look up, without repeats.
pub(super) fn unknown_units(attributes: &Attributes) -> Vec<String> {
    let units = UNITS.into_iter().flat_map(|name| limits::values(attributes, name));
    let units = units.filter(|unit| school_of_label(unit).is_none()).map(str::to_owned);
    let roles = limits::values(attributes, "supannRoleEntite").filter_map(Composite::parse);
    limits::distinct(units.chain(roles.filter_map(|role| role.first("code").map(str::to_owned))))
}

pub(super) fn read(entry: &Entry, found: &mut Collector) {
    let profiles = profiles(entry);
    read_establishments(entry, found, &profiles);
    read_enrolments(entry, found);
    read_roles(entry, found, &profiles);
    read_units(entry, found, &profiles);
}

/// The school of the main unit.
pub(super) fn main_school(attributes: &Attributes, known: &Known) -> Option<Rne> {
    let principal = limits::values(attributes, "supannEntiteAffectationPrincipale").next();
    principal.and_then(|unit| school_of_unit(known, unit))
}

/// What `eduPersonAffiliation` says. Who teaches is an `employee` by definition, which adds nothing.
fn profiles(entry: &Entry) -> Vec<Profile> {
    let words: Vec<_> =
        AFFILIATIONS.into_iter().flat_map(|name| entry.joined_values(name)).collect();
    let profile = |word: &str| entry.profiles.profile(Column::EduPerson, word);
    let teaches = words.iter().any(|word| profile(word) == Profile::Teacher);
    let adds = |word: &&str| !(teaches && word.eq_ignore_ascii_case("employee"));
    let profiles = without_repeats(words.into_iter().filter(adds).map(profile).collect());
    if profiles.is_empty() { vec![Profile::Other] } else { profiles }
}

fn add_all(found: &mut Collector, rne: &Rne, profiles: &[Profile], detail: Option<&Detail>) {
    for profile in profiles {
        found.add(rne.clone(), *profile, detail.cloned());
    }
}

fn read_establishments(entry: &Entry, found: &mut Collector, profiles: &[Profile]) {
    for value in entry.values("supannEtablissement") {
        let (label, text) = labelled(value);
        // Other labels (SIRET, SIREN) name institutions, but not by a school code.
        let is_code =
            label.map_or(Rne::is_national(text), |label| label.eq_ignore_ascii_case("UAI"));
        let Some(rne) = is_code.then(|| found.school(text)).flatten() else { continue };
        add_all(found, &rne, profiles, None);
    }
}

/// `supannEtuInscription`: students belong to each institution that enrolled them this year.
fn read_enrolments(entry: &Entry, found: &mut Collector) {
    for value in entry.values("supannEtuInscription") {
        let Some(enrolment) = composite(found, value) else { continue };
        if is_past(&enrolment, entry.options.today) {
            continue;
        }
        for etab in enrolment.all("etab").filter(|etab| has_uai(etab)) {
            if let Some(rne) = found.school(etab) {
                found.add(rne, Profile::Pupil, None);
            }
        }
    }
}

/// The year of an enrolment (`anneeinsc`) ends on 31 August of the next.
fn is_past(enrolment: &Composite, today: NaiveDate) -> bool {
    let Some(year) = enrolment.first("anneeinsc").and_then(|year| year.trim().parse::<i32>().ok())
    else {
        return false;
    };
    let school_year = if today.month() >= 9 { today.year() } else { today.year() - 1 };
    year < school_year
}

fn read_roles(entry: &Entry, found: &mut Collector, profiles: &[Profile]) {
    let working: Vec<_> = profiles.iter().copied().filter(|it| *it != Profile::Pupil).collect();
    for value in entry.values("supannRoleEntite") {
        let Some(role) = composite(found, value) else { continue };
        let Some(rne) = role.first("code").and_then(|unit| school_of_unit(entry.known, unit))
        else {
            continue;
        };
        let detail = role.first("libelle").map(|label| Detail::Function(label.to_owned()));
        add_all(found, &rne, &working, detail.as_ref());
    }
}

/// Units that lead to no school are worth a word only where nothing else leads to one.
fn read_units(entry: &Entry, found: &mut Collector, profiles: &[Profile]) {
    let mut unresolved = Vec::new();
    for unit in entry.values("supannEntiteAffectation") {
        match school_of_unit(entry.known, unit) {
            Some(rne) => add_all(found, &rne, profiles, None),
            None => unresolved.push(unit),
        }
    }
    if found.has_schools() {
        return;
    }
    for unit in unresolved {
        found.warn(Finding::about("W-STRUCT-UNRESOLVED", quoted(unit)));
    }
}

fn school_of_unit(known: &Known, unit: &str) -> Option<Rne> {
    school_of_label(unit).or_else(|| known.units.get(unit).cloned())
}

fn school_of_label(value: &str) -> Option<Rne> {
    has_uai(value).then(|| Rne::parse(value).ok()).flatten()
}

fn has_uai(value: &str) -> bool {
    labelled(value).0.is_some_and(|label| label.eq_ignore_ascii_case("UAI"))
}

fn composite(found: &mut Collector, value: &str) -> Option<Composite> {
    let composite = Composite::parse(value);
    if composite.is_none() {
        found.warn(Finding::about("W-COMPOSITE", quoted(value)));
    }
    composite
}
