//! The heart: people, the accounts by which directories know them, and where they belong.
//!
//! A [`Person`] has [`Account`]s (one for each directory that knows them) and [`Affiliation`]s
//! (school + profile, with the sources that said so). The other features refer to a person and
//! keep no names of their own.
pub mod affiliation;
pub mod arrival;
pub mod attributes;
pub mod cloud;
pub mod door;
pub mod formats;
pub mod granting;
pub mod joining;
pub mod keeping;
pub mod mapping;
mod naming;
pub mod password_rules;
pub mod person;
pub mod profile;
pub mod rne;
pub mod role_map;
pub mod session;
pub mod signed_in;
pub mod sources;
pub mod store;
pub mod token;
pub mod touched;

pub use affiliation::{Affiliation, Detail};
pub use attributes::Attributes;
pub use person::{Account, Person, PersonId};
pub use profile::{Profile, ProfileMap};
pub use rne::Rne;
pub use session::Session;
pub use signed_in::{MaybeSignedIn, SignedIn};
