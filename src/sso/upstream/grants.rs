//! Refresh tokens at rest: sealed, each for its session (SEC-101).
use crate::keys::{KeyError, MasterKey};
use std::sync::Arc;
use uuid::Uuid;

/// Seals and opens them; clones are one.
#[derive(Clone)]
pub struct Grants(Arc<MasterKey>);

impl Grants {
    /// With the key under which everything is sealed.
    #[must_use]
    pub fn new(master: MasterKey) -> Self {
        Self(Arc::new(master))
    }

    /// For the table.
    pub(in crate::sso) fn seal(
        &self,
        session: Uuid,
        token: &str,
    ) -> Result<Vec<u8>, openssl::error::ErrorStack> {
        self.0.seal_secret(&place(session), token.as_bytes())
    }

    /// For the provider.
    pub(super) fn open(&self, session: Uuid, sealed: &[u8]) -> Result<String, KeyError> {
        let open = self.0.open_secret(&place(session), sealed)?;
        Ok(String::from_utf8_lossy(&open).into_owned())
    }
}

fn place(session: Uuid) -> Vec<u8> {
    [b"session_grant ".as_slice(), session.as_bytes()].concat()
}
