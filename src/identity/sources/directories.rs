//! All sources of an installation as one: who answers to a login, and with which password (D23).
use super::lockout::{Guard, Lockout};
use super::{Found, LdapSource, LocalSource, Password, Role, SourceError};
use crate::clock::Clock;
use crate::config::LinkRule;
use crate::db::Db;
use crate::identity::profile::ProfileMap;
use crate::identity::{Attributes, Rne, formats};
use futures_util::future::{join_all, try_join};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

/// How long re-reading of linked accounts may take in all.
const LINKED: Duration = Duration::from_secs(3);

/// What stands behind a source.
#[derive(Clone)]
pub enum Backend {
    /// Our own tables.
    Local(LocalSource),
    /// An LDAP directory.
    Ldap(Arc<LdapSource>),
    /// A list, as the sync read it last: it knows no passwords.
    Listed(LocalSource),
    /// An identity provider: it cannot be asked, only believed when it speaks.
    Federated(Hearsay),
}

/// How far an identity provider's word about schools reaches.
#[derive(Debug, Clone)]
pub struct Hearsay {
    /// How long it is good for.
    pub keeps: chrono::Duration,
    /// How the codes of the schools begin that it may name; none: any (SEC-57).
    pub schools: Vec<String>,
}

impl Hearsay {
    /// Whether it may say that somebody belongs to this school.
    pub fn covers(&self, rne: &Rne) -> bool {
        let starts = |start: &String| rne.as_str().starts_with(start.as_str());
        self.schools.is_empty() || self.schools.iter().any(starts)
    }
}

/// One source and what we call its people.
#[derive(Clone)]
pub struct Source {
    /// `[source:NAME]`
    pub name: String,
    /// Shown to people.
    pub label: String,
    /// Who is in it.
    pub role: Role,
    /// The highest names the person.
    pub priority: i64,
    /// Attribute sent as `FederationKey`.
    pub federation_key: Option<String>,
    /// Sent as `SourceAuth`.
    pub source_auth: String,
    /// After how many wrong passwords it locks an account.
    pub lockout: Option<Lockout>,
    /// What stands behind it.
    pub backend: Backend,
}

/// All sources, in the order of the configuration.
#[derive(Clone, Default)]
pub struct Directories {
    pub(super) sources: Vec<Source>,
    pub(super) profiles: ProfileMap,
    pub(super) guard: Option<Guard>,
}

/// What several sources told, and who did not answer.
#[derive(Default)]
pub struct Gathered {
    /// What was told.
    pub found: Vec<Found>,
    /// Sources that did not answer.
    pub silent: Vec<String>,
}

impl Directories {
    /// Names of the LDAP directories.
    pub fn directories(&self) -> impl Iterator<Item = &str> {
        let is_ldap = |source: &&Source| matches!(source.backend, Backend::Ldap(_));
        self.sources.iter().filter(is_ldap).map(|source| source.name.as_str())
    }

    /// From now on LDAP directories are also asked for these attributes.
    pub fn also_read(&self, names: &BTreeSet<String>) {
        for source in &self.sources {
            if let Backend::Ldap(ldap) = &source.backend {
                ldap.also_read(names);
            }
        }
    }
}

impl Source {
    /// Whether people may type a password for it.
    pub fn takes_passwords(&self) -> bool {
        !matches!(self.backend, Backend::Federated(_) | Backend::Listed(_))
    }

    pub(super) async fn find(&self, login: &str) -> Result<Vec<Found>, SourceError> {
        match &self.backend {
            Backend::Local(local) => local.find(login).await,
            Backend::Ldap(ldap) => ldap.find(login).await,
            Backend::Listed(_) | Backend::Federated(_) => Ok(Vec::new()),
        }
    }

    async fn find_by(&self, attribute: &str, value: &str) -> Result<Vec<Found>, SourceError> {
        match &self.backend {
            Backend::Local(local) => local.find_by(attribute, value).await,
            Backend::Ldap(ldap) => ldap.find_by(attribute, value).await,
            Backend::Listed(list) => list.find_by_key(attribute, value).await,
            Backend::Federated(_) => Ok(Vec::new()),
        }
    }

