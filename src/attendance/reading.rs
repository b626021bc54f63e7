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
use serde::Serialize;
use sqlx::types::Json;
use std::collections::BTreeSet;
use std::time::Duration;
use tokio::time::timeout;

/// Longest reading of a group.
const LONGEST: Duration = Duration::from_mins(1);
/// Unknown people who are kept at most.
const UNKNOWN: usize = 500;

/// What the directory names: each with its id there and its login.
pub struct Named(Vec<(String, String)>);

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

    /// Ask the directory who is in a group.
    pub async fn ask_directory(&self, group: &Group) -> web::Result<Named> {
        let (Some(source), Some(filter)) = (&group.ldap_source, &group.ldap_filter) else {
            return Err(RollRefusal::Filter.into());
        };
        let source = self.directory(source).ok_or(RollRefusal::Filter)?;
        match timeout(LONGEST, named(source, filter)).await {
            Ok(Ok(named)) => Ok(named),
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
        let (today, source) = (self.day(hand.now), group.ldap_source.as_deref());
        let (mut meant, mut unknown) = (BTreeSet::<PersonId>::new(), Vec::new());
        for (id, login) in &named.0 {
            let theirs = (source.unwrap_or_default(), id.as_str());
            match store::person_of_source(tx, theirs, &group.rne, hand.now).await? {
                Some(person) => drop(meant.insert(person)),
                None => unknown.push(login.clone()),
            }
        }
        unknown.sort_unstable();
        unknown.truncate(UNKNOWN);
        let kept = store::members_from(tx, group.id, today).await?;
        let kept: BTreeSet<PersonId> = kept.into_iter().collect();
        let (joined, ended) = (meant.difference(&kept), kept.difference(&meant));
        let (joined, ended): (Vec<_>, Vec<_>) = (joined.collect(), ended.collect());
        let mut reading = GroupReading {
            group: format!("{} {}", group.programme, group.name),
            found: named.0.len(),
            joined: joined.len(),
            ended: ended.len(),
            unknown,
            is_sweeping: ended.len() * 5 > kept.len(),
            is_kept: false,
        };
        if care.is_dry {
            return Ok(reading);
        }
        if !reading.is_sweeping || care.is_sure {
            for student in joined {
                store::add_member(tx, group.id, *student, today).await?;
            }
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
        let named = match self.ask_directory(group).await {
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

async fn named(source: &LdapSource, filter: &str) -> Result<Named, SourceError> {
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
    Ok(Named(named))
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
