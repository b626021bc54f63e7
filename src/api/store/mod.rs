//! Tables `api_token` and `idempotency_key`.
mod once;
mod token;

pub use once::{Kept, begin, clean, find, keep};
pub use token::{by_hash, insert, list, revoke, touch};
