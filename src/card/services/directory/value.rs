//! Values that we write, and what is kept of them.
use crate::card::services::store::Subjected;
use crate::hex::hex;
use crate::identity::sources::ldap::Standing;
use openssl::sha::sha256;
use serde::{Deserialize, Serialize};
use serde_json::json;
use sqlx::types::Json;
use uuid::Uuid;

/// A value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub(super) enum Value {
    /// Text.
    Text(String),
    /// The photo with this SHA-256.
    Photo {
        /// In hexadecimal digits.
        photo: String,
    },
}

/// A value in an attribute, written because of a card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Written {
    /// Which card.
    pub(super) card: Uuid,
    /// Which attribute.
    pub(super) attribute: String,
    /// Whether it is the only one there.
    pub(super) is_single: bool,
    /// What.
    pub(super) value: Value,
}

impl Written {
    /// The same value in the same attribute, whatever its card.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        self.attribute.eq_ignore_ascii_case(&other.attribute) && self.value == other.value
    }

    /// Whether these bytes are it.
    pub(super) fn is(&self, bytes: &[u8]) -> bool {
        match &self.value {
            Value::Text(text) => text.as_bytes() == bytes,
            Value::Photo { photo } => hex(&sha256(bytes)) == *photo,
        }
    }

    /// Whether an entry has nothing to be told: it has the value, and no other where it is to be the only one.
    pub(super) fn is_alone_in(&self, entry: &Standing) -> bool {
        let values = entry.values(&self.attribute);
        values.iter().any(|value| self.is(value)) && !(self.is_single && values.len() > 1)
    }

    /// Whether an entry has it.
    pub(super) fn is_in(&self, entry: &Standing) -> bool {
        entry.values(&self.attribute).iter().any(|value| self.is(value))
    }
}

/// Whether one of these is the same value.
pub(super) fn holds(values: &[Written], written: &Written) -> bool {
    values.iter().any(|value| value.is_like(written))
}

/// What we wrote of a holder.
pub(super) fn kept(known: &Subjected) -> Vec<Written> {
    let values = known.kept.0["values"].as_array().cloned().unwrap_or_default();
    values.into_iter().filter_map(|value| serde_json::from_value(value).ok()).collect()
}

/// The same, with these from now on; `digest` of what was accepted. Of whom nothing stands there nothing is known.
pub(super) fn keep(known: Subjected, values: &[Written], digest: &str) -> Subjected {
    let digest = match digest {
        _ if values.is_empty() => String::new(),
        "" => known.digest,
        digest => digest.to_owned(),
    };
    Subjected { digest, kept: Json(json!({ "values": values })), ..known }
}
