//! What other programs use: REST below `/api/v1`, with tokens and scopes.
//!
//! - `scope`: what tokens may do, the one list; `routes`: every operation with its scope, the other;
//! - `token`, `desk`, `store`: tokens, making and revoking them;
//! - `door`, `caller`: nobody comes in without a token that has the scope;
//! - `fields`, `listing`, `once`, `answer`, `problem`: what comes, what goes, lists in parts, acts that
//!   happen once;
//! - `resources`: people, schools, jobs, …, one file each;
//! - `document`, `reference`: `OpenAPI` 3.1, and the same as a page;
//! - `own`: what our own scripts ask with the cookie of a session;
//! - `admin`, `pages`: the tokens in the administration; `jobs`: cleaning.
//!
//! Standards: RFC 6750 (bearer tokens), RFC 9457 (problems), `OpenAPI` 3.1.
mod admin;
mod answer;
mod caller;
mod card_services;
mod desk;
mod document;
mod door;
mod fields;
mod jobs;
mod listing;
mod once;
mod own;
pub mod pages;
mod problem;
mod reference;
mod resources;
mod routes;
mod scope;
mod stations;
pub mod store;
mod token;

pub use caller::{Budget, Caller};
pub use desk::{Desk, MakeError};
pub use document::document;
pub use door::{Operation, gate};
pub use jobs::CleanAnswers;
pub use reference::described;
pub use routes::{operations, routes};
pub use scope::Scope;
pub use token::{ApiToken, Grant, GrantError, words};
