//! The key with which we sign, in the form in which it is kept.
use super::saml::Signer;
use crate::keys::{Cause, OpenKey};
use chrono::{DateTime, Utc};

/// A new RSA key with a self-signed certificate for `host`. Takes seconds.
pub fn new_signing_key(host: &str, now: DateTime<Utc>) -> Result<OpenKey, Cause> {
    let signer = Signer::generate(host, now)?;
    let certificate = String::from_utf8(signer.certificate_pem()?)?;
    Ok(OpenKey { secret: signer.key_pem()?, certificate })
}
