//! Our own signing key with its certificate.
//!
//! Private-key operations go through OpenSSL; keys are sealed for the database by [`crate::keys`].
use chrono::{DateTime, Utc};
use openssl::asn1::Asn1Time;
use openssl::base64::encode_block;
use openssl::bn::{BigNum, MsbOption};
use openssl::encrypt::Decrypter;
use openssl::error::ErrorStack;
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::{PKey, Private};
use openssl::rsa::{Padding, Rsa};
use openssl::x509::{X509, X509Name};
use std::fmt;
use zeroize::Zeroizing;

/// Size of the keys that we make, bits.
const NEW_KEY_BITS: u32 = 3072;
/// Size below which no key is used, bits.
const LEAST_BITS: u32 = 2048;
/// How long a certificate of ours says that it is valid, days. Partners pin the key, not the date.
const CERTIFICATE_DAYS: i64 = 3653;

/// Why a key cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// OpenSSL could not read, make or use it.
    #[error("OpenSSL refused the key or certificate")]
    OpenSsl(#[from] ErrorStack),
    /// Not RSA.
    #[error("the signing key is not an RSA key")]
    NotRsa,
    /// Shorter than 2048 bits.
    #[error("the signing key has {0} bits, at least {LEAST_BITS} are needed")]
    TooShort(u32),
    /// Key and certificate do not belong together.
    #[error("the certificate belongs to another key")]
    Mismatch,
}

/// How a content key was padded before it was wrapped (RSA-OAEP).
#[derive(Clone, Copy)]
pub(super) struct Padded {
    pub(super) digest: MessageDigest,
    pub(super) mask: MessageDigest,
}

/// An RSA key and the certificate by which partners know it.
#[derive(Clone)]
pub struct Signer {
    key: PKey<Private>,
    certificate: X509,
}

impl Signer {
    /// Make a new key of 3072 bits and a self-signed certificate. Takes seconds: never in a request.
    pub fn generate(common_name: &str, now: DateTime<Utc>) -> Result<Self, KeyError> {
        let key = PKey::from_rsa(Rsa::generate(NEW_KEY_BITS)?)?;
        let certificate = self_signed(common_name, &key, now)?;
        Ok(Self { key, certificate })
    }

    /// Read key (PKCS#8 or PKCS#1) and certificate.
    pub fn from_pem(key: &[u8], certificate: &[u8]) -> Result<Self, KeyError> {
        let key = PKey::private_key_from_pem(key)?;
        let certificate = X509::from_pem(certificate)?;
        if key.rsa().is_err() {
            return Err(KeyError::NotRsa);
        }
        if key.bits() < LEAST_BITS {
            return Err(KeyError::TooShort(key.bits()));
        }
        if !certificate.public_key()?.public_eq(&key) {
            return Err(KeyError::Mismatch);
        }
        Ok(Self { key, certificate })
    }

    /// The private key as PKCS#8 PEM; wiped when dropped.
    pub fn key_pem(&self) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        Ok(Zeroizing::new(self.key.private_key_to_pem_pkcs8()?))
    }

    /// The certificate as PEM.
    pub fn certificate_pem(&self) -> Result<Vec<u8>, KeyError> {
        Ok(self.certificate.to_pem()?)
    }

    /// The certificate as it stands in XML: base64 of its DER, in one line.
    pub fn certificate_base64(&self) -> Result<String, KeyError> {
        Ok(encode_block(&self.certificate.to_der()?))
    }

    /// A content key that was wrapped for us (RSA-OAEP).
    pub(super) fn unwrap_key(
        &self,
        wrapped: &[u8],
        padded: Padded,
    ) -> Result<Zeroizing<Vec<u8>>, ErrorStack> {
        let mut decrypter = Decrypter::new(&self.key)?;
        decrypter.set_rsa_padding(Padding::PKCS1_OAEP)?;
        decrypter.set_rsa_oaep_md(padded.digest)?;
        decrypter.set_rsa_mgf1_md(padded.mask)?;
        let mut secret = Zeroizing::new(vec![0; decrypter.decrypt_len(wrapped)?]);
        let length = decrypter.decrypt(wrapped, &mut secret)?;
        secret.truncate(length);
        Ok(secret)
    }

    /// RSA-SHA256 (PKCS#1 v1.5) over data that we made.
    pub(super) fn sign(&self, data: &[u8]) -> Result<Vec<u8>, KeyError> {
        let mut signer = openssl::sign::Signer::new(MessageDigest::sha256(), &self.key)?;
        Ok(signer.sign_oneshot_to_vec(data)?)
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signer").field("bits", &self.key.bits()).finish_non_exhaustive()
    }
}

fn self_signed(name: &str, key: &PKey<Private>, now: DateTime<Utc>) -> Result<X509, ErrorStack> {
    let mut subject = X509Name::builder()?;
    subject.append_entry_by_nid(Nid::COMMONNAME, &name.chars().take(64).collect::<String>())?;
    let subject = subject.build();

    let mut serial = BigNum::new()?;
    serial.rand(127, MsbOption::MAYBE_ZERO, false)?;
    let until = now + chrono::Duration::days(CERTIFICATE_DAYS);

    let mut certificate = X509::builder()?;
    certificate.set_version(2)?;
    certificate.set_serial_number(&*serial.to_asn1_integer()?)?;
    certificate.set_subject_name(&subject)?;
    certificate.set_issuer_name(&subject)?;
    certificate.set_not_before(&*Asn1Time::from_unix(now.timestamp())?)?;
    certificate.set_not_after(&*Asn1Time::from_unix(until.timestamp())?)?;
    certificate.set_pubkey(key)?;
    certificate.sign(key, MessageDigest::sha256())?;
    Ok(certificate.build())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sso::saml::tests::{fixture, now};

    #[test]
    fn a_new_key_is_long_and_comes_back_from_pem() {
        let made = Signer::generate("sso.example", now()).unwrap();
        let key = made.key_pem().unwrap();

        let read = Signer::from_pem(&key, &made.certificate_pem().unwrap()).unwrap();

        assert_eq!(read.key.bits(), 3072);
        assert_eq!(read.sign(b"x").unwrap(), made.sign(b"x").unwrap());
    }

    #[test]
    fn unfit_keys_are_refused() {
        let read = |key: &str, certificate: &str| {
            let key = fixture(&format!("{key}.key.pem"));
            Signer::from_pem(&key, &fixture(&format!("{certificate}.cert.pem"))).err()
        };

        assert!(read("idp", "idp").is_none());
        assert!(matches!(read("weak", "weak"), Some(KeyError::TooShort(1024))));
        assert!(matches!(read("ec", "ec"), Some(KeyError::NotRsa)));
        assert!(matches!(read("idp", "other"), Some(KeyError::Mismatch)));
    }

    #[test]
    fn debug_shows_no_secret() {
        let key = fixture("idp.key.pem");
        let signer = Signer::from_pem(&key, &fixture("idp.cert.pem")).unwrap();

        assert_eq!(format!("{signer:?}"), "Signer { bits: 3072, .. }");
    }
}
