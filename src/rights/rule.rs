//! What a path asks of whoever comes. There is no path without one: nothing can be mounted without.
use super::Permission;

/// Who may come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// Everybody, signed in or not.
    Public,
    /// Everybody; whoever is signed in may leave with our word to a partner.
    Vouching,
    /// Programs of partners, who prove themselves by what their protocol knows: addresses, tokens,
    /// signatures, keys.
    Partner,
    /// Whoever is signed in, for what is their own.
    Own,
    /// Whoever may do this, be it on one school only.
    May(Permission),
    /// Programs with a token that has this scope.
    Token(&'static str),
}
