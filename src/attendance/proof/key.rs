//! RSA keys of 4096 bits. What anybody may do is done by `rsa`, what needs the private key by OpenSSL
//! (D15): it is faster, and its timing tells nothing.
use super::error::ProofError;
use crate::keys::{Cause, OpenKey};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64URL;
use openssl::encrypt::Decrypter;
use openssl::hash::MessageDigest;
use openssl::pkey::{PKey, Private};
use openssl::rsa::{Padding, Rsa};
use openssl::sign::{RsaPssSaltlen, Signer};
use rsa::pkcs8::DecodePublicKey;
use rsa::pss::{Signature, VerifyingKey};
use rsa::rand_core::OsRng;
use rsa::sha2::{Digest, Sha256, Sha512};
use rsa::signature::Verifier;
use rsa::traits::PublicKeyParts;
use rsa::{BigUint, Oaep, RsaPublicKey};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

/// Bits of a key.
const BITS: u32 = 4096;
/// Bytes of what it encrypts or signs.
pub(super) const BYTES: usize = 512;
/// Characters of the thumbprint that name a key.
const KID: usize = 10;

/// A new pair. Takes seconds.
pub fn new_key() -> Result<OpenKey, Cause> {
    let key = PKey::from_rsa(Rsa::generate(BITS)?)?;
    let secret = Zeroizing::new(key.private_key_to_pem_pkcs8()?);
    Ok(OpenKey { secret, certificate: String::from_utf8(key.public_key_to_pem()?)? })
}

/// The half that everybody may have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey {
    key: RsaPublicKey,
    kid: String,
}

/// A key as it is published (RFC 7517).
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Jwk {
    kty: String,
    #[serde(rename = "use", default)]
    purpose: String,
    #[serde(default)]
    alg: String,
    #[serde(default)]
    kid: String,
    n: String,
    e: String,
}

impl PublicKey {
    /// From a PEM `PUBLIC KEY`.
    pub fn from_pem(pem: &str) -> Result<Self, ProofError> {
        RsaPublicKey::from_public_key_pem(pem).map(Self::of).map_err(ProofError::crypto)
    }

    /// A published key; `None`: it is none that signs certificates.
    pub(super) fn from_jwk(jwk: &Jwk) -> Option<Self> {
        let number = |text: &str| Some(BigUint::from_bytes_be(&BASE64URL.decode(text).ok()?));
        if jwk.kty != "RSA" || jwk.alg != "PS512" {
            return None;
        }
        RsaPublicKey::new(number(&jwk.n)?, number(&jwk.e)?).ok().map(Self::of)
    }

    fn of(key: RsaPublicKey) -> Self {
        // RFC 7638: the members in order of their names, without blanks.
        let (n, e) = (encode(key.n()), encode(key.e()));
        let text = format!(r#"{{"e":"{e}","kty":"RSA","n":"{n}"}}"#);
        let mut kid = BASE64URL.encode(Sha256::digest(text));
        kid.truncate(KID);
        Self { key, kid }
    }

    /// The first characters of its thumbprint.
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// As it is published for checking signatures.
    pub(super) fn jwk(&self) -> Jwk {
        let word = str::to_owned;
        let (n, e) = (encode(self.key.n()), encode(self.key.e()));
        let (purpose, alg) = (word("sig"), word("PS512"));
        Jwk { kty: word("RSA"), purpose, alg, kid: self.kid.clone(), n, e }
    }

    /// RSAES-OAEP with SHA-512 throughout and an empty label (RFC 8017). At most 382 bytes.
    pub fn encrypt(&self, text: &[u8]) -> Result<[u8; BYTES], ProofError> {
        let padding = Oaep::new::<Sha512>();
        let sealed = self.key.encrypt(&mut OsRng, padding, text).map_err(ProofError::crypto)?;
        sealed.try_into().map_err(|_| ProofError::crypto("the key has another size"))
    }

    /// RSASSA-PSS with SHA-512 throughout and a salt of 64 bytes.
    pub fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        let key = VerifyingKey::<Sha512>::new(self.key.clone());
        Signature::try_from(signature).is_ok_and(|it| key.verify(message, &it).is_ok())
    }
}

