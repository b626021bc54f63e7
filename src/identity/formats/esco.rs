//! `ESCO…` attributes of the RECIA deployment, and which school comes first (`dispatch.md` 4.6).
use super::{Collector, Entry, Known, limits, structure};
use crate::identity::{Attributes, Rne};

/// `ESCOUAI`, or what the directory knows about `ESCOSIREN` where there is none.
pub(super) fn schools(entry: &Entry, found: &mut Collector) -> Vec<Rne> {
    let codes = entry.joined_values("ESCOUAI").filter_map(|code| found.school(code));
    let mut schools: Vec<_> = codes.collect();
    for siren in structure::sirens(entry.attributes) {
        schools.extend(structure::school(entry, found, siren));
    }
    schools
}

/// Current and main school; neither adds one, so nothing is reported here.
pub(super) fn order(attributes: &Attributes, known: &Known) -> (Option<Rne>, Option<Rne>) {
    let values = |name| limits::values(attributes, name);
    let code = |name| values(name).find_map(|code| Rne::parse(code).ok());
    let reference = |name| values(name).find_map(|it| structure::known(known, it));
    (
        code("ESCOUAICourant").or_else(|| reference("ESCOSIRENCourant")),
        code("ESCOUAIRattachement").or_else(|| reference("ENTPersonStructRattach")),
    )
}
