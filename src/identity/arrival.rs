//! What our tables make of somebody whom a source vouches for: account, person, affiliations,
//! links. The person is made at the first good sign-in (D23).
use super::formats::{self, Delegations, Options, Reading};
use super::joining;
use super::keeping::{self, Kept, Told};
use super::role_map::RoleMap;
use super::sources::{Backend, Directories, Found, Gathered, Hearsay, Source};
use super::store;
use super::touched::{Following, Touched};
use super::{Affiliation, Person, PersonId};
use crate::audit::{Event, Trace};
use crate::config::{Dispatch, LinkRule, OwnerRule};
use crate::db::{Db, Tx, is_contended, is_duplicate};
use crate::identity::profile::ProfileMap;
use chrono::{DateTime, Utc};
use std::collections::BTreeSet;
use uuid::Uuid;

/// How arrivals are read; one for the whole service.
#[derive(Clone)]
pub struct ArrivalRules {
    /// `[link:NAME]`
    pub links: Vec<LinkRule>,
    /// How words of directories become profiles.
    pub profiles: ProfileMap,
    /// Delegations and time zone.
    pub dispatch: Dispatch,
    /// `[role:NAME]`: the rights that words of directories give.
    pub roles: RoleMap,
    /// `[lookup] owner`: how records of servers find their people.
    pub owner: Vec<OwnerRule>,
}

impl ArrivalRules {
    /// What follows from what accounts say.
    pub fn following(&self) -> Following<'_> {
        Following { roles: &self.roles, owner: &self.owner }
    }
}

/// Who arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrival {
    /// The person.
    pub person: Person,
    /// The account that signed in.
    pub account: Uuid,
    /// Where the person belongs now.
    pub affiliations: Vec<Affiliation>,
    /// Sources that did not answer; their stored rows were used.
    pub silent: Vec<String>,
    /// Codes of what was wrong with the attributes of their accounts, each once.
    pub findings: Vec<String>,
}

/// Read the linked accounts again, then write what all of them say in one transaction.
pub async fn arrive(
    db: &Db,
    directories: &Directories,
    rules: &ArrivalRules,
    found: &Found,
    (trace, now): (&Trace, DateTime<Utc>),
) -> sqlx::Result<Arrival> {
    let linked = linked_accounts(db, found).await?;
    let again = directories.read_again(&linked).await;
    let (joined, rule_names) = directories.linked_by(&rules.links, found).await;

    let joined_by: Vec<_> =
        joined.found.iter().zip(rule_names.iter().map(String::as_str)).collect();
    let keeper = Keeper { directories, rules, trace, now };
    let mut kept = keeper.keep_all(db, found, &again.found, &joined_by).await;
    // Somebody signed in twice at once for the first time: the other one made the rows. Or who held
    // one of them for too long is done by now.
    if kept.as_ref().is_err_and(|error| is_duplicate(error) || is_contended(error)) {
        kept = keeper.keep_all(db, found, &again.found, &joined_by).await;
    }
    let arrival = kept?;
    Ok(Arrival { silent: silent(found, again, joined), ..arrival })
}

/// Accounts that were linked to this one before: source and id of each. One that left its source is
/// believed again when the source names it, not because the directory still holds it.
async fn linked_accounts(db: &Db, found: &Found) -> sqlx::Result<Vec<(String, String)>> {
    let mut tx = db.read().await?;
    let own = store::account_by_source_id(&mut tx, &found.source, &found.source_id).await?;
    let Some(own) = own else { return Ok(Vec::new()) };
    let all = store::accounts_of(&mut tx, own.person).await?;
    let others = all.into_iter().filter(|a| a.id != own.id && a.ended_at.is_none());
    Ok(others.map(|a| (a.source, a.source_id)).collect())
}

fn silent(found: &Found, again: Gathered, joined: Gathered) -> Vec<String> {
    let mut silent = again.silent;
    silent.extend(found.silent.clone());
    silent.extend(joined.silent);
    silent.sort();
    silent.dedup();
    silent
}

/// Writes what sources told.
struct Keeper<'a> {
    directories: &'a Directories,
    rules: &'a ArrivalRules,
    trace: &'a Trace,
    now: DateTime<Utc>,
}

