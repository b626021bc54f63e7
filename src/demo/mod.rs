//! The demonstration: made-up people, schools and zones on the production code paths, and two
//! portals inside the program that are real SAML service providers (D5).
mod academic;
mod application;
mod cards;
mod certificate;
pub mod colleagues;
mod crowd;
mod encoder;
mod farewell;
mod list;
mod mailroom;
mod opening;
pub mod pages;
pub mod people;
mod portal;
mod provider;
mod roll;
mod routes;
mod search;
pub mod services;
mod stage;
mod start;

pub use certificate::Certificate;
pub use crowd::bring_in;
pub use opening::{Setup, build, configure, run};
pub use routes::routes;
pub use stage::Stage;
