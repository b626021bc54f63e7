//! Which school is meant at a service provider that serves several, when nobody said.
use crate::identity::Rne;

/// What to tell a service provider about the school.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AtPartner {
    /// This school.
    School(Rne),
    /// One of these; the person chooses.
    Choose(Vec<Rne>),
    /// None of the person's schools is one of its schools.
    NotYours,
    /// All its schools are closed.
    Closed,
    /// It belongs to no school in particular: tell the current choice, if any, and all schools.
    Unlisted(Option<Rne>),
}

/// What is known when a service provider asks who somebody is.
#[derive(Debug, Clone, Copy)]
pub struct Asking<'a> {
    /// Schools whose row in `etabs.ini` names this service provider.
    pub rows: &'a [Rne],
    /// Schools of the person, in order.
    pub schools: &'a [Rne],
    /// The school that our own redirect named.
    pub asked: Option<&'a Rne>,
    /// The school chosen last in this session.
    pub last: Option<&'a Rne>,
    /// Whether a person without a school there is turned away.
    pub only_own: bool,
}

/// Find the school.
pub fn school_at(asking: &Asking<'_>) -> AtPartner {
    let own = |rne: &&Rne| asking.schools.contains(rne);
    if let Some(asked) = asking.asked {
        let served = asking.rows.is_empty() || asking.rows.contains(asked);
        let allowed = own(&asked) && (served || !asking.only_own);
        return if allowed { AtPartner::School(asked.clone()) } else { AtPartner::NotYours };
    }
    let last = asking.last.filter(own);
    if asking.rows.is_empty() {
        return AtPartner::Unlisted(last.cloned());
    }
    let matching: Vec<&Rne> =
        asking.schools.iter().filter(|school| asking.rows.contains(school)).collect();
    match (matching.as_slice(), last.filter(|last| matching.contains(last))) {
        ([], _) if asking.only_own => AtPartner::NotYours,
        ([], _) => AtPartner::Unlisted(last.cloned()),
        ([only], _) => AtPartner::School((*only).clone()),
        (_, Some(last)) => AtPartner::School(last.clone()),
        (several, None) => AtPartner::Choose(several.iter().map(|rne| (*rne).clone()).collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::AtPartner::{Choose, NotYours, School, Unlisted};
    use super::*;

    fn rnes(text: &str) -> Vec<Rne> {
        text.split_whitespace().map(|code| Rne::parse(code).expect("a code")).collect()
    }

    fn rne(text: &str) -> Rne {
        Rne::parse(text).expect("a code")
    }

    fn at(rows: &str, schools: &str, asked: &str, last: &str, only_own: bool) -> AtPartner {
        let (rows, schools) = (rnes(rows), rnes(schools));
        let (asked, last) = (rnes(asked), rnes(last));
        let (asked, last) = (asked.first(), last.first());
        school_at(&Asking { rows: &rows, schools: &schools, asked, last, only_own })
    }

    #[test]
    fn the_school_follows_from_what_both_sides_have() {
        let own = true;
        assert_eq!(at("AA BB", "BB CC", "", "", own), School(rne("BB")));
        assert_eq!(at("AA BB", "AA BB CC", "", "BB", own), School(rne("BB")));
        assert_eq!(at("AA BB", "AA BB CC", "", "CC", own), Choose(rnes("AA BB")));
        assert_eq!(at("AA BB", "AA BB CC", "", "", own), Choose(rnes("AA BB")));
        assert_eq!(at("AA", "BB", "", "", own), NotYours);
        assert_eq!(at("AA", "BB", "", "BB", !own), Unlisted(Some(rne("BB"))));
        assert_eq!(at("", "AA BB", "", "BB", own), Unlisted(Some(rne("BB"))));
        assert_eq!(at("", "AA BB", "", "ZZ", own), Unlisted(None));
        assert_eq!(at("", "", "", "", own), Unlisted(None));
    }

    #[test]
    fn a_named_school_must_be_the_persons_own() {
        let own = true;
        assert_eq!(at("AA BB", "AA BB", "AA", "BB", own), School(rne("AA")));
        assert_eq!(at("AA BB", "BB", "AA", "", own), NotYours);
        assert_eq!(at("AA BB", "BB", "AA", "", !own), NotYours);
        assert_eq!(at("AA", "BB", "BB", "", own), NotYours);
        assert_eq!(at("AA", "BB", "BB", "", !own), School(rne("BB")));
        assert_eq!(at("", "BB", "BB", "", own), School(rne("BB")));
    }
}
