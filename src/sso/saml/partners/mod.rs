//! The service providers that we know: one metadata file each, or a federation's file.
//!
//! A partner is found by its entityID, by the name of its file (without `.xml`) or by an alias.
//! All three are keys into maps: nothing that a browser sends ever becomes a path.
mod alias;
mod endpoint;
mod feed;
mod identity_provider;
mod load;
mod partner;
mod read;

pub use alias::Alias;
pub(super) use endpoint::boolean;
pub use endpoint::{Acs, AcsChoice, Endpoint};
pub use feed::{Feed, FeedRules};
pub use identity_provider::{IdentityProvider, Logo, Shown};
pub use load::LoadRules;
pub use partner::{Partner, Usability};
pub(super) use read::moment;
use std::collections::HashMap;

/// All partners of an installation.
#[derive(Debug, Clone, Default)]
pub struct Partners {
    all: Vec<Partner>,
    by_entity_id: HashMap<String, usize>,
    by_stem: HashMap<String, usize>,
    by_alias: HashMap<String, usize>,
}

impl Partners {
    /// The partner that `sp_ident` names: entityID, else file name, else alias.
    ///
    /// File names that look like a school code are compared without regard to case.
    pub fn find(&self, sp_ident: &str) -> Option<&Partner> {
        let by_name = || {
            let key = stem_key(sp_ident)?;
            self.by_stem.get(&key).or_else(|| self.by_alias.get(&key))
        };
        let index = self.by_entity_id.get(sp_ident).or_else(by_name)?;
        self.all.get(*index)
    }

    /// The partner with exactly this entityID.
    pub fn by_entity_id(&self, entity_id: &str) -> Option<&Partner> {
        self.all.get(*self.by_entity_id.get(entity_id)?)
    }

    /// All of them, by file name.
    pub fn iter(&self) -> impl Iterator<Item = &Partner> {
        self.all.iter()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }
}

/// The key of a short name: 1 to 64 of `A-Z a-z 0-9 . _ -`, school codes in upper case.
fn stem_key(name: &str) -> Option<String> {
    let allowed = |c: u8| c.is_ascii_alphanumeric() || matches!(c, b'.' | b'_' | b'-');
    let well_formed = (1..=64).contains(&name.len()) && name.bytes().all(allowed);
    let is_school = name.len() == 8
        && name.as_bytes()[..7].iter().all(u8::is_ascii_digit)
        && name.as_bytes()[7].is_ascii_alphabetic();
    well_formed.then(|| if is_school { name.to_ascii_uppercase() } else { name.to_owned() })
}

#[cfg(test)]
mod tests;
