//! People from CSV and JSON lines.
//!
//! A list is always complete: whoever it does not name any more is removed. It is therefore read
//! twice. The first reading only looks: which lines cannot be used, and how many people would
//! vanish. The second one hands batches to the [`Intake`](super::intake::Intake), each in a
//! transaction of its own, so that a killed import is finished by the next one.
//!
//! - `entry`: one person, from the words of the columns;
//! - `csv_list`, `json_list`: where the words come from;
//! - `list`: a file as a sequence of numbered entries;
//! - `survey`, `write`: the two readings.
mod csv_list;
mod entry;
mod json_list;
mod list;
mod survey;
#[cfg(test)]
mod tests;
mod write;

pub use crate::rows::Format;
pub use entry::{Entry, Listed, Reject};
pub use list::{List, ListError, Numbered};
pub use survey::Rejected;
pub use write::{Import, ImportError, Outcome};

pub(super) use entry::bare;
pub(super) use survey::digest;

use std::io::{self, Read};

/// Opens a list from its beginning, once for each reading.
pub type Open<'a> = &'a (dyn Fn() -> io::Result<Box<dyn Read + Send>> + Sync);
