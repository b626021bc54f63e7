//! How a person stands before dispatch: where they belong, and what orders their schools.
use super::Order;
use crate::db::Tx;
use crate::identity::affiliation::merge;
use crate::identity::sources::{Directories, Role};
use crate::identity::store::{self, StoredAccount};
use crate::identity::{Affiliation, PersonId, Rne};
use chrono::{DateTime, Utc};

/// A person, as far as dispatch is concerned.
#[derive(Debug, Clone)]
pub struct Standing {
    /// One per (school, profile).
    pub affiliations: Vec<Affiliation>,
    /// Accounts, the one that names the person first.
    pub accounts: Vec<StoredAccount>,
    /// What orders the schools; the remembered choice is the caller's.
    pub order: Order,
    /// Known to a directory of agents: the academic portal is for them.
    pub is_agent: bool,
}

impl Standing {
    /// How a person stands now.
    pub async fn read(
        tx: &mut Tx,
        directories: &Directories,
        person: PersonId,
        now: DateTime<Utc>,
    ) -> sqlx::Result<Self> {
        let accounts = store::accounts_of(tx, person).await?;
        let affiliations = store::affiliations_of(tx, person, now).await?;
        let last = store::last_choice(tx, person).await?.and_then(|rne| Rne::parse(&rne).ok());
        let role = |account: &StoredAccount| directories.get(&account.source).map(|it| it.role);
        let is_agent = accounts.iter().any(|account| role(account) == Some(Role::Agents));
        // The first account that names one counts.
        let current = accounts.iter().find_map(|account| account.current_rne.clone());
        let main = accounts.iter().find_map(|account| account.main_rne.clone());
        let order = Order { current, main, last, ..Order::default() };
        Ok(Self { affiliations: merge(affiliations), accounts, order, is_agent })
    }

    /// Labels of the directories that know the person.
    pub fn source_labels(&self, directories: &Directories) -> Vec<String> {
        let label =
            |name: &str| directories.get(name).map_or(name, |source| &source.label).to_owned();
        let mut labels: Vec<String> = self.accounts.iter().map(|a| label(&a.source)).collect();
        labels.dedup();
        labels
    }

    /// The codes of all schools, in the order of the affiliations.
    pub fn schools(&self) -> Vec<Rne> {
        let mut schools: Vec<Rne> = Vec::new();
        for affiliation in &self.affiliations {
            if !schools.contains(&affiliation.rne) {
                schools.push(affiliation.rne.clone());
            }
        }
        schools
    }
}
