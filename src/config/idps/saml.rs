//! `kind = saml`
use crate::config::reader::Reader;
use std::path::PathBuf;

/// A SAML identity provider.
#[derive(Debug, Clone)]
pub struct SamlSettings {
    /// The file in which it describes itself.
    pub metadata: PathBuf,
    /// Whether people may come from it without our question (SEC-52).
    pub unsolicited: bool,
    /// Whether it hears when somebody signs out here.
    pub slo: bool,
    /// What it may do that is not done any more.
    pub excused: Excused,
}

/// Weak algorithms that are taken from one provider.
#[derive(Debug, Clone, Copy)]
pub struct Excused {
    /// Signatures with SHA-1 (SEC-49).
    pub sha1: bool,
    /// Encryption with AES-CBC (SEC-55).
    pub cbc: bool,
}

pub(super) fn read(reader: &mut Reader, section: &str) -> Option<SamlSettings> {
    reader.required(section, "metadata");
    let metadata = reader.path(section, "metadata");
    Some(SamlSettings {
        slo: reader.flag(section, "slo"),
        unsolicited: reader.flag(section, "unsolicited"),
        excused: Excused {
            sha1: reader.flag(section, "allow_sha1"),
            cbc: reader.flag(section, "allow_cbc"),
        },
        metadata: metadata?,
    })
}
