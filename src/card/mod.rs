//! The card office: from the request to the day the chip is destroyed (decision 0033).
//!
//! Rules are pure: [`state`] says where a card may go and by whom, [`asking`] who may ask for one,
//! [`validity`] what its time makes of it, [`holder`] what accounts say, [`escn`] how European numbers
//! read. The state of a card changes in one place, `Desk::enter`: a way of the table, one conditional
//! write with its history. People come to it through [`Desk::lead`], which asks for circumstances
//! besides; stations, time and whoever asks again come by acts of their own. Nothing here waits for
//! another service.
mod acts;
mod cleaning;
mod delivering;
mod desk;
pub(crate) mod export;
pub mod figures;
mod following;
mod held;
mod naming;
mod office;
mod own;
mod photos;
mod pieces;
mod programs;
mod refusal;
mod requesting;
mod routes;
mod scanning;
mod shown;
mod warning;

pub mod asking;
pub mod code;
pub mod csn;
pub mod escn;
pub mod holder;
pub mod identifiers;
pub mod pages;
pub mod payment;
pub mod portrait;
pub mod printing;
pub mod services;
pub mod state;
pub mod stop;
pub mod store;
pub mod validity;

pub use acts::Step;
pub use cleaning::{CleanPhotos, ForgetCards};
pub use desk::{Desk, Hand};
pub use following::FollowHolders;
pub use held::HELD;
pub use programs::Asked;
pub use refusal::CardRefusal;
pub use requesting::{Applicant, Wish};
pub use routes::routes;
pub use scanning::ScanPhotos;
