//! A question to a directory.
use ldap3::Scope;

/// What to search, where, and what to bring.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Query {
    pub(super) base: String,
    pub(super) scope: Scope,
    pub(super) filter: String,
    pub(super) attributes: Vec<String>,
    /// Entries wanted; the directory may know more.
    pub(super) limit: usize,
}
