//! Every setting there is: the one list from which reading, checking, the sample file and the
//! reference are made.

/// One key of `aiguillage.ini`.
#[derive(Debug, Clone, Copy)]
pub struct Setting {
    /// Section; `source:*` stands for every `[source:NAME]`.
    pub section: &'static str,
    /// Key; `attr.*` stands for every `attr.NAME`.
    pub key: &'static str,
    /// Value when the file says nothing; empty means none.
    pub default: &'static str,
    /// What it does, its unit and its limits, for the administrator.
    pub help: &'static str,
}

const fn set(
    section: &'static str,
    key: &'static str,
    default: &'static str,
    help: &'static str,
) -> Setting {
    Setting { section, key, default, help }
}

/// The list, in the order of the sample file.
pub static SETTINGS: &[Setting] = &[
    set(
        "http",
        "public_url",
        "",
        "Address people type, the only source of our own links. https, or http on a loopback host. Required.",
    ),
    set("http", "listen", "127.0.0.1:8080", "Address and port to listen on."),
    set("http", "extra_hosts", "", "Other host names that are answered, comma between."),
    set(
        "http",
        "trusted_proxies",
        "",
        "Networks of reverse proxies whose client address header is believed, comma between.",
    ),
    set(
        "http",
        "client_ip_header",
        "x-forwarded-for",
        "The one header that is read from a trusted proxy: x-forwarded-for, forwarded, x-real-ip or none.",
    ),
    set("http", "max_connections", "10000", "Connections at most."),
    set(
        "http",
        "max_in_work",
        "512",
        "Requests in work at the same time, at most. As many again wait for 2 s; what comes then is sent away with 503.",
    ),
    set("http", "workers", "0", "Worker threads; 0 takes one a processor."),
    set(
        "http",
        "drain",
        "5s",
        "After SIGTERM /readyz refuses at once, requests are still taken for this time.",
    ),
    set("http", "hsts", "true", "Send Strict-Transport-Security when public_url is https."),
    set(
        "admin",
        "listen",
        "127.0.0.1:9464",
        "Address for /livez, /readyz, /healthz and /metrics; never public. none switches it off.",
    ),
    set(
        "admin",
        "networks",
        "127.0.0.0/8, ::1",
        "Networks from which administrators may sign in until they have a second factor.",
    ),
    set(
        "database",
        "url",
        "sqlite:../var/aiguillage.db",
        "sqlite:PATH for one node, postgres://USER@HOST/NAME for several. An address with a password stands elsewhere: file:/path, env:NAME or cred:name.",
    ),
    set(
        "database",
        "migrate",
        "auto",
        "auto brings the tables up to date at start, never leaves it to aiguillage migrate.",
    ),
    set("session", "lifetime", "10h", "A session ends after this time."),
    set("session", "idle", "2h", "A session ends when unused for this time."),
    set(
        "session",
        "short_profiles",
        "pupil",
        "Profiles whose sessions end after 30 minutes without use, comma between.",
    ),
    set("files", "etabs", "etabs.ini", "Schools and their portals."),
    set("files", "portails", "portails.ini", "Client networks and their academic portals."),
    set(
        "files",
        "metadata",
        "../metadata",
        "Folder of the partners' SAML metadata, one file a school.",
    ),
    set(
        "files",
        "attribute_sets",
        "attribute_sets",
        "Folder of attribute sets and associations.ini.",
    ),
    set(
        "files",
        "app_filters",
        "app_filters",
        "Folder of applications that sign in through CAS (*_apps.ini) and of their filters.",
    ),
    set(
        "files",
        "computed",
        "computed",
        "Folder of attributes that are made out of others, for filters and attribute sets.",
    ),
    set("files", "profiles", "", "profiles.ini, when the built-in map of profiles is not enough."),
    set("files", "theme", "", "Folder with logo.svg, theme.css and logos/ of the organisation."),
    set(
        "files",
        "keys",
        "../var/keys",
        "Folder of the master key that seals all private keys; made on first start.",
    ),
    set("support", "name", "", "Who helps, as shown on error pages."),
    set(
        "support",
        "contact",
        "",
        "Mail address, telephone number or https address of the support.",
    ),
    set(
        "saml",
        "entity_id",
        "",
        "Our entityID; default: public_url + /saml/metadata. Set it to the old EoleSSO name to keep partners as they are.",
    ),
    set(
        "saml",
        "metadata_certificate",
        "",
        "PEM certificate that must have signed the files in metadata; empty trusts files by their place.",
    ),
    set(
        "saml",
        "require_signed_requests",
        "false",
        "Refuse unsigned AuthnRequests of every partner.",
    ),
    set(
        "saml",
        "clock_skew",
        "120s",
        "How far the clock of an identity provider may be apart from ours; at most 300s.",
    ),
    set(
        "cas",
        "unknown_service",
        "deny",
        "Applications that no file of app_filters describes: deny refuses them, default tells them what default.ini says.",
    ),
    set("cas", "ticket_life", "1m", "How long a ticket waits to be validated, 10s to 5m."),
    set("dispatch", "allow_http", "false", "Accept http portals and zone portals."),
    set(
        "dispatch",
        "auto_single",
        "strict",
        "strict goes straight on when the only school is usable; usable also when others are shown disabled.",
    ),
    set("dispatch", "arena_counts", "false", "The academic portal counts as a destination."),
    set(
        "dispatch",
        "merge_same_portal",
        "false",
        "Schools with the same portal and service provider are one tile.",
    ),
    set(
        "dispatch",
        "enforce_mfa",
        "false",
        "Refuse a portal whose zone (the academic one) or school requires a second factor that was not used.",
    ),
    set(
        "dispatch",
        "refuse_foreign",
        "true",
        "Refuse sign-on at a school's service provider to people of other schools.",
    ),
    set(
        "dispatch",
        "switch_slo",
        "false",
        "Whoever goes to another school is signed out of the portals of the one before first.",
    ),
    set("dispatch", "delegations", "off", "FrEduResDel: off, listed_apps or all."),
    set(
        "dispatch",
        "delegation_apps",
        "",
        "Applications whose delegations count with listed_apps, comma between.",
    ),
    set(
        "dispatch",
        "relaystate_allow",
        "",
        "Further origins that RelayState may name, comma between.",
    ),
    set(
        "dispatch",
        "reload_min_ratio",
        "0.5",
        "A new etabs.ini or portails.ini with fewer sections than this part of the running one is refused.",
    ),
    set("dispatch", "time_zone", "Europe/Paris", "Where dates of delegations begin and end."),
    set("audit", "privacy", "true", "Cut client addresses to /24 or /48 in audit records."),
    set(
        "limits",
        "known_networks",
        "",
        "Networks with the budget of a whole school, besides those of portails.ini, comma between.",
    ),
    set(
        "limits",
        "anonymous_burst",
        "6000",
        "Requests that one /24 or /48 may send at once without being signed in; known networks have 20 times as many.",
    ),
    set("limits", "anonymous_per_second", "200", "The same for each second afterwards."),
    set("log", "level", "info", "error, warn, info, debug or a tracing filter."),
    set("log", "format", "text", "text or json."),
    set("lookup", "enabled", "true", "Answer Nextcloud servers that look for people."),
    set(
        "lookup",
        "access",
        "network, token",
        "What opens the search, comma between: network (an address in networks), token (the base address /l/TOKEN of an instance), open (everybody).",
    ),
    set(
        "lookup",
        "networks",
        "",
        "Addresses of servers that may search without a token, comma between; empty: this machine, when public_url is on it.",
    ),
    set(
        "lookup",
        "rate",
        "200",
        "Requests a second of a server that is known, twice as many at once.",
    ),
    set(
        "lookup",
        "keys",
        "",
        "Shared keys (gss.jwt.key) of servers that push their users: file:/path, env:NAME or cred:name, comma between. Two while a key is replaced.",
    ),
    set(
        "lookup",
        "global_scale",
        "true",
        "The servers form a closed set: they may search by name, delete their users and list the instances.",
    ),
    set(
        "lookup",
        "dialect",
        "nextcloud",
        "What /users speaks: nextcloud, or apps for the portal of apps.education.fr.",
    ),
    set("lookup", "min_length", "2", "Shorter searches find nobody, letters."),
    set("lookup", "results", "50", "Hits when the asker names no limit."),
    set("lookup", "max_results", "200", "Hits at most, 200 at most."),
    set(
        "lookup",
        "fields",
        "userid, name, email",
        "What is kept and sent, comma between: name, email, address, website, twitter, phone, twitter_signature, website_signature, userid.",
    ),
    set(
        "lookup",
        "conflict",
        "newest",
        "Two servers claim one person: newest (active last), priority (of the instance) or refuse (later claims).",
    ),
    set("lookup", "pupils", "false", "Pupils may be found."),
    set(
        "lookup",
        "owner",
        "mail",
        "How a record is known to be a person of ours: mail, login, comma between; empty for never.",
    ),
    set(
        "lookup",
        "stale_after",
        "2d",
        "Records that their server names no more are hidden after this time.",
    ),
    set("lookup", "remove_after", "30d", "Hidden records are removed after this time."),
    set(
        "lookup",
        "key_hosts",
        "",
        "Hosts besides the instances whose keys are fetched for signed messages, comma between.",
    ),
    set("lookup", "http_keys", "false", "Fetch keys by plain http when https does not answer."),
    set(
        "lookup",
        "replication_password",
        "",
        "Password of user lookup for /replication: file:/path, env:NAME or cred:name. Empty closes it.",
    ),
    set("index", "path", "../index/data", "Folder of the search index; made when absent."),
    set("index", "memory", "64", "Memory of the index writer, MiB."),
    set(
        "instance:*",
        "server",
        "",
        "Host of a Nextcloud server as in cloud ids, perhaps with port and path. Required.",
    ),
    set("instance:*", "label", "", "Name shown to administrators; default: that of the section."),
    set(
        "instance:*",
        "key",
        "",
        "Shared key with which this server alone pushes: file:/path, env:NAME or cred:name.",
    ),
    set(
        "instance:*",
        "token",
        "",
        "Opens the base address /l/TOKEN, 20 letters or digits at least: file:/path, env:NAME or cred:name.",
    ),
    set("instance:*", "networks", "", "Addresses from which this server asks, comma between."),
    set("instance:*", "fields", "", "What is sent to it; default: [lookup] fields."),
    set(
        "instance:*",
        "policy",
        "all",
        "What it may search by: all, mail (whole addresses and cloud ids) or exact (no free search).",
    ),
    set(
        "instance:*",
        "prefer",
        "",
        "Whose people come first: own (of this server), @mail.domain, comma between.",
    ),
    set("instance:*", "priority", "0", "For [lookup] conflict = priority: the highest wins."),
    set("source:*", "kind", "", "local or ldap. Required."),
    set("source:*", "label", "", "Name shown to people; default: the name of the section."),
    set("source:*", "role", "local", "agents, teleservices, local or university."),
    set(
        "source:*",
        "priority",
        "0",
        "The account of the source with the highest number names the person.",
    ),
    set(
        "source:*",
        "url",
        "",
        "ldap:// (with starttls), ldaps:// or ldapi:// addresses in order of preference, comma between.",
    ),
    set("source:*", "base", "", "Base DN of the search, o=gouv,c=fr for instance."),
    set(
        "source:*",
        "bind_dn",
        "",
        "DN that searches, cn=reader,o=gouv,c=fr for instance; empty searches anonymously.",
    ),
    set("source:*", "bind_password", "", "Its password: file:/path, env:NAME or cred:name."),
    set(
        "source:*",
        "login_filter",
        "",
        "Filter that finds the entry of {login}; default (uid={login}), for a university also eduPersonPrincipalName.",
    ),
    set(
        "source:*",
        "id_attribute",
        "",
        "Attribute that names an entry for good; default entryUUID.",
    ),
    set(
        "source:*",
        "starttls",
        "false",
        "Encrypt ldap:// connections before anything else; addresses outside this machine need it, or ldaps://.",
    ),
    set("source:*", "ca_file", "", "PEM file of a further authority."),
    set("source:*", "structure_base", "", "Where schools are searched; default: base."),
    set(
        "source:*",
        "structure_filter",
        "",
        "Finds the school called {ref}; default (|(ENTStructureSIREN={ref})(ENTStructureJointure={ref})).",
    ),
    set("source:*", "unit_base", "", "Where units of a university are searched; default: base."),
    set(
        "source:*",
        "unit_filter",
        "",
        "Finds the unit called {code}; default (supannCodeEntite={code}).",
    ),
    set(
        "source:*",
        "children_filter",
        "",
        "Finds the pupils of the parent {key}; default: the four ENTEleve attributes.",
    ),
    set("source:*", "login_attribute", "uid", "Attribute that holds the login as we show it."),
    set(
        "source:*",
        "decoy_dn",
        "",
        "An entry without rights on which a bind is tried for unknown logins, so that they take as long as wrong passwords.",
    ),
    set(
        "source:*",
        "people_filter",
        "",
        "Filter that finds everybody, for the nightly comparison; default (&(objectClass=person)(uid=*)).",
    ),
    set("source:*", "connect_timeout", "2s", "Longest wait for connection and encryption."),
    set("source:*", "operation_timeout", "3s", "Longest wait for one answer."),
    set("source:*", "login_timeout", "8s", "Longest time of everything that one sign-in asks."),
    set("source:*", "max_connections", "16", "Connections to all servers together, at most."),
    set(
        "source:*",
        "max_waiters",
        "64",
        "Sign-ins that may wait for one of them; more are sent away at once.",
    ),
    set(
        "source:*",
        "extra_attributes",
        "",
        "Further attributes to read for attribute sets and filters, comma between.",
    ),
    set(
        "source:*",
        "federation_key",
        "",
        "Attribute sent as FederationKey; default uid, or the first FrEduVecteur for teleservices.",
    ),
    set(
        "source:*",
        "source_auth",
        "",
        "What filters get as SourceAuth, where an application expects another word than the role.",
    ),
    set(
        "source:*",
        "lockout",
        "",
        "failures/minutes after which the directory locks an account, 5/15 for instance: we stop before, for every login. Empty: it locks nobody.",
    ),
    set("source:*", "attr.*", "", "Their name of one of our attributes: attr.displayName = cn."),
    set("idp:*", "kind", "", "oidc, saml or cas. Required."),
    set("idp:*", "label", "", "Name shown to people; default: the name of the section."),
    set("idp:*", "role", "agents", "agents, teleservices, local or university."),
    set(
        "idp:*",
        "priority",
        "0",
        "The account of the source with the highest number names the person.",
    ),
    set(
        "idp:*",
        "issuer",
        "",
        "oidc: its issuer, exactly as it writes it; https, or http on this machine. Required.",
    ),
    set("idp:*", "client_id", "", "oidc: what it calls us. Required."),
    set(
        "idp:*",
        "client_secret",
        "",
        "oidc: by what it knows us: file:/path, env:NAME or cred:name.",
    ),
    set(
        "idp:*",
        "client_auth",
        "basic",
        "oidc: where the secret travels: basic (head) or post (body).",
    ),
    set("idp:*", "scopes", "profile, email", "oidc: what we ask for beside openid, comma between."),
    set(
        "idp:*",
        "metadata",
        "",
        "saml: the file in which it describes itself; read again when it changes. Required.",
    ),
    set(
        "idp:*",
        "unsolicited",
        "false",
        "saml: people may come from it unasked; they are asked whether they are who it says.",
    ),
    set(
        "idp:*",
        "slo",
        "true",
        "saml: whoever signs out here is signed out there too; false leaves them signed in there.",
    ),
    set("idp:*", "allow_sha1", "false", "saml: believe signatures with SHA-1. Not safe."),
    set(
        "idp:*",
        "allow_cbc",
        "false",
        "saml: read assertions that it encrypts with AES-CBC, where the whole answer is signed. Not safe.",
    ),
    set(
        "idp:*",
        "url",
        "",
        "cas: its address before /login; https, or http on this machine. Required.",
    ),
    set("idp:*", "keeps", "30d", "How long its word about schools is good for without a sign-in."),
    set(
        "idp:*",
        "look_up",
        "",
        "Source in which the children of a parent who comes by it are looked up (EduConnect).",
    ),
    set(
        "idp:*",
        "id",
        "",
        "Attribute that names people for good; default: sub, NameID or user. Needed where the NameID changes each time.",
    ),
    set(
        "idp:*",
        "trust_uid",
        "false",
        "Its uid is that of our directories; otherwise portals and applications get sub@NAME.",
    ),
    set(
        "idp:*",
        "trust_mail",
        "false",
        "Its addresses count although it does not say that it verified them.",
    ),
    set(
        "idp:*",
        "domains",
        "",
        "Domains for which it speaks: mail addresses and eduPersonPrincipalName of others are dropped.",
    ),
    set(
        "idp:*",
        "schools",
        "",
        "Schools for which it speaks, 974*, 0750654D: what it says about others is dropped. Empty: any.",
    ),
    set("idp:*", "federation_key", "", "Attribute sent to portals as FederationKey."),
    set("idp:*", "source_auth", "", "Sent to applications as SourceAuth; default: the role."),
    set("idp:*", "attr.*", "", "Its name of one of our attributes: attr.uid = upn."),
    set("link:*", "sources", "", "Two sources whose accounts are joined, comma between. Required."),
    set("link:*", "attribute", "", "Attribute that must be equal in both. Required."),
    set(
        "link:*",
        "domains",
        "",
        "Mail domains for which both sources are authoritative, comma between; needed when attribute is a mail address.",
    ),
];

