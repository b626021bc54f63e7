//! What a service should be told of a holder: the same for a call and for a look at it beforehand.
use crate::hex::hex;
use openssl::sha::sha256;
use serde_json::Value;
use uuid::Uuid;

/// What a service should know of a holder.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Their name there.
    pub name: String,
    /// The holder; `None`: nothing, what is known there goes.
    pub holder: Option<Value>,
    /// The card that works.
    pub card: Option<(Uuid, Value)>,
}

/// Why a service is told nothing of a card: a stable word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Nothing(pub &'static str);

/// How two texts to tell are compared.
pub(super) fn digest(value: &Value) -> String {
    hex(&sha256(value.to_string().as_bytes()))
}

impl Wanted {
    /// The same for all of it.
    pub fn digest(&self) -> String {
        let card = self.card.as_ref().map(|(_, card)| card);
        digest(&serde_json::json!([self.name, self.holder, card]))
    }
}
