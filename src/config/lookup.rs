//! `[lookup]`, `[index]` and `[instance:NAME]`: who may search, what is sent, who pushes.
use super::parse::{duration, from_str, network};
use super::reader::Reader;
use super::sections::Http;
use crate::identity::cloud::{CloudId, Field};
use crate::identity::sources::Secret;
use ipnet::IpNet;
use std::path::PathBuf;
use std::time::Duration;

/// Who is on this machine.
const LOOPBACK: [&str; 2] = ["127.0.0.0/8", "::1"];

/// `[index]`
#[derive(Debug, Clone)]
pub struct IndexPlace {
    /// Folder of the index.
    pub path: PathBuf,
    /// Memory of the writer, MiB.
    pub memory: usize,
}

/// How a search proves that it may ask (D12).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// By its address.
    Network,
    /// By the token in its base address `/l/<token>`.
    Token,
    /// Everybody.
    Open,
}

/// Which protocol `/users` speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// That of the Nextcloud lookup server.
    Nextcloud,
    /// That of apps.education.fr.
    Apps,
}

/// What happens when two servers claim one person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConflictRule {
    /// Where they were active last.
    Newest,
    /// The server with the higher `priority`, then the newest.
    Priority,
    /// Whoever came first; later claims are refused.
    Refuse,
}

/// By what a record is known to be a person of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OwnerRule {
    /// Equal mail addresses.
    Mail,
    /// The login on the server is that of an account.
    Login,
}

/// What an instance may search by (NC #57041).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SearchPolicy {
    /// Names, logins, mail addresses, cloud ids.
    All,
    /// Whole mail addresses and cloud ids.
    Mail,
    /// Only `exact` and `exactCloudId`.
    Exact,
}

/// `[lookup]`
#[derive(Debug, Clone)]
pub struct Lookup {
    /// Whether there is a lookup at all.
    pub enabled: bool,
    /// Any one of these opens the search.
    pub access: Vec<Access>,
    /// For [`Access::Network`].
    pub networks: Vec<IpNet>,
    /// Requests a second of a server that is known.
    pub rate: u32,
    /// Shared keys of pushing servers; several while one is replaced.
    pub keys: Vec<Secret>,
    /// Closed set of servers: deletions and the list of instances are answered.
    pub global_scale: bool,
    /// The protocol.
    pub dialect: Dialect,
    /// Shorter searches find nobody, letters.
    pub min_length: usize,
    /// Hits when the asker names no limit.
    pub results: usize,
    /// Hits at most, 200 at most.
    pub max_results: usize,
    /// What is kept and sent.
    pub fields: Vec<Field>,
    /// Two servers, one person.
    pub conflict: ConflictRule,
    /// Pupils may be found.
    pub pupils: bool,
    /// How records find their person; empty: never.
    pub owner: Vec<OwnerRule>,
    /// Records that their server does not name for this long are hidden.
    pub stale_after: Duration,
    /// Records hidden for this long are removed.
    pub remove_after: Duration,
    /// Where keys of signed messages come from.
    pub key_fetching: KeyFetching,
    /// Password of user `lookup` for `/replication`; `None`: closed.
    pub replication_password: Option<Secret>,
}

/// How the public keys behind signed messages are fetched.
#[derive(Debug, Clone)]
pub struct KeyFetching {
    /// Hosts that are asked, besides those of `[instance:NAME]`.
    pub hosts: Vec<String>,
    /// Ask by plain http when https does not answer.
    pub plain_http: bool,
}

/// `[instance:NAME]`, a Nextcloud server.
#[derive(Debug, Clone)]
pub struct Instance {
    /// NAME.
    pub name: String,
    /// Host, perhaps with port and path, in its form for comparison.
    pub server: String,
    /// Shown to administrators.
    pub label: String,
    /// A shared key that pushes for this server only.
    pub key: Option<Secret>,
    /// Opens `/l/<token>`.
    pub token: Option<Secret>,
    /// Addresses from which it asks.
    pub networks: Vec<IpNet>,
    /// What is sent to it; `None`: what `[lookup] fields` says.
    pub fields: Option<Vec<Field>>,
    /// What it may search by.
    pub policy: SearchPolicy,
    /// Whose people come first: `own`, or `@mail.domain`.
    pub prefer: Vec<String>,
    /// For [`ConflictRule::Priority`].
    pub priority: i64,
}

impl IndexPlace {
    pub(super) fn read(reader: &mut Reader) -> Self {
        Self {
            path: reader.path("index", "path").unwrap_or_default(),
            memory: reader.value_or("index", "memory", memory, 64),
        }
    }
}

impl Lookup {
    pub(super) fn read(reader: &mut Reader, http: Option<&Http>) -> Self {
        let section = "lookup";
        let days = |n: u64| Duration::from_secs(n * 24 * 3600);
        let mut lookup = Self {
            enabled: reader.flag(section, "enabled"),
            access: reader.list(section, "access", access),
            networks: reader.list(section, "networks", network),
            rate: reader.value_or(section, "rate", rate, 200),
            keys: reader.secrets(section, "keys"),
            global_scale: reader.flag(section, "global_scale"),
            dialect: reader.value_or(section, "dialect", dialect, Dialect::Nextcloud),
            min_length: reader.value_or(section, "min_length", from_str, 2),
            results: reader.value_or(section, "results", results, 50),
            max_results: reader.value_or(section, "max_results", results, 200),
            fields: reader.list(section, "fields", field),
            conflict: reader.value_or(section, "conflict", conflict, ConflictRule::Newest),
            pupils: reader.flag(section, "pupils"),
            owner: reader.list(section, "owner", owner),
            stale_after: reader.value_or(section, "stale_after", duration, days(2)),
            remove_after: reader.value_or(section, "remove_after", duration, days(30)),
            key_fetching: KeyFetching {
                hosts: reader.list(section, "key_hosts", |host| Ok(host.to_lowercase())),
                plain_http: reader.flag(section, "http_keys"),
            },
            replication_password: reader.secret(section, "replication_password"),
        };
        lookup.results = lookup.results.min(lookup.max_results);
        lookup.distrust_loopback(reader, http);
        lookup
    }

