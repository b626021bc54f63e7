//! Cards that cost something, paid at Paybox by the browser of their holder (decision 0038).
//!
//! [`order`] is the form that the browser carries there, [`answer`] what Paybox calls back with; both are
//! pure. An order is a row before anybody sees it; only a signed callback makes it a payment, and a request
//! for a card uses it up in its own transaction. Of what browsers carry back only what Paybox signed is believed.
mod acts;
pub mod answer;
mod callback;
mod cleaning;
mod office;
pub mod order;
mod own;
pub mod pages;
pub mod store;
mod till;

pub use cleaning::CleanPayments;
pub use till::Till;

pub(super) use callback::hear;
pub(super) use office::{csv, list, refund};
pub(super) use own::{back, fact, order as make_order, show};
