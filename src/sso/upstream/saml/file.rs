//! The file in which a provider describes itself: read when it is needed, and again when it changed.
use crate::config::{Described, Excused, SamlSettings};
use crate::finding::Finding;
use crate::sso::saml::{IdentityProvider, Refusal};
use chrono::{DateTime, Utc};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

/// Largest description of one entity, bytes (SEC-56).
const MOST_BYTES: u64 = 512 * 1024;

/// Why a file cannot be used.
#[derive(Debug, thiserror::Error)]
pub(super) enum FileError {
    #[error("its metadata file cannot be read: {0}")]
    Unreadable(#[from] std::io::Error),
    #[error("its metadata file cannot be used: {0}")]
    Refused(#[from] Refusal),
    #[error("its metadata file is larger than 512 KiB")]
    TooLong,
    #[error("its metadata file cannot be used")]
    Unusable,
    #[error("its metadata has run out")]
    Expired,
    #[error("it takes no questions by redirect")]
    NoRedirect,
}

/// What a text of the file was good for, and when that was written.
struct Known {
    written: Option<SystemTime>,
    /// The last one that could be used.
    provider: Option<Arc<IdentityProvider>>,
}

/// One file.
pub(super) struct File {
    path: PathBuf,
    known: Mutex<Known>,
}

impl File {
    pub(super) fn new(path: PathBuf) -> Self {
        Self { path, known: Mutex::new(Known { written: None, provider: None }) }
    }

    /// What it says; it is read once for each time that it was written. A new text that cannot be
    /// used leaves the old one, until that runs out.
    pub(super) fn read(&self, now: DateTime<Utc>) -> Result<Arc<IdentityProvider>, FileError> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let written = std::fs::metadata(&self.path).and_then(|it| it.modified()).ok();
        if written != known.written {
            known.written = written;
            match read(&self.path, now) {
                Ok(provider) => known.provider = Some(Arc::new(provider)),
                Err(error) => {
                    tracing::error!(file = %self.path.display(), error = %error, "an identity provider's metadata cannot be used: {error}");
                }
            }
        }
        let provider = known.provider.clone().ok_or(FileError::Unusable)?;
        let is_valid = provider.valid_until.is_none_or(|until| until > now);
        if is_valid { Ok(provider) } else { Err(FileError::Expired) }
    }
}

fn read(path: &Path, now: DateTime<Utc>) -> Result<IdentityProvider, FileError> {
    if std::fs::metadata(path)?.len() > MOST_BYTES {
        return Err(FileError::TooLong);
    }
    let provider = IdentityProvider::from_metadata(&std::fs::read(path)?, now, false)?;
    if provider.redirect_sso().is_none() {
        return Err(FileError::NoRedirect);
    }
    Ok(provider)
}

/// What is wrong with these, for those who check the settings.
pub(in crate::sso::upstream) fn findings(
    sections: &[(&str, &SamlSettings)],
    now: DateTime<Utc>,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut known: BTreeMap<String, &str> = BTreeMap::new();
    for (name, settings) in sections {
        let subject = format!("[idp:{name}]");
        let (file, entity_id) = match &settings.described {
            Described::File(path) => {
                (path.display().to_string(), read(path, now).map(|provider| provider.entity_id))
            }
            Described::By { entity_id, .. } => (String::new(), Ok(entity_id.clone())),
        };
        let mut find = |code, detail: String| {
            let finding = Finding::about(code, subject.as_str()).detail(detail);
            findings.push(Finding { file: file.clone(), ..finding });
        };
        match entity_id {
            Err(error) => find("E-CONF-FILE", error.to_string()),
            Ok(id) => {
                if let Some(other) = known.insert(id.clone(), name) {
                    find("W-IDP-TWICE", format!("{id}, as [idp:{other}]"));
                }
            }
        }
        let Excused { sha1, cbc } = settings.excused;
        for (is_weak, what) in [(sha1, "SHA-1"), (cbc, "AES-CBC")] {
            if is_weak {
                find("W-IDP-WEAK", what.to_owned());
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    const CERTIFICATE: &str = include_str!("../../../../tests/it/data/saml/idp.cert.pem");

    fn settings(metadata: PathBuf, sha1: bool) -> SamlSettings {
        let excused = Excused { sha1, cbc: sha1 };
        SamlSettings {
            described: Described::File(metadata),
            unsolicited: false,
            slo: true,
            excused,
        }
    }

    /// A provider that takes questions by redirect, or does not.
    fn metadata(binding: &str) -> String {
        let certificate: String =
            CERTIFICATE.lines().filter(|line| !line.starts_with('-')).collect();
        format!(
            r#"<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://i.example"><md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"><md:KeyDescriptor><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data><ds:X509Certificate>{certificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor><md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:{binding}" Location="https://i.example/sso"/></md:IDPSSODescriptor></md:EntityDescriptor>"#
        )
    }

    #[test]
    fn whoever_checks_the_settings_hears_what_is_wrong_with_a_provider() {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str, text: &str| {
            let path = folder.path().join(name);
            std::fs::write(&path, text).unwrap();
            path
        };
        let good = file("good.xml", &metadata("HTTP-Redirect"));
        let post = file("post.xml", &metadata("HTTP-POST"));
        let huge = file("huge.xml", &" ".repeat(600 * 1024));
        let absent = folder.path().join("absent.xml");
        let all = [
            ("one", settings(good.clone(), false)),
            ("two", settings(good, true)),
            ("post", settings(post, false)),
            ("huge", settings(huge, false)),
            ("absent", settings(absent, false)),
        ];
        let sections: Vec<_> = all.iter().map(|(name, settings)| (*name, settings)).collect();
        let found = findings(&sections, "2027-01-15T08:00:00Z".parse().unwrap());
        let found: Vec<_> = found.iter().map(|it| (it.subject.as_str(), it.code)).collect();
        assert_eq!(
            found,
            [
                ("[idp:two]", "W-IDP-TWICE"),
                ("[idp:two]", "W-IDP-WEAK"),
                ("[idp:two]", "W-IDP-WEAK"),
                ("[idp:post]", "E-CONF-FILE"),
                ("[idp:huge]", "E-CONF-FILE"),
                ("[idp:absent]", "E-CONF-FILE"),
            ]
        );
    }
}
