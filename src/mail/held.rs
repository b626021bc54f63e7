//! What was written to one person, which mailboxes they connected, and which texts they wrote.
use crate::db::{End, Held};

/// The tables of messages, of the consent of mail providers, and of the texts of messages.
pub const HELD: [Held; 3] = [
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
    Held {
        table: "mail_wording",
        rows: "SELECT * FROM mail_wording WHERE person = $1",
        secret: &[],
        end: End::Stays("held-wording"),
    },
];
