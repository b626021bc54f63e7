//! Coming in and going out, through HTTP.
mod accounts;
mod asked_again;
mod budgets;
mod by_saml;
mod cas_hostile;
mod cookies;
mod crowds;
mod discovery;
mod door;
mod flood;
mod joining;
mod lemonldap;
mod sessions;
mod stuffing;
mod upstream;
mod upstream_hostile;
