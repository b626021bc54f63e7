//! What is printed: the letters of documents and their codes, for every feature that makes some.
pub mod fonts;
mod line;
pub mod qr;

pub use line::clean;
