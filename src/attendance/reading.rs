//! Groups whose members a directory names (12.3). It is asked first, with nothing in hand; then one
//! transaction begins and ends memberships, from today on.
use super::calling::Hand;
use super::desk::Desk;
use super::refusal::RollRefusal;
use super::store::{self, Group, ReadingRow};
use crate::db::{Db, Tx};
use crate::identity::PersonId;
use crate::identity::sources::{Backend, LdapSource, SourceError};
use crate::web::{self, Error};
use chrono::{DateTime, Utc};
use serde::Serialize;
use sqlx::types::Json;
use std::collections::{BTreeSet, HashMap};
use std::time::Duration;
use tokio::time::timeout;

/// Longest reading of a group.
const LONGEST: Duration = Duration::from_mins(1);
/// Unknown people who are kept at most.
const UNKNOWN: usize = 500;

/// Whom the directory names.
pub struct Named {
    /// People of the school of the group.
    known: BTreeSet<PersonId>,
    /// Logins of the others, the first ones.
    unknown: Vec<String>,
    /// How many it names.
    found: usize,
}

/// What came of a reading, or would come of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GroupReading {
    /// Programme and name of the group.
    pub group: String,
    /// People whom the directory names.
    pub found: usize,
    /// New members.
    pub joined: usize,
    /// Members no more.
    pub ended: usize,
    /// What the directory calls people whom nobody knows here.
    pub unknown: Vec<String>,
    /// More than a fifth of the members would end.
    pub is_sweeping: bool,
    /// Whether it was kept.
    pub is_kept: bool,
}

/// How a reading is kept.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Care {
    /// Look only.
    pub is_dry: bool,
    /// Although more than a fifth of the members end.
    pub is_sure: bool,
}

impl Desk {
    /// The directory of this name.
    pub(super) fn directory(&self, name: &str) -> Option<&LdapSource> {
        match &self.directories.get(name)?.backend {
            Backend::Ldap(source) => Some(source),
            Backend::Local(_) | Backend::Listed(_) | Backend::Federated(_) => None,
        }
    }

    /// Ask the directory who is in a group, and look up who that is here.
    pub async fn ask_directory(
        &self,
        db: &Db,
        group: &Group,
        now: DateTime<Utc>,
    ) -> web::Result<Named> {
        let (Some(source), Some(filter)) = (&group.ldap_source, &group.ldap_filter) else {
            return Err(RollRefusal::Filter.into());
        };
        let source = self.directory(source).ok_or(RollRefusal::Filter)?;
        match timeout(LONGEST, named(source, filter)).await {
            Ok(Ok(named)) => Ok(look_up(db, group, named, now).await?),
            Ok(Err(error)) => {
                tracing::warn!(group = %group.id, "the directory of a group: {error}");
                Err(RollRefusal::Silent.into())
            }
            Err(_) => Err(RollRefusal::Silent.into()),
        }
    }

    /// Begin and end memberships as the directory says. The caller commits.
    pub async fn settle_group(
        &self,
        tx: &mut Tx,
        (group, named): (&Group, &Named),
        care: Care,
        hand: &Hand,
    ) -> web::Result<GroupReading> {
        if !store::hold_group(tx, group).await? {
            return Err(RollRefusal::Filter.into());
        }
        let (today, meant) = (self.day(hand.now), &named.known);
        let kept = store::members_from(tx, group.id, today).await?;
        let kept: BTreeSet<PersonId> = kept.into_iter().collect();
        let (joined, ended) = (meant.difference(&kept), kept.difference(meant));
        let joined: Vec<_> = joined.map(|student| (group.id, *student)).collect();
        let ended: Vec<_> = ended.collect();
        let mut reading = GroupReading {
            group: format!("{} {}", group.programme, group.name),
            found: named.found,
            joined: joined.len(),
            ended: ended.len(),
            unknown: named.unknown.clone(),
            is_sweeping: ended.len() * 5 > kept.len(),
            is_kept: false,
        };
        if care.is_dry {
            return Ok(reading);
        }
        if !reading.is_sweeping || care.is_sure {
            store::add_members(tx, &joined, today).await?;
            for student in ended {
                store::end_member(tx, group.id, *student, today).await?;
            }
            reading.is_kept = true;
        }
        note(tx, group, &reading, hand).await?;
        Ok(reading)
    }

