//! Who may do what with rolls: the one place that says so (2).
//!
//! Whoever teaches in a school calls the rolls of their own séances; school life and the head look
//! after all of that school; administrators after everything.
use super::refusal::RollRefusal;
use super::store::{self, Seance};
use crate::db::Tx;
use crate::identity::{PersonId, Profile, Rne, SignedIn};
use crate::web;
use chrono::{DateTime, Utc};

/// What one person may do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct May {
    person: Option<PersonId>,
    everywhere: bool,
    teaches: Vec<Rne>,
    tends: Vec<Rne>,
}

impl May {
    /// What somebody may do now.
    pub(super) async fn of(tx: &mut Tx, who: &SignedIn, now: DateTime<Utc>) -> sqlx::Result<Self> {
        let belongs = crate::identity::store::affiliations_of(tx, who.id(), now).await?;
        let schools = |profiles: &[Profile]| -> Vec<Rne> {
            let is_meant = belongs.iter().filter(|it| profiles.contains(&it.profile));
            let mut schools: Vec<Rne> = is_meant.map(|it| it.rne.clone()).collect();
            schools.sort_unstable();
            schools.dedup();
            schools
        };
        Ok(Self {
            person: Some(who.id()),
            everywhere: who.is_admin,
            teaches: schools(&[Profile::Teacher]),
            tends: schools(&[Profile::Head, Profile::SchoolLife]),
        })
    }

    /// Whether they call rolls of their own anywhere.
    pub(super) fn teaches(&self) -> bool {
        !self.teaches.is_empty()
    }

    /// Whether they look after the rolls of others anywhere.
    pub(super) fn tends(&self) -> bool {
        self.everywhere || !self.tends.is_empty()
    }

    /// Schools whose rolls they look after; `None`: every one.
    pub(super) fn tended(&self) -> Option<&[Rne]> {
        (!self.everywhere).then_some(self.tends.as_slice())
    }

    /// Schools in which they may make séances; `None`: every one.
    pub(super) fn planned(&self) -> Option<Vec<Rne>> {
        (!self.everywhere).then(|| [self.teaches.as_slice(), &self.tends].concat())
    }

    /// Make séances in a school.
    pub(super) fn plan(&self, rne: &Rne) -> web::Result<()> {
        let is_theirs = self.everywhere || self.teaches.contains(rne) || self.tends.contains(rne);
        self.so(is_theirs)
    }

    /// Look after the rolls of a school.
    pub(super) fn tend(&self, rne: &Rne) -> web::Result<()> {
        self.so(self.everywhere || self.tends.contains(rne))
    }

    /// See and call the roll of a séance: one's own, or one that is looked after.
    pub(super) async fn call(&self, tx: &mut Tx, seance: &Seance) -> web::Result<()> {
        if self.tend(&seance.rne).is_ok() {
            return Ok(());
        }
        let Some(person) = self.person else { return self.so(false) };
        let is_own = store::is_teacher(tx, seance.id, person).await?;
        self.so(is_own && self.teaches.contains(&seance.rne))
    }

    #[expect(clippy::unused_self, reason = "reads as what it says")]
    fn so(&self, it_is: bool) -> web::Result<()> {
        if it_is { Ok(()) } else { Err(RollRefusal::Forbidden.into()) }
    }
}
