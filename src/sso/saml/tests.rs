//! What the tests of this folder share: keys, a moment, the program `xmlsec1`.
use super::{PartnerKey, Signer, vocabulary};
use chrono::{DateTime, TimeZone, Utc};
use openssl::base64::encode_block;
use openssl::hash::{MessageDigest, hash};
use openssl::pkey::{Id, PKey, Private};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

pub(super) fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/data/saml")
}

pub(super) fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(folder().join(name)).unwrap()
}

pub(super) fn signer() -> Signer {
    named_signer("idp")
}

pub(super) fn named_signer(name: &str) -> Signer {
    let key = fixture(&format!("{name}.key.pem"));
    Signer::from_pem(&key, &fixture(&format!("{name}.cert.pem"))).unwrap()
}

pub(super) fn key_of(signer: &Signer) -> PartnerKey {
    PartnerKey::parse(&signer.certificate_base64().unwrap(), now()).unwrap()
}

pub(super) fn now() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 9, 1, 8, 0, 0).unwrap()
}

/// The public key of a fixture.
pub(super) fn key_named(name: &str) -> PartnerKey {
    let pem = fixture(&format!("{name}.cert.pem"));
    PartnerKey::parse(std::str::from_utf8(&pem).unwrap(), now()).unwrap()
}

/// An ECDSA signature as XML wants it: both numbers in 32 bytes each.
pub(super) fn side_by_side(der: &[u8]) -> Vec<u8> {
    let signature = openssl::ecdsa::EcdsaSig::from_der(der).unwrap();
    let [r, s] = [signature.r(), signature.s()].map(|number| number.to_vec_padded(32).unwrap());
    [r, s].concat()
}

/// Whether the program `xmlsec1` verifies the signature of the element `id` with our key.
pub(super) fn xmlsec1_verifies(xml: &str, element: &str, id: &str) -> bool {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(xml.as_bytes()).unwrap();
    let signature = format!("//*[@ID='{id}']/*[local-name()='Signature']");
    let output = Command::new("xmlsec1")
        .args(["--verify", "--id-attr:ID", element, "--node-xpath", &signature])
        .arg("--pubkey-cert-pem")
        .arg(folder().join("idp.cert.pem"))
        .arg(file.path())
        .output()
        .expect("xmlsec1 is installed: apt install xmlsec1");
    output.status.success()
}

/// Signs with any algorithm, for the tests that must be refused.
pub(super) struct Forger {
    pub(super) method: &'static str,
    pub(super) digest_method: &'static str,
    pub(super) digest: MessageDigest,
    pub(super) signature: MessageDigest,
    pub(super) key: PKey<Private>,
    /// Text put in the place of `KeyInfo`.
    pub(super) key_info: String,
}

impl Forger {
    /// RSA-SHA256 with the key of a fixture and its certificate.
    pub(super) fn new(name: &str) -> Self {
        let certificate = encode_block(key_named(name).certificate());
        Self {
            method: vocabulary::RSA_SHA256,
            digest_method: vocabulary::SHA256,
            digest: MessageDigest::sha256(),
            signature: MessageDigest::sha256(),
            key: PKey::private_key_from_pem(&fixture(&format!("{name}.key.pem"))).unwrap(),
            key_info: super::sign::key_information(&certificate),
        }
    }

    /// An element with an enveloped signature between `before` and `behind`.
    pub(super) fn sign(&self, id: &str, before: &str, behind: &str) -> String {
        let space = vocabulary::XML_SIGNATURE;
        let digest = hash(self.digest, format!("{before}{behind}").as_bytes()).unwrap();
        let inside = format!(
            "<ds:CanonicalizationMethod Algorithm=\"{c14n}\"></ds:CanonicalizationMethod>\
             <ds:SignatureMethod Algorithm=\"{method}\"></ds:SignatureMethod>\
             <ds:Reference URI=\"#{id}\"><ds:Transforms>\
             <ds:Transform Algorithm=\"{enveloped}\"></ds:Transform>\
             <ds:Transform Algorithm=\"{c14n}\"></ds:Transform></ds:Transforms>\
             <ds:DigestMethod Algorithm=\"{digest_method}\"></ds:DigestMethod>\
             <ds:DigestValue>{digest}</ds:DigestValue></ds:Reference>",
            c14n = vocabulary::EXCLUSIVE,
            method = self.method,
            enveloped = vocabulary::ENVELOPED,
            digest_method = self.digest_method,
            digest = encode_block(&digest),
        );
        let apart = format!("<ds:SignedInfo xmlns:ds=\"{space}\">{inside}</ds:SignedInfo>");
        let mut signer = openssl::sign::Signer::new(self.signature, &self.key).unwrap();
        let value = signer.sign_oneshot_to_vec(apart.as_bytes()).unwrap();
        let value =
            encode_block(&if self.key.id() == Id::EC { side_by_side(&value) } else { value });
        format!(
            "{before}<ds:Signature xmlns:ds=\"{space}\"><ds:SignedInfo>{inside}</ds:SignedInfo>\
             <ds:SignatureValue>{value}</ds:SignatureValue>{}</ds:Signature>{behind}",
            self.key_info
        )
    }
}
