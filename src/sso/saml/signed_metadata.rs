//! Metadata that must be signed as a whole, of any size that we take (D29).
//!
//! The digest is taken over the very text that is read afterwards, so that there is no second
//! reader who could see something else; the root is found by its place, never by an id.
use super::element::Element;
use super::gate::{Enveloped, Form, admit_entities, enveloped, without_mark};
use super::partner_key::PartnerKey;
use super::redirect_binding::from_base64;
use super::refusal::{Reason, Refusal, demand};
use super::shape::{self, Algorithms};
use super::vocabulary::{EXCLUSIVE, XML_SIGNATURE};
use openssl::hash::MessageDigest;

/// The text of a file without its signature, when one of `keys` made that over the whole root.
pub(super) fn signed_metadata(bytes: &[u8], keys: &[PartnerKey]) -> Result<String, Refusal> {
    let root = admit_entities(bytes, &mut |_| ())?;
    shape::signed_metadata(&root, Algorithms::Modern)?;
    let written =
        Written::read(&root).ok_or_else(|| Refusal::new(Reason::Shape, "an odd signature"))?;
    let text = without_mark(bytes)?;
    let read = enveloped(text, written.form()?)?;
    written.check(&read, keys)?;
    let cut = text.get(..read.place.start).zip(text.get(read.place.end..));
    let (before, behind) = cut
        .filter(|_| text[read.place.start..].starts_with('<'))
        .ok_or_else(|| Refusal::new(Reason::Shape, "the signature is not in its place"))?;
    Ok([before, behind].concat())
}

/// What a signature says of itself.
struct Written {
    method: String,
    value: Vec<u8>,
    digest_method: String,
    digest: Vec<u8>,
    root_prefixes: String,
    info_prefixes: String,
}

impl Written {
    /// The shape was checked: everything is in its place.
    fn read(root: &Element) -> Option<Self> {
        let own = |parent: &Element, name: &str| parent.child(XML_SIGNATURE, name).cloned();
        let algorithm = |method: Element| method.attribute("Algorithm").map(str::to_owned);
        let signature = own(root, "Signature")?;
        let info = own(&signature, "SignedInfo")?;
        let reference = own(&info, "Reference")?;
        let transforms = own(&reference, "Transforms")?;
        Some(Self {
            method: algorithm(own(&info, "SignatureMethod")?)?,
            value: bytes(&own(&signature, "SignatureValue")?)?,
            digest_method: algorithm(own(&reference, "DigestMethod")?)?,
            digest: bytes(&own(&reference, "DigestValue")?)?,
            root_prefixes: prefixes(transforms.children().last()?),
            info_prefixes: prefixes(&own(&info, "CanonicalizationMethod")?),
        })
    }

    fn form(&self) -> Result<Form<'_>, Refusal> {
        let digest = match self.digest_method.rsplit_once('#').map(|(_, name)| name) {
            Some("sha256") => MessageDigest::sha256(),
            Some("sha384") => MessageDigest::sha384(),
            Some("sha512") => MessageDigest::sha512(),
            _ => return Err(Refusal::new(Reason::Algorithm, "an unknown digest")),
        };
        let (root_prefixes, info_prefixes) = (&self.root_prefixes, &self.info_prefixes);
        Ok(Form { digest, root_prefixes, info_prefixes })
    }

    fn check(&self, read: &Enveloped, keys: &[PartnerKey]) -> Result<(), Refusal> {
        demand(read.digest == self.digest, Reason::Signature, "the digest is another one")?;
        let verifies = |key: &PartnerKey| {
            key.verifies(&self.method, Algorithms::Modern, &self.value, &read.signed_info)
        };
        let known = keys.iter().any(verifies);
        demand(known, Reason::Signature, "the signature does not verify")
    }
}

/// `PrefixList` of a canonicalisation, empty when there is none.
fn prefixes(method: &Element) -> String {
    let list = method.child(EXCLUSIVE, "InclusiveNamespaces");
    list.and_then(|list| list.attribute("PrefixList")).unwrap_or_default().to_owned()
}

fn bytes(element: &Element) -> Option<Vec<u8>> {
    let text: String = element.only_text()?.split_whitespace().collect();
    from_base64(&text).ok()
}

#[cfg(test)]
mod tests;
