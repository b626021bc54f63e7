//! Justifications: a student says why, shows papers, and the secretariat decides (10.3, 10.4).
//!
//! A justification is written as a [`state::State::Draft`], gets its papers one by one, and is sent: then
//! it is about every absence of its days. Nothing is excused before somebody decides. What a paper is
//! says its content alone ([`paper`]); it lies sealed in a [`Vault`](crate::uploads::Vault).
mod acts;
mod exempting;
mod jobs;
mod office;
mod own;
mod refusal;
mod routes;
mod scanning;
mod serving;
mod setup;
mod shown;
pub(super) mod upload;

pub mod pages;
pub mod paper;
pub mod reason;
pub mod state;
pub mod store;

pub use acts::Decision;
pub use jobs::CleanPapers;
pub use refusal::ExcuseRefusal;
pub use routes::routes;
pub use scanning::ScanPapers;

use super::own::first_of_august;
