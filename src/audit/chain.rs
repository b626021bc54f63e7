//! The chain: each row's hash covers the row and the hash of the row before it (D34).
//!
//! A hash is the first 32 bytes of SHA-512 over the hash before it and the row as one line of JSON.
//! What is personal stands beside the row and may be erased; the line holds its salted digest, so
//! that the chain holds without it.
use super::canonical::Canonical;
use crate::identity::PersonId;
use chrono::{DateTime, SecondsFormat, Utc};
use openssl::rand::rand_bytes;
use openssl::sha::Sha512;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::{Map, Value};
use std::fmt;
use std::str::FromStr;
use uuid::Uuid;

/// Fields that may hold something personal: where somebody was, names, words that came from outside.
/// They stand beside the row as soon as it is sealed, together with the client's network.
const PERSONAL: [&str; 7] = ["address", "detail", "error", "login", "mail", "name", "place"];

/// A link of the chain.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Hash([u8; 32]);

impl Hash {
    /// Before the first row.
    pub const NONE: Self = Self([0; 32]);

    /// The hash of a line behind the row that has this hash.
    #[must_use]
    pub fn then(self, line: &str) -> Self {
        let mut digest = Sha512::new();
        digest.update(&self.0);
        digest.update(line.as_bytes());
        let mut first = [0; 32];
        first.copy_from_slice(&digest.finish()[..32]);
        Self(first)
    }

    /// As it is kept.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// As it was kept. `None`: something else was.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl FromStr for Hash {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = "a hash is 64 hexadecimal digits";
        let digits: Option<Vec<u8>> =
            text.chars().map(|c| u8::try_from(c.to_digit(16)?).ok()).collect();
        let digits = digits.ok_or(wrong)?;
        let bytes: Vec<u8> =
            digits.chunks(2).map(|pair| pair.iter().fold(0, |b, d| b * 16 + d)).collect();
        if digits.len() % 2 == 1 { Err(wrong) } else { Self::from_bytes(&bytes).ok_or(wrong) }
    }
}

impl Serialize for Hash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A row as the database keeps it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, sqlx::FromRow)]
pub(super) struct Row {
    pub(super) id: Uuid,
    pub(super) at: DateTime<Utc>,
    pub(super) event: String,
    pub(super) outcome: String,
    pub(super) reason: String,
    pub(super) person: Option<PersonId>,
    pub(super) network: String,
    pub(super) request_id: String,
    pub(super) session: String,
    #[sqlx(json)]
    pub(super) fields: Value,
}

/// Whether a field may hold something personal: by its name, or by a name inside of it, however deep.
fn is_personal(name: &str, value: &Value) -> bool {
    PERSONAL.contains(&name)
        || match value {
            Value::Object(entries) => entries.iter().any(|(name, value)| is_personal(name, value)),
            Value::Array(values) => values.iter().any(|value| is_personal("", value)),
            _ => false,
        }
}

impl Row {
    /// Take out what is personal.
    pub(super) fn take_personal(&mut self) -> Option<Personal> {
        let mut facts = Map::new();
        if !self.network.is_empty() {
            facts.insert("network".to_owned(), Value::String(std::mem::take(&mut self.network)));
        }
        if let Value::Object(fields) = &mut self.fields {
            let names: Vec<String> = fields
                .iter()
                .filter(|(name, value)| is_personal(name, value))
                .map(|(name, _)| name.clone())
                .collect();
            facts.extend(names.iter().filter_map(|name| fields.remove_entry(name)));
        }
        let mut salt = vec![0; 32];
        rand_bytes(&mut salt).expect("the operating system has randomness");
        (!facts.is_empty()).then_some(Personal { salt, facts: Value::Object(facts) })
    }

    /// The row at its place, as the chain covers it.
    pub(super) fn line(&self, place: &Place, personal: Option<Hash>) -> String {
        let line = Line {
            node: place.node,
            seq: place.seq,
            sealed_at: moment(place.sealed_at),
            id: self.id,
            at: moment(self.at),
            event: &self.event,
            outcome: &self.outcome,
            reason: &self.reason,
            person: self.person,
            network: &self.network,
            request_id: &self.request_id,
            session: &self.session,
            fields: Canonical(&self.fields),
            personal,
        };
        serde_json::to_string(&line).unwrap_or_default()
    }
}

/// What may be erased without breaking the chain.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Personal {
    pub(super) salt: Vec<u8>,
    pub(super) facts: Value,
}

impl Personal {
    /// What the chain knows of it. Without the salt nobody can guess what it was made of.
    pub(super) fn digest(&self) -> Option<Hash> {
        let facts = serde_json::to_string(&Canonical(&self.facts)).ok()?;
        Some(Hash::from_bytes(&self.salt)?.then(&facts))
    }
}

/// Where a row stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) node: i64,
    pub(super) seq: i64,
    pub(super) sealed_at: DateTime<Utc>,
}

