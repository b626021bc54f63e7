//! The demonstration: made-up people, schools and zones on the production code paths, and two
//! portals inside the program that are real SAML service providers (D5).
mod academic;
pub mod colleagues;
pub mod pages;
pub mod people;
mod portal;
mod routes;
mod stage;
mod start;

pub use routes::routes;
pub use stage::{Setup, Stage, build, configure, run};