/// The setting that governs `key` in `section`, patterns included.
pub fn setting(section: &str, key: &str) -> Option<&'static Setting> {
    SETTINGS.iter().find(|s| matches(s.section, section) && matches(s.key, key))
}

/// Whether a setting stands in this section.
pub fn governs(setting: &Setting, section: &str) -> bool {
    matches(setting.section, section)
}

/// Whether any setting stands in this section.
pub fn has_section(section: &str) -> bool {
    SETTINGS.iter().any(|setting| governs(setting, section))
}

/// The known name that is nearest to a misspelt one.
pub fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    known
        .map(|candidate| (distance(name, candidate), candidate))
        .filter(|(distance, _)| *distance <= 2)
        .min()
        .map(|(_, candidate)| candidate)
}

fn matches(pattern: &str, name: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(stem) => name.len() > stem.len() && name.starts_with(stem),
        None => pattern == name,
    }
}

/// Levenshtein distance, for "did you mean".
fn distance(left: &str, right: &str) -> usize {
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (i, a) in left.bytes().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, b) in right.bytes().enumerate() {
            let change = diagonal + usize::from(a != b);
            diagonal = row[j + 1];
            row[j + 1] = change.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[right.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_stand_for_names() {
        assert_eq!(setting("source:agents", "url").map(|s| s.section), Some("source:*"));
        assert_eq!(setting("source:agents", "attr.mail").map(|s| s.key), Some("attr.*"));
        assert!(setting("source:", "url").is_none());
        assert!(setting("http", "lissten").is_none());
    }

    #[test]
    fn a_misspelt_key_has_a_neighbour() {
        assert_eq!(nearest("lissten", ["public_url", "listen"].into_iter()), Some("listen"));
        assert_eq!(nearest("colour", ["public_url", "listen"].into_iter()), None);
    }
}
