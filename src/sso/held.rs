//! What partners were told of one person, and identity providers told us. It goes with the sessions.
use crate::db::{End, Held};

/// The tables beside sessions.
pub const HELD: [Held; 2] = [
    Held {
        table: "session_partner",
        rows: "SELECT p.* FROM session_partner p JOIN session s ON s.id = p.session
               WHERE s.person = $1",
        secret: &[],
        end: End::WithPerson,
    },
    Held {
        table: "session_provenance",
        rows: "SELECT p.* FROM session_provenance p JOIN session s ON s.id = p.session
               WHERE s.person = $1",
        secret: &[],
        end: End::WithPerson,
    },
];
