//! What is known about somebody whom we vouch for, whatever the protocol.
use crate::identity::Attributes;
use std::collections::BTreeSet;

/// Everything known about a person for one partner or application: what their directory says, and what we add.
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

    /// The same with other values under a name, whoever had some there before.
    #[must_use]
    pub fn instead(mut self, name: &str, values: impl IntoIterator<Item = String>) -> Self {
        self.added.remove(name);
        self.with(name, values)
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

/// Whether an attribute is never passed on, whatever a file says.
pub(super) fn is_secret(name: &str) -> bool {
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
