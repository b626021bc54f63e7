//! The people of the installation, as those who run it see them: find somebody, see what is known
//! and from where, make two accounts one person's and undo that, end a session.
//!
//! What it shows is the identity core's; nothing is kept here.
mod act;
mod departed;
mod erasing;
mod erasing_page;
mod jobs;
mod joining;
mod journal;
mod pages;
mod person;
mod roles;
mod routes;
mod search;
mod seeing;
pub mod store;
mod taking;

pub use departed::{EraseDeparted, Leaving};
pub use erasing::{CleanTombstones, ErasePerson, Eraser, Wish};
pub use jobs::{GiveRoles, follow_map};
pub use journal::{Erased, Journal};
pub use pages::{
    AccountRow, BelongsRow, GrantRow, Join, LinkRow, People, PersonPage, PersonRow, RecordRow,
    SessionRow, Side,
};
pub use pages::{AskErase, AskRole, AskSeeing, HeldRow, RoleRow, Roles};
pub use routes::routes;
pub use store::{Found, Order, Search, find_people};
pub use taking::taken;
