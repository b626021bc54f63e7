//! Keeps people in step with directories and lists: the one bulk writer of people (D31).
//!
//! A run reads its source once from end to end, page by page (`read`), compares each entry with
//! what is known by a digest, and puts what differs aside (`spool`). Only when everything was read,
//! and no more people would vanish than may, is anything written, in batches that are each whole in
//! themselves (`write`, `ending`). A run that is killed is simply made again.
//!
//! - `entry`: one person, or why an entry cannot be used; `shape`: which attributes are kept;
//! - `read`: where entries come from: files, a directory, a database; `batch`: what a program pushed;
//! - `survey`: the reading; `spool`: what it put aside;
//! - `write`, `links`, `ending`: the writing;
//! - `run`: a whole run; `act`: its deed; `lease`: one at a time; `store`: what is kept of runs;
//! - `due`, `keeper`: the timetable; `cleaning`: forgetting runs; `admin`, `tables`, `pages`: the pages.
mod act;
mod admin;
mod batch;
mod cleaning;
mod due;
mod ending;
mod entry;
mod error;
pub mod figures;
mod held;
mod keeper;
mod lease;
mod links;
mod outcome;
pub mod pages;
mod read;
mod routes;
mod run;
mod shape;
mod source;
mod spool;
pub mod store;
mod survey;
mod tables;
mod write;

pub use admin::{Desk, must_be_read};
pub use batch::{Batch, Pushed};
pub use cleaning::CleanRuns;
pub use entry::{Reject, Rejected};
pub use error::SyncError;
pub use held::HELD;
pub use keeper::keep;
pub use lease::LEASE;
pub use outcome::{Change, Counts, Difference, Progress};
pub use read::ReadError;
pub use routes::routes;
pub use run::{Also, Engine, Finished, Hidden, Mode, Order};
pub use shape::Shape;
pub use source::{Origin, SyncedSource, synced_sources};
