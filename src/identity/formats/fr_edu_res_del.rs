//! `FrEduResDel`: rights delegated to somebody for some time (`dispatch.md` 4.3).
//!
//! Fields are separated by `|`: application, address, first and last day, delegator,
//! `FrEduRneResp=…`, server. The sixth holds `;` itself, so joined values are not taken apart.
use super::collector::quoted;
use super::fr_edu_rne::school_field;
use super::{Collector, Delegations, Entry};
use crate::finding::Finding;
use crate::identity::{Detail, Profile};
use chrono::NaiveDate;

/// What stands before the schools in the sixth field.
const SCHOOLS: &str = "FrEduRneResp=";

/// One delegation.
struct Delegation<'a> {
    app: &'a str,
    first_day: NaiveDate,
    last_day: NaiveDate,
    schools: Vec<&'a str>,
}

impl<'a> Delegation<'a> {
    fn parse(value: &'a str) -> Option<Self> {
        let fields: Vec<_> = value.split('|').map(str::trim).collect();
        let &[app, _, first_day, last_day, _, schools, ..] = fields.as_slice() else {
            return None;
        };
        let schools = schools.strip_prefix(SCHOOLS)?.split(';').map(school_field).collect();
        Some(Self { app, first_day: day(first_day)?, last_day: day(last_day)?, schools })
    }

    fn holds_on(&self, today: NaiveDate) -> bool {
        (self.first_day..=self.last_day).contains(&today)
    }
}

/// Days are written `31/12/9999`, which stands for "without end".
fn day(text: &str) -> Option<NaiveDate> {
    NaiveDate::parse_from_str(text, "%d/%m/%Y").ok()
}

/// Directories keep delegations long after their end: only those that hold today count.
pub(super) fn read(entry: &Entry, found: &mut Collector) {
    if entry.options.delegations == Delegations::Off {
        return;
    }
    for value in entry.values("FrEduResDel").filter(|value| !value.eq_ignore_ascii_case("X")) {
        let Some(delegation) = Delegation::parse(value) else {
            found.warn(Finding::about("W-DELEGATION", quoted(value)));
            continue;
        };
        if entry.options.delegations.cover(delegation.app)
            && delegation.holds_on(entry.options.today)
        {
            add(&delegation, found);
        }
    }
}

fn add(delegation: &Delegation, found: &mut Collector) {
    for school in &delegation.schools {
        let Some(rne) = found.school(school) else { continue };
        found.add(rne, Profile::Staff, Some(Detail::Function(delegation.app.to_owned())));
    }
}
