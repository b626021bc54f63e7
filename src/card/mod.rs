//! The card office: from the request to the day the chip is destroyed (decision 0033).
//!
//! Rules are pure: [`state`] says where a card may go and by whom, [`asking`] who may ask for one,
//! [`validity`] what its time makes of it, [`holder`] what accounts say, [`escn`] how European numbers
//! read. [`Desk::lead`] is the one way by which a card changes, one conditional write with its
//! history. Nothing here waits for another service.
mod acts;
mod desk;
mod export;
mod held;
mod jobs;
mod office;
mod own;
mod photos;
mod refusal;
mod requesting;
mod routes;
mod shown;

pub mod asking;
pub mod csn;
pub mod escn;
pub mod holder;
pub mod pages;
pub mod portrait;
pub mod services;
pub mod state;
pub mod stop;
pub mod store;
pub mod validity;

pub use acts::Step;
pub use desk::{Desk, Hand};
pub use held::HELD;
pub use jobs::{CleanPhotos, FollowHolders, ScanPhotos};
pub use refusal::CardRefusal;
pub use requesting::{Applicant, Wish};
pub use routes::routes;
