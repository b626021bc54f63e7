//! The file in which a provider describes itself: read when it is needed, and again when it changed.
use crate::config::SamlSettings;
use crate::finding::Finding;
use crate::sso::saml::{IdentityProvider, Refusal};
use chrono::{DateTime, Utc};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

/// Why a file cannot be used.
#[derive(Debug, thiserror::Error)]
pub(super) enum FileError {
    #[error("its metadata file cannot be read: {0}")]
    Unreadable(#[from] std::io::Error),
    #[error("its metadata file cannot be used: {0}")]
    Unusable(#[from] Refusal),
    #[error("its metadata has run out")]
    Expired,
    #[error("it takes no questions by redirect")]
    NoRedirect,
}

/// A description, and when its file was written.
struct Known {
    written: SystemTime,
    provider: Arc<IdentityProvider>,
}

/// One file.
pub(super) struct File {
    path: PathBuf,
    known: Mutex<Option<Known>>,
}

impl File {
    pub(super) fn new(path: PathBuf) -> Self {
        Self { path, known: Mutex::default() }
    }

    /// What it says. A new text that cannot be used leaves the old one, until that runs out.
    pub(super) fn read(&self, now: DateTime<Utc>) -> Result<Arc<IdentityProvider>, FileError> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let old = known.as_ref().map(|known| (known.written, Arc::clone(&known.provider)));
        let written = std::fs::metadata(&self.path).and_then(|it| it.modified());
        let provider = match (written, old) {
            (Ok(written), Some((then, provider))) if then == written => provider,
            (Ok(written), old) => match read(&self.path, now) {
                Ok(provider) => {
                    let provider = Arc::new(provider);
                    *known = Some(Known { written, provider: Arc::clone(&provider) });
                    provider
                }
                Err(error) => self.keep(old, error)?,
            },
            (Err(error), old) => self.keep(old, error.into())?,
        };
        let is_valid = provider.valid_until.is_none_or(|until| until > now);
        if is_valid { Ok(provider) } else { Err(FileError::Expired) }
    }

    fn keep(
        &self,
        old: Option<(SystemTime, Arc<IdentityProvider>)>,
        error: FileError,
    ) -> Result<Arc<IdentityProvider>, FileError> {
        let (_, provider) = old.ok_or(error)?;
        tracing::warn!(file = %self.path.display(), "metadata that was read before is used: the file cannot be");
        Ok(provider)
    }
}

fn read(path: &std::path::Path, now: DateTime<Utc>) -> Result<IdentityProvider, FileError> {
    let provider = IdentityProvider::from_metadata(&std::fs::read(path)?, now, false)?;
    if provider.redirect_sso().is_none() {
        return Err(FileError::NoRedirect);
    }
    Ok(provider)
}

/// What is wrong with it, for those who check the settings.
pub(in crate::sso::upstream) fn finding(
    name: &str,
    settings: &SamlSettings,
    now: DateTime<Utc>,
) -> Option<Finding> {
    let error = read(&settings.metadata, now).err()?;
    let subject = format!("[idp:{name}] metadata");
    let finding = Finding::about("E-CONF-FILE", subject).detail(error.to_string());
    Some(Finding { file: settings.metadata.display().to_string(), ..finding })
}
