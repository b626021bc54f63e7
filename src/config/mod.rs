//! The configuration: `aiguillage.ini`, read once at start, checked as a whole (D3).
//!
//! [`Config::load`] gives either a configuration or every mistake at once. The list of all
//! settings is [`registry::settings`]; the environment variable `AIGUILLAGE_<SECTION>_<KEY>`
//! wins over the file.
mod attendance;
mod audit;
mod background;
mod card;
mod card_access;
mod card_directory;
mod card_services;
mod cas;
mod dispatch;
mod federations;
mod idps;
mod in_force;
mod lookup;
pub mod parse;
mod payment;
mod reader;
pub mod registry;
mod roles;
mod sample;
mod secret;
mod sections;
mod sources;
mod sync;

pub use attendance::{Attendance, Policy};
pub use audit::Audit;
pub use background::{Jobs, Mail, Retention};
pub use card::{Cards, European};
pub use card_access::AccessExport;
pub use card_directory::{CardDirectory, DirectoryAttribute, PHOTO};
pub use card_services::{Calls, CardHook, Crous, Esc, FareBook, Grant, RouterPurge};
pub use cas::{Cas, UnknownService};
pub use dispatch::{Dispatch, DispatchSingle};
pub use federations::FederationSection;
pub use idps::{
    CasSettings, Described, Excused, IdpSection, OidcSettings, Protocol, SamlSettings, Word,
};
pub use in_force::{InForce, Origin};
pub use lookup::{
    Access, ConflictRule, Dialect, IndexPlace, Instance, KeyFetching, Lookup, OwnerRule,
    SearchPolicy,
};
pub use payment::Payment;
pub use reader::{Environment, Reader};
pub use sample::sample_file;
pub use sections::{Admin, Files, Http, Limits, Log, LogFormat, Saml, SessionTimes, Support};
pub use sources::{Clouds, LinkRule, SourceKind, SourceSection};
pub use sync::{ListSettings, ListedIn, SyncSettings};

use crate::db::DatabaseSettings;
use crate::finding::{Finding, Severity};
use crate::identity::role_map::RoleMap;
use crate::mail::MailAddress;
use crate::uploads::Scanner;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Everything an administrator can set, checked.
#[derive(Debug, Clone)]
pub struct Config {
    /// The file it was read from.
    pub file: PathBuf,
    /// `[http]`
    pub http: Http,
    /// `[admin]`
    pub admin: Admin,
    /// `[database] url`
    pub database: DatabaseSettings,
    /// `[database] migrate = auto`
    pub migrate: bool,
    /// `[session]`
    pub session: SessionTimes,
    /// `[files]`
    pub files: Files,
    /// `[support]`
    pub support: Support,
    /// `[saml]`
    pub saml: Saml,
    /// `[attendance]`
    pub attendance: Attendance,
    /// `[card]`
    pub card: Cards,
    /// `[payment]`
    pub payment: Option<Payment>,
    /// `[card] report_to`
    pub card_reports: Vec<MailAddress>,
    /// `[esc]`
    pub esc: Option<Box<Esc>>,
    /// `[crous]`
    pub crous: Option<Box<Crous>>,
    /// `[access:NAME]`, in file order.
    pub access: Vec<AccessExport>,
    /// `[card_hook:NAME]`, in file order.
    pub hooks: Vec<CardHook>,
    /// `[card_directory:NAME]`, in file order.
    pub directories: Vec<CardDirectory>,
    /// `[cas]`
    pub cas: Cas,
    /// `[dispatch]`
    pub dispatch: Dispatch,
    /// `[lookup]`
    pub lookup: Lookup,
    /// `[index]`
    pub index: IndexPlace,
    /// `[instance:NAME]`, in file order.
    pub instances: Vec<Instance>,
    /// `[audit]`
    pub audit: Audit,
    /// `[limits]`
    pub limits: Limits,
    /// `[log]`
    pub log: Log,
    /// `[jobs]`
    pub jobs: Jobs,
    /// `[mail]`
    pub mail: Mail,
    /// `[attendance] clamd`
    pub scanner: Option<Scanner>,
    /// `[retention]`
    pub retention: Retention,
    /// `[source:NAME]`, in file order.
    pub sources: Vec<SourceSection>,
    /// `[idp:NAME]`, in file order.
    pub idps: Vec<IdpSection>,
    /// `[federation:NAME]`, in file order.
    pub federations: Vec<FederationSection>,
    /// `[link:NAME]`, in file order.
    pub links: Vec<LinkRule>,
    /// `[role:NAME]`
    pub roles: RoleMap,
    /// Every setting as it counts, with where it was written.
    pub in_force: Arc<[InForce]>,
}

