//! The face of a directory: find, verify, read.
use super::entry::Entry;
use super::everyone::{Everyone, MODIFIED};
use super::filter::{Template, and_at_least, equals, is_filter};
use super::gate::Gate;
use super::known::{Atlas, LookUp, join};
use super::query::Query;
use super::servers::{ServerHealth, Servers};
use super::settings::{CHILD, LOGIN, LdapSettings, STRUCTURE, UNIT};
use super::wanted::{is_secret, wanted};
use crate::finding::Finding;
use crate::identity::Attributes;
use crate::identity::formats::{Known, Needs};
use crate::identity::sources::{Found, Password, SourceError};
use arc_swap::ArcSwap;
use futures_util::future::try_join;
use ldap3::Scope;
use std::collections::BTreeSet;
use std::iter::once;
use std::sync::Arc;
use tokio::time::timeout;
use uuid::Uuid;

/// Longest login that is searched, in bytes: an address is at most 254 long.
const LONGEST_LOGIN: usize = 256;
/// Entries brought for one login: enough to see that it is not unique.
const MOST_FOUND: usize = 10;
/// Entries brought for a link rule.
const MOST_LINKED: usize = 50;
/// Result code for a DN that is none.
const INVALID_DN: u32 = 34;

/// A directory that is asked by LDAP. Share one among all workers.
pub struct LdapSource {
    settings: LdapSettings,
    login: Template,
    atlas: Atlas,
    servers: Servers,
    gate: Gate,
}

impl LdapSource {
    /// A source as it was configured, or everything that is wrong with it. Connects to nobody.
    pub fn new(settings: LdapSettings) -> Result<Self, Vec<Finding>> {
        let findings = settings.check();
        if !findings.is_empty() {
            return Err(findings);
        }
        Self::build(settings).map_err(|finding| vec![finding])
    }

    fn build(settings: LdapSettings) -> Result<Self, Finding> {
        // The shared connections count among the most that we open.
        let turns = settings.max_connections.saturating_sub(settings.urls.len());
        Ok(Self {
            login: settings.template("login_filter", &settings.login_filter, LOGIN)?,
            atlas: atlas(&settings)?,
            servers: Servers::new(&settings)?,
            gate: Gate::new(turns, settings.max_waiters, settings.login_timeout),
            settings,
        })
    }

    /// How it is configured.
    pub fn settings(&self) -> &LdapSettings {
        &self.settings
    }

    /// From now on also ask for these attributes, as far as they are some; what was asked for before
    /// by another call of this is not any more.
    pub fn also_read(&self, names: &BTreeSet<String>) {
        let all = extra(&self.settings).chain(names.iter().map(String::as_str));
        self.atlas.wanted.store(Arc::new(wanted(all)));
    }

    /// The entries that go by this login. One is the person; none or several is a wrong login.
    pub async fn find(&self, login: &str) -> Result<Vec<Found>, SourceError> {
        if login.trim().is_empty() || login.len() > LONGEST_LOGIN {
            return Ok(Vec::new());
        }
        self.people(self.login.fill(login), MOST_FOUND).await
    }

    /// The entries with this value, for a link rule; at most 50.
    pub async fn find_by(&self, attribute: &str, value: &str) -> Result<Vec<Found>, SourceError> {
        let theirs = self.settings.mapping.their_name(attribute);
        let theirs = theirs.filter(|name| !is_secret(name));
        let filter = theirs.and_then(|name| equals(name, value));
        let Some(filter) = filter else {
            return Err(SourceError::NotSearchable(attribute.to_owned()));
        };
        if value.trim().is_empty() {
            return Ok(Vec::new());
        }
        self.people(filter, MOST_LINKED).await
    }

    /// The entry of this id as it is now; none when it is gone.
    pub async fn read(&self, source_id: &str) -> Result<Option<Found>, SourceError> {
        let id = &self.settings.id_attribute;
        if source_id.is_empty() {
            return Ok(None);
        }
        let query = if id.eq_ignore_ascii_case("dn") {
            let query = self.query("(objectClass=*)".to_owned(), 1);
            Query { base: source_id.to_owned(), scope: Scope::Base, ..query }
        } else {
            let unsearchable = || SourceError::NotSearchable(id.clone());
            self.query(equals(id, source_id).ok_or_else(unsearchable)?, 2)
        };
        let mut found = match self.ask(query).await {
            Err(SourceError::Refused(INVALID_DN)) => Vec::new(),
            answer => answer?,
        };
        if found.len() > 1 {
            return Err(SourceError::Ambiguous);
        }
        Ok(found.pop())
    }

    /// Whether this is the password of the entry: a bind on a connection of its own, at the
    /// server that found the entry. A password that may not be tried is wrong, in the same time.
    pub async fn verify(&self, found: &Found, password: &Password) -> Result<bool, SourceError> {
        if !password.may_be_tried() || found.dn.is_empty() {
            self.dummy_bind().await?;
            return Ok(false);
        }
        let _pass = self.gate.enter().await?;
        self.servers.at(found.server)?.try_password(&found.dn, password.reveal()).await
    }

    /// Take the time of a wrong password, for a login that was not found (SEC-35).
    pub async fn dummy_bind(&self) -> Result<(), SourceError> {
        let nobody = || format!("cn={},{}", Uuid::new_v4(), self.settings.base);
        let decoy = self.settings.decoy_dn.clone().unwrap_or_else(nobody);
        let password = Uuid::new_v4().to_string();
        let _pass = self.gate.enter().await?;
        let server = self.servers.candidates().next().ok_or(SourceError::Resting)?;
        server.try_password(&decoy, &password).await.map(drop)
    }

