//! The map from what directories say of people to rights: `[role:NAME]`, one rule a section (D33).
//!
//! A rule looks at one account at a time: its source, its attributes, where it belongs. Whatever the
//! rules give a person is theirs as long as an account says so, and not a moment longer than the
//! next reading of it. Rights that were given by hand are none of its business.
use super::granting::{self, By};
use super::store::{self, BY_HAND, Facts};
use super::{PersonId, Profile, Rne};
use crate::audit::Trace;
use crate::db::Tx;
use crate::rights::{Grant, Role, Scope};
use chrono::{DateTime, Utc};
use openssl::sha::sha256;
use std::collections::BTreeSet;
use std::sync::Arc;

/// `[role:NAME]`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleRule {
    /// NAME.
    pub name: String,
    /// What it gives.
    pub role: Role,
    /// On what.
    pub on: On,
    /// Sources whose accounts count; empty: any.
    pub sources: Vec<String>,
    /// What the account must be somewhere; empty: anything.
    pub profiles: Vec<Profile>,
    /// Codes of schools, or their beginnings, in which that counts; empty: any.
    pub schools: Vec<String>,
    /// An attribute that must have one of the values.
    pub attribute: Option<String>,
    /// Values, `*` at either end for anything.
    pub values: Vec<String>,
}

/// On what a rule gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum On {
    /// On each school where the account belongs as the rule says.
    EachSchool,
    /// On this, whoever it is.
    Fixed(Scope),
}

/// All rules; clones are the same map.
#[derive(Debug, Clone, Default)]
pub struct RoleMap(Arc<[RoleRule]>);

/// A right and the rule that gives it.
pub type Given = (Grant, String);

impl RoleRule {
    /// What it gives to whoever has this account.
    pub fn gives(&self, facts: &Facts) -> Vec<Grant> {
        let is_meant = self.sources.is_empty() || self.sources.contains(&facts.source);
        if !is_meant || !self.is_said_by(facts) {
            return Vec::new();
        }
        let counts = |(rne, profile): &&(Rne, Profile)| {
            let starts = |start: &String| rne.as_str().starts_with(start.as_str());
            (self.profiles.is_empty() || self.profiles.contains(profile))
                && (self.schools.is_empty() || self.schools.iter().any(starts))
        };
        let mut belongs = facts.belongs.iter().filter(counts);
        let role = self.role;
        match &self.on {
            On::EachSchool => {
                belongs.map(|(rne, _)| Grant { role, scope: Scope::School(rne.clone()) }).collect()
            }
            On::Fixed(scope) => {
                let asks_where = !self.profiles.is_empty() || !self.schools.is_empty();
                let is_due = !asks_where || belongs.next().is_some();
                is_due.then(|| Grant { role, scope: scope.clone() }).into_iter().collect()
            }
        }
    }

    fn is_said_by(&self, facts: &Facts) -> bool {
        let Some(attribute) = &self.attribute else { return true };
        let values = facts.attributes.all(attribute);
        let is_meant = |value: &str| self.values.iter().any(|it| fits(it, value));
        values.iter().any(|value| is_meant(value))
    }
}

/// Whether a value is what a pattern means; case counts for nothing, as in directories.
fn fits(pattern: &str, value: &str) -> bool {
    let (pattern, value) = (pattern.to_lowercase(), value.trim().to_lowercase());
    let starts_open = pattern.starts_with('*');
    let ends_open = pattern.len() > 1 && pattern.ends_with('*');
    let stem = pattern.trim_start_matches('*').trim_end_matches('*');
    match (starts_open, ends_open) {
        (false, false) => value == stem,
        (true, false) => value.ends_with(stem),
        (false, true) => value.starts_with(stem),
        (true, true) => value.contains(stem),
    }
}

impl RoleMap {
    /// A map of these rules.
    pub fn new(rules: Vec<RoleRule>) -> Self {
        Self(rules.into())
    }

    /// The rules, in file order.
    pub fn rules(&self) -> &[RoleRule] {
        &self.0
    }

    /// SHA-256 of all that can make a difference.
    pub fn digest(&self) -> Vec<u8> {
        sha256(format!("{:?}", self.0).as_bytes()).to_vec()
    }

    /// What somebody with these accounts is given.
    pub fn gives(&self, accounts: &[Facts]) -> BTreeSet<Given> {
        let by = |rule: &RoleRule| {
            let grants = accounts.iter().flat_map(|facts| rule.gives(facts));
            grants.map(|grant| (grant, rule.name.clone())).collect::<Vec<_>>()
        };
        self.0.iter().flat_map(by).collect()
    }

    /// Give these people what their accounts say now, and take what they do not say any more; how
    /// many rights changed. In the transaction of what made them change, so that nobody keeps a
    /// right for a moment longer than its reason.
    pub async fn apply(
        &self,
        tx: &mut Tx,
        people: &[PersonId],
        when: (&Trace, DateTime<Utc>),
    ) -> sqlx::Result<u64> {
        let mut changes = 0;
        for (person, given, due) in self.differing(tx, people, when.1).await? {
            for (grant, rule) in given.difference(&due) {
                let by = By::Rule(rule);
                changes += u64::from(granting::revoke(tx, person, grant, by, when).await?.is_ok());
            }
            for (grant, rule) in due.difference(&given) {
                let by = By::Rule(rule);
                changes += u64::from(granting::grant(tx, person, grant, by, when).await?.is_ok());
            }
        }
        Ok(changes)
    }

    /// Those of these people whose rights are not what the map says: what they have, what is due.
    pub async fn differing(
        &self,
        tx: &mut Tx,
        people: &[PersonId],
        now: DateTime<Utc>,
    ) -> sqlx::Result<Vec<(PersonId, BTreeSet<Given>, BTreeSet<Given>)>> {
        let mut people = people.to_vec();
        // Rows that several transactions write are taken in one order.
        people.sort_unstable();
        people.dedup();
        let given = store::mapped_grants(tx, &people).await?;
        if self.0.is_empty() && given.is_empty() {
            return Ok(Vec::new());
        }
        let facts = store::facts_of(tx, &people, now).await?;
        let mut differing = Vec::new();
        for person in people {
            let own = |it: &&store::StoredGrant| it.person == person && it.rule != BY_HAND;
            let given: BTreeSet<Given> =
                given.iter().filter(own).map(|it| (it.grant.clone(), it.rule.clone())).collect();
            let due = facts.get(&person).map(|facts| self.gives(facts)).unwrap_or_default();
            if given != due {
                differing.push((person, given, due));
            }
        }
        Ok(differing)
    }
}

#[cfg(test)]
mod tests;
