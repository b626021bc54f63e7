//! One person's entry with all that is needed to read it.
use super::{Known, Options, limits};
use crate::identity::profile::Column;
use crate::identity::{Attributes, Profile, ProfileMap};

/// What every format gets to read.
#[derive(Clone, Copy)]
pub(super) struct Entry<'a> {
    pub(super) attributes: &'a Attributes,
    pub(super) known: &'a Known,
    pub(super) options: &'a Options,
    pub(super) profiles: &'a ProfileMap,
}

impl<'a> Entry<'a> {
    /// The values of an attribute, trimmed, without empty ones.
    pub(super) fn values(&self, name: &str) -> impl Iterator<Item = &'a str> + use<'a> {
        limits::values(self.attributes, name)
    }

    /// The same for attributes whose values may come joined in one text.
    pub(super) fn joined_values(&self, name: &str) -> impl Iterator<Item = &'a str> + use<'a> {
        limits::joined_values(self.attributes, name)
    }

    /// The same look-ups and settings for somebody else's attributes.
    pub(super) fn of(self, attributes: &'a Attributes) -> Self {
        Self { attributes, ..self }
    }

    /// What `ENTPersonProfils` says, without repeats.
    pub(super) fn national_profiles(&self) -> Vec<Profile> {
        let words = self.joined_values("ENTPersonProfils");
        without_repeats(words.map(|word| self.national_profile(word)).collect())
    }

    fn national_profile(&self, word: &str) -> Profile {
        if self.options.librarians_teach && word.eq_ignore_ascii_case("National_DOC") {
            return Profile::Teacher;
        }
        self.profiles.profile(Column::National, word)
    }
}

/// Each profile once, in the order in which they stood.
pub(super) fn without_repeats(profiles: Vec<Profile>) -> Vec<Profile> {
    let mut kept = Vec::new();
    for profile in profiles {
        if !kept.contains(&profile) {
            kept.push(profile);
        }
    }
    kept
}