impl Config {
    /// Read the file at `path`. The error holds every mistake, warnings included.
    pub fn load(
        path: &Path,
        environment: Environment,
    ) -> Result<(Self, Vec<Finding>), Vec<Finding>> {
        let bytes = std::fs::read(path).map_err(|error| {
            let file = path.display().to_string();
            vec![
                Finding { file, ..Finding::about("E-CONF-FILE", "cannot be read") }
                    .detail(error.to_string()),
            ]
        })?;
        Self::read(path, &bytes, environment)
    }

    /// Read the text of a file that stands (or would stand) at `path`.
    pub fn read(
        path: &Path,
        bytes: &[u8],
        environment: Environment,
    ) -> Result<(Self, Vec<Finding>), Vec<Finding>> {
        let mut reader = Reader::new(path, bytes, environment);
        let config = Self::assemble(path, &mut reader);
        let findings = reader.into_findings();
        match config {
            Some(config) if findings.iter().all(|f| f.severity() < Severity::Error) => {
                Ok((config, findings))
            }
            _ => Err(findings),
        }
    }

    fn assemble(path: &Path, reader: &mut Reader) -> Option<Self> {
        let folder = reader.folder().to_owned();
        // Every part is read before any is missed, so that all mistakes come at once.
        let http = Http::read(reader);
        let admin = Admin::read(reader);
        let database =
            reader.hidden("database", "url", |url| DatabaseSettings::parse(url, &folder));
        let migrate = reader.value("database", "migrate", auto_or_never);
        let session = SessionTimes::read(reader);
        let files = Files::read(reader);
        let support = Support::read(reader);
        let saml = Saml::read(reader, http.as_ref());
        let attendance = Attendance::read(reader);
        let card = Cards::read(reader);
        let payment = Payment::read(reader);
        let card_reports = card_services::reports(reader);
        let esc = Esc::read(reader).map(Box::new);
        let crous = Crous::read(reader).map(Box::new);
        let access = card_access::read_exports(reader);
        let hooks = card_services::read_hooks(reader);
        let cas = Cas::read(reader);
        let dispatch = Dispatch::read(reader);
        let lookup = Lookup::read(reader, http.as_ref());
        let index = IndexPlace::read(reader);
        let instances = lookup::read_instances(reader, http.as_ref());
        let audit = Audit::read(reader);
        let limits = Limits::read(reader);
        let log = Log::read(reader);
        let jobs = Jobs::read(reader);
        let mail = Mail::read(reader);
        let scanner = reader.value("attendance", "clamd", Scanner::parse);
        let retention = Retention::read(reader);
        let mut sources = sources::read_sources(reader);
        let idps = idps::read_idps(reader);
        let federations = federations::read_federations(reader);
        let directories = card_directory::read_directories(reader, &sources);
        let links = sources::read_links(reader);
        let roles = roles::read_roles(reader);
        let told =
            card_services::attributes(esc.as_deref(), crous.as_deref(), (&access, &directories));
        for source in &mut sources {
            source.also_read(&roles, &card, &told);
        }
        Some(Self {
            file: path.to_owned(),
            http: http?,
            admin,
            database: database?,
            migrate: migrate?,
            session,
            files,
            support,
            saml: saml?,
            attendance,
            card,
            payment,
            card_reports,
            esc,
            crous,
            access,
            hooks,
            directories,
            cas,
            dispatch,
            lookup,
            index,
            instances,
            audit,
            limits,
            log,
            jobs,
            mail,
            scanner,
            retention,
            sources,
            idps,
            federations,
            links,
            roles: RoleMap::new(roles),
            in_force: reader.in_force().into(),
        })
    }
}

impl Config {
    /// Whether a service outside is told of cards.
    pub fn tells_of_cards(&self) -> bool {
        self.esc.is_some()
            || self.crous.is_some()
            || !self.access.is_empty()
            || !self.hooks.is_empty()
            || !self.directories.is_empty()
    }
}

fn auto_or_never(text: &str) -> Result<bool, String> {
    match text {
        "auto" => Ok(true),
        "never" => Ok(false),
        _ => Err("write auto or never".to_owned()),
    }
}

/// The environment of this process, for [`Config::load`]: the one place that reads it.
#[expect(clippy::disallowed_methods, reason = "this is the one place that may ask")]
pub fn process_environment(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

#[cfg(test)]
mod tests;
