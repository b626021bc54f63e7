//! Everything a feature needs to speak HTTP.
pub mod assets;
pub mod body;
pub mod client;
pub mod client_ip;
pub mod cookies;
pub mod error;
pub mod error_pages;
pub mod form_key;
pub mod frame;
pub mod headers;
pub mod lang;
pub mod language;
pub mod origin;
pub mod page;
pub mod pages;
pub mod query;
pub mod redirect;
pub mod request_id;
pub mod resource;
pub mod start;
pub mod theme;

pub use client::Client;
pub use error::{Error, Refusal, Result};
pub use frame::Frame;
