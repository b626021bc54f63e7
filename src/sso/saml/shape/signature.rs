//! The shape of an XML signature: one, in its place, over the element it stands in.
use super::super::element::Element;
use super::super::refusal::{Reason, Refusal, demand};
use super::super::vocabulary::{ENVELOPED, EXCLUSIVE, EXCLUSIVE_WITH_COMMENTS, XML_SIGNATURE};

const SIGNATURES: [&str; 6] = [
    "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
    "http://www.w3.org/2001/04/xmldsig-more#rsa-sha384",
    "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512",
    "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256",
    "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384",
    "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha512",
];
const DIGESTS: [&str; 3] = [
    "http://www.w3.org/2001/04/xmlenc#sha256",
    "http://www.w3.org/2001/04/xmldsig-more#sha384",
    "http://www.w3.org/2001/04/xmlenc#sha512",
];
const RSA_SHA1: &str = "http://www.w3.org/2000/09/xmldsig#rsa-sha1";
const SHA1: &str = "http://www.w3.org/2000/09/xmldsig#sha1";

/// Which algorithms a partner may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::sso::saml) enum Algorithms {
    /// RSA or ECDSA with SHA-256, SHA-384 or SHA-512.
    Modern,
    /// RSA with SHA-1 too, for a partner that an administrator excused.
    WithSha1,
}

impl Algorithms {
    pub(in crate::sso::saml) fn allow_sha1(allowed: bool) -> Self {
        if allowed { Self::WithSha1 } else { Self::Modern }
    }

    pub(in crate::sso::saml) fn takes_signature(self, algorithm: &str) -> bool {
        SIGNATURES.contains(&algorithm) || (self == Self::WithSha1 && algorithm == RSA_SHA1)
    }

    fn takes_digest(self, algorithm: &str) -> bool {
        DIGESTS.contains(&algorithm) || (self == Self::WithSha1 && algorithm == SHA1)
    }
}

/// Whether `parent` carries a signature; an ill-shaped one is refused.
pub(super) fn check(parent: &Element, algorithms: Algorithms) -> Result<bool, Refusal> {
    let mut signatures = parent.all(XML_SIGNATURE, "Signature");
    let Some(signature) = signatures.next() else { return Ok(false) };
    demand(signatures.next().is_none(), Reason::Shape, "two signatures")?;

    let children: Vec<_> = own_children(signature)?;
    let names: Vec<_> = children.iter().map(|child| child.name.as_str()).collect();
    let shaped = matches!(
        names.as_slice(),
        ["SignedInfo", "SignatureValue"] | ["SignedInfo", "SignatureValue", "KeyInfo"]
    );
    let bare = signature.attributes.iter().all(|attribute| attribute.name == "Id");
    demand(shaped && bare, Reason::Shape, "an odd signature")?;
    demand(children[1].only_text().is_some(), Reason::Shape, "an odd signature value")?;
    if let Some(key_info) = children.get(2) {
        check_key_info(key_info)?;
    }
    check_signed_info(children[0], parent.attribute("ID").unwrap_or_default(), algorithms)?;
    Ok(true)
}

fn check_signed_info(
    signed_info: &Element,
    id: &str,
    algorithms: Algorithms,
) -> Result<(), Refusal> {
    let children = own_children(signed_info)?;
    let names: Vec<_> = children.iter().map(|child| child.name.as_str()).collect();
    let expected = ["CanonicalizationMethod", "SignatureMethod", "Reference"];
    demand(names == expected, Reason::Shape, "odd signed information")?;
    demand(is_exclusive(children[0]), Reason::Algorithm, "another canonical form")?;

    let method = children[1];
    demand(
        method.content.is_empty() || method.only_text().is_some_and(|text| text.is_empty()),
        Reason::Shape,
        "parameters of the signature method",
    )?;
    let algorithm = method.attribute("Algorithm").unwrap_or_default();
    let taken = algorithms.takes_signature(algorithm);
    demand(taken, Reason::Algorithm, "a signature algorithm that is not trusted")?;
    check_reference(children[2], id, algorithms)
}

fn check_reference(reference: &Element, id: &str, algorithms: Algorithms) -> Result<(), Refusal> {
    let uri = reference.attribute("URI").unwrap_or_default();
    let own = !id.is_empty() && uri.strip_prefix('#') == Some(id);
    demand(own, Reason::Reference, "the reference is not to the element around it")?;

    let children = own_children(reference)?;
    let names: Vec<_> = children.iter().map(|child| child.name.as_str()).collect();
    let expected = ["Transforms", "DigestMethod", "DigestValue"];
    demand(names == expected, Reason::Shape, "an odd reference")?;

    let transforms = own_children(children[0])?;
    let [enveloped, canonical] = transforms.as_slice() else {
        return Err(Refusal::new(Reason::Reference, "other transforms than the two"));
    };
    let first = enveloped.name == "Transform"
        && enveloped.attribute("Algorithm") == Some(ENVELOPED)
        && enveloped.children().next().is_none();
    let second = canonical.name == "Transform" && is_exclusive(canonical);
    demand(first && second, Reason::Reference, "other transforms than the two")?;

    let digest = children[1].attribute("Algorithm").unwrap_or_default();
    let taken = algorithms.takes_digest(digest) && children[1].children().next().is_none();
    demand(taken, Reason::Algorithm, "a digest algorithm that is not trusted")?;
    demand(children[2].only_text().is_some(), Reason::Shape, "an odd digest value")
}

/// `KeyInfo` is a hint that nobody follows; it must not point elsewhere.
fn check_key_info(key_info: &Element) -> Result<(), Refusal> {
    let children = own_children(key_info)?;
    let known = ["X509Data", "KeyValue", "KeyName"];
    let harmless = children.iter().all(|child| known.contains(&child.name.as_str()));
    let only_name = !children.is_empty() && children.iter().all(|child| child.name == "KeyName");
    let nowhere = key_info.all_elements().iter().all(|inner| inner.attribute("URI").is_none());
    demand(harmless && !only_name && nowhere, Reason::Shape, "key information that points away")
}

fn is_exclusive(method: &Element) -> bool {
    let algorithm = method.attribute("Algorithm").unwrap_or_default();
    let known = algorithm == EXCLUSIVE || algorithm == EXCLUSIVE_WITH_COMMENTS;
    let mut children = method.children();
    let parameter = children.next().is_none_or(|child| child.is(EXCLUSIVE, "InclusiveNamespaces"));
    known && parameter && children.next().is_none()
}

/// The children, all of the signature's own namespace.
fn own_children(parent: &Element) -> Result<Vec<&Element>, Refusal> {
    let children: Vec<_> = parent.children().collect();
    let own = children.iter().all(|child| &*child.space == XML_SIGNATURE);
    demand(own, Reason::Shape, "a foreign element in the signature")?;
    Ok(children)
}
