//! Whom rules join: `[link:NAME]` for many accounts at once (D24).
use crate::config::LinkRule;
use crate::db::Tx;
use crate::identity::sources::rule_target;
use crate::identity::store::{self, KeyHolder};
use crate::identity::{Account, PersonId};
use std::collections::HashMap;
use uuid::Uuid;

/// Somebody with an account elsewhere who is the same human being.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Partner {
    pub(super) person: PersonId,
    /// Their account in the other source.
    pub(super) account: Uuid,
    pub(super) rule: String,
}

/// The partner of each of these accounts of `source` that has one, by the first rule that finds it.
pub(super) async fn partners(
    tx: &mut Tx,
    rules: &[LinkRule],
    source: &str,
    accounts: &[(Uuid, &Account)],
) -> sqlx::Result<HashMap<Uuid, Partner>> {
    let mut found = HashMap::new();
    for rule in rules {
        let wanted: Vec<(Uuid, &str, String)> = accounts
            .iter()
            .filter_map(|(id, account)| {
                let (other, value) = rule_target(rule, source, &account.attributes)?;
                Some((*id, other, value.to_lowercase()))
            })
            .collect();
        if wanted.is_empty() {
            continue;
        }
        let mut claims: HashMap<&str, usize> = HashMap::new();
        for (.., value) in &wanted {
            *claims.entry(value).or_default() += 1;
        }
        let values: Vec<String> = claims.keys().map(|value| (*value).to_owned()).collect();
        let mut holders: HashMap<String, Vec<KeyHolder>> = HashMap::new();
        for holder in store::key_holders(tx, &rule.attribute, &values).await? {
            holders.entry(holder.value.clone()).or_default().push(holder);
        }
        for (id, other, value) in &wanted {
            let is_alone = claims.get(value.as_str()) == Some(&1);
            let holders = holders.get(value).filter(|_| is_alone);
            if let Some(holder) = holders.and_then(|it| only_one(it, (*id, source, other))) {
                let (person, account) = (holder.person, holder.account);
                let partner = Partner { person, account, rule: rule.name.clone() };
                found.entry(*id).or_insert(partner);
            }
        }
    }
    Ok(found)
}

/// Two people with one address, on either side: the rule cannot tell which, so it joins neither.
fn only_one<'h>(
    holders: &'h [KeyHolder],
    (id, own, other): (Uuid, &str, &str),
) -> Option<&'h KeyHolder> {
    if holders.iter().any(|holder| holder.source == own && holder.account != id) {
        return None;
    }
    let mut others = holders.iter().filter(|holder| holder.source == other);
    let first = others.next()?;
    others.next().is_none().then_some(first)
}
