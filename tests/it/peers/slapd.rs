//! A real `OpenLDAP` server with four made-up directories (`tests/it/data/ldap/*.ldif`).
//!
//! | directory | base | who stands in it |
//! |---|---|---|
//! | [`Directory::Agents`] | `o=agents,c=fr` | staff of an academy; five wrong passwords lock |
//! | [`Directory::Teleservices`] | `o=teleservices,c=fr` | parents and pupils with `FrEduVecteur` |
//! | [`Directory::Local`] | `o=gouv,c=fr` | schools' own trees, `ou=<rne>,ou=ac-reunion,ou=education` |
//! | [`Directory::University`] | `o=univ,c=fr` | supann people and units |
//!
//! In each, `cn=reader,<base>` with password `lecteur` may read everything but passwords, nobody
//! else may read anything, and everybody's password is their uid. `cn=cards,o=univ,c=fr` with
//! `cartes` may write what the card office writes into people, too. `sizelimit` is 500 for an
//! answer, without end for a paged one. The server answers an empty password with success, as
//! careless ones do.
use super::certificates::Issued;
use super::process::{Process, free_port, listening};
use super::town::Town;
use aiguillage::identity::sources::ldap::LdapSettings;
use aiguillage::identity::sources::{Role, Secret};
use std::fmt::Write as _;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// One of the directories.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Directory {
    Agents,
    Teleservices,
    Local,
    University,
}

impl Directory {
    /// Each of them.
    pub(crate) const ALL: [Self; 4] =
        [Self::Agents, Self::Teleservices, Self::Local, Self::University];

    /// Where it begins.
    pub(crate) fn base(self) -> &'static str {
        match self {
            Self::Agents => "o=agents,c=fr",
            Self::Teleservices => "o=teleservices,c=fr",
            Self::Local => "o=gouv,c=fr",
            Self::University => "o=univ,c=fr",
        }
    }

    fn role(self) -> Role {
        match self {
            Self::Agents => Role::Agents,
            Self::Teleservices => Role::Teleservices,
            Self::Local => Role::Local,
            Self::University => Role::University,
        }
    }

    /// The word of the settings for its kind.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Agents => "agents",
            Self::Teleservices => "teleservices",
            Self::Local => "local",
            Self::University => "university",
        }
    }
}

/// What a server should have besides the four directories.
#[derive(Default)]
pub(crate) struct Setup {
    /// People `uid=eleve0000…` in `ou=foule,o=teleservices,c=fr`.
    pub(crate) crowd: usize,
    /// Households in all four directories.
    pub(crate) town: Town,
    /// Speaks StartTLS, and TLS on [`Slapd::tls_url`].
    pub(crate) tls: Option<Issued>,
}

/// A running (or stopped) server. Ends with its owner.
pub(crate) struct Slapd {
    home: TempDir,
    port: u16,
    tls_port: Option<u16>,
    process: Option<Process>,
}

impl Slapd {
    /// Start a server with the four directories.
    pub(crate) async fn start() -> Self {
        Self::start_with(Setup::default()).await
    }

    /// Start a server with more than that.
    pub(crate) async fn start_with(setup: Setup) -> Self {
        let home = install(&setup);
        let has_tls = setup.tls.is_some();
        let mut slapd = Self { home, port: 0, tls_port: None, process: None };
        // Between choosing a port and taking it, another test may be faster.
        for _ in 0..5 {
            slapd.port = free_port();
            slapd.tls_port = has_tls.then(free_port);
            if slapd.run().await {
                return slapd;
            }
        }
        panic!("slapd does not start: {}", slapd.log());
    }

    /// `ldap://127.0.0.1:PORT`.
    pub(crate) fn url(&self) -> String {
        format!("ldap://127.0.0.1:{}", self.port)
    }

    /// `ldap://localhost:PORT`, for StartTLS: certificates hold names.
    pub(crate) fn named_url(&self) -> String {
        format!("ldap://localhost:{}", self.port)
    }

    /// `ldaps://localhost:PORT`.
    pub(crate) fn tls_url(&self) -> String {
        format!("ldaps://localhost:{}", self.tls_port.expect("set up with a certificate"))
    }

    /// `ldapi://…`, a socket in its home.
    pub(crate) fn socket_url(&self) -> String {
        let path = self.home.path().join("ldapi");
        format!("ldapi://{}", path.display().to_string().replace('/', "%2F"))
    }

    /// How to read one of the directories.
    pub(crate) fn settings(&self, directory: Directory) -> LdapSettings {
        let base = directory.base();
        LdapSettings {
            bind_dn: Some(format!("cn=reader,{base}")),
            bind_password: Secret::new("lecteur"),
            ..LdapSettings::new(directory.name(), directory.role(), &[&self.url()], base)
        }
    }

    /// Kill it, as a failing machine would. The data stay.
    pub(crate) fn stop(&mut self) {
        if let Some(process) = self.process.take() {
            process.kill();
        }
    }

    /// Start it again on the same port.
    pub(crate) async fn start_again(&mut self) {
        assert!(self.process.is_none(), "it is running");
        assert!(self.run().await, "slapd does not start again: {}", self.log());
    }

    /// Freeze it: connections are accepted by the kernel, nothing is answered.
    pub(crate) fn pause(&self) {
        self.signal("STOP");
        // The signal is on its way: until it has arrived, its threads still answer.
        self.process.as_ref().expect("it is running").wait_until_stopped();
    }

    /// Let it go on.
    pub(crate) fn resume(&self) {
        self.signal("CONT");
    }

