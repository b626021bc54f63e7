//! The doors: how people come in, and how we vouch for them.
//!
//! People sign in with a password that a directory checks ([`routes()`]); wrong ones cost a little
//! more each time but never lock anybody out ([`budget`]). [`saml`] speaks to the partners that
//! trust us.
mod accounts;
pub mod applications;
mod browser;
pub mod budget;
mod budget_keeper;
mod carried;
mod computed;
mod door;
mod entry;
mod facts;
mod farewell;
pub mod federation;
mod floodgate;
mod forgetting;
mod held;
mod jobs;
mod key_ring;
pub mod pages;
mod routes;
pub mod saml;
mod sessions;
mod sign_in;
mod signing_key;
mod source;
pub mod store;
mod upstream;
mod ways_in;

pub use carried::Carried;
pub use computed::Computed;
pub use facts::Facts;
pub use farewell::say as tell_applications;
pub use federation::{Federation, Federations};
pub use floodgate::Floodgate;
pub use forgetting::forget_tries;
pub use held::HELD;
pub use jobs::{CleanSessions, CleanSignIn};
pub use key_ring::{KeyRing, KeyRingError, SigningKeys};
pub use routes::routes;
pub use sessions::{Sweep, end_sessions};
pub use sign_in::{SignInPage, SignInSettings, show_sign_in, submit_sign_in};
pub use signing_key::new_signing_key;
pub use source::{Source, Step};
pub use upstream::{
    AskAgain, Asking, Discovery, Grants, SamlParty, ServiceProvider, Upstreams,
    findings as upstream_findings,
};
