//! The people of the installation, as those who run it see them: find somebody, see what is known
//! and from where, make two accounts one person's and undo that, end a session.
//!
//! What it shows is the identity core's; nothing is kept here.
mod joining;
pub mod listing;
mod pages;
mod person;
mod routes;
mod search;
pub mod store;

pub use pages::{
    AccountRow, BelongsRow, Join, LinkRow, People, PersonPage, PersonRow, RecordRow, SessionRow,
    Side,
};
pub use routes::routes;
pub use store::{Found, find_people};
