//! Coming in and going out, through HTTP.
mod accounts;
mod budgets;
mod cookies;
mod crowds;
mod door;
mod flood;
mod sessions;
mod stuffing;
mod upstream;
mod upstream_hostile;
