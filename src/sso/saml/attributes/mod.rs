//! What a partner is told about a person: attribute sets, and which partner gets which.
mod association;
mod set;

pub use association::{Association, Associations, RelayStateRule};
pub use set::{AttributeSet, NameFormat};

use crate::identity::Attributes;
use std::collections::BTreeSet;

/// One line of an INI file, as the reader hands it on.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'a> {
    /// The section it stands in.
    pub section: &'a str,
    /// The key, as it is spelled.
    pub key: &'a str,
    /// The value.
    pub value: &'a str,
    /// Its line, counted from 1.
    pub line: u32,
}

/// An attribute as it goes to a partner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Released {
    /// Its name on the wire.
    pub name: String,
    /// How that name is to be read.
    pub format: NameFormat,
    /// A name for people, when the other one is a number.
    pub friendly_name: Option<String>,
    /// Its values, at least one, in their order.
    pub values: Vec<String>,
}

/// Everything known about a person for one partner: what their directory says, and what we add.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    ours: BTreeSet<String>,
    added: Attributes,
    attributes: Attributes,
}

impl Facts {
    /// What the directory says.
    pub fn new(attributes: Attributes) -> Self {
        Self { attributes, ..Self::default() }
    }

    /// Add a value of ours (`rne`, `rnes`, `profils`, `source`, `FederationKey`, `auth`, `arena`
    /// and the computed ones); ours hides the directory's attribute of the same name, even when
    /// we have no value for it.
    #[must_use]
    pub fn with<V: Into<String>>(
        mut self,
        name: &str,
        values: impl IntoIterator<Item = V>,
    ) -> Self {
        self.ours.insert(name.to_ascii_lowercase());
        for value in values {
            self.added.add(name, value);
        }
        self
    }

    /// The values of a source that may leave the house.
    pub fn values(&self, source: &str) -> Vec<String> {
        if is_secret(source) {
            return Vec::new();
        }
        let is_ours = self.ours.contains(&source.to_ascii_lowercase());
        let values = if is_ours { self.added.all(source) } else { self.attributes.all(source) };
        values.iter().filter(|value| !value.is_empty() && !is_numen(value)).cloned().collect()
    }

    /// The first value of a source that may leave the house.
    pub fn first(&self, source: &str) -> Option<String> {
        self.values(source).into_iter().next()
    }
}

/// What `set` tells about a person. Sources without a value send nothing; two lines with one name
/// add up.
pub fn release(set: &AttributeSet, facts: &Facts) -> Vec<Released> {
    let mut released: Vec<Released> = Vec::new();
    for line in set.lines() {
        let values = line.source.values(facts);
        if values.is_empty() {
            continue;
        }
        match released.iter_mut().find(|attribute| attribute.name == line.name) {
            Some(attribute) => attribute.values.extend(values),
            None => released.push(Released {
                name: line.name.clone(),
                format: line.format,
                friendly_name: line.friendly_name(),
                values,
            }),
        }
    }
    released
}

/// Whether an attribute is never passed on, whatever a file says.
fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let parts = ["passw", "pwd", "numen", "secret", "krbprincipalkey", "krb5key", "privatekey"];
    parts.iter().any(|part| name.contains(part))
}

/// Whether a value has the shape of a NUMEN (two digits, a letter, seven digits, three letters),
/// the secret number of the ministry's staff.
fn is_numen(value: &str) -> bool {
    let value = value.trim().as_bytes();
    value.len() == 13
        && value.iter().enumerate().all(|(place, character)| match place {
            2 | 10..=12 => character.is_ascii_alphabetic(),
            _ => character.is_ascii_digit(),
        })
}

#[cfg(test)]
mod tests;
