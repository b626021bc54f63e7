//! Coming in and going out, through HTTP.
mod accounts;
mod budgets;
mod cookies;
mod door;
mod sessions;
