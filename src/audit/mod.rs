//! The record of what was done: one row an act, written in the transaction of the act (D34).
//!
//! Rows name people by id only and hold no attribute values, no secrets, no assertion text.
mod search;

pub use search::{Record, Search, count, csv, search, start_of_day};

use crate::db::Tx;
use crate::identity::PersonId;
use crate::on;
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::{Map, Value};
use sqlx::query;
use sqlx::types::Json;
use uuid::Uuid;

/// Longest value kept in one field (SEC-111).
const FIELD_LIMIT: usize = 1024;

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

    /// One more fact. Text is cut and freed of control characters.
    #[must_use]
    pub fn field(mut self, name: &str, value: impl Serialize) -> Self {
        let value = match serde_json::to_value(value) {
            Ok(Value::String(text)) => Value::String(clean(&text)),
            Ok(value) => value,
            Err(_) => Value::Null,
        };
        self.fields.insert(name.to_owned(), value);
        self
    }

    /// Write it, in the transaction of the act.
    pub async fn record(self, tx: &mut Tx, trace: &Trace, now: DateTime<Utc>) -> sqlx::Result<()> {
        let mut fields = self.fields;
        if trace.forwarded {
            fields.insert("xff_used".to_owned(), Value::Bool(true));
        }
        on!(tx, |conn| query(
            "INSERT INTO audit
                (id, at, event, outcome, reason, person, network, request_id, session, fields)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
        )
        .bind(Uuid::now_v7())
        .bind(now)
        .bind(self.name)
        .bind(self.outcome.as_str())
        .bind(&self.reason)
        .bind(self.person)
        .bind(&trace.network)
        .bind(&trace.request_id)
        .bind(&self.session)
        .bind(Json(Value::Object(fields)))
        .execute(conn)
        .await
        .map(|_| ()))
    }
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
}
