//! `rne`: a bare school code, used where the academic directory has no `FrEduRne` (`dispatch.md`
//! 4.3, A4).
use super::{Collector, Entry};
use crate::identity::Profile;
use crate::identity::profile::Column;

/// The profile is what `ENTPersonProfils` says where a federation sends it along, else what `title`
/// means.
pub(super) fn read(entry: &Entry, found: &mut Collector) {
    let is_post = |value: &str| !value.eq_ignore_ascii_case("X");
    if entry.joined_values("FrEduRne").any(is_post) {
        return;
    }
    let profiles = profiles(entry);
    for code in entry.joined_values("rne") {
        let Some(rne) = found.school(code) else { continue };
        for profile in &profiles {
            found.add(rne.clone(), *profile, None);
        }
    }
}

fn profiles(entry: &Entry) -> Vec<Profile> {
    let national = entry.national_profiles();
    if !national.is_empty() {
        return national;
    }
    let title = entry.values("title").next().unwrap_or_default();
    vec![entry.profiles.profile(Column::Title, title)]
}
