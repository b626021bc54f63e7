//! What waits in the queue of one person.
use crate::db::{End, Held};

/// The table of jobs.
pub const HELD: [Held; 1] = [Held {
    table: "job",
    rows: "SELECT * FROM job WHERE subject = $1",
    secret: &[],
    end: End::Removed("DELETE FROM job WHERE subject = $1 AND state <> 'running'"),
}];
