//! Who may do what with rolls (2): the [table](crate::rights) of roles, held against one séance.
use super::refusal::RollRefusal;
use super::store::{self, Seance, Within};
use crate::db::Tx;
use crate::identity::{PersonId, SignedIn};
use crate::rights::{Grants, Permission, Reach, Scope};
use crate::web;

/// What one person may do.
#[derive(Debug, Clone)]
pub(super) struct May {
    person: PersonId,
    grants: Grants,
}

/// What one person may do on one séance.
#[expect(clippy::struct_excessive_bools, reason = "each is a right of its own")]
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Over {
    /// Look at its roll.
    pub sees: bool,
    /// Call it: open, mark, close.
    pub calls: bool,
    /// Make it, and say that it does not take place.
    pub plans: bool,
    /// Look after it when it is not one's own, or when the teacher's time is over.
    pub tends: bool,
    /// End it for good.
    pub locks: bool,
}

impl May {
    pub(super) fn of(who: &SignedIn) -> Self {
        Self::new(who.id(), who.grants.clone())
    }

    pub(super) fn new(person: PersonId, grants: Grants) -> Self {
        Self { person, grants }
    }

    /// Whether they may do it anywhere.
    pub(super) fn anywhere(&self, permission: Permission) -> bool {
        self.grants.may(permission)
    }

    /// Where they may do it; nowhere is refused.
    pub(super) fn within(&self, permission: Permission) -> web::Result<Within> {
        let reach = self.grants.reach(permission).ok_or(RollRefusal::Forbidden)?;
        Ok(Within::of(&reach))
    }

    /// What they may do on a séance. Teachers and invigilators keep to their own.
    pub(super) async fn over(&self, tx: &mut Tx, here: &Seance) -> sqlx::Result<Over> {
        let mut scopes = vec![Scope::Installation, Scope::School(here.rne.clone())];
        let codes = store::programmes_of(tx, here.id).await?;
        scopes.extend(codes.iter().filter_map(|code| Scope::programme(&here.rne, code)));
        let holds = |permission| match self.grants.reach(permission) {
            Some(Reach::All) => true,
            Some(reach) => scopes.iter().any(|scope| reach.covers(scope)),
            None => false,
        };
        let is_own = store::is_teacher(tx, here.id, self.person).await?;
        let tends = holds(Permission::DecideAbsences);
        Ok(Over {
            sees: holds(Permission::SeeRoll) && (is_own || holds(Permission::SeeAttendance)),
            calls: holds(Permission::CallRoll) && (is_own || tends),
            plans: holds(Permission::PlanRoll) && (is_own || tends),
            tends,
            locks: holds(Permission::LockPeriods),
        })
    }
}

impl Over {
    /// Refuse whoever may not.
    pub(super) fn must(it_is: bool) -> web::Result<()> {
        if it_is { Ok(()) } else { Err(RollRefusal::Forbidden.into()) }
    }
}
