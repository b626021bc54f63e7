//! Further short names of partners, for bookmarks that call them otherwise (`dispatch.md` 7.3).
use super::{Partner, Partners, stem_key};
use crate::finding::Finding;

/// A short name, as an administrator wrote it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alias {
    /// The name.
    pub name: String,
    /// The partner it stands for: entityID or file name.
    pub partner: String,
    /// File it stands in.
    pub file: String,
    /// Line in it.
    pub line: u32,
}

impl Partners {
    /// Take these names besides those that the partners have. One that is taken, or that stands
    /// for nobody, is left out and reported.
    pub fn take_aliases(&mut self, aliases: &[Alias]) -> Vec<Finding> {
        let faults = aliases.iter().filter_map(|alias| {
            let why = self.take_alias(alias).err()?;
            Some(Finding::at("W-META-ALIAS", &alias.file, alias.line, &alias.name).detail(why))
        });
        faults.collect()
    }

    fn take_alias(&mut self, alias: &Alias) -> Result<(), String> {
        let key = stem_key(&alias.name).ok_or("letters, digits, . _ - only, and at most 64")?;
        let index = self.position(&alias.partner);
        let index = index.ok_or_else(|| format!("there is no partner {}", alias.partner))?;
        let is_other = |other: &&Partner| other.entity_id != self.all[index].entity_id;
        if let Some(other) = self.find(&key).filter(is_other) {
            return Err(format!("{} is called so already", other.entity_id));
        }
        if self.by_alias.insert(key, index).is_none() {
            self.all[index].aliases.push(alias.name.clone());
        }
        Ok(())
    }

    /// Sections of `associations.ini` name files without regard to case.
    fn position(&self, partner: &str) -> Option<usize> {
        let is_file = |stem: &Option<String>| {
            stem.as_ref().is_some_and(|stem| stem.eq_ignore_ascii_case(partner))
        };
        let by_stem = || self.all.iter().position(|partner| is_file(&partner.stem));
        self.by_entity_id.get(partner).copied().or_else(by_stem)
    }
}
