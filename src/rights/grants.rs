//! What one person was given, and what that lets them do.
use super::{Permission, Role, Scope, ScopeKind};
use crate::identity::Rne;
use std::collections::BTreeSet;

/// A role on a scope.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Grant {
    /// The role.
    pub role: Role,
    /// On what.
    pub scope: Scope,
}

/// Everything that one person was given.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Grants(Vec<Grant>);

/// How far somebody may go with one permission.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reach {
    /// Everywhere.
    All,
    /// On these only: never empty, all of the kind on which the permission is checked, or schools
    /// where that is a programme.
    Only(BTreeSet<Scope>),
}

impl Reach {
    /// The schools to keep to; `None`: every one.
    pub fn schools(&self) -> Option<Vec<&Rne>> {
        let Self::Only(scopes) = self else { return None };
        Some(scopes.iter().filter_map(Scope::school).collect())
    }

    /// Whether it reaches this.
    pub fn covers(&self, scope: &Scope) -> bool {
        match self {
            Self::All => true,
            Self::Only(scopes) => scopes.contains(scope),
        }
    }
}

impl FromIterator<Grant> for Grants {
    fn from_iter<I: IntoIterator<Item = Grant>>(grants: I) -> Self {
        Self(grants.into_iter().collect())
    }
}

impl Grant {
    /// Read what a table or a command says; `None`: no such role, or not there.
    pub fn parse(role: &str, scope_kind: &str, scope: &str) -> Option<Self> {
        Self::new(Role::parse(role)?, Scope::from_parts(scope_kind, scope)?)
    }

    /// A role on a scope; `None`: it cannot be given there.
    pub fn new(role: Role, scope: Scope) -> Option<Self> {
        role.kinds().contains(&scope.kind()).then_some(Self { role, scope })
    }

    /// How far this one goes with a permission.
    fn reach(&self, permission: Permission) -> Option<Reach> {
        if !self.role.permissions().contains(&permission) {
            return None;
        }
        let kind = self.scope.kind();
        let checked = permission.checked_on();
        // Whoever looks after a school looks after its programmes.
        let holds =
            kind == checked || (kind == ScopeKind::School && checked == ScopeKind::Programme);
        match kind {
            ScopeKind::Installation => Some(Reach::All),
            _ if holds => Some(Reach::Only([self.scope.clone()].into())),
            _ => None,
        }
    }
}

impl Grants {
    /// How far this person may go with a permission; `None`: not at all.
    pub fn reach(&self, permission: Permission) -> Option<Reach> {
        let reaches = self.0.iter().filter_map(|grant| grant.reach(permission));
        reaches.reduce(|one, other| match (one, other) {
            (Reach::Only(mut scopes), Reach::Only(more)) => {
                scopes.extend(more);
                Reach::Only(scopes)
            }
            _ => Reach::All,
        })
    }

    /// Whether this person may do it, be it in one school only.
    pub fn may(&self, permission: Permission) -> bool {
        self.reach(permission).is_some()
    }

    /// Whether somebody has a role, anywhere.
    pub fn has(&self, role: Role) -> bool {
        self.0.iter().any(|grant| grant.role == role)
    }

    /// Each of them.
    pub fn iter(&self) -> impl Iterator<Item = &Grant> {
        self.0.iter()
    }
}
