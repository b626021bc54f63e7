//! Enveloped XML signatures over text that the [`super::writer`] made.
//!
//! The text is canonical already, so the digest is taken over it as it is. `SignedInfo` is
//! written twice: with its namespace for the signature value (there it is the outermost element),
//! without for the document (there `Signature` declares it).
use super::keys::{KeyError, Signer};
use super::vocabulary::{ENVELOPED, EXCLUSIVE, RSA_SHA256, SHA256, XML_SIGNATURE};
use super::writer::Xml;
use openssl::base64::encode_block;
use openssl::sha::sha256;

/// An element about to be signed: everything before and everything behind the place of its
/// signature.
#[derive(Debug)]
pub(super) struct Unsigned {
    /// Value of its attribute `ID`; made by us, so it needs no escaping.
    pub(super) id: String,
    pub(super) before: String,
    pub(super) behind: String,
}

impl Unsigned {
    /// The element without a signature.
    pub(super) fn plain(self) -> String {
        self.before + &self.behind
    }

    /// The element with an enveloped signature over it.
    pub(super) fn signed(self, signer: &Signer) -> Result<String, KeyError> {
        let digest =
            encode_block(&sha256(&[&self.before[..], &self.behind[..]].concat().into_bytes()));
        let inside = signed_information(&self.id, &digest);
        let apart = format!("<ds:SignedInfo xmlns:ds=\"{XML_SIGNATURE}\">{inside}</ds:SignedInfo>");
        let value = encode_block(&signer.sign(apart.as_bytes())?);
        let certificate = signer.certificate_base64()?;
        Ok([
            self.before.as_str(),
            "<ds:Signature xmlns:ds=\"",
            XML_SIGNATURE,
            "\"><ds:SignedInfo>",
            &inside,
            "</ds:SignedInfo><ds:SignatureValue>",
            &value,
            "</ds:SignatureValue>",
            &key_information(&certificate),
            "</ds:Signature>",
            self.behind.as_str(),
        ]
        .concat())
    }
}

/// What stands inside `SignedInfo`.
fn signed_information(id: &str, digest: &str) -> String {
    let algorithm = |xml: Xml, name, value| xml.leaf(name, &[("Algorithm", value)], "");
    let xml = Xml::default();
    let xml = algorithm(xml, "ds:CanonicalizationMethod", EXCLUSIVE);
    let xml = algorithm(xml, "ds:SignatureMethod", RSA_SHA256);
    let xml = xml.open("ds:Reference", &[], &[("URI", &format!("#{id}"))]);
    let xml = xml.open("ds:Transforms", &[], &[]);
    let xml = algorithm(xml, "ds:Transform", ENVELOPED);
    let xml = algorithm(xml, "ds:Transform", EXCLUSIVE).close();
    let xml = algorithm(xml, "ds:DigestMethod", SHA256);
    xml.leaf("ds:DigestValue", &[], digest)
        .close()
        .finish()
        .expect("identifiers, algorithms and base64 hold no forbidden character")
}

/// `KeyInfo` with the certificate; the caller has declared the prefix `ds`.
pub(super) fn key_information(certificate: &str) -> String {
    format!(
        "<ds:KeyInfo><ds:X509Data><ds:X509Certificate>{certificate}</ds:X509Certificate>\
         </ds:X509Data></ds:KeyInfo>"
    )
}
