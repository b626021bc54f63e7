//! A certificate of our own making, with which the demonstration speaks https in a local network.
use chrono::{DateTime, Duration, Utc};
use openssl::asn1::Asn1Time;
use openssl::bn::{BigNum, MsbOption};
use openssl::ec::{EcGroup, EcKey};
use openssl::error::ErrorStack;
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::{PKey, Private};
use openssl::ssl::{SslAcceptor, SslAcceptorBuilder, SslMethod};
use openssl::x509::extension::{BasicConstraints, ExtendedKeyUsage, SubjectAlternativeName};
use openssl::x509::{X509, X509Name};
use std::net::IpAddr;

/// How long it is valid; telephones refuse those of more than 825 days.
const VALID: Duration = Duration::days(30);

/// A key on P-256 and a certificate that names one address.
pub struct Certificate {
    key: PKey<Private>,
    certificate: X509,
}

impl Certificate {
    /// Make one for an address.
    pub fn make(address: IpAddr, now: DateTime<Utc>) -> Result<Self, ErrorStack> {
        let group = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1)?;
        let key = PKey::from_ec_key(EcKey::generate(&group)?)?;
        let certificate = self_signed(address, &key, now)?;
        Ok(Self { key, certificate })
    }

    /// TLS 1.2 and 1.3 with this certificate.
    pub fn acceptor(&self) -> Result<SslAcceptorBuilder, ErrorStack> {
        let mut acceptor = SslAcceptor::mozilla_intermediate_v5(SslMethod::tls_server())?;
        acceptor.set_private_key(&self.key)?;
        acceptor.set_certificate(&self.certificate)?;
        Ok(acceptor)
    }

    /// As a file that a browser can be told to believe.
    pub fn pem(&self) -> Result<Vec<u8>, ErrorStack> {
        self.certificate.to_pem()
    }

    /// Its SHA-256, as browsers show it.
    pub fn fingerprint(&self) -> Result<String, ErrorStack> {
        let digest = self.certificate.digest(MessageDigest::sha256())?;
        let bytes: Vec<String> = digest.iter().map(|byte| format!("{byte:02X}")).collect();
        Ok(bytes.join(":"))
    }
}

fn self_signed(
    address: IpAddr,
    key: &PKey<Private>,
    now: DateTime<Utc>,
) -> Result<X509, ErrorStack> {
    let mut name = X509Name::builder()?;
    name.append_entry_by_nid(Nid::COMMONNAME, "Aiguillage demonstration")?;
    let name = name.build();
    let mut serial = BigNum::new()?;
    serial.rand(127, MsbOption::MAYBE_ZERO, false)?;

    let mut made = X509::builder()?;
    made.set_version(2)?;
    made.set_serial_number(&*serial.to_asn1_integer()?)?;
    made.set_subject_name(&name)?;
    made.set_issuer_name(&name)?;
    // Clocks of telephones may be behind.
    made.set_not_before(&*Asn1Time::from_unix((now - Duration::days(1)).timestamp())?)?;
    made.set_not_after(&*Asn1Time::from_unix((now + VALID).timestamp())?)?;
    made.set_pubkey(key)?;
    made.append_extension(BasicConstraints::new().critical().build()?)?;
    made.append_extension(ExtendedKeyUsage::new().server_auth().build()?)?;
    let mut names = SubjectAlternativeName::new();
    names.ip(&address.to_string());
    let names = names.build(&made.x509v3_context(None, None))?;
    made.append_extension(names)?;
    made.sign(key, MessageDigest::sha256())?;
    Ok(made.build())
}
