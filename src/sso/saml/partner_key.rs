//! A partner's public key, as its metadata gives it: the certificate is only the wrapping.
use super::shape::Algorithms;
use chrono::{DateTime, Duration, Utc};
use openssl::asn1::Asn1Time;
use openssl::base64::decode_block;
use openssl::encrypt::Encrypter;
use openssl::error::ErrorStack;
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::{Id, PKey, Public};
use openssl::rsa::Padding;
use openssl::sign::Verifier;
use openssl::x509::X509;

/// Size below which an RSA key is not believed, bits.
const LEAST_BITS: u32 = 2048;

/// A key that may verify signatures of a partner.
#[derive(Debug, Clone)]
pub struct PartnerKey {
    certificate: Vec<u8>,
    key: PKey<Public>,
    expired_since: Option<Duration>,
}

/// Why a key of a partner is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PartnerKeyError {
    /// Not base64, or not a certificate.
    #[error("not a certificate")]
    Unreadable,
    /// RSA with less than 2048 bits.
    #[error("an RSA key of {0} bits, at least {LEAST_BITS} are needed")]
    TooShort(u32),
    /// Neither RSA nor an elliptic curve that we know.
    #[error("neither RSA nor ECDSA on P-256 or P-384")]
    Unknown,
}

impl PartnerKey {
    /// Read the text of an `X509Certificate` element; blanks and PEM frames do not matter.
    pub fn parse(text: &str, now: DateTime<Utc>) -> Result<Self, PartnerKeyError> {
        let base64: String = text
            .lines()
            .filter(|line| !line.contains("-----"))
            .flat_map(str::chars)
            .filter(|c| !c.is_whitespace())
            .collect();
        let certificate = decode_block(&base64).map_err(|_| PartnerKeyError::Unreadable)?;
        Self::from_der(certificate, now)
    }

    /// Read every certificate of a PEM file; none is a mistake.
    pub fn all_from_pem(pem: &[u8], now: DateTime<Utc>) -> Result<Vec<Self>, PartnerKeyError> {
        let all = X509::stack_from_pem(pem).map_err(|_| PartnerKeyError::Unreadable)?;
        let der = |it: X509| it.to_der().map_err(|_| PartnerKeyError::Unreadable);
        let keys: Result<Vec<_>, _> =
            all.into_iter().map(|it| Self::from_der(der(it)?, now)).collect();
        keys.and_then(
            |keys| if keys.is_empty() { Err(PartnerKeyError::Unreadable) } else { Ok(keys) },
        )
    }

    /// Read a certificate in DER.
    pub fn from_der(certificate: Vec<u8>, now: DateTime<Utc>) -> Result<Self, PartnerKeyError> {
        let read = X509::from_der(&certificate).map_err(|_| PartnerKeyError::Unreadable)?;
        let key = read.public_key().map_err(|_| PartnerKeyError::Unreadable)?;
        check_strength(&key)?;
        Ok(Self { certificate, key, expired_since: expired_since(&read, now) })
    }

    /// How long ago the certificate ran out. It only warns: the key is what counts.
    pub fn expired_since(&self) -> Option<Duration> {
        self.expired_since
    }

    /// The certificate, DER.
    pub fn certificate(&self) -> &[u8] {
        &self.certificate
    }

    /// Whether `signature` over `data` was made with this key and a trusted algorithm.
    pub(super) fn verifies(
        &self,
        algorithm: &str,
        algorithms: Algorithms,
        signature: &[u8],
        data: &[u8],
    ) -> bool {
        let family = algorithm.rsplit_once('#').map(|(_, name)| name);
        let digest = match family.and_then(|name| name.split_once('-')) {
            Some((kind, digest)) if kind == self.kind() => digest,
            _ => return false,
        };
        let digest = match digest {
            "sha1" => MessageDigest::sha1(),
            "sha256" => MessageDigest::sha256(),
            "sha384" => MessageDigest::sha384(),
            "sha512" => MessageDigest::sha512(),
            _ => return false,
        };
        let Ok(signature) = self.native_form(signature) else { return false };
        let verify = |mut verifier: Verifier<'_>| verifier.verify_oneshot(&signature, data);
        algorithms.takes_signature(algorithm)
            && Verifier::new(digest, &self.key).and_then(verify).unwrap_or(false)
    }

    /// A short secret for the holder of this RSA key, under OAEP (SHA-1 and MGF1, as
    /// `rsa-oaep-mgf1p` demands).
    pub(super) fn wrap(&self, secret: &[u8]) -> Result<Vec<u8>, ErrorStack> {
        let mut encrypter = Encrypter::new(&self.key)?;
        encrypter.set_rsa_padding(Padding::PKCS1_OAEP)?;
        let mut wrapped = vec![0; encrypter.encrypt_len(secret)?];
        let length = encrypter.encrypt(secret, &mut wrapped)?;
        wrapped.truncate(length);
        Ok(wrapped)
    }

