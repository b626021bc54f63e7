//! `FrEduRne` and `FrEduRneResp`: posts of the staff in the academic directory (`dispatch.md` 4.3).
//!
//! Fields are separated by `$`: school, kind, sector, function, attached unit, symbols. Clients
//! differ on how many there are, so only the first and the fourth are read.
use super::{Collector, Entry};
use crate::identity::profile::Column;
use crate::identity::{Detail, Profile};

/// What `FrEduFonctAdm` says of those who lead a school.
const LEADS: &str = "DIR";

pub(super) fn read(entry: &Entry, found: &mut Collector) {
    read_posts(entry, found);
    read_responsibilities(entry, found);
}

/// Where the person works, with the function there.
fn read_posts(entry: &Entry, found: &mut Collector) {
    for value in entry.joined_values("FrEduRne") {
        let Some(rne) = found.school(school_field(value)) else { continue };
        let function = function_field(value);
        let profile = entry.profiles.profile(Column::Post, function);
        let detail = (!function.is_empty()).then(|| Detail::Function(function.to_owned()));
        found.add(rne, profile, detail);
    }
}

/// Schools the person answers for. Only a head (`FrEduFonctAdm`) leads them; an inspector does not.
fn read_responsibilities(entry: &Entry, found: &mut Collector) {
    let function = entry.values("FrEduFonctAdm").next();
    let leads = function.is_some_and(|function| function.eq_ignore_ascii_case(LEADS));
    let profile = if leads { Profile::Head } else { Profile::Staff };
    for value in entry.joined_values("FrEduRneResp") {
        let Some(rne) = found.school(school_field(value)) else { continue };
        found.add(rne, profile, function.map(|function| Detail::Function(function.to_owned())));
    }
}

/// First field; the whole value where it is a bare code.
pub(super) fn school_field(value: &str) -> &str {
    value.split('$').next().unwrap_or_default()
}

fn function_field(value: &str) -> &str {
    value.split('$').nth(3).unwrap_or_default().trim()
}