/// The line that is hashed; the order of its fields is part of the format.
#[derive(Serialize)]
struct Line<'a> {
    node: i64,
    seq: i64,
    sealed_at: String,
    id: Uuid,
    at: String,
    event: &'a str,
    outcome: &'a str,
    reason: &'a str,
    person: Option<PersonId>,
    network: &'a str,
    request_id: &'a str,
    session: &'a str,
    fields: Canonical<'a>,
    personal: Option<Hash>,
}

/// Milliseconds, as [`Clock`](crate::clock::Clock) counts; whatever is finer was not written by us
/// and must not be overlooked.
fn moment(time: DateTime<Utc>) -> String {
    let is_ours = time.timestamp_subsec_nanos().is_multiple_of(1_000_000);
    let format = if is_ours { SecondsFormat::Millis } else { SecondsFormat::Nanos };
    time.to_rfc3339_opts(format, true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// Two lines and their hashes that others compute too.
    #[test]
    fn the_hash_is_the_first_half_of_sha_512_over_the_one_before_and_the_line() {
        let lines = [
            (
                r#"{"seq":1,"at":"2026-11-21T07:04:13.120Z","actor":"u:22400017","act":"mark","rec":"7f1c2f1e-52a5-4a7e-8a0b-6f0b9f0b7a11","from":"expected","to":"present","via":"qr"}"#,
                "0731b400a6a6de166f65d7640d6183b74bca51768b4e750fed4028c39963e057",
            ),
            (
                r#"{"seq":2,"at":"2026-11-21T09:20:00.000Z","actor":"u:t-0412","act":"correct","rec":"7f1c2f1e-52a5-4a7e-8a0b-6f0b9f0b7a11","from":"present","to":"late","why":"arrivée constatée à 08h12"}"#,
                "69d7bc0a2127838eaeb8bdecd60316c86928466ed21c64bcd1ca4f916ba322ee",
            ),
        ];
        let mut hash = Hash::NONE;
        for (line, expected) in lines {
            hash = hash.then(line);
            assert_eq!(hash.to_string(), expected);
            assert_eq!(expected.parse(), Ok(hash));
        }
        for wrong in ["", "07", &"g".repeat(64), &"0".repeat(63), &"0".repeat(66)] {
            assert!(wrong.parse::<Hash>().is_err(), "{wrong}");
        }
    }

    fn row() -> Row {
        Row {
            id: Uuid::from_u128(7),
            at: DateTime::from_timestamp_millis(1_795_337_012_300).unwrap(),
            event: "auth.refused".into(),
            outcome: "refused".into(),
            reason: "E-PASSWORD".into(),
            person: None,
            network: "203.0.113.0/24".into(),
            request_id: "r1".into(),
            session: String::new(),
            fields: json!({ "place": "203.0.113.0/24", "limit": "é", "b": 2, "a": [1, {"z": 0, "y": 1}] }),
        }
    }

    fn place() -> Place {
        Place { node: 1, seq: 9, sealed_at: row().at }
    }

    #[test]
    fn a_line_never_changes_its_form() {
        let mut row = row();
        row.take_personal();
        assert_eq!(
            row.line(&place(), Some(Hash::NONE)),
            r#"{"node":1,"seq":9,"sealed_at":"2026-11-22T08:43:32.300Z","id":"00000000-0000-0000-0000-000000000007","at":"2026-11-22T08:43:32.300Z","event":"auth.refused","outcome":"refused","reason":"E-PASSWORD","person":null,"network":"","request_id":"r1","session":"","fields":{"a":[1,{"y":1,"z":0}],"b":2,"limit":"é"},"personal":"0000000000000000000000000000000000000000000000000000000000000000"}"#
        );
    }

    #[test]
    fn what_is_personal_stands_aside_however_deep_it_stands() {
        let payload = json!({ "job": 7, "to": [{ "name": "Alix" }] });
        let fields = json!({ "payload": payload, "kind": "mail.send", "list": [{ "state": "x" }] });
        let mut row = Row { fields, network: String::new(), ..row() };

        let aside = row.take_personal().expect("a name");

        assert_eq!(aside.facts, json!({ "payload": payload }));
        assert_eq!(row.fields, json!({ "kind": "mail.send", "list": [{ "state": "x" }] }));
        assert!(row.take_personal().is_none(), "nothing is left");
    }

    #[test]
    fn what_is_personal_stands_aside_and_its_digest_is_salted() {
        let (mut one, mut two) = (row(), row());
        let (first, second) = (one.take_personal().unwrap(), two.take_personal().unwrap());

        assert_eq!(first.facts, json!({ "network": "203.0.113.0/24", "place": "203.0.113.0/24" }));
        assert_eq!((one.network.as_str(), one.fields.get("place")), ("", None));
        assert_eq!(one, two);
        assert_ne!(first.digest(), second.digest());
        assert_eq!(first.digest(), first.clone().digest());
        assert_eq!(one.take_personal(), None, "nothing is left");
    }

    #[test]
    fn a_time_that_was_changed_by_less_than_we_count_shows() {
        let mut row = row();
        let before = row.line(&place(), None);
        row.at += chrono::Duration::nanoseconds(1);
        assert_ne!(row.line(&place(), None), before);
    }
}
