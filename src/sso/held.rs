//! What partners were told of one person, and identity providers told us. It goes with the sessions.
use crate::db::{End, Held};

/// The tables beside sessions.
pub const HELD: [Held; 3] = [
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
    Held {
        table: "session_grant",
        rows: "SELECT g.* FROM session_grant g JOIN session s ON s.id = g.session
               WHERE s.person = $1",
        secret: &["refresh_token"],
        end: End::WithPerson,
    },
];
