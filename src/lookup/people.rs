//! People of our own directories and lists whom Nextcloud servers may find (`[source:NAME]
//! cloud_server`, `cloud_attribute`).
//!
//! After a run of the sync every account of the source is compared with its record, as a server's
//! push would be: what is the same costs one look, and whoever left the source is removed. What
//! would make too many vanish was refused by the sync already.
use super::import::digest;
use super::intake::{Incoming, Intake, Origin, Report};
use crate::audit::{Event, Trace};
use crate::config::{Clouds, Config};
use crate::db::Tx;
use crate::identity::cloud::{CloudId, Field, Fields};
use crate::identity::store::cloud::{IntakeRow, forget_intakes, intakes, note_intake};
use crate::identity::store::{self, StoredAccount};
use crate::identity::{Account, Attributes};
use crate::jobs::{Answer, Failure, Job, Outcome, Policy, Turn};
use crate::sync::store::newest_end;
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

/// Accounts compared at once.
const PAGE: i64 = 500;
/// Accounts that come with sign-ins are looked for at least this often.
const AT_LEAST: TimeDelta = TimeDelta::days(1);

/// Bring in the people of sources that were read since the last time.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct BringPeople {}

/// Brings people of sources into the lookup.
#[derive(Clone)]
pub struct Bringer {
    intake: Intake,
    sources: Arc<[(String, Clouds)]>,
}

impl Bringer {
    /// By the settings.
    pub fn new(config: &Config, intake: Intake) -> Self {
        let sources = config.sources.iter();
        let sources = sources.filter_map(|it| Some((it.name.clone(), it.clouds.clone()?)));
        Self { intake, sources: sources.collect() }
    }
}

impl Job for BringPeople {
    type Parts = Bringer;
    const KIND: &'static str = "lookup.people";
    const LABEL: &'static str = "job-bring-people";
    const POLICY: Policy = Policy::HOUSE;

    async fn run(self, bringer: Bringer, turn: Turn) -> Answer {
        for (name, clouds) in bringer.sources.iter() {
            if is_due(&mut turn.db().read().await?, (name, clouds), turn.clock().now()).await? {
                bringer.bring((name, clouds), &turn).await?;
            }
        }
        bringer.drop_others(&turn).await?;
        Ok(if turn.is_ending() { Outcome::Again(Duration::ZERO) } else { Outcome::Done })
    }
}

impl Bringer {
    /// Compare everybody of a source, and remove whom it does not name any more.
    async fn bring(&self, (name, clouds): (&str, &Clouds), turn: &Turn) -> Result<(), Failure> {
        let started = turn.clock().now();
        let origin = Origin::Source { name: name.to_owned() };
        let (mut report, mut named, mut after) = (Report::default(), HashSet::new(), String::new());
        loop {
            if turn.is_ending() {
                return Ok(());
            }
            let mut tx = turn.db().read().await?;
            let page = store::accounts_behind(&mut tx, name, &after, PAGE).await?;
            drop(tx);
            let Some(last) = page.last() else { break };
            after.clone_from(&last.source_id);
            let people: Vec<Incoming> =
                page.into_iter().filter_map(|account| clouds.incoming(account)).collect();
            let ids = people.iter().filter_map(|one| CloudId::parse(&one.cloud_id).ok());
            named.extend(ids.map(|id| digest(&id)));
            report.add(self.intake.push(&origin, people, &Trace::default()).await?);
        }
        let removed = self.remove(&origin, |id| !named.contains(&digest(id)), turn).await?;
        let mut tx = turn.db().write().await?;
        turn.hold(&mut tx).await?;
        forget_intakes(&mut tx, &origin.word()).await?;
        let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
        let row = IntakeRow {
            origin: origin.word(),
            instance: clouds.word(),
            at: started,
            records: count(named.len()),
            changed: count(report.added + report.changed),
            refused: count(report.refused.len()),
        };
        note_intake(&mut tx, &row).await?;
        if report.added + report.changed + removed > 0 {
            let event = Event::ok("lookup.people").reason(name).field("added", report.added);
            let event = event.field("changed", report.changed).field("removed", removed);
            event.record(&mut tx, &Trace::default(), started).await?;
        }
        Ok(tx.commit().await?)
    }

