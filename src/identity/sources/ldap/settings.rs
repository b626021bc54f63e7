//! What an administrator says about a directory: `[source:NAME]` with `kind = ldap`.
use crate::identity::mapping::Mapping;
use crate::identity::sources::{Role, Secret};
use std::path::PathBuf;
use std::time::Duration;

/// One directory. [`LdapSettings::new`] gives the defaults.
#[derive(Debug, Clone)]
pub struct LdapSettings {
    /// `NAME` of `[source:NAME]`; stands in affiliations and in the audit.
    pub name: String,
    /// Key `label`: what people read when they are asked which directory. Default: the name.
    pub label: String,
    /// Key `role`: whom it knows.
    pub role: Role,
    /// Key `url`: servers with the same content, in the order in which they are asked, separated
    /// by blanks or commas. `ldaps://`, `ldap://` with `starttls`, or `ldapi://`; plain `ldap://`
    /// only on this machine. No default.
    pub urls: Vec<String>,
    /// Key `base`: where people are searched, with all that is below. No default.
    pub base: String,
    /// Key `bind_dn`: account for searches. Default: none, searches are anonymous.
    pub bind_dn: Option<String>,
    /// Key `bind_password`: its password (`file:`, `env:` or `cred:`). Default: none.
    pub bind_password: Secret,
    /// Key `login_filter`: finds who typed `{login}`. Default: `(uid={login})`, for a university
    /// `(|(uid={login})(eduPersonPrincipalName={login}))`.
    pub login_filter: String,
    /// Key `login_attribute`: the login as we show it. Default: `uid`.
    pub login_attribute: String,
    /// Key `id_attribute`: what names an entry for good, or `dn`. Default: `entryUUID`.
    pub id_attribute: String,
    /// Key `people_base`: where the sync searches everybody. Default: `base`.
    pub people_base: Option<String>,
    /// Key `people_filter`: everybody whom the sync brings in. Default:
    /// `(&(objectClass=person)(uid=*))`.
    pub people_filter: String,
    /// Key `starttls`: encrypt an `ldap://` connection before anything else. Default: false.
    pub starttls: bool,
    /// Key `ca_file`: the only authorities to believe, PEM. Default: those of the machine.
    pub ca_file: Option<PathBuf>,
    /// Key `connect_timeout`, seconds: connection and encryption. Default: 2.
    pub connect_timeout: Duration,
    /// Key `operation_timeout`, seconds: one question. Default: 3.
    pub operation_timeout: Duration,
    /// Key `login_timeout`, seconds: everything that one call may take, waiting included.
    /// Default: 8.
    pub login_timeout: Duration,
    /// Key `max_connections`: to all servers together. Default: 16.
    pub max_connections: usize,
    /// Key `max_waiters`: who may wait for one of them. Default: 64.
    pub max_waiters: usize,
    /// Key `extra_attributes`: asked for besides those that tell a school. Default: none.
    pub extra_attributes: Vec<String>,
    /// Keys `attr.OURS = EXPRESSION`: what an attribute of ours is made of. Default: none.
    pub mapping: Mapping,
    /// Key `structure_base`: where schools are searched. Default: `base`.
    pub structure_base: Option<String>,
    /// Key `structure_filter`: the school called `{ref}`, a SIREN or a number. Default:
    /// `(|(ENTStructureSIREN={ref})(ENTStructureJointure={ref}))`.
    pub structure_filter: String,
    /// Key `unit_base`: where units of a university are searched. Default: `base`.
    pub unit_base: Option<String>,
    /// Key `unit_filter`: the unit called `{code}`. Default: `(supannCodeEntite={code})`.
    pub unit_filter: String,
    /// Key `children_filter`: pupils that name `{key}` (DN or join key of a parent) as theirs.
    /// Default: each of the four `ENTEleve…` attributes, equal or going on with `$`.
    pub children_filter: String,
    /// Key `decoy_dn`: an entry without rights, whose password nobody knows, on which a bind is
    /// tried when a login is unknown, so that this takes as long as a wrong password where the
    /// directory hashes slowly. Default: a name that does not exist.
    pub decoy_dn: Option<String>,
}

const CHILDREN_FILTER: &str = "(|\
    (ENTElevePersRelEleve={key})(ENTElevePersRelEleve={key}$*)\
    (ENTEleveAutoriteParentale={key})(ENTEleveAutoriteParentale={key}$*)\
    (ENTElevePere={key})(ENTElevePere={key}$*)\
    (ENTEleveMere={key})(ENTEleveMere={key}$*))";

impl LdapSettings {
    /// A directory with all defaults.
    pub fn new(name: &str, role: Role, urls: &[&str], base: &str) -> Self {
        let login_filter = match role {
            Role::University => "(|(uid={login})(eduPersonPrincipalName={login}))",
            Role::Agents | Role::Teleservices | Role::Local => "(uid={login})",
        };
        Self {
            name: name.to_owned(),
            label: name.to_owned(),
            role,
            urls: urls.iter().map(|url| (*url).to_owned()).collect(),
            base: base.to_owned(),
            bind_dn: None,
            bind_password: Secret::default(),
            login_filter: login_filter.to_owned(),
            login_attribute: "uid".to_owned(),
            id_attribute: "entryUUID".to_owned(),
            people_base: None,
            people_filter: "(&(objectClass=person)(uid=*))".to_owned(),
            starttls: false,
            ca_file: None,
            connect_timeout: Duration::from_secs(2),
            operation_timeout: Duration::from_secs(3),
            login_timeout: Duration::from_secs(8),
            max_connections: 16,
            max_waiters: 64,
            extra_attributes: Vec::new(),
            mapping: Mapping::default(),
            structure_base: None,
            structure_filter: "(|(ENTStructureSIREN={ref})(ENTStructureJointure={ref}))".to_owned(),
            unit_base: None,
            unit_filter: "(supannCodeEntite={code})".to_owned(),
            children_filter: CHILDREN_FILTER.to_owned(),
            decoy_dn: None,
        }
    }
}

/// What stands for the value in each filter.
pub(super) const LOGIN: &str = "{login}";
pub(super) const STRUCTURE: &str = "{ref}";
pub(super) const UNIT: &str = "{code}";
pub(super) const CHILD: &str = "{key}";
