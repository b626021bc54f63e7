//! Checks XML signatures, and hands on only what was signed.
//!
//! The caller has let the text through the gate and checked its shape. What comes back is parsed
//! anew from the very bytes that the digest was taken over, so nothing unsigned survives.
use super::element::Element;
use super::gate::{Profile, admit};
use super::partner_key::PartnerKey;
use super::refusal::{Reason, Refusal, demand};
use super::shape::Algorithms;
use samael::crypto::{
    AllowedSignatureAlgorithm, CertificateDer, Crypto, CryptoProvider, ReduceMode,
};

const MODERN: [AllowedSignatureAlgorithm; 6] = [
    AllowedSignatureAlgorithm::RsaSha256,
    AllowedSignatureAlgorithm::RsaSha384,
    AllowedSignatureAlgorithm::RsaSha512,
    AllowedSignatureAlgorithm::EcdsaSha256,
    AllowedSignatureAlgorithm::EcdsaSha384,
    AllowedSignatureAlgorithm::EcdsaSha512,
];
/// Nothing larger reaches the C libraries.
const MOST_BYTES: usize = 8 * 1024 * 1024;

/// The signed part of a message, when all its signatures were made with one of `keys`.
pub(super) fn signed_part(
    xml: &str,
    keys: &[PartnerKey],
    algorithms: Algorithms,
) -> Result<Element, Refusal> {
    admit(signed_text(xml, keys, algorithms)?.as_bytes(), Profile::Message)
}

/// The very text that was signed, when all signatures were made with one of `keys`. Of several
/// signed parts it is the Response.
fn signed_text(xml: &str, keys: &[PartnerKey], algorithms: Algorithms) -> Result<String, Refusal> {
    demand(xml.len() <= MOST_BYTES, Reason::Size, "too large for a signature check")?;
    demand(!keys.is_empty(), Reason::Signature, "the partner has no key")?;
    let certificates: Vec<CertificateDer> =
        keys.iter().map(|key| key.certificate().to_vec().into()).collect();
    // SHA-1 is not in samael's list; for an excused partner the shape check has seen to the rest.
    let allowed = (algorithms == Algorithms::Modern).then_some(MODERN.as_slice());
    let mode = ReduceMode::PreDigest;
    Crypto::reduce_xml_to_signed_with_allowed_algorithms(xml, &certificates, mode, allowed)
        .map_err(|_| Refusal::new(Reason::Signature, "the signature does not verify"))
}
