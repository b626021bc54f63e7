//! What a partner is told about a person: attribute sets, and which partner gets which.
mod association;
mod set;

pub use association::{Association, Associations, RelayStateRule};
pub use set::{AttributeSet, NameFormat};

use crate::sso::Facts;

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

#[cfg(test)]
mod tests;
