//! What was written to one person.
use crate::db::{End, Held};

/// The table of messages.
pub const HELD: [Held; 1] = [Held {
    table: "mail",
    rows: "SELECT * FROM mail WHERE person = $1",
    secret: &[],
    end: End::Removed("DELETE FROM mail WHERE person = $1"),
}];
