//! The record of what was done: one row an act, written in the transaction of the act (D34).
//!
//! Rows name people by id only and hold no attribute values, no secrets, no assertion text. Within a
//! second each row is sealed into a [`chain`]: nobody can change, remove or insert one unseen.
mod canonical;
mod chain;
mod collecting;
mod erasing;
pub mod figures;
mod held;
mod purge;
mod refusals;
mod report;
mod sealer;
mod search;
mod spool;
mod store;
mod verify;

pub use chain::Hash;
pub use collecting::{Marks, collect};
pub use erasing::{forget, forget_refused};
pub use held::HELD;
pub use purge::purge;
pub use refusals::{Counted, Refusals, Told, counted_events};
pub use report::{Fault, Kind, Report, Seen, Walked};
pub use sealer::Sealer;
pub use search::{Record, Search, after, count, csv, search, start_of_day};
pub use spool::Spool;
pub use store::{Head, Standing, standing};
pub use verify::{verify, verify_last};

use crate::db::Tx;
use crate::identity::PersonId;
use chain::Row;
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::{Map, Value};
use uuid::Uuid;

/// Longest text kept in one field (SEC-111).
const FIELD_LIMIT: usize = 1024;
/// What all fields of a row may take, bytes of JSON.
const ROW_LIMIT: usize = 7 * 1024;

/// What came of an act.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It was done.
    Ok,
    /// It was refused.
    Refused,
    /// It failed on our side.
    Error,
}

impl Outcome {
    fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Refused => "refused",
            Self::Error => "error",
        }
    }
}

/// The request an act came with.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trace {
    /// Client network; the whole address only when `[audit] privacy` is off.
    pub network: String,
    /// The correlation id shown on error pages.
    pub request_id: String,
    /// Whether a forwarding header was used.
    pub forwarded: bool,
}

/// One act to be recorded.
#[derive(Debug, Clone)]
pub struct Event {
    name: &'static str,
    outcome: Outcome,
    reason: String,
    person: Option<PersonId>,
    session: String,
    fields: Map<String, Value>,
}

impl Event {
    /// An act that was done; names are those of the list in `docs/audit.md`.
    pub fn ok(name: &'static str) -> Self {
        Self {
            name,
            outcome: Outcome::Ok,
            reason: String::new(),
            person: None,
            session: String::new(),
            fields: Map::new(),
        }
    }

    /// An act that was refused, with the stable code of the refusal.
    pub fn refused(name: &'static str, code: &str) -> Self {
        Self { outcome: Outcome::Refused, ..Self::ok(name) }.reason(code)
    }

    /// Why it came out so.
    #[must_use]
    pub fn reason(self, reason: &str) -> Self {
        Self { reason: clean(reason), ..self }
    }

    /// Who did it, in which session.
    #[must_use]
    pub fn by(self, person: PersonId, session: &str) -> Self {
        Self { person: Some(person), session: session.to_owned(), ..self }
    }

    /// Who it is about, when nobody is signed in.
    #[must_use]
    pub fn about(self, person: PersonId) -> Self {
        Self { person: Some(person), ..self }
    }

    /// One more fact. Text is cut and freed of control characters. What is personal has one of the
    /// names that [`chain`] puts where it can be erased.
    #[must_use]
    pub fn field(mut self, name: &str, value: impl Serialize) -> Self {
        let value = serde_json::to_value(value).map(harmless).unwrap_or_default();
        let taken: usize = self.fields.values().map(size).sum();
        let (value, is_whole) = cut(value, ROW_LIMIT.saturating_sub(taken));
        self.fields.insert(name.to_owned(), value);
        if !is_whole {
            self.fields.insert("cut".to_owned(), Value::Bool(true));
        }
        self
    }

    /// Write it, in the transaction of the act.
    pub async fn record(self, tx: &mut Tx, trace: &Trace, now: DateTime<Utc>) -> sqlx::Result<()> {
        store::insert(tx, &self.row(trace, now)).await
    }

    fn row(self, trace: &Trace, now: DateTime<Utc>) -> Row {
        let mut fields = self.fields;
        if trace.forwarded {
            fields.insert("xff_used".to_owned(), Value::Bool(true));
        }
        Row {
            id: Uuid::now_v7(),
            at: now,
            event: self.name.to_owned(),
            outcome: self.outcome.as_str().to_owned(),
            reason: self.reason,
            person: self.person,
            network: trace.network.clone(),
            request_id: trace.request_id.clone(),
            session: self.session,
            fields: Value::Object(fields),
        }
    }
}

/// A value whose texts are clean, however deep they stand.
fn harmless(value: Value) -> Value {
    match value {
        Value::String(text) => Value::String(clean(&text)),
        Value::Array(values) => values.into_iter().map(harmless).collect(),
        Value::Object(entries) => {
            entries.into_iter().map(|(name, value)| (clean(&name), harmless(value))).collect()
        }
        simple => simple,
    }
}

fn size(value: &Value) -> usize {
    serde_json::to_string(value).map_or(0, |text| text.len())
}

/// As much of a value as there is room for, and whether that is all of it.
fn cut(value: Value, room: usize) -> (Value, bool) {
    if size(&value) <= room {
        return (value, true);
    }
    let Value::Array(values) = value else { return (Value::Null, false) };
    let mut left = room.saturating_sub(2);
    let fits = |value: &Value| {
        let needed = size(value) + 1;
        let has_room = needed <= left;
        left = left.saturating_sub(needed);
        has_room
    };
    (values.into_iter().take_while(fits).collect(), false)
}

/// Controls and direction marks out, length cut (SEC-111).
fn clean(text: &str) -> String {
    let harmless = |c: &char| {
        !c.is_control() && !matches!(*c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let mut kept = String::new();
    for c in text.chars().filter(harmless) {
        if kept.len() + c.len_utf8() > FIELD_LIMIT {
            break;
        }
        kept.push(c);
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_cannot_forge_a_line() {
        assert_eq!(
            clean("a\n{\"event\":\"auth.login\"}\u{1b}[31m\u{202e}"),
            "a{\"event\":\"auth.login\"}[31m"
        );
        assert_eq!(clean(&"é".repeat(2000)).len(), FIELD_LIMIT);
    }

    #[test]
    fn a_row_stays_short_and_clean_however_much_it_is_told() {
        let event =
            Event::ok("a").field("list", ["x\u{0}\n"]).field("map", [("a\u{1b}", "b\u{202e}")]);
        assert_eq!(
            serde_json::json!(event.fields),
            serde_json::json!({
                "list": ["x"], "map": [["a", "b"]],
            })
        );

        let schools: Vec<String> = (0..2_000).map(|n| format!("974{n:04}A")).collect();
        let event = Event::ok("a").field("schools", &schools).field("text", "é".repeat(2000));
        assert!(size(&Value::Object(event.fields.clone())) < 8 * 1024);
        assert_eq!(event.fields["cut"], true);
        assert_eq!(event.fields["schools"][0], "9740000A");
        assert!(event.fields["schools"].as_array().is_some_and(|kept| kept.len() > 500));
        let event = Event::ok("a").field("chosen", "0219801P").field("schools", &schools);
        assert_eq!(event.fields["chosen"], "0219801P");
    }
}
