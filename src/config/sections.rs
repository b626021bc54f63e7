//! The sections with fixed names, one struct each.
use super::idps::is_safe;
use super::parse::{self, at_least_one, duration, from_str, network, public_url};
use super::reader::Reader;
use crate::identity::Profile;
use crate::web::client_ip::HeaderKind;
use crate::web::rate_limits::Rate;
use ipnet::IpNet;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;
use url::Url;

/// `[http]`
#[derive(Debug, Clone)]
pub struct Http {
    /// The only source of our own scheme, host and port.
    pub public_url: Url,
    /// Where to listen.
    pub listen: SocketAddr,
    /// Other host names that are answered.
    pub extra_hosts: Vec<String>,
    /// Proxies whose header is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// The one header that is read from them.
    pub client_ip_header: HeaderKind,
    /// Connections at most.
    pub max_connections: usize,
    /// Requests in work at most; as many may wait.
    pub max_in_work: usize,
    /// Worker threads; 0: one a processor.
    pub workers: usize,
    /// Send Strict-Transport-Security.
    pub hsts: bool,
    /// How long requests are still taken after SIGTERM.
    pub drain: Duration,
}

impl Http {
    pub(super) fn read(reader: &mut Reader) -> Option<Self> {
        let section = "http";
        let public = reader
            .required(section, "public_url")
            .and_then(|_| reader.value(section, "public_url", public_url));
        let listen = reader.value(section, "listen", from_str);
        let header = |text: &str| {
            HeaderKind::parse(text)
                .ok_or_else(|| "write x-forwarded-for, forwarded, x-real-ip or none".to_owned())
        };
        let client_ip_header = reader.value(section, "client_ip_header", header);
        let extra_hosts = reader.list(section, "extra_hosts", |host| Ok(host.to_lowercase()));
        let trusted_proxies = reader.list(section, "trusted_proxies", network);
        let max_connections = reader.value_or(section, "max_connections", at_least_one, 10_000);
        let max_in_work = reader.value_or(section, "max_in_work", parse::from_one, 512) as usize;
        let drain = reader.value_or(section, "drain", duration, Duration::from_secs(5));
        let workers = reader.value_or(section, "workers", from_str, 0);
        let hsts = reader.flag(section, "hsts");
        let public_url = public?;
        Some(Self {
            hsts: hsts && public_url.scheme() == "https",
            public_url,
            listen: listen?,
            extra_hosts,
            trusted_proxies,
            client_ip_header: client_ip_header?,
            max_connections,
            max_in_work,
            workers,
            drain,
        })
    }

    /// Our origin, without a slash behind.
    pub fn origin(&self) -> String {
        self.public_url.origin().ascii_serialization()
    }

    /// An absolute address of ours; `path` begins with a slash.
    pub fn absolute(&self, path: &str) -> String {
        self.origin() + path
    }
}

/// `[admin]`
#[derive(Debug, Clone)]
pub struct Admin {
    /// Where health and metrics are served; `None`: nowhere.
    pub listen: Option<SocketAddr>,
    /// Where administrators may sign in from (D33).
    pub networks: Vec<IpNet>,
}

impl Admin {
    pub(super) fn read(reader: &mut Reader) -> Self {
        let listen = |text: &str| match text {
            "none" => Ok(None),
            text => from_str(text).map(Some),
        };
        Self {
            listen: reader.value_or("admin", "listen", listen, None),
            networks: reader.list("admin", "networks", network),
        }
    }
}

/// `[session]`
#[derive(Debug, Clone)]
pub struct SessionTimes {
    /// From sign-in to the end.
    pub lifetime: Duration,
    /// Without use to the end.
    pub idle: Duration,
    /// Profiles whose sessions are idle for 30 minutes at most.
    pub short_profiles: Vec<Profile>,
}

impl SessionTimes {
    pub(super) fn read(reader: &mut Reader) -> Self {
        let hours = |n: u64| Duration::from_secs(n * 3600);
        let profile = |text: &str| {
            Profile::parse(text).ok_or_else(|| {
                "write pupil, parent, teacher, head, school_life, staff or other".to_owned()
            })
        };
        Self {
            lifetime: reader.value_or("session", "lifetime", duration, hours(10)),
            idle: reader.value_or("session", "idle", duration, hours(2)),
            short_profiles: reader.list("session", "short_profiles", profile),
        }
    }
}

/// `[files]`, made absolute.
#[derive(Debug, Clone)]
pub struct Files {
    /// Schools.
    pub etabs: PathBuf,
    /// Zones.
    pub portails: PathBuf,
    /// SAML partners.
    pub metadata: PathBuf,
    /// Attribute sets and associations.
    pub attribute_sets: PathBuf,
    /// Applications and their filters.
    pub app_filters: PathBuf,
    /// Attributes made out of others.
    pub computed: PathBuf,
    /// Map of profiles, when not the built-in one.
    pub profiles: Option<PathBuf>,
    /// Look of the organisation.
    pub theme: Option<PathBuf>,
    /// What federations publish, as it was fetched.
    pub federations: PathBuf,
    /// Master key.
    pub keys: PathBuf,
}