    /// Records of sources that have no server any more.
    async fn drop_others(&self, turn: &Turn) -> Result<(), Failure> {
        let all = intakes(&mut turn.db().read().await?).await?;
        for origin in all.into_iter().map(|row| row.origin) {
            let Some(name) = origin.strip_prefix("source:") else { continue };
            if self.sources.iter().any(|(own, _)| own == name) {
                continue;
            }
            self.remove(&Origin::Source { name: name.to_owned() }, |_| true, turn).await?;
            let mut tx = turn.db().write().await?;
            forget_intakes(&mut tx, &origin).await?;
            tx.commit().await?;
        }
        Ok(())
    }

    async fn remove(
        &self,
        origin: &Origin,
        is_gone: impl Fn(&CloudId) -> bool,
        turn: &Turn,
    ) -> Result<usize, Failure> {
        let (mut removed, mut after) = (0, None);
        loop {
            let mut tx = turn.db().read().await?;
            let (page, end) = store::cloud_ids_of(&mut tx, &origin.word(), after, PAGE).await?;
            drop(tx);
            if end.is_none() || turn.is_ending() {
                return Ok(removed);
            }
            after = end;
            let gone: Vec<CloudId> = page.into_iter().filter(&is_gone).collect();
            if !gone.is_empty() {
                removed += self.intake.remove(&gone, &Trace::default()).await?;
            }
        }
    }
}

/// The sync read it since, the setting is another one, or it is a day ago.
async fn is_due(
    tx: &mut Tx,
    (name, clouds): (&str, &Clouds),
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let origin = Origin::Source { name: name.to_owned() }.word();
    let is_ours = |row: &IntakeRow| row.origin == origin && row.instance == clouds.word();
    let Some(last) = intakes(tx).await?.into_iter().find(is_ours) else { return Ok(true) };
    let read = newest_end(tx, name).await?;
    Ok(read.is_some_and(|read| read >= last.at) || now - last.at >= AT_LEAST)
}

impl Clouds {
    /// As the administration page shows it.
    fn word(&self) -> String {
        let attribute = self.attribute.iter().map(|attribute| format!("{{{attribute}}}"));
        attribute.chain(self.server.clone()).collect::<Vec<_>>().join(" ")
    }

    /// The record of somebody, if they have an account on a server.
    fn incoming(&self, stored: StoredAccount) -> Option<Incoming> {
        let person = stored.person;
        let account = stored.into_account();
        let told = self.attribute.as_ref().and_then(|name| account.attributes.first(name));
        let told = told.map(super::import::bare).filter(|server| !server.is_empty());
        let server = told.or(self.server.as_deref())?;
        let cloud_id = format!("{}@{server}", account.login);
        Some(Incoming { cloud_id, fields: Some(fields(&account)), person: Some(person) })
    }
}

fn fields(account: &Account) -> Fields {
    let Account { login, attributes, .. } = account;
    let (name, mail) = (account.display_name(), account.mail().unwrap_or_default());
    let others = others(attributes, &mail);
    let pairs = [
        (Field::Name, name.as_str()),
        (Field::Given, attributes.given_name().unwrap_or_default()),
        (Field::Surname, attributes.surname().unwrap_or_default()),
        (Field::Email, &mail),
        (Field::Mails, &others),
        (Field::Userid, login),
    ];
    pairs.into_iter().collect()
}

/// Further addresses, one a line.
fn others(attributes: &Attributes, first: &str) -> String {
    let others = attributes.all("mail").iter().filter(|mail| mail.as_str() != first);
    others.take(10).cloned().collect::<Vec<_>>().join("\n")
}
