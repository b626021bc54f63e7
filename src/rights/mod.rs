//! Who may do what, and where: one list of [`Role`]s, one table of [`Permission`]s, and the [`Rule`]
//! that every path names where it is mounted (D33, SEC-97).
//!
//! All of it is pure. What is not in the table is forbidden. Who was given which role stands in the
//! database; the door before each handler is [`crate::identity::door`].
mod grants;
mod permission;
mod role;
mod rule;
mod table;

pub use grants::{Grant, Grants, Reach};
pub use permission::Permission;
pub use role::{Role, Scope, ScopeKind};
pub use rule::Rule;

#[cfg(test)]
mod tests;
