//! What was written to one person, and which mailboxes they connected.
use crate::db::{End, Held};

/// The tables of messages and of the consent of mail providers.
pub const HELD: [Held; 2] = [
    Held {
        table: "mail",
        rows: "SELECT * FROM mail WHERE person = $1",
        secret: &[],
        end: End::Removed("DELETE FROM mail WHERE person = $1"),
    },
    Held {
        table: "mail_attempt",
        rows: "SELECT * FROM mail_attempt WHERE person = $1",
        secret: &["secret", "user_code", "verification_uri_complete"],
        end: End::WithPerson,
    },
];
