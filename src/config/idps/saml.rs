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
    /// Whether signatures with SHA-1 count (SEC-49).
    pub allow_sha1: bool,
    /// Whether what it encrypts may use AES-CBC (SEC-55).
    pub allow_cbc: bool,
}

pub(super) fn read(reader: &mut Reader, section: &str) -> Option<SamlSettings> {
    reader.required(section, "metadata");
    let metadata = reader.path(section, "metadata");
    Some(SamlSettings {
        unsolicited: reader.flag(section, "unsolicited"),
        allow_sha1: reader.flag(section, "allow_sha1"),
        allow_cbc: reader.flag(section, "allow_cbc"),
        metadata: metadata?,
    })
}
