//! Real programs of others that the tests talk to, each started on loopback by the test itself.
//!
//! They come with `make needs`; where one is missing its tests fail and say so. A test that were
//! skipped in silence would look like one that passed.
use reqwest::{Client, ClientBuilder, redirect::Policy};
use std::path::{Path, PathBuf};

pub(crate) mod apache;
pub(crate) mod auth_cas;
pub(crate) mod browser;
pub(crate) mod card_service;
pub(crate) mod certificates;
pub(crate) mod dovecot;
pub(crate) mod granting;
pub(crate) mod lemonldap;
pub(crate) mod mariadb;
pub(crate) mod mellon;
pub(crate) mod odd_provider;
pub(crate) mod oidc;
pub(crate) mod phpcas;
pub(crate) mod postgres;
pub(crate) mod process;
pub(crate) mod slapd;
pub(crate) mod smtp;
pub(crate) mod town;

/// Somebody on this machine who follows no redirect and believes no certificate authority: to
/// read those of the system takes longer than most tests.
pub(crate) fn loopback() -> ClientBuilder {
    Client::builder().redirect(Policy::none()).no_proxy().tls_certs_only([])
}

/// A file or folder below `tests/`.
fn tests_folder(below: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(below)
}