    /// What the entry points at elsewhere in the directory. `needs` reads that out of attributes
    /// and is asked for the children too: their schools may be references as well.
    pub async fn resolve(
        &self,
        found: &Found,
        needs: impl Fn(&Attributes) -> Needs,
    ) -> Result<Known, SourceError> {
        self.look_up(Some(found.server), needs(&found.attributes), needs).await
    }

    /// The same for somebody who has no entry here: a parent that an identity provider sent, whose
    /// children this directory knows by join key (`dispatch.md` 4.5). Nothing else that it sent is
    /// looked up: the numbers of this directory are not its to name.
    pub async fn resolve_stranger(
        &self,
        attributes: &Attributes,
        needs: impl Fn(&Attributes) -> Needs,
    ) -> Result<Known, SourceError> {
        let own = Needs { children_of: needs(attributes).children_of, ..Needs::default() };
        self.look_up(None, own, needs).await
    }

    async fn look_up(
        &self,
        server: Option<usize>,
        own: Needs,
        needs: impl Fn(&Attributes) -> Needs,
    ) -> Result<Known, SourceError> {
        if own == Needs::default() {
            return Ok(Known::default());
        }
        let _pass = self.gate.enter().await?;
        let look_up = self.look_up_at(server);
        let answer = timeout(self.settings.login_timeout, async {
            let children = look_up.children(&own.children_of).await?;
            let all = join(children.iter().map(&needs).chain(once(own)));
            let schools = (look_up.structures(&all.structures), look_up.units(&all.units));
            let (structures, units) = try_join(schools.0, schools.1).await?;
            Ok(Known { structures, units, children })
        });
        answer.await.map_err(|_| SourceError::TimedOut)?
    }

    /// Everybody, page by page, over a connection of its own; with `since`, a time as the
    /// directory writes it, those who were changed then or later.
    pub async fn all(&self, since: Option<&str>) -> Result<Everyone<'_>, SourceError> {
        let everybody = &self.settings.people_filter;
        let filter = match since {
            Some(since) => and_at_least(everybody, MODIFIED, since),
            None => everybody.clone(),
        };
        self.matching(&filter).await
    }

    /// Whether a text may stand as a filter.
    pub fn is_filter(text: &str) -> bool {
        is_filter(text)
    }

    /// Those whom a filter names, in the same way.
    pub async fn matching(&self, filter: &str) -> Result<Everyone<'_>, SourceError> {
        let pass = self.gate.enter_for_long().await?;
        let (server, link) = self.servers.own_link().await?;
        let mut query = self.query(filter.to_owned(), 0);
        query.base.clone_from(self.settings.people_base.as_ref().unwrap_or(&self.settings.base));
        query.attributes.push(MODIFIED.to_owned());
        Everyone::start(self, pass, server, link, query).await
    }

    pub(super) fn look_up_at(&self, server: Option<usize>) -> LookUp<'_> {
        LookUp { atlas: &self.atlas, servers: &self.servers, server }
    }

    /// How each server is, asked now.
    pub async fn health(&self) -> Vec<ServerHealth> {
        self.servers.health().await
    }

    async fn people(&self, filter: String, limit: usize) -> Result<Vec<Found>, SourceError> {
        self.ask(self.query(filter, limit)).await
    }

    async fn ask(&self, query: Query) -> Result<Vec<Found>, SourceError> {
        let _pass = self.gate.enter().await?;
        let answer = timeout(self.settings.login_timeout, self.servers.search(&query)).await;
        let (server, entries) = answer.map_err(|_| SourceError::TimedOut)??;
        entries.into_iter().map(|entry| self.found(server, entry)).collect()
    }

    fn query(&self, filter: String, limit: usize) -> Query {
        Query {
            base: self.settings.base.clone(),
            scope: Scope::Subtree,
            filter,
            attributes: self.atlas.wanted.load().to_vec(),
            limit,
        }
    }

    /// An entry in our words.
    pub(super) fn found(&self, server: usize, entry: Entry) -> Result<Found, SourceError> {
        let Entry { dn, attributes } = entry;
        let attributes = self.atlas.mapping.apply(attributes);
        let id = &self.settings.id_attribute;
        let source_id = match attributes.first(id) {
            Some(source_id) => source_id.to_owned(),
            None => return Err(SourceError::NoId(id.clone())),
        };
        let login = attributes.first(&self.settings.login_attribute).unwrap_or(&source_id);
        Ok(Found {
            source: self.settings.name.clone(),
            login: login.to_owned(),
            source_id,
            dn,
            attributes,
            known: Known::default(),
            silent: None,
            server,
        })
    }
}

/// What the settings ask for besides what is always asked for.
fn extra(settings: &LdapSettings) -> impl Iterator<Item = &str> {
    let keys = [&settings.id_attribute, &settings.login_attribute].into_iter();
    let written = settings.extra_attributes.iter().chain(keys).map(String::as_str);
    written.chain(settings.mapping.theirs())
}

fn atlas(settings: &LdapSettings) -> Result<Atlas, Finding> {
    let extra = extra(settings);
    let base = || settings.base.clone();
    Ok(Atlas {
        people_base: base(),
        structure_base: settings.structure_base.clone().unwrap_or_else(base),
        structure: settings.template("structure_filter", &settings.structure_filter, STRUCTURE)?,
        unit_base: settings.unit_base.clone().unwrap_or_else(base),
        unit: settings.template("unit_filter", &settings.unit_filter, UNIT)?,
        children: settings.template("children_filter", &settings.children_filter, CHILD)?,
        wanted: ArcSwap::from_pointee(wanted(extra)),
        mapping: settings.mapping.clone(),
    })
}
