//! The LDAP source against a real directory server.
mod finding;
mod outages;
mod passwords;
mod references;
mod trust;

use aiguillage::identity::sources::Found;
use aiguillage::identity::sources::ldap::{LdapSettings, LdapSource};
use std::time::Duration;

/// A source whose settings are good.
fn source(settings: LdapSettings) -> LdapSource {
    LdapSource::new(settings).unwrap_or_else(|findings| panic!("{findings:?}"))
}

/// The same settings for those who cannot wait.
fn impatient(settings: LdapSettings) -> LdapSettings {
    LdapSettings {
        connect_timeout: Duration::from_millis(400),
        operation_timeout: Duration::from_millis(600),
        login_timeout: Duration::from_millis(1_500),
        ..settings
    }
}

/// The one entry that goes by a login.
async fn one(source: &LdapSource, login: &str) -> Found {
    let mut found = source.find(login).await.expect("the directory answers");
    assert_eq!(found.len(), 1, "{login}");
    found.remove(0)
}