    /// Change the directory, as its owner would.
    pub(crate) fn modify(&self, ldif: &str) {
        let mut command = Command::new("ldapmodify");
        command.args(["-x", "-H", &self.url(), "-D", "cn=nobody,c=fr", "-w", "gerant"]);
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the package ldap-utils is installed");
        let mut input = child.stdin.take().expect("a pipe");
        std::io::Write::write_all(&mut input, ldif.as_bytes()).expect("it reads");
        drop(input);
        let done = child.wait_with_output().expect("it ends");
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    }

    /// The values of an attribute of an entry, as its owner sees them; what is no text is base64.
    pub(crate) fn values(&self, dn: &str, attribute: &str) -> Vec<String> {
        let mut command = Command::new("ldapsearch");
        command.args(["-x", "-LLL", "-o", "ldif-wrap=no", "-H", &self.url()]);
        command.args(["-D", "cn=nobody,c=fr", "-w", "gerant", "-s", "base", "-b", dn]);
        let found = command.arg("(objectClass=*)").arg(attribute).output();
        let found = found.expect("the package ldap-utils is installed");
        let text = String::from_utf8(found.stdout).expect("LDIF is text");
        let value = |line: &str| {
            let value = line.strip_prefix(attribute)?.strip_prefix(':')?;
            Some(value.trim_start_matches(':').trim().to_owned())
        };
        let mut values: Vec<String> = text.lines().filter_map(value).collect();
        values.sort();
        values
    }

    /// What it logged so far: operations and their results.
    pub(crate) fn log(&self) -> String {
        let log = fs::read(self.home.path().join("slapd.log")).unwrap_or_default();
        String::from_utf8_lossy(&log).into_owned()
    }

    fn signal(&self, name: &str) {
        self.process.as_ref().expect("it is running").signal(name);
    }

    async fn run(&mut self) -> bool {
        let home = self.home.path();
        let log = File::options().create(true).append(true).open(home.join("slapd.log"));
        let mut addresses = format!("ldap://127.0.0.1:{}/ {}", self.port, self.socket_url());
        if let Some(port) = self.tls_port {
            write!(addresses, " ldaps://127.0.0.1:{port}/").expect("text grows");
        }
        let mut command = Command::new(home.join("slapd"));
        // Any debug level keeps it in the foreground; this one logs operations.
        command.args(["-d", "256", "-h", &addresses, "-f"]).arg(home.join("slapd.conf"));
        command.stdout(Stdio::null()).stderr(log.expect("the log can be written"));
        let mut process = Process::start(&mut command).expect("slapd can be started");
        let is_up = listening(self.port, || process.ended().is_some()).await;
        // Somebody else may listen on the port that we did not get.
        if !is_up || process.ended().is_some() {
            return false;
        }
        self.process = Some(process);
        true
    }
}

/// A home with program, configuration and data.
fn install(setup: &Setup) -> TempDir {
    let home = tempfile::tempdir().expect("a temporary folder");
    let path = home.path();
    fs::create_dir(path.join("db")).expect("a new folder");
    // A copy, because AppArmor profiles of some distributions let the installed one read nothing
    // but its own folders.
    // Written by another process: a program that we hold open for writing, be it in a child that another test is
    // about to start, cannot be started.
    let copied = Command::new("cp").arg("/usr/sbin/slapd").arg(path.join("slapd")).status();
    assert!(copied.expect("cp can be started").success(), "the package slapd is installed");
    fs::write(path.join("slapd.conf"), configuration(path, setup)).expect("a new file");
    fs::write(path.join("all.ldif"), entries(setup)).expect("a new file");

    let mut load = Command::new(path.join("slapd"));
    load.args(["-Tadd", "-q", "-f"]).arg(path.join("slapd.conf"));
    load.arg("-l").arg(path.join("all.ldif"));
    let loaded = load.output().expect("slapd can be started");
    assert!(loaded.status.success(), "{}", String::from_utf8_lossy(&loaded.stderr));
    home
}

fn configuration(home: &Path, setup: &Setup) -> String {
    let mut tls = String::new();
    if let Some(issued) = &setup.tls {
        let (certificate, key) = (home.join("server.pem"), home.join("server.key"));
        fs::write(&certificate, &issued.certificate).expect("a new file");
        fs::write(&key, &issued.key).expect("a new file");
        writeln!(tls, "TLSCertificateFile {}", certificate.display()).expect("text grows");
        writeln!(tls, "TLSCertificateKeyFile {}", key.display()).expect("text grows");
    }
    let template = fs::read_to_string(data().join("slapd.conf")).expect("a file of ours");
    template
        .replace("{HOME}", &home.display().to_string())
        .replace("{DATA}", &data().display().to_string())
        .replace("{TLS}", &tls)
}

fn entries(setup: &Setup) -> String {
    let files = ["top", "agents", "teleservices", "local", "university"];
    let read = |name: &str| fs::read_to_string(data().join(format!("{name}.ldif")));
    let mut entries: Vec<String> = files.map(|name| read(name).expect("a file of ours")).to_vec();
    let crowd = "ou=foule,o=teleservices,c=fr";
    if setup.crowd > 0 {
        entries.push(format!("dn: {crowd}\nobjectClass: organizationalUnit\nou: foule\n"));
    }
    entries.extend((0..setup.crowd).map(|n| {
        format!(
            "dn: uid=eleve{n:04},{crowd}\nobjectClass: inetOrgPerson\nobjectClass: FrEduPerson\n\
             uid: eleve{n:04}\ncn: Eleve {n}\nsn: {n}\nmail: foule@example.org\n\
             FrEduVecteur: 4|||{n}|9740091F\n"
        )
    }));
    entries.push(setup.town.ldif());
    entries.join("\n")
}

fn data() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/data/ldap")
}
