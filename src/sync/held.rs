//! What runs noted of one person.
use crate::db::{End, Held};

/// The table of differences, which names people by their ids in the source.
pub const HELD: [Held; 1] = [Held {
    table: "sync_difference",
    rows: "SELECT d.* FROM sync_difference d JOIN sync_run r ON r.id = d.run
           JOIN account a ON a.source = r.source AND a.source_id = d.source_id
           WHERE a.person = $1",
    secret: &[],
    end: End::Removed(
        "DELETE FROM sync_difference WHERE EXISTS (
             SELECT 1 FROM sync_run r JOIN account a ON a.source = r.source
             WHERE r.id = sync_difference.run AND a.source_id = sync_difference.source_id
               AND a.person = $1)",
    ),
}];
