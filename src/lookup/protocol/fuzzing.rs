//! What strangers can feed the lookup, as functions that must never panic.
use super::message::Envelope;
use super::php::{Json, urldecode};
use super::pushed;
use super::question::Question;
use crate::identity::cloud::Field;
use crate::lookup::user_object::push_narrowed;

/// Any text as the query of a search.
pub fn search(text: &str) {
    let _ = Question::read(text);
    let _ = urldecode(text);
}

/// Any bytes as a body: a push, a list, a signed message; and as a user object of the index.
pub fn body(bytes: &[u8]) {
    let _ = (pushed::key(bytes), pushed::key_alone(bytes), pushed::listed(bytes));
    let _ = pushed::users(bytes, &mut |users| users.len() < 10_000);
    let _ = Envelope::read(bytes);
    if let Ok(value) = serde_json::from_slice::<Json>(bytes) {
        let again: Json = serde_json::from_str(&value.encode()).expect("we write JSON");
        assert_eq!(again.encode(), value.encode(), "what is written is read as the same");
    }
    let mut narrowed = Vec::new();
    let is_object = push_narrowed(&mut narrowed, bytes, &[Field::Name]);
    assert!(is_object || narrowed.is_empty(), "half an object is none");
}