fn encode(number: &BigUint) -> String {
    BASE64URL.encode(number.to_bytes_be())
}

/// The half that stays with us. It works only on what we made (SEC-85).
pub struct PrivateKey(PKey<Private>);

impl PrivateKey {
    /// From a PEM `PRIVATE KEY`.
    pub fn from_pem(pem: &[u8]) -> Result<Self, ProofError> {
        PKey::private_key_from_pem(pem).map(Self).map_err(ProofError::crypto)
    }

    /// What was encrypted with the other half.
    pub fn decrypt(&self, sealed: &[u8; BYTES]) -> Result<Zeroizing<Vec<u8>>, ProofError> {
        let open = || {
            let mut work = Decrypter::new(&self.0)?;
            work.set_rsa_padding(Padding::PKCS1_OAEP)?;
            work.set_rsa_oaep_md(MessageDigest::sha512())?;
            work.set_rsa_mgf1_md(MessageDigest::sha512())?;
            let mut text = Zeroizing::new(vec![0; work.decrypt_len(sealed)?]);
            let length = work.decrypt(sealed, &mut text)?;
            text.truncate(length);
            Ok(text)
        };
        open().map_err(|error: openssl::error::ErrorStack| ProofError::crypto(error))
    }

    /// A signature that [`PublicKey::verifies`].
    pub fn sign(&self, message: &[u8]) -> Result<Vec<u8>, ProofError> {
        let sign = || {
            let mut work = Signer::new(MessageDigest::sha512(), &self.0)?;
            work.set_rsa_padding(Padding::PKCS1_PSS)?;
            work.set_rsa_mgf1_md(MessageDigest::sha512())?;
            work.set_rsa_pss_saltlen(RsaPssSaltlen::DIGEST_LENGTH)?;
            work.sign_oneshot_to_vec(message)
        };
        sign().map_err(ProofError::crypto)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(crate) fn pair() -> (PublicKey, PrivateKey) {
        let public = include_str!("../../../tests/it/data/proof/sig.pub.pem");
        let private = include_bytes!("../../../tests/it/data/proof/sig.key.pem");
        let pair = (PublicKey::from_pem(public), PrivateKey::from_pem(private));
        (pair.0.expect("a public key"), pair.1.expect("a private key"))
    }

    #[test]
    fn what_one_half_encrypts_only_the_other_reads() {
        let (public, private) = pair();
        let text = b"7f1c2f1e-52a5-4a7e-8a0b-6f0b9f0b7a11";

        let mut sealed = public.encrypt(text).expect("sealed");
        assert_eq!(private.decrypt(&sealed).expect("opened").as_slice(), text);

        sealed[7] ^= 1;
        assert!(private.decrypt(&sealed).is_err());
    }

    #[test]
    fn a_token_has_room_for_382_bytes() {
        let (public, _) = pair();

        assert!(public.encrypt(&[b'x'; 382]).is_ok());
        assert!(public.encrypt(&[b'x'; 383]).is_err());
    }

    #[test]
    fn signatures_hold_for_one_message_only() {
        let (public, private) = pair();
        let signature = private.sign(b"was there").expect("signed");

        assert_eq!(signature.len(), BYTES);
        assert!(public.verifies(b"was there", &signature));
        assert!(!public.verifies(b"was elsewhere", &signature));
        assert!(!public.verifies(b"was there", &signature[1..]));
    }

    /// The example of RFC 7638, 3.1, whose thumbprint begins so.
    #[test]
    fn a_key_is_named_by_the_start_of_its_thumbprint() {
        let jwk = Jwk {
            kty: "RSA".into(),
            purpose: "sig".into(),
            alg: "PS512".into(),
            kid: "2011-04-29".into(),
            n: "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw".into(),
            e: "AQAB".into(),
        };

        assert_eq!(PublicKey::from_jwk(&jwk).expect("a key").kid(), "NzbLsXh8uD");
    }
}
