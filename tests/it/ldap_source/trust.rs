//! Encrypted connections, and with whom.
use super::{one, source};
use crate::peers::certificates::{Authority, Validity};
use crate::peers::slapd::{Directory, Setup, Slapd};
use aiguillage::identity::sources::ldap::{LdapSettings, LdapSource};
use aiguillage::identity::sources::{Password, SourceError};
use std::path::PathBuf;
use tempfile::TempDir;

struct Bench {
    slapd: Slapd,
    authority: Authority,
    folder: TempDir,
}

impl Bench {
    async fn start(dns_name: &str, validity: Validity) -> Self {
        let authority = Authority::new();
        let tls = Some(authority.issue(dns_name, validity));
        let slapd = Slapd::start_with(Setup { tls, ..Setup::default() }).await;
        Self { slapd, authority, folder: tempfile::tempdir().expect("a temporary folder") }
    }

    fn ca_file(&self, name: &str, authority: &Authority) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, authority.pem()).expect("a new file");
        path
    }

    fn settings(&self, url: &str, starttls: bool) -> LdapSettings {
        LdapSettings {
            urls: vec![url.to_owned()],
            starttls,
            ca_file: Some(self.ca_file("ours.pem", &self.authority)),
            ..self.slapd.settings(Directory::Agents)
        }
    }

    fn both(&self) -> [LdapSettings; 2] {
        [self.settings(&self.slapd.named_url(), true), self.settings(&self.slapd.tls_url(), false)]
    }

    /// Nothing but handshakes reached the server.
    fn nobody_bound(&self) -> bool {
        !self.slapd.log().contains("BIND dn=")
    }
}

async fn is_untrusted(source: &LdapSource) -> bool {
    let answer = source.find("mdupont").await;
    matches!(answer, Err(SourceError::Untrusted(_)))
}

#[tokio::test]
async fn a_known_authority_and_the_right_name_are_trusted() {
    let bench = Bench::start("localhost", Validity::Current).await;
    for settings in bench.both() {
        let agents = source(settings);
        let marie = one(&agents, "mdupont").await;
        assert_eq!(agents.verify(&marie, &Password::new("mdupont")).await, Ok(true));
        assert_eq!(agents.verify(&marie, &Password::new("wrong")).await, Ok(false));
    }
    // StartTLS: searches and two passwords. TLS: the same.
    assert_eq!(bench.slapd.log().matches("TLS established").count(), 6);
}

#[tokio::test]
async fn an_unknown_authority_is_refused() {
    let bench = Bench::start("localhost", Validity::Current).await;
    let other = bench.ca_file("other.pem", &Authority::new());
    for settings in bench.both() {
        let of_the_machine = LdapSettings { ca_file: None, ..settings.clone() };
        assert!(is_untrusted(&source(of_the_machine)).await);
        let of_another = LdapSettings { ca_file: Some(other.clone()), ..settings };
        assert!(is_untrusted(&source(of_another)).await);
    }
    assert!(bench.nobody_bound());
}

#[tokio::test]
async fn another_name_is_refused() {
    let bench = Bench::start("ldap.example.org", Validity::Current).await;
    for settings in bench.both() {
        assert!(is_untrusted(&source(settings)).await);
    }
    assert!(bench.nobody_bound());
}

#[tokio::test]
async fn an_expired_certificate_is_refused() {
    let bench = Bench::start("localhost", Validity::Expired).await;
    for settings in bench.both() {
        assert!(is_untrusted(&source(settings)).await);
    }
    assert!(bench.nobody_bound());
}

#[tokio::test]
async fn a_server_without_encryption_gets_no_password() {
    let slapd = Slapd::start().await;
    let agents = source(LdapSettings {
        urls: vec![slapd.named_url()],
        starttls: true,
        ..slapd.settings(Directory::Agents)
    });

    assert!(is_untrusted(&agents).await);
    assert!(!slapd.log().contains("BIND dn="), "{}", slapd.log());
}

#[tokio::test]
async fn a_socket_of_this_machine_needs_no_certificate() {
    let slapd = Slapd::start().await;
    let agents = source(LdapSettings {
        urls: vec![slapd.socket_url()],
        ..slapd.settings(Directory::Agents)
    });

    let marie = one(&agents, "mdupont").await;

    assert_eq!(agents.verify(&marie, &Password::new("mdupont")).await, Ok(true));
    assert_eq!(agents.verify(&marie, &Password::new("wrong")).await, Ok(false));
}

#[tokio::test]
async fn an_authority_file_must_hold_a_certificate() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let empty = folder.path().join("empty.pem");
    std::fs::write(&empty, "no certificate\n").expect("a new file");
    for path in [empty, folder.path().join("missing.pem")] {
        let slapd = Slapd::start().await;
        let settings = LdapSettings { ca_file: Some(path), ..slapd.settings(Directory::Agents) };
        let findings = LdapSource::new(settings).err().expect("a refusal");
        assert_eq!(findings.iter().map(|finding| finding.code).collect::<Vec<_>>(), ["E-LDAP-CA"]);
    }
}