impl Keeper<'_> {
    /// Everything in one transaction.
    async fn keep_all(
        &self,
        db: &Db,
        found: &Found,
        again: &[Found],
        joined: &[(&Found, &str)],
    ) -> sqlx::Result<Arrival> {
        let (mut tx, mut touched) = (db.write().await?, Touched::at(self.now));
        let Kept { person, account, .. } = self.keep_own(&mut tx, found, &mut touched).await?;
        for other in again {
            self.keep(&mut tx, other, person, &mut touched).await?;
        }
        for (other, rule) in joined {
            self.join(&mut tx, other, (person, account), rule, &mut touched).await?;
        }
        touched.rename(person);
        let affiliations = store::affiliations_of(&mut tx, person, self.now).await?;
        let findings = store::findings_of(&mut tx, person).await?;
        touched.settle(&mut tx, &self.rules.following(), self.trace).await?;
        let person = store::find_person(&mut tx, person).await?.ok_or(sqlx::Error::RowNotFound)?;
        tx.commit().await?;
        let codes: BTreeSet<String> = findings.into_iter().map(|finding| finding.code).collect();
        let findings = codes.into_iter().collect();
        Ok(Arrival { person, account, affiliations, silent: Vec::new(), findings })
    }

    /// The account that signed in: its person is made if nobody knows it yet.
    async fn keep_own(
        &self,
        tx: &mut Tx,
        found: &Found,
        touched: &mut Touched,
    ) -> sqlx::Result<Kept> {
        let stored = store::account_by_source_id(tx, &found.source, &found.source_id).await?;
        let person = match &stored {
            Some(stored) => stored.person,
            None => self.make_person(tx, found, touched).await?,
        };
        // Not looked up again: had somebody else made it meanwhile, it would be of another person.
        let known = stored.map(|stored| stored.id);
        self.keep_as(tx, found, (person, known), touched).await
    }

    async fn make_person(
        &self,
        tx: &mut Tx,
        found: &Found,
        touched: &mut Touched,
    ) -> sqlx::Result<PersonId> {
        let account = found.account();
        let person = Person {
            id: PersonId::new(),
            display_name: account.display_name(),
            mail: account.mail(),
        };
        store::insert_person(tx, &person, self.now).await?;
        // Whoever was erased and signs in wants to be known again.
        store::unbury_account(tx, &store::tombstone(&found.source, &found.source_id)).await?;
        touched.note(person.id, "person");
        Event::ok("person.changed")
            .about(person.id)
            .reason("created")
            .field("source", &found.source)
            .record(tx, self.trace, self.now)
            .await?;
        Ok(person.id)
    }

    /// Write an account, of `person` if it is new, and what it says.
    async fn keep(
        &self,
        tx: &mut Tx,
        found: &Found,
        person: PersonId,
        touched: &mut Touched,
    ) -> sqlx::Result<Kept> {
        let stored = store::account_by_source_id(tx, &found.source, &found.source_id).await?;
        self.keep_as(tx, found, (person, stored.map(|stored| stored.id)), touched).await
    }

    /// The same for an account that is `known`, or new.
    async fn keep_as(
        &self,
        tx: &mut Tx,
        found: &Found,
        (person, known): (PersonId, Option<Uuid>),
        touched: &mut Touched,
    ) -> sqlx::Result<Kept> {
        let priority = self.source(found).map_or(0, |source| source.priority);
        let account = found.account();
        let reading = found.silent.is_none().then(|| self.read(found));
        let told = Told {
            account: &account,
            priority,
            reading: reading.as_ref(),
            links: &self.rules.links,
        };
        let kept = keeping::keep(tx, (person, known), &told, self.now).await?;
        if kept.belongs_elsewhere {
            touched.note(kept.person, "affiliation");
        }
        if found.silent.is_some() {
            return Ok(kept);
        }
        // What cannot be asked again is not believed for ever.
        if let Some(hearsay) = self.hearsay(found) {
            store::limit_affiliations(tx, kept.account, self.now + hearsay.keeps).await?;
        }
        Ok(kept)
    }

    /// An account that a rule gives to `person`, unless somebody parted it from `own` before.
    async fn join(
        &self,
        tx: &mut Tx,
        found: &Found,
        (person, own): (PersonId, Uuid),
        rule: &str,
        touched: &mut Touched,
    ) -> sqlx::Result<()> {
        let stored = store::account_by_source_id(tx, &found.source, &found.source_id).await?;
        let (id, from) = match stored {
            Some(stored) if stored.person == person || stored.ended_at.is_some() => return Ok(()),
            Some(stored) => (stored.id, stored.person),
            None => (self.keep(tx, found, person, touched).await?.account, person),
        };
        let sides = ((id, from), (own, person));
        let joined = joining::join_by_rule(tx, sides.0, sides.1, rule, touched).await?;
        let Some(event) = joined else { return Ok(()) };
        if from != person {
            self.keep(tx, found, person, touched).await?;
        }
        event.field("source", &found.source).record(tx, self.trace, self.now).await
    }

    fn read(&self, found: &Found) -> Reading {
        let options = reading_options(&self.rules.dispatch, &found.source, self.now);
        let rules = &self.rules.profiles;
        let mut reading = formats::read(&found.attributes, &found.known, &options, rules);
        if let Some(hearsay) = self.hearsay(found) {
            reading.affiliations.retain(|it| hearsay.covers(&it.rne));
        }
        reading
    }

    fn hearsay(&self, found: &Found) -> Option<&Hearsay> {
        match &self.source(found)?.backend {
            Backend::Federated(hearsay) => Some(hearsay),
            Backend::Local(_) | Backend::Ldap(_) | Backend::Listed(_) => None,
        }
    }

    fn source(&self, found: &Found) -> Option<&Source> {
        self.directories.get(&found.source)
    }
}

/// How to read the attributes of a source today.
pub fn reading_options(dispatch: &Dispatch, source: &str, now: DateTime<Utc>) -> Options {
    let apps: Vec<&str> = dispatch.delegation_apps.iter().map(String::as_str).collect();
    let mut options = Options::new(source, now.with_timezone(&dispatch.time_zone).date_naive());
    if let Some(delegations) = Delegations::parse(&dispatch.delegations, &apps) {
        options.delegations = delegations;
    }
    options
}