impl Files {
    pub(super) fn read(reader: &mut Reader) -> Self {
        let path = |key| reader.path("files", key);
        Self {
            etabs: path("etabs").unwrap_or_default(),
            portails: path("portails").unwrap_or_default(),
            metadata: path("metadata").unwrap_or_default(),
            attribute_sets: path("attribute_sets").unwrap_or_default(),
            app_filters: path("app_filters").unwrap_or_default(),
            computed: path("computed").unwrap_or_default(),
            profiles: path("profiles"),
            theme: path("theme"),
            federations: path("federations").unwrap_or_default(),
            keys: path("keys").unwrap_or_default(),
        }
    }
}

/// `[support]`
#[derive(Debug, Clone, Default)]
pub struct Support {
    /// Who helps.
    pub name: Option<String>,
    /// How to reach them.
    pub contact: Option<String>,
}

impl Support {
    pub(super) fn read(reader: &mut Reader) -> Self {
        Self { name: reader.text("support", "name"), contact: reader.text("support", "contact") }
    }
}

/// `[saml]`
#[derive(Debug, Clone)]
pub struct Saml {
    /// Our name towards partners.
    pub entity_id: String,
    /// The certificate that must have signed metadata files.
    pub metadata_certificate: Option<PathBuf>,
    /// Refuse unsigned requests of everybody.
    pub require_signed_requests: bool,
    /// How far the clocks of identity providers may be apart from ours.
    pub clock_skew: chrono::Duration,
    /// A page elsewhere on which people choose their identity provider.
    pub discovery: Option<Url>,
}

impl Saml {
    pub(super) fn read(reader: &mut Reader, http: Option<&Http>) -> Option<Self> {
        let own_name = reader.text("saml", "entity_id");
        let metadata_certificate = reader.path("saml", "metadata_certificate");
        let require_signed_requests = reader.flag("saml", "require_signed_requests");
        let skew = |text: &str| match super::parse::duration(text)?.as_secs() {
            seconds @ 0..=300 => Ok(chrono::Duration::seconds(seconds.cast_signed())),
            _ => Err("write a time up to 300s".to_owned()),
        };
        let usual = chrono::Duration::seconds(120);
        let clock_skew = reader.value_or("saml", "clock_skew", skew, usual);
        let discovery = reader.value("saml", "discovery", |text| {
            let url: Url = from_str(text)?;
            let instead = || "write an https address, or http on this machine".to_owned();
            is_safe(&url).then_some(url).ok_or_else(instead)
        });
        Some(Self {
            entity_id: own_name.or_else(|| Some(http?.absolute("/saml/metadata")))?,
            metadata_certificate,
            require_signed_requests,
            clock_skew,
            discovery,
        })
    }
}

/// `[limits]`
#[derive(Debug, Clone)]
pub struct Limits {
    /// Networks with the budget of a whole school.
    pub known_networks: Vec<IpNet>,
    /// What one address outside them may ask without being signed in.
    pub anonymous: Rate,
    /// What one token of the API may ask.
    pub api: Rate,
}

impl Limits {
    pub(super) fn read(reader: &mut Reader) -> Self {
        let number = parse::from_one;
        let burst = reader.value_or("limits", "anonymous_burst", number, 6000);
        let per_second = reader.value_or("limits", "anonymous_per_second", number, 200);
        let api_burst = reader.value_or("limits", "api_burst", number, 600);
        let api_per_second = reader.value_or("limits", "api_per_second", number, 50);
        let known_networks = reader.list("limits", "known_networks", parse::network);
        Self {
            known_networks,
            anonymous: Rate::per_second(burst, per_second),
            api: Rate::per_second(api_burst, api_per_second),
        }
    }
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// `[log]`
#[derive(Debug, Clone)]
pub struct Log {
    /// A tracing filter.
    pub level: String,
    /// How lines look.
    pub format: LogFormat,
}

impl Log {
    pub(super) fn read(reader: &mut Reader) -> Self {
        let level = |text: &str| {
            tracing_subscriber::EnvFilter::try_new(text)
                .map(|_| text.to_owned())
                .map_err(|_| "write error, warn, info, debug or a tracing filter".to_owned())
        };
        let format = |text: &str| match text {
            "text" => Ok(LogFormat::Text),
            "json" => Ok(LogFormat::Json),
            _ => Err("write text or json".to_owned()),
        };
        Self {
            level: reader.value_or("log", "level", level, "info".to_owned()),
            format: reader.value_or("log", "format", format, LogFormat::Text),
        }
    }
}
