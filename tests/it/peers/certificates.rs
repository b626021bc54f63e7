//! Certificates for peers, made on the spot by an authority that only the test knows.
use openssl::asn1::Asn1Time;
use openssl::bn::BigNum;
use openssl::ec::{EcGroup, EcKey};
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::{PKey, Private};
use openssl::x509::extension::{BasicConstraints, KeyUsage, SubjectAlternativeName};
use openssl::x509::{X509, X509Builder, X509NameBuilder};
use uuid::Uuid;

/// Signs certificates.
pub(crate) struct Authority {
    certificate: X509,
    key: PKey<Private>,
}

/// A certificate and its key, PEM.
pub(crate) struct Issued {
    pub(crate) certificate: Vec<u8>,
    pub(crate) key: Vec<u8>,
}

/// Whether a certificate is good now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Validity {
    Current,
    Expired,
}

impl Authority {
    /// A new authority; no two have the same name.
    pub(crate) fn new() -> Self {
        let key = key();
        let name = format!("Test authority {}", Uuid::new_v4());
        let mut builder = builder(&name, &key, Validity::Current);
        let subject = named(&name);
        builder.set_issuer_name(&subject).expect("a name");
        let constraints = BasicConstraints::new().critical().ca().build().expect("an extension");
        let usage = KeyUsage::new().critical().key_cert_sign().build().expect("an extension");
        builder.append_extension(constraints).expect("an extension");
        builder.append_extension(usage).expect("an extension");
        builder.sign(&key, MessageDigest::sha256()).expect("a signature");
        Self { certificate: builder.build(), key }
    }

    /// Its own certificate, PEM: what `ca_file` holds.
    pub(crate) fn pem(&self) -> Vec<u8> {
        self.certificate.to_pem().expect("PEM")
    }

    /// A server certificate for a DNS name.
    pub(crate) fn issue(&self, dns_name: &str, validity: Validity) -> Issued {
        let key = key();
        let mut builder = builder(dns_name, &key, validity);
        builder.set_issuer_name(self.certificate.subject_name()).expect("a name");
        let context = builder.x509v3_context(Some(&self.certificate), None);
        let name = SubjectAlternativeName::new().dns(dns_name).build(&context);
        builder.append_extension(name.expect("an extension")).expect("an extension");
        builder.sign(&self.key, MessageDigest::sha256()).expect("a signature");
        Issued {
            certificate: builder.build().to_pem().expect("PEM"),
            key: key.private_key_to_pem_pkcs8().expect("PEM"),
        }
    }
}

fn key() -> PKey<Private> {
    let group = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1).expect("a known curve");
    PKey::from_ec_key(EcKey::generate(&group).expect("a key")).expect("a key")
}

fn named(name: &str) -> openssl::x509::X509Name {
    let mut builder = X509NameBuilder::new().expect("a name");
    builder.append_entry_by_nid(Nid::COMMONNAME, name).expect("a name");
    builder.build()
}

fn builder(name: &str, key: &PKey<Private>, validity: Validity) -> X509Builder {
    let (from, until) = match validity {
        Validity::Current => (Asn1Time::days_from_now(0), Asn1Time::days_from_now(30)),
        Validity::Expired => (Asn1Time::from_unix(1_000_000), Asn1Time::from_unix(2_000_000)),
    };
    let mut builder = X509Builder::new().expect("a certificate");
    let serial = BigNum::from_slice(Uuid::new_v4().as_bytes()).expect("a number");
    let serial = serial.to_asn1_integer().expect("a number");
    builder.set_version(2).expect("a version");
    builder.set_serial_number(&serial).expect("a number");
    builder.set_subject_name(&named(name)).expect("a name");
    builder.set_pubkey(key).expect("a key");
    builder.set_not_before(&from.expect("a time")).expect("a time");
    builder.set_not_after(&until.expect("a time")).expect("a time");
    builder
}
