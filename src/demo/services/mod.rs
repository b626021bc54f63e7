//! Services outside that are told of cards, inside the demonstration: they know what they are told, refuse what
//! their documentation refuses, and show what came ([`show`]). Tests speak with the same two.
mod izly;
mod page;
pub(super) mod paybox;
mod router;

pub use izly::{Izly, error};
pub(super) use page::{Services, esc, izly, show};
pub use router::Router;

use serde_json::Value;
use std::collections::HashMap;

/// A request as a service hears it.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// `GET`, …
    pub method: String,
    /// Without the address of the service, its parts decoded.
    pub path: String,
    /// Behind `?`.
    pub query: String,
    /// Names in small letters.
    pub heads: HashMap<String, String>,
    /// The body as it came.
    pub text: String,
    /// The same as JSON, or null.
    pub body: Value,
}

/// What it answers.
#[derive(Debug, Clone)]
pub struct Answered {
    /// Its status.
    pub status: u16,
    /// One more header.
    pub head: Option<(&'static str, String)>,
    /// JSON; null is nothing.
    pub body: Value,
}

impl Asked {
    /// A request with this body.
    pub fn new(method: &str, target: &str, heads: HashMap<String, String>, text: String) -> Self {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let path = percent(path);
        let body = serde_json::from_str(&text).unwrap_or_default();
        Self { method: method.to_owned(), path, query: query.to_owned(), heads, text, body }
    }

    /// A header, or nothing.
    pub fn head(&self, name: &str) -> &str {
        self.heads.get(name).map_or("", String::as_str)
    }

    fn is_json(&self) -> bool {
        self.head("accept") == "application/json" && self.head("content-type") == "application/json"
    }
}

impl Answered {
    /// A document.
    pub fn json(status: u16, body: Value) -> Self {
        Self { status, head: None, body }
    }

    /// Nothing but a status.
    pub fn empty(status: u16) -> Self {
        Self::json(status, Value::Null)
    }
}

fn percent(path: &str) -> String {
    // A plus is itself in a path.
    let form = format!("p={}", path.replace('+', "%2B"));
    url::form_urlencoded::parse(form.as_bytes()).next().map_or_else(String::new, |it| it.1.into())
}
