//! What follows from writing accounts: people are named, have the rights that these give, and followers
//! hear of it.
use super::role_map::RoleMap;
use super::{PersonId, naming, store};
use crate::audit::Trace;
use crate::config::{Config, OwnerRule};
use crate::db::Tx;
use chrono::{DateTime, Utc};
use std::collections::{BTreeSet, HashSet};
use uuid::Uuid;

/// What follows from what.
#[derive(Debug, Clone, Copy)]
pub struct Following<'r> {
    /// `[role:NAME]`
    pub roles: &'r RoleMap,
    /// `[lookup] owner`
    pub owner: &'r [OwnerRule],
}

impl<'r> Following<'r> {
    /// As the configuration says.
    pub fn of(config: &'r Config) -> Self {
        Self { roles: &config.roles, owner: &config.lookup.owner }
    }
}

/// People whose accounts a transaction writes. Settling them is its last act, so that transactions
/// take rows in one order: accounts, people by number, their rights, and then the one row that counts changes, for
/// which everybody else who writes has to wait.
#[derive(Debug)]
#[must_use = "nobody is named and nothing is noted until it is settled"]
pub struct Touched {
    /// When all that happens.
    pub at: DateTime<Utc>,
    to_name: BTreeSet<PersonId>,
    changes: Vec<(Uuid, &'static str)>,
}

impl Touched {
    /// Nobody yet.
    pub fn at(at: DateTime<Utc>) -> Self {
        Self { at, to_name: BTreeSet::new(), changes: Vec::new() }
    }

    /// An account says something else of them: they may be called otherwise.
    pub fn rename(&mut self, person: PersonId) {
        self.to_name.insert(person);
    }

    /// Something else about them changed.
    pub fn note(&mut self, person: PersonId, kind: &'static str) {
        self.changes.push((person.0, kind));
    }

    /// Name them, give and take the rights that follow from their accounts, give them the records of
    /// servers that came before them, and note each change once; the number of the last one.
    pub async fn settle(
        self,
        tx: &mut Tx,
        rules: &Following<'_>,
        trace: &Trace,
    ) -> sqlx::Result<Option<i64>> {
        let Self { at, to_name, mut changes } = self;
        let noted = changes.iter().map(|(id, _)| PersonId(*id));
        let people: BTreeSet<PersonId> = to_name.iter().copied().chain(noted).collect();
        for person in to_name {
            if naming::name(tx, person, at).await? {
                changes.push((person.0, "person"));
            }
        }
        let people: Vec<PersonId> = people.into_iter().collect();
        rules.roles.apply(tx, &people, (trace, at)).await?;
        let noted: Vec<PersonId> = changes.iter().map(|(id, _)| PersonId(*id)).collect();
        let adopted = store::cloud::adopt_for(tx, &people, rules.owner).await?;
        let records = store::cloud::records_of_people(tx, &noted).await?;
        store::cloud::touch_changed(tx, &[records, adopted.clone()].concat(), at).await?;
        changes.extend(adopted.into_iter().map(|record| (record.0, "cloud")));
        let mut seen = HashSet::new();
        changes.retain(|change| seen.insert(*change));
        if changes.is_empty() {
            return Ok(None);
        }
        store::number_changes(tx, &changes, at).await.map(Some)
    }
}
