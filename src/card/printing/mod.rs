//! Printing in batches (14, decision 0036): cards that were checked go together, what stands on them is
//! frozen, and somebody says which came out well.
//!
//! [`Design`] is how cards look, [`Said`] what one says, `drawing` makes pages of both. The file is made
//! anew whenever it is asked for, as long as a card of the batch waits; none is kept.
pub(super) mod acts;
mod drawing;
pub(super) mod office;
mod said;
pub(super) mod taking;

pub mod design;
pub mod pages;
pub mod store;

pub use acts::Chosen;
pub use design::{Design, Kind};
pub use drawing::{Face, pdf};
pub use said::Said;
