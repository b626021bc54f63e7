//! Lookup: any Nextcloud finds any colleague while the name is typed.
//!
//! - `words`: how names are folded and cut into words, for the index and for what is typed;
//! - `changes`: what the change log says behind a place in it;
//! - `index`: the copy of the listed records that is searched, and how it follows the change log;
//! - `directory`: one search, from the request to the hits, with what the asker may see;
//! - `access`: who asks, what they may ask and how much;
//! - `intake`: everything that writes records: pushes, signed messages, imports, sweeps;
//! - `protocol`: what Nextcloud servers say and hear;
//! - `import`: people from CSV and JSON lines; `people`: those of our own directories;
//! - `admin`, `own`, `setup`: pages for administrators, for everybody, for Nextcloud operators
//!   (`routes`, `pages`, and `said`: how they say what tables hold);
//! - `parts`: all of it, opened once.
pub mod access;
mod admin;
mod changes;
pub mod conflict;
pub mod directory;
pub mod figures;
mod held;
pub mod import;
pub mod index;
pub mod intake;
mod jobs;
mod own;
pub mod pages;
mod parts;
mod people;
pub mod protocol;
mod routes;
mod said;
mod setup;
pub mod slow;
pub mod trial;
mod user_object;
pub mod words;

pub use admin::{step, trouble};
pub use held::HELD;
pub use jobs::SweepRecords;
pub use parts::Parts;
pub use people::{BringPeople, Bringer};
pub use routes::{Desk, routes};
pub use setup::base;