    async fn read(&self, source_id: &str) -> Result<Option<Found>, SourceError> {
        match &self.backend {
            Backend::Local(local) => local.read(source_id).await,
            Backend::Ldap(ldap) => ldap.read(source_id).await,
            // What the sync read last stands, also that somebody left.
            Backend::Listed(_) | Backend::Federated(_) => Ok(None),
        }
    }

    pub(super) async fn verify(
        &self,
        found: &Found,
        password: &Password,
    ) -> Result<bool, SourceError> {
        match &self.backend {
            Backend::Local(local) => local.verify(found, password).await,
            Backend::Ldap(ldap) => ldap.verify(found, password).await,
            Backend::Listed(_) | Backend::Federated(_) => Ok(false),
        }
    }

    /// Take the time a wrong password takes.
    pub(super) async fn pretend(&self, password: &Password) -> Result<(), SourceError> {
        match &self.backend {
            Backend::Local(local) => local.pretend(password).await,
            Backend::Ldap(ldap) => ldap.dummy_bind().await,
            Backend::Listed(_) | Backend::Federated(_) => Ok(()),
        }
    }

    /// The same entry with what it points at elsewhere in the directory.
    pub(super) async fn complete(
        &self,
        found: Found,
        profiles: &ProfileMap,
    ) -> Result<Found, SourceError> {
        let Backend::Ldap(ldap) = &self.backend else { return Ok(found) };
        let known = ldap.resolve(&found, |attributes| formats::needs(attributes, profiles)).await?;
        Ok(Found { known, ..found })
    }
}

impl Directories {
    /// These sources, in this order.
    pub fn new(sources: Vec<Source>, profiles: ProfileMap) -> Self {
        Self { sources, profiles, guard: None }
    }

    /// The same, stopping before a directory locks an account, where one says that it does.
    #[must_use]
    pub fn guarded(self, db: &Db, clock: &Clock) -> Self {
        let lockout = Lockout::strictest(self.sources.iter().filter_map(|source| source.lockout));
        let guard = |lockout| Guard { lockout, db: db.clone(), clock: clock.clone() };
        Self { guard: lockout.map(guard), ..self }
    }

    /// All of them.
    pub fn all(&self) -> &[Source] {
        &self.sources
    }

    /// One by name.
    pub fn get(&self, name: &str) -> Option<&Source> {
        self.sources.iter().find(|source| source.name == name)
    }

    /// What a directory knows of the children of somebody whom an identity provider sent
    /// (`dispatch.md` 4.5). While it does not answer, what was known before stands.
    pub async fn look_up(&self, source: Option<&str>, found: Found) -> Found {
        let source = source.and_then(|name| self.get(name));
        let Some((name, Backend::Ldap(ldap))) = source.map(|it| (&it.name, &it.backend)) else {
            return found;
        };
        let needs = |attributes: &Attributes| formats::needs(attributes, &self.profiles);
        let known = ldap.resolve_stranger(&found.attributes, needs);
        match tokio::time::timeout(LINKED, known).await.map_err(|_| SourceError::TimedOut).flatten()
        {
            Ok(known) => Found { known, ..found },
            Err(error) => {
                tracing::warn!(source = name, error = %error, "source {name} did not answer in time");
                Found { silent: Some(name.clone()), ..found }
            }
        }
    }

    /// Read accounts again, by source and id, all at once and for three seconds at most.
    pub async fn read_again(&self, accounts: &[(String, String)]) -> Gathered {
        let reads = accounts.iter().map(|(name, id)| async move {
            let source = self.get(name)?;
            let read = async {
                match source.read(id).await? {
                    Some(found) => source.complete(found, &self.profiles).await.map(Some),
                    None => Ok(None),
                }
            };
            let answer = tokio::time::timeout(LINKED, read).await;
            Some((name.clone(), answer.map_err(|_| SourceError::TimedOut).flatten()))
        });
        let mut gathered = Gathered::default();
        for (name, answer) in join_all(reads).await.into_iter().flatten() {
            gathered.take(name, answer);
        }
        gathered
    }

