//! What colleagues find of one person.
use crate::db::{End, Held};

/// The table of records. The job that erases buries them first, so that no server brings them back.
pub const HELD: [Held; 1] = [Held {
    table: "cloud_record",
    rows: "SELECT * FROM cloud_record WHERE person = $1",
    secret: &["digest"],
    end: End::Removed("DELETE FROM cloud_record WHERE person = $1"),
}];
