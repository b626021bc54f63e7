//! What the record holds of one person: rows of what they did, and of what was done with them as far
//! as these name them as their person.
use crate::db::{End, Held};

/// The table of the record.
pub const HELD: [Held; 1] = [Held {
    table: "audit",
    rows: "SELECT id, at, event, outcome, reason, network, request_id, session, fields,
               (SELECT facts FROM audit_personal WHERE audit = audit.id) AS personal
           FROM audit WHERE person = $1 ORDER BY id",
    secret: &[],
    end: End::Stays("held-audit"),
}];