    /// Accounts that a rule joins to this one: exactly one in the other source, or none; and nobody
    /// else in its own source may have the value.
    pub async fn linked_by(&self, rules: &[LinkRule], found: &Found) -> (Gathered, Vec<String>) {
        let mut gathered = Gathered::default();
        let mut by_rule = Vec::new();
        let searches = rules.iter().filter_map(|rule| {
            let (other, value) = rule_target(rule, &found.source, &found.attributes)?;
            let source = self.get(other)?;
            Some(async move {
                // Two people with one address: the rule cannot tell which, so it joins neither.
                let search = async {
                    let others = self.others_with(found, (&rule.attribute, &value));
                    let (theirs, others) =
                        try_join(source.find_by(&rule.attribute, &value), others).await?;
                    match theirs.as_slice() {
                        [one] if !others => {
                            source.complete(one.clone(), &self.profiles).await.map(Some)
                        }
                        _ => Ok(None),
                    }
                };
                let answer = tokio::time::timeout(LINKED, search).await;
                (rule, source.name.clone(), answer.map_err(|_| SourceError::TimedOut).flatten())
            })
        });
        for (rule, name, answer) in join_all(searches).await {
            let before = gathered.found.len();
            gathered.take(name, answer);
            by_rule.extend((before..gathered.found.len()).map(|_| rule.name.clone()));
        }
        (gathered, by_rule)
    }

    /// Whether somebody else of the same source has this value too. A source that cannot be searched
    /// by it cannot say so.
    async fn others_with(
        &self,
        found: &Found,
        (attribute, value): (&str, &str),
    ) -> Result<bool, SourceError> {
        let Some(own) = self.get(&found.source) else { return Ok(false) };
        match own.find_by(attribute, value).await {
            Ok(all) => Ok(all.iter().any(|one| one.source_id != found.source_id)),
            Err(SourceError::NotSearchable(_)) => Ok(false),
            Err(error) => Err(error),
        }
    }
}

impl Gathered {
    fn take(&mut self, source: String, answer: Result<Option<Found>, SourceError>) {
        match answer {
            Ok(found) => self.found.extend(found),
            Err(error) => {
                tracing::warn!(source, error = %error, "source {source} did not answer in time");
                self.silent.push(source);
            }
        }
    }
}

/// Where a rule sends us from an account of `source`, and with which value.
pub fn rule_target<'r>(
    rule: &'r LinkRule,
    source: &str,
    attributes: &Attributes,
) -> Option<(&'r str, String)> {
    let other = match &rule.sources {
        [left, right] if *left == source => right,
        [left, right] if *right == source => left,
        _ => return None,
    };
    let value = attributes.first(&rule.attribute)?.trim().to_owned();
    let domain = value.rsplit_once('@').map(|(_, domain)| domain.to_lowercase());
    let allowed = rule.domains.is_empty() || domain.is_some_and(|d| rule.domains.contains(&d));
    (allowed && !value.is_empty()).then_some((other.as_str(), value))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(mail: &str) -> Attributes {
        [("mail", mail)].into_iter().collect()
    }

    #[test]
    fn a_rule_joins_only_inside_its_domains() {
        let rule = LinkRule {
            name: "mail".into(),
            sources: ["agents".into(), "families".into()],
            attribute: "mail".into(),
            domains: vec!["ac-reunion.fr".into()],
        };
        let target = |source: &str, mail: &str| {
            rule_target(&rule, source, &found(mail)).map(|(s, _)| s.to_owned())
        };

        assert_eq!(target("agents", "m@AC-Reunion.fr").as_deref(), Some("families"));
        assert_eq!(target("families", "m@ac-reunion.fr").as_deref(), Some("agents"));
        assert_eq!(target("agents", "m@ac-reunion.fr.evil.example"), None);
        assert_eq!(target("agents", "m@gmail.example"), None);
        assert_eq!(target("university", "m@ac-reunion.fr"), None);
    }
}
