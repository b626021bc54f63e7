//! `/cards/office/statistics`: what the office did and has before it, as bars with their tables (17).
//! All of it is sums that the database makes (decision 0030); nothing is kept.
mod asking;
mod gathering;
mod showing;
mod store;

pub mod pages;

pub(super) use showing::{csv, show};