    /// Ask the directory and keep what it says.
    pub async fn read_group(
        &self,
        db: &Db,
        group: &Group,
        care: Care,
        hand: &Hand,
    ) -> web::Result<GroupReading> {
        let named = match self.ask_directory(db, group, hand.now).await {
            Ok(named) => named,
            Err(error) => {
                if !care.is_dry {
                    let mut tx = db.write().await?;
                    note_failed(&mut tx, group, hand).await?;
                    tx.commit().await?;
                }
                return Err(error);
            }
        };
        let mut tx = db.write().await?;
        let reading = self.settle_group(&mut tx, (group, &named), care, hand).await?;
        if !care.is_dry {
            tx.commit().await?;
        }
        Ok(reading)
    }
}

/// Ids there and logins.
async fn named(source: &LdapSource, filter: &str) -> Result<Vec<(String, String)>, SourceError> {
    let mut everyone = source.matching(filter).await?;
    let mut named = Vec::new();
    while let Some(seen) = everyone.next().await? {
        // An entry without an id names nobody whom we could know.
        match seen.found {
            Ok(found) => named.push((found.source_id, found.login)),
            Err(SourceError::NoId(_)) => {}
            Err(error) => return Err(error),
        }
    }
    everyone.close().await;
    Ok(named)
}

async fn look_up(
    db: &Db,
    group: &Group,
    named: Vec<(String, String)>,
    now: DateTime<Utc>,
) -> sqlx::Result<Named> {
    let ids: Vec<String> = named.iter().map(|(id, _)| id.clone()).collect();
    let theirs = (group.ldap_source.as_deref().unwrap_or_default(), ids.as_slice());
    let known = store::people_of_source(&mut db.read().await?, theirs, &group.rne, now).await?;
    let known: HashMap<String, PersonId> = known.into_iter().collect();
    let found = named.len();
    let strangers = named.into_iter().filter(|(id, _)| !known.contains_key(id));
    let mut unknown: Vec<String> = strangers.map(|(_, login)| login).collect();
    unknown.sort_unstable();
    unknown.truncate(UNKNOWN);
    Ok(Named { known: known.into_values().collect(), unknown, found })
}

async fn note(
    tx: &mut Tx,
    group: &Group,
    reading: &GroupReading,
    hand: &Hand,
) -> Result<(), Error> {
    let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    let outcome = if reading.is_kept { "kept" } else { "sweeping" };
    let row = ReadingRow {
        read_at: hand.now,
        outcome: outcome.to_owned(),
        found: count(reading.found),
        joined: count(reading.joined),
        ended: count(reading.ended),
        unknown: Json(reading.unknown.clone()),
    };
    store::keep_group_reading(tx, group.id, &row).await?;
    let event = hand.signed("roll.group_read").reason(outcome).field("group", group.id);
    let event = event.field("found", reading.found).field("joined", reading.joined);
    let event = event.field("ended", reading.ended).field("unknown", reading.unknown.len());
    event.record(tx, &hand.trace, hand.now).await?;
    Ok(())
}

/// The directory said nothing: nothing changes, and the page says so.
pub(super) async fn note_failed(tx: &mut Tx, group: &Group, hand: &Hand) -> sqlx::Result<()> {
    let row = ReadingRow {
        read_at: hand.now,
        outcome: "failed".to_owned(),
        found: 0,
        joined: 0,
        ended: 0,
        unknown: Json(Vec::new()),
    };
    store::keep_group_reading(tx, group.id, &row).await?;
    let event = hand.signed("roll.group_read").reason("failed").field("group", group.id);
    event.record(tx, &hand.trace, hand.now).await
}