    fn kind(&self) -> &'static str {
        if self.key.id() == Id::RSA { "rsa" } else { "ecdsa" }
    }

    /// ECDSA signatures travel as two numbers side by side; OpenSSL wants them as DER.
    fn native_form(&self, signature: &[u8]) -> Result<Vec<u8>, ErrorStack> {
        if self.key.id() == Id::RSA {
            return Ok(signature.to_vec());
        }
        let (r, s) = signature.split_at(signature.len() / 2);
        let r = openssl::bn::BigNum::from_slice(r)?;
        let s = openssl::bn::BigNum::from_slice(s)?;
        openssl::ecdsa::EcdsaSig::from_private_components(r, s)?.to_der()
    }
}

fn check_strength(key: &PKey<Public>) -> Result<(), PartnerKeyError> {
    match key.id() {
        Id::RSA if key.bits() < LEAST_BITS => Err(PartnerKeyError::TooShort(key.bits())),
        Id::RSA => Ok(()),
        Id::EC => {
            let curve = key.ec_key().ok().and_then(|key| key.group().curve_name());
            let known = [Nid::X9_62_PRIME256V1, Nid::SECP384R1];
            let known = curve.is_some_and(|curve| known.contains(&curve));
            if known { Ok(()) } else { Err(PartnerKeyError::Unknown) }
        }
        _ => Err(PartnerKeyError::Unknown),
    }
}

fn expired_since(certificate: &X509, now: DateTime<Utc>) -> Option<Duration> {
    let now = Asn1Time::from_unix(now.timestamp()).ok()?;
    let past = certificate.not_after().diff(&now).ok()?;
    let past = Duration::days(past.days.into()) + Duration::seconds(past.secs.into());
    (past > Duration::zero()).then_some(past)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sso::saml::tests::{fixture, now, side_by_side};

    fn read(name: &str) -> Result<PartnerKey, PartnerKeyError> {
        let pem = fixture(&format!("{name}.cert.pem"));
        PartnerKey::parse(std::str::from_utf8(&pem).unwrap(), now())
    }

    #[test]
    fn only_strong_keys_of_known_kinds_are_taken() {
        assert!(read("idp").is_ok() && read("other").is_ok() && read("ec").is_ok());
        assert_eq!(read("weak").unwrap_err(), PartnerKeyError::TooShort(1024));
        assert_eq!(PartnerKey::parse("AAAA", now()).unwrap_err(), PartnerKeyError::Unreadable);
        assert_eq!(PartnerKey::parse("é", now()).unwrap_err(), PartnerKeyError::Unreadable);
    }

    #[test]
    fn the_end_of_a_certificate_is_known() {
        let pem = fixture("idp.cert.pem");
        let text = std::str::from_utf8(&pem).unwrap();

        let long_after = now() + Duration::days(50_000);
        assert!(PartnerKey::parse(text, now()).unwrap().expired_since().is_none());
        assert!(PartnerKey::parse(text, long_after).unwrap().expired_since().is_some());
    }

    #[test]
    fn ecdsa_verifies_with_numbers_side_by_side() {
        let key = PKey::private_key_from_pem(&fixture("ec.key.pem")).unwrap();
        let mut signer = openssl::sign::Signer::new(MessageDigest::sha256(), &key).unwrap();
        let der = signer.sign_oneshot_to_vec(b"data").unwrap();
        let ecdsa = read("ec").unwrap();
        let algorithm = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256";
        let verifies = |signature: &[u8], data: &[u8]| {
            ecdsa.verifies(algorithm, Algorithms::Modern, signature, data)
        };

        assert!(verifies(&side_by_side(&der), b"data"));
        assert!(!verifies(&side_by_side(&der), b"Data"));
        for broken in [&der[..], b"", b"x", &[0; 64], &[0xFF; 64]] {
            assert!(!verifies(broken, b"data"));
        }
    }

    #[test]
    fn a_key_verifies_only_its_own_family() {
        let rsa = read("idp").unwrap();
        let signer = crate::sso::saml::tests::signer();
        let signature = signer.sign(b"data").unwrap();
        let verifies =
            |algorithm: &str| rsa.verifies(algorithm, Algorithms::Modern, &signature, b"data");

        assert!(verifies("http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"));
        assert!(!verifies("http://www.w3.org/2001/04/xmldsig-more#rsa-sha512"));
        assert!(!verifies("http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"));
        assert!(!verifies("http://www.w3.org/2000/09/xmldsig#rsa-sha1"));
        assert!(!verifies("rsa-sha256"));
        assert!(!verifies("http://evil.example/#rsa-sha256"));
    }
}
