//! What tickets hold of one person. All of it goes with the sessions.
use crate::db::{End, Held};

const fn of_sessions(
    table: &'static str,
    rows: &'static str,
    secret: &'static [&'static str],
) -> Held {
    Held { table, rows, secret, end: End::WithPerson }
}

/// The tables of tickets.
pub const HELD: [Held; 3] = [
    of_sessions(
        "cas_ticket",
        "SELECT t.* FROM cas_ticket t JOIN session s ON s.id = t.session WHERE s.person = $1",
        &["hash"],
    ),
    of_sessions(
        "cas_visit",
        "SELECT v.* FROM cas_visit v JOIN session s ON s.id = v.session WHERE s.person = $1",
        &["ticket"],
    ),
    of_sessions(
        "cas_granting",
        "SELECT g.* FROM cas_granting g JOIN session s ON s.id = g.session WHERE s.person = $1",
        &["hash"],
    ),
];
