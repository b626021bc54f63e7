//! How an account that is known, or of which somebody hears for the first time, is written down:
//! the one way for signing in and for the sync (D31).
use super::formats::Reading;
use super::store::{self, LinkKey};
use super::{Account, PersonId};
use crate::config::LinkRule;
use crate::db::Tx;
use chrono::{DateTime, Utc};
use openssl::sha::sha256;
use uuid::Uuid;

/// Values of one attribute by which accounts are joined, at most.
const MOST_KEYS: usize = 20;
/// Longest of them, in bytes.
const LONGEST_KEY: usize = 256;

/// What a source says of an account.
#[derive(Debug, Clone, Copy)]
pub struct Told<'a> {
    /// As it names and describes it.
    pub account: &'a Account,
    /// The highest names the person.
    pub priority: i64,
    /// What was read out of it; `None` while the directory does not say all of it.
    pub reading: Option<&'a Reading>,
    /// `[link:NAME]`
    pub links: &'a [LinkRule],
}

impl Told<'_> {
    /// SHA-256 of all that would be written.
    pub fn digest(&self) -> Vec<u8> {
        let Account { source_id, login, attributes, .. } = self.account;
        let reading = self.reading.map(|it| {
            let found = it.findings.iter().map(|it| (it.code, &it.subject, &it.detail));
            (&it.affiliations, &it.current, &it.main, found.collect::<Vec<_>>())
        });
        let keys = self.keys(Uuid::nil());
        let keys: Vec<_> = keys.iter().map(|key| (&key.attribute, &key.value)).collect();
        let whole = (source_id, login, self.priority, attributes, reading, keys);
        // Texts, numbers and lists of them can always be written.
        sha256(&serde_json::to_vec(&whole).unwrap_or_default()).to_vec()
    }

    /// The values by which rules join the account.
    pub fn keys(&self, account: Uuid) -> Vec<LinkKey> {
        let rules = self.links.iter().filter(|rule| rule.sources.contains(&self.account.source));
        let values = rules.flat_map(|rule| {
            let values = self.account.attributes.all(&rule.attribute).iter().take(MOST_KEYS);
            values.map(|value| (rule.attribute.to_ascii_lowercase(), value.trim().to_lowercase()))
        });
        let mut keys: Vec<LinkKey> = values
            .filter(|(_, value)| !value.is_empty() && value.len() <= LONGEST_KEY)
            .map(|(attribute, value)| LinkKey { account, attribute, value })
            .collect();
        keys.sort();
        keys.dedup();
        keys
    }
}

/// What became of an account that was told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kept {
    /// Our name for it.
    pub account: Uuid,
    /// Whose it is.
    pub person: PersonId,
    /// They belong elsewhere from now on, which is for the caller to note.
    pub belongs_elsewhere: bool,
}

/// Write what is told of an account that is `known`, or is new and of this person. A known one may
/// be somebody else's by now, and what its source said later than `now` stands.
pub async fn keep(
    tx: &mut Tx,
    (person, known): (PersonId, Option<Uuid>),
    told: &Told<'_>,
    now: DateTime<Utc>,
) -> sqlx::Result<Kept> {
    let (account, priority) = (told.account, told.priority);
    let (id, person, returned) = match known {
        Some(id) => {
            let held = store::hold_account(tx, id).await?;
            let returned = held.ended_at.is_some();
            if !returned && held.read_at > now {
                // Somebody who read it later was faster.
                return Ok(Kept { account: id, person: held.person, belongs_elsewhere: false });
            }
            if returned {
                store::revive_affiliations(tx, id).await?;
            }
            store::update_account(tx, id, account, priority, now).await?;
            (id, held.person, returned)
        }
        None => (store::insert_account(tx, person, account, priority, now).await?, person, false),
    };
    let keys = told.keys(id);
    if store::link_keys_of(tx, id).await? != keys {
        store::replace_link_keys(tx, &[id], &keys).await?;
    }
    let mut belongs_elsewhere = returned;
    if let Some(reading) = told.reading {
        belongs_elsewhere |= store::keep_reading(tx, id, person, reading, now).await?;
        store::seal_account(tx, id, &told.digest()).await?;
    }
    Ok(Kept { account: id, person, belongs_elsewhere })
}
