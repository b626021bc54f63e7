//! Files that people send: read from a form, looked at, sealed, shown to a scanner for viruses.
//!
//! What a file may be, whose it is and how long it is kept says the feature that takes it; its row
//! stands before its file does.
mod entrance;
mod form;
mod nightly;
mod scanner;
mod vault;

pub mod picture;

pub use entrance::{Entrance, Place};
pub use form::{intake, plain_name, read, take};
pub use nightly::SCANNING;
pub use scanner::{Scan, Scanner};
pub use vault::{Vault, VaultError};

/// Why a file cannot be taken, whatever it was meant for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unfit {
    /// None was sent, or an empty one.
    Nothing,
    /// Too many bytes.
    Large,
    /// It breaks off, or is put together in an odd way.
    Broken,
    /// A picture of too many points.
    Pixels,
}
