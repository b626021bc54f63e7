//! `kind = saml`
use crate::config::reader::Reader;
use std::path::PathBuf;

/// A SAML identity provider.
#[derive(Debug, Clone)]
pub struct SamlSettings {
    /// Where its description is.
    pub described: Described,
    /// Whether people may come from it without our question (SEC-52).
    pub unsolicited: bool,
    /// Whether it hears when somebody signs out here.
    pub slo: bool,
    /// What it may do that is not done any more.
    pub excused: Excused,
}

/// Where the description of an identity provider is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Described {
    /// In a file that somebody put in place.
    File(PathBuf),
    /// In what a federation publishes.
    By {
        /// `[federation:NAME]`
        federation: String,
        /// Its name there.
        entity_id: String,
    },
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
    let described = described(reader, section);
    Some(SamlSettings {
        slo: reader.flag(section, "slo"),
        unsolicited: reader.flag(section, "unsolicited"),
        excused: Excused {
            sha1: reader.flag(section, "allow_sha1"),
            cbc: reader.flag(section, "allow_cbc"),
        },
        described: described?,
    })
}

fn described(reader: &mut Reader, section: &str) -> Option<Described> {
    let Some(federation) = reader.text(section, "federation") else {
        if reader.is_written(section, "entity_id") {
            let instead = "only with federation = NAME: a file says it itself";
            reader.mistake("E-CONF-VALUE", section, "entity_id", instead);
        }
        reader.required(section, "metadata");
        return reader.path(section, "metadata").map(Described::File);
    };
    if !reader.names("federation").contains(&federation) {
        let instead = "write the name of a section [federation:NAME]";
        reader.mistake("E-CONF-VALUE", section, "federation", instead);
    }
    if reader.is_written(section, "metadata") {
        let instead = "the federation describes it: take this out";
        reader.mistake("E-CONF-VALUE", section, "metadata", instead);
    }
    let entity_id = reader.required(section, "entity_id")?;
    Some(Described::By { federation, entity_id })
}
