//! The doors: how people come in, and how we vouch for them.
//!
//! People sign in with a password that a directory checks ([`routes()`]); wrong ones cost a little
//! more each time but never lock anybody out ([`budget`]). [`saml`] speaks to the partners that
//! trust us.
mod browser;
pub mod budget;
mod budget_keeper;
mod door;
mod entry;
mod floodgate;
mod key_ring;
pub mod pages;
mod routes;
pub mod saml;
mod sessions;
mod sign_in;
mod sign_out;
mod signing_key;
pub mod store;

pub use floodgate::Floodgate;
pub use key_ring::{KeyRing, KeyRingError, SigningKeys};
pub use routes::routes;
pub use sign_in::SignInSettings;
pub use signing_key::new_signing_key;
