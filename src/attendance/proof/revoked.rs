//! The signed list of certificates that were taken back. It names none: digests only.
use super::jws::{Jws, Kind, Trust, Untrusted};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64URL;
use rsa::sha2::{Digest, Sha256};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Which certificates hold no more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RevokedList {
    /// Of this format: 1.
    pub v: u8,
    /// Whose certificates.
    pub iss: String,
    /// When it was made, Unix seconds.
    pub iat: i64,
    /// SHA-256 of the ids as 36 characters, base64url, in order.
    pub revoked: Vec<String>,
}

impl RevokedList {
    pub(super) fn new(iss: &str, iat: i64, ids: &[Uuid]) -> Self {
        let mut revoked: Vec<String> = ids.iter().map(digest).collect();
        revoked.sort();
        Self { v: 1, iss: iss.to_owned(), iat, revoked }
    }

    /// Read a list that one of these keys signed.
    pub fn read(text: &str, trust: &Trust) -> Result<Self, Untrusted> {
        trust.check(&Jws::parse(text)?, Kind::Revoked)
    }

    /// Whether a certificate is on it.
    pub fn names(&self, certificate: &Uuid) -> bool {
        self.revoked.contains(&digest(certificate))
    }
}

fn digest(certificate: &Uuid) -> String {
    BASE64URL.encode(Sha256::digest(certificate.to_string()))
}
