//! A directory that speaks LDAP.
//!
//! [`LdapSource`] is the face; the rest is behind it: [`LdapSettings`] (checked once, SEC-34),
//! `filter` (the only place that builds filters, SEC-32), `wanted` (what is asked for and what
//! is never kept), `entry` (answers that may be hostile), `connection` and `server` (one shared
//! connection for questions, a fresh one for each password), `servers` (failover), `gate` and
//! `circuit` (how much a slow or dead directory may cost), `known` (schools named elsewhere in
//! the tree), `everyone` (the whole directory, page by page), `bulk` (look-ups for all of them) and `writing`
//! ([`LdapWriter`]: values that are written into an entry).
mod address;
mod bulk;
mod check;
mod circuit;
mod connection;
mod entry;
mod everyone;
mod filter;
mod gate;
mod known;
mod query;
mod server;
mod servers;
mod settings;
mod source;
mod tls;
mod wanted;
mod writing;

pub use bulk::Atlases;
pub use everyone::{Everyone, Seen};
pub use servers::ServerHealth;
pub use settings::LdapSettings;
pub use source::LdapSource;
pub use wanted::wanted as kept_attributes;
pub use writing::{Change, LdapWriter, Said, Standing, Writing, may_write};
