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
    /// Whether rows of `etabs.ini` name this service provider: it belongs to certain schools.
    pub is_listed: bool,
    /// Schools of the person, in order.
    pub schools: &'a [Rne],
    /// Those among them that it belongs to.
    pub here: &'a [Rne],
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
        let served = !asking.is_listed || asking.here.contains(asked);
        let allowed = own(&asked) && (served || !asking.only_own);
        return if allowed { AtPartner::School(asked.clone()) } else { AtPartner::NotYours };
    }
    let last = asking.last.filter(own);
    match (asking.here, last.filter(|last| asking.here.contains(last))) {
        ([], _) if asking.is_listed && asking.only_own => AtPartner::NotYours,
        ([], _) => AtPartner::Unlisted(last.cloned()),
        ([only], _) => AtPartner::School(only.clone()),
        (_, Some(last)) => AtPartner::School(last.clone()),
        (several, None) => AtPartner::Choose(several.to_vec()),
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
        let here: Vec<_> = schools.iter().filter(|rne| rows.contains(rne)).cloned().collect();
        let is_listed = !rows.is_empty();
        let (schools, here) = (schools.as_slice(), here.as_slice());
        school_at(&Asking { is_listed, schools, here, asked, last, only_own })
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
