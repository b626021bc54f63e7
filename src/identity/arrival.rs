//! What our tables make of somebody whom a source vouches for: account, person, affiliations,
//! links. The person is made at the first good sign-in (D23).
use super::formats::{self, Delegations, Options, Reading};
use super::keeping::{self, Told};
use super::naming;
use super::role_map::RoleMap;
use super::sources::{Backend, Directories, Found, Gathered, Hearsay, Source};
use super::store;
use super::{Affiliation, Person, PersonId};
use crate::audit::{Event, Trace};
use crate::config::{Dispatch, LinkRule};
use crate::db::{Db, Tx, is_duplicate};
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
    // Somebody signed in twice at once for the first time: the other one made the rows.
    if kept.as_ref().is_err_and(is_duplicate) {
        kept = keeper.keep_all(db, found, &again.found, &joined_by).await;
    }
    let arrival = kept?;
    Ok(Arrival { silent: silent(found, again, joined), ..arrival })
}

/// Accounts that were linked to this one before: source and id of each.
async fn linked_accounts(db: &Db, found: &Found) -> sqlx::Result<Vec<(String, String)>> {
    let mut tx = db.read().await?;
    let own = store::account_by_source_id(&mut tx, &found.source, &found.source_id).await?;
    let Some(own) = own else { return Ok(Vec::new()) };
    let all = store::accounts_of(&mut tx, own.person).await?;
    Ok(all.into_iter().filter(|a| a.id != own.id).map(|a| (a.source, a.source_id)).collect())
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
        let mut tx = db.write().await?;
        let (person, account) = self.keep_own(&mut tx, found).await?;
        for other in again {
            self.keep(&mut tx, other, person).await?;
        }
        for (other, rule) in joined {
            self.join(&mut tx, other, (person, account), rule).await?;
        }
        let person = naming::name(&mut tx, person, self.now).await?;
        self.rules.roles.apply(&mut tx, &[person.id], (self.trace, self.now)).await?;
        let affiliations = store::affiliations_of(&mut tx, person.id, self.now).await?;
        let findings = store::findings_of(&mut tx, person.id).await?;
        tx.commit().await?;
        let codes: BTreeSet<String> = findings.into_iter().map(|finding| finding.code).collect();
        let findings = codes.into_iter().collect();
        Ok(Arrival { person, account, affiliations, silent: Vec::new(), findings })
    }

    /// The account that signed in: its person is made if nobody knows it yet.
    async fn keep_own(&self, tx: &mut Tx, found: &Found) -> sqlx::Result<(PersonId, Uuid)> {
        let stored = store::account_by_source_id(tx, &found.source, &found.source_id).await?;
        let person = match &stored {
            Some(stored) => stored.person,
            None => self.make_person(tx, found).await?,
        };
        // Not looked up again: had somebody else made it meanwhile, it would be of another person.
        let known = stored.map(|stored| stored.id);
        Ok((person, self.keep_as(tx, found, person, known).await?))
    }

    async fn make_person(&self, tx: &mut Tx, found: &Found) -> sqlx::Result<PersonId> {
        let account = found.account();
        let person = Person {
            id: PersonId::new(),
            display_name: account.display_name(),
            mail: account.mail(),
        };
        store::insert_person(tx, &person, self.now).await?;
        // Whoever was erased and signs in wants to be known again.
        store::unbury_account(tx, &store::tombstone(&found.source, &found.source_id)).await?;
        store::note_change(tx, person.id, "person", self.now).await?;
        Event::ok("person.changed")
            .about(person.id)
            .reason("created")
            .field("source", &found.source)
            .record(tx, self.trace, self.now)
            .await?;
        Ok(person.id)
    }

    /// Write an account of `person` and what it says.
    async fn keep(&self, tx: &mut Tx, found: &Found, person: PersonId) -> sqlx::Result<Uuid> {
        let stored = store::account_by_source_id(tx, &found.source, &found.source_id).await?;
        self.keep_as(tx, found, person, stored.map(|stored| stored.id)).await
    }

    /// The same for an account that is `known`, or new.
    async fn keep_as(
        &self,
        tx: &mut Tx,
        found: &Found,
        person: PersonId,
        known: Option<Uuid>,
    ) -> sqlx::Result<Uuid> {
        let priority = self.source(found).map_or(0, |source| source.priority);
        let account = found.account();
        let reading = found.silent.is_none().then(|| self.read(found));
        let told = Told {
            account: &account,
            priority,
            reading: reading.as_ref(),
            links: &self.rules.links,
        };
        let (id, belongs_elsewhere) = keeping::keep(tx, (person, known), &told, self.now).await?;
        if belongs_elsewhere {
            store::note_change(tx, person, "affiliation", self.now).await?;
        }
        if found.silent.is_some() {
            return Ok(id);
        }
        // What cannot be asked again is not believed for ever.
        if let Some(hearsay) = self.hearsay(found) {
            store::limit_affiliations(tx, id, self.now + hearsay.keeps).await?;
        }
        Ok(id)
    }

    /// An account that a rule gives to `person`, unless somebody parted it from `own` before.
    async fn join(
        &self,
        tx: &mut Tx,
        found: &Found,
        (person, own): (PersonId, Uuid),
        rule: &str,
    ) -> sqlx::Result<()> {
        let stored = store::account_by_source_id(tx, &found.source, &found.source_id).await?;
        let (id, from) = match stored {
            Some(stored) if stored.person == person => return Ok(()),
            Some(stored) => (stored.id, stored.person),
            None => (self.keep(tx, found, person).await?, person),
        };
        if from != person && were_parted(tx, (person, own), (from, id)).await? {
            return Ok(());
        }
        store::link_account(tx, id, (from, person), rule, self.now).await?;
        self.keep(tx, found, person).await?;
        store::note_change(tx, person, "affiliation", self.now).await?;
        if from != person {
            store::note_change(tx, from, "affiliation", self.now).await?;
            self.rules.roles.apply(tx, &[from], (self.trace, self.now)).await?;
        }
        Event::ok("person.changed")
            .about(person)
            .reason("linked")
            .field("rule", rule)
            .field("source", &found.source)
            .field("from_person", from)
            .record(tx, self.trace, self.now)
            .await
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

/// Whether a link between two accounts was undone, whichever of them had moved: no rule joins
/// again what a human being parted.
pub async fn were_parted(
    tx: &mut Tx,
    (person, own): (PersonId, Uuid),
    (from, id): (PersonId, Uuid),
) -> sqlx::Result<bool> {
    let history = store::links_of(tx, person).await?;
    let mut undone = history.iter().filter(|link| link.undone_at.is_some());
    Ok(undone.any(|link| {
        (link.account == id && link.to_person == person)
            || (link.account == own && link.to_person == from)
    }))
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
