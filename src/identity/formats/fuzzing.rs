//! What the fuzzer calls: the formats and school codes must bear any text.
use super::{Delegations, Known, MAX_SCHOOLS, Needs, Options, limit, needs, read};
use crate::identity::{Attributes, ProfileMap, Rne};
use chrono::NaiveDate;
use std::collections::HashSet;

/// Read entries written as `name: value` lines: the person, then, behind blank lines, children.
/// Whatever they hold, nobody has a school twice in one profile, or too many.
pub fn formats(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let mut entries = text.split("\n\n").map(entry);
    let mut person = entries.next().unwrap_or_default();
    limit(&mut person);
    let map = ProfileMap::default();
    let known = answer(&needs(&person, &map), entries.collect());

    let reading = read(&person, &known, &options(), &map);

    let pairs: HashSet<_> = reading.affiliations.iter().map(|it| (&it.rne, it.profile)).collect();
    let schools: HashSet<_> = reading.affiliations.iter().map(|it| &it.rne).collect();
    assert_eq!(pairs.len(), reading.affiliations.len(), "an affiliation stands twice");
    assert!(schools.len() <= MAX_SCHOOLS, "too many schools");
    assert!(limit(&mut person).is_empty(), "a second limit finds nothing");
}

/// Read a school code: what is accepted is in a form that is accepted again as it is.
pub fn rne(data: &[u8]) {
    let Ok(code) = Rne::parse(&String::from_utf8_lossy(data)) else { return };
    assert_eq!(Rne::parse(code.as_str()).as_ref(), Ok(&code));
    assert_eq!(Rne::is_national(code.as_str()), code.department().is_some());
    assert_eq!(code.department().is_some(), code.expected_letter().is_some());
}

fn entry(text: &str) -> Attributes {
    text.lines().filter_map(|line| line.split_once(": ")).collect()
}

/// Every second question gets an answer.
fn answer(needs: &Needs, children: Vec<Attributes>) -> Known {
    let answered = |questions: &[String]| {
        let rne = Rne::parse("0219801P").ok();
        questions.iter().step_by(2).filter_map(|it| Some((it.clone(), rne.clone()?))).collect()
    };
    Known { structures: answered(&needs.structures), units: answered(&needs.units), children }
}

fn options() -> Options {
    let today = NaiveDate::from_ymd_opt(2025, 10, 15).unwrap_or_default();
    let usual = Options::new("fuzz", today);
    Options { delegations: Delegations::All, librarians_teach: true, ..usual }
}
