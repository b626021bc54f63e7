//! The feature: which school, and the way into its portal.
//!
//! Two outputs that never mix: the school code of a person leads to the **school portal**
//! ([`Schools`], read from `etabs.ini`); the network of the client leads to the **academic portal**
//! ([`Zones`], read from `portails.ini`). A [`Destination`] is a school portal that belongs to one
//! person, and [`decide`] says whether to go there at once, to ask, or to explain why not.
//! [`Files`] keeps all of it in step with the disk.
mod admin;
mod answering;
mod answers;
mod api;
mod choice;
pub mod collation;
mod continued;
mod decision;
mod desk;
mod destination;
pub mod explain;
mod explained;
mod facts;
mod federate;
pub mod files;
mod journey;
mod leaving;
pub mod lint;
pub mod pages;
mod partners;
mod portal_url;
mod received;
mod reloading;
pub mod remembered;
mod report;
mod request;
mod routes;
mod schools;
mod service;
pub mod shared;
mod standing;
mod trail;
mod view_data;
mod vouching;
mod zones;

pub use decision::{Decision, Outcome, Refusal, Settings, Situation, decide, did_you_mean};
pub use destination::{Destination, Order, State, destinations};
pub use facts::About;
pub use files::{Files, Snapshot};
pub use leaving::{Exit, Onward, ask_to_sign_out, leave, sign_out};
pub use partners::{PartnerBook, PartnerPlaces};
pub use portal_url::{PortalUrl, PortalUrlError};
pub use reloading::{Asker, Reloaded, Reloader};
pub use remembered::Choice;
pub use routes::routes;
pub use schools::{Protocol, School, Schools};
pub use service::{Book, Dispatcher, View, Wish};
pub use standing::Standing;
pub use vouching::Vouching;
pub use zones::{Mfa, Zone, Zones};