    /// Behind a proxy every visitor comes from loopback: it proves something only where
    /// `public_url` itself is on this machine (D48).
    fn distrust_loopback(&mut self, reader: &mut Reader, http: Option<&Http>) {
        let is_public = is_public(http);
        if !is_public && self.networks.is_empty() {
            self.networks = LOOPBACK.iter().filter_map(|net| network(net).ok()).collect();
        }
        if is_public {
            must_not_be_loopback(reader, "lookup", &self.networks);
        }
    }
}

fn must_not_be_loopback(reader: &mut Reader, section: &str, networks: &[IpNet]) {
    if networks.iter().any(|net| net.addr().is_loopback()) {
        let instead = "loopback is where a reverse proxy stands; name the servers' addresses";
        reader.mistake("E-CONF-VALUE", section, "networks", instead);
    }
}

fn is_public(http: Option<&Http>) -> bool {
    let host = http.and_then(|http| http.public_url.host_str());
    host.is_some_and(|host| !super::parse::is_loopback(host))
}

pub(super) fn read_instances(reader: &mut Reader, http: Option<&Http>) -> Vec<Instance> {
    let names = reader.names("instance");
    let read = names.iter().filter_map(|name| read_instance(reader, name));
    let instances: Vec<Instance> = read.collect();
    for instance in instances.iter().filter(|_| is_public(http)) {
        must_not_be_loopback(reader, &format!("instance:{}", instance.name), &instance.networks);
    }
    instances
}

fn read_instance(reader: &mut Reader, name: &str) -> Option<Instance> {
    let section = &format!("instance:{name}");
    reader.required(section, "server");
    let server = reader.value(section, "server", server);
    let fields = reader.list(section, "fields", field);
    Some(Instance {
        name: name.to_owned(),
        label: reader.text(section, "label").unwrap_or_else(|| name.to_owned()),
        key: reader.secret(section, "key"),
        token: reader.secret(section, "token"),
        networks: reader.list(section, "networks", network),
        fields: Some(fields).filter(|fields| !fields.is_empty()),
        policy: reader.value_or(section, "policy", policy, SearchPolicy::All),
        prefer: reader.list(section, "prefer", prefer),
        priority: reader.value_or(section, "priority", from_str, 0),
        server: server?,
    })
}

fn memory(text: &str) -> Result<usize, String> {
    let size: usize = from_str(text)?;
    if (16..=4096).contains(&size) { Ok(size) } else { Err("write 16 to 4096 (MiB)".to_owned()) }
}

fn rate(text: &str) -> Result<u32, String> {
    let rate: u32 = from_str(text)?;
    if rate > 0 { Ok(rate) } else { Err("write 1 or more".to_owned()) }
}

fn results(text: &str) -> Result<usize, String> {
    let count: usize = from_str(text)?;
    if (1..=200).contains(&count) { Ok(count) } else { Err("write 1 to 200".to_owned()) }
}

fn access(text: &str) -> Result<Access, String> {
    match text {
        "network" => Ok(Access::Network),
        "token" => Ok(Access::Token),
        "open" => Ok(Access::Open),
        _ => Err("write network, token or open".to_owned()),
    }
}

fn dialect(text: &str) -> Result<Dialect, String> {
    match text {
        "nextcloud" => Ok(Dialect::Nextcloud),
        "apps" => Ok(Dialect::Apps),
        _ => Err("write nextcloud or apps".to_owned()),
    }
}

fn field(text: &str) -> Result<Field, String> {
    let known = || Field::SENT.map(Field::name).join(", ");
    Field::parse(text).ok_or_else(|| format!("write one of {}", known()))
}

fn conflict(text: &str) -> Result<ConflictRule, String> {
    match text {
        "newest" => Ok(ConflictRule::Newest),
        "priority" => Ok(ConflictRule::Priority),
        "refuse" => Ok(ConflictRule::Refuse),
        _ => Err("write newest, priority or refuse".to_owned()),
    }
}

fn owner(text: &str) -> Result<OwnerRule, String> {
    match text {
        "mail" => Ok(OwnerRule::Mail),
        "login" => Ok(OwnerRule::Login),
        _ => Err("write mail or login".to_owned()),
    }
}

fn policy(text: &str) -> Result<SearchPolicy, String> {
    match text {
        "all" => Ok(SearchPolicy::All),
        "mail" => Ok(SearchPolicy::Mail),
        "exact" => Ok(SearchPolicy::Exact),
        _ => Err("write all, mail or exact".to_owned()),
    }
}

fn prefer(text: &str) -> Result<String, String> {
    if text == "own" || (text.starts_with('@') && text.len() > 1) {
        return Ok(text.to_lowercase());
    }
    Err("write own or @mail.domain".to_owned())
}

pub(super) fn server(text: &str) -> Result<String, String> {
    let probe = CloudId::parse(&format!("x@{text}"));
    probe.map(|id| id.instance()).map_err(|_| "write its host, as in cloud ids".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers_are_kept_in_their_form_for_comparison() {
        assert_eq!(server("https://Nuage.example.org/nc/").unwrap(), "nuage.example.org/nc");
        assert!(server("").is_err());
    }

    #[test]
    fn limits_stay_within_reason() {
        assert!(results("201").is_err());
        assert!(results("0").is_err());
        assert_eq!(results("50"), Ok(50));
        assert!(memory("1").is_err());
    }
}
