//! The shape of messages: which element may stand where, before any signature is looked at.
//!
//! Signature wrapping works by hiding a second message where the checker looks and the reader
//! does not. Where every element has one allowed place, there is nowhere to hide.
mod signature;

use super::element::Element;
use super::refusal::{Reason, Refusal, demand};
use super::vocabulary::{
    ASSERTION, METADATA, PROTOCOL, SUCCESS, XML, XML_ENCRYPTION, XML_SIGNATURE,
};
pub(super) use signature::Algorithms;
use std::collections::HashSet;

/// Elements that mean something only in their one place.
const GUARDED: [&str; 7] = [
    "Assertion",
    "EncryptedAssertion",
    "Response",
    "Signature",
    "AuthnRequest",
    "LogoutRequest",
    "LogoutResponse",
];

/// What a Response is like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Signed {
    /// It carries a signature.
    pub(super) response: bool,
    /// Its Assertion does; of one that is encrypted nobody knows yet.
    pub(super) assertion: bool,
    /// Its Assertion is encrypted.
    pub(super) is_encrypted: bool,
}

/// Check an AuthnRequest; whether it carries a signature.
pub(super) fn authn_request(root: &Element, algorithms: Algorithms) -> Result<bool, Refusal> {
    demand(root.is(PROTOCOL, "AuthnRequest"), Reason::Shape, "not an AuthnRequest")?;
    let known = [
        "Issuer",
        "Signature",
        "Extensions",
        "Subject",
        "NameIDPolicy",
        "Conditions",
        "RequestedAuthnContext",
        "Scoping",
    ];
    in_order(root, &known)?;
    demand(root.child(ASSERTION, "Issuer").is_some(), Reason::Issuer, "no issuer")?;
    unique_ids(root)?;
    let signed = signature::check(root, algorithms)?;
    guard(root, 1 + usize::from(signed))?;
    Ok(signed)
}

/// A logout message: which of the two, and whether it carries a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Logout {
    pub(super) is_answer: bool,
    pub(super) is_signed: bool,
}

/// Check a `LogoutRequest` or `LogoutResponse`.
pub(super) fn logout(
    root: &Element,
    is_answer: bool,
    algorithms: Algorithms,
) -> Result<Logout, Refusal> {
    let (name, known) = if is_answer {
        ("LogoutResponse", &["Issuer", "Signature", "Extensions", "Status"][..])
    } else {
        ("LogoutRequest", &["Issuer", "Signature", "Extensions", "NameID", "SessionIndex"][..])
    };
    demand(root.is(PROTOCOL, name), Reason::Shape, "not the logout message that it should be")?;
    in_order(root, known)?;
    demand(root.child(ASSERTION, "Issuer").is_some(), Reason::Issuer, "no issuer")?;
    unique_ids(root)?;
    let is_signed = signature::check(root, algorithms)?;
    guard(root, 1 + usize::from(is_signed))?;
    Ok(Logout { is_answer, is_signed })
}

/// Check a Response with one Assertion; which parts are signed.
///
/// # Errors
/// [`Reason::Status`] when the partner says that it failed, even without a signature: such an
/// answer never lets anybody in.
pub(super) fn response(root: &Element, algorithms: Algorithms) -> Result<Signed, Refusal> {
    demand(root.is(PROTOCOL, "Response"), Reason::Shape, "not a Response")?;
    in_order(root, &["Issuer", "Signature", "Status", "Assertion|EncryptedAssertion"])?;
    succeeded(root)?;
    unique_ids(root)?;
    let response_signed = signature::check(root, algorithms)?;
    let Some(assertion) = root.child(ASSERTION, "Assertion") else {
        let encrypted = root.child(ASSERTION, "EncryptedAssertion");
        demand(encrypted.is_some(), Reason::Shape, "no Assertion")?;
        guard(root, 2 + usize::from(response_signed))?;
        return Ok(Signed { response: response_signed, assertion: false, is_encrypted: true });
    };
    let assertion_signed = self::assertion(assertion, algorithms)?;
    guard(root, 2 + usize::from(response_signed) + usize::from(assertion_signed))?;
    demand(response_signed || assertion_signed, Reason::Signature, "nothing is signed")?;
    Ok(Signed { response: response_signed, assertion: assertion_signed, is_encrypted: false })
}

/// Check an Assertion that was encrypted; whether it carries a signature.
pub(super) fn decrypted(root: &Element, algorithms: Algorithms) -> Result<bool, Refusal> {
    demand(root.is(ASSERTION, "Assertion"), Reason::Shape, "not an Assertion")?;
    unique_ids(root)?;
    let is_signed = assertion(root, algorithms)?;
    guard(root, 1 + usize::from(is_signed))?;
    Ok(is_signed)
}

/// Check the root of a metadata file that must be signed as a whole; entities may have been taken
/// out of it. Ids below it do not matter: nobody looks for the root by its id.
pub(super) fn signed_metadata(root: &Element, algorithms: Algorithms) -> Result<(), Refusal> {
    let known = root.is(METADATA, "EntityDescriptor") || root.is(METADATA, "EntitiesDescriptor");
    demand(known, Reason::Shape, "not metadata")?;
    let signed = signature::check(root, algorithms)?;
    demand(signed, Reason::Signature, "not signed")?;
    let first = root.children().next().is_some_and(|child| child.is(XML_SIGNATURE, "Signature"));
    demand(first, Reason::Shape, "the signature is not in its place")
}

fn assertion(assertion: &Element, algorithms: Algorithms) -> Result<bool, Refusal> {
    let known = [
        "Issuer",
        "Signature",
        "Subject",
        "Conditions",
        "Advice",
        "AuthnStatement|AttributeStatement",
    ];
    in_order(assertion, &known)?;
    if let Some(subject) = assertion.child(ASSERTION, "Subject") {
        in_order(subject, &["NameID", "SubjectConfirmation"])?;
        let names: Vec<_> =
            subject.all_elements().into_iter().filter(|inner| inner.name == "NameID").collect();
        demand(names.len() <= 1, Reason::Subject, "more than one NameID")?;
        let plain = names.iter().all(|name| name.children().next().is_none());
        demand(plain, Reason::Subject, "elements inside the NameID")?;
    }
    signature::check(assertion, algorithms)
}

/// The partner's status, whatever else stands in the answer.
fn succeeded(root: &Element) -> Result<(), Refusal> {
    let status = root.child(PROTOCOL, "Status");
    let code = status.and_then(|status| status.child(PROTOCOL, "StatusCode"));
    let code = code.and_then(|code| code.attribute("Value"));
    demand(code == Some(SUCCESS), Reason::Status, "the partner reports a failure")
}

/// The children are among the known ones, in their order (`a|b`: either first), each in the
/// namespace that it belongs to and, statements and confirmations apart, only once.
fn in_order(parent: &Element, known: &[&str]) -> Result<(), Refusal> {
    let mut place = 0;
    let mut seen = HashSet::new();
    for child in parent.children() {
        let own_space = home(&child.name).is_none_or(|space| space == &*child.space);
        demand(own_space, Reason::Shape, "a familiar name in a foreign namespace")?;
        let found = known.iter().position(|names| names.split('|').any(|name| name == child.name));
        let found = found.ok_or_else(|| Refusal::new(Reason::Shape, "an element out of place"))?;
        demand(found >= place, Reason::Shape, "elements in the wrong order")?;
        let first = seen.insert(child.name.as_str());
        let repeats = matches!(
            child.name.as_str(),
            "AttributeStatement" | "SubjectConfirmation" | "SessionIndex"
        );
        demand(first || repeats, Reason::Shape, "an element stands twice")?;
        place = found;
    }
    Ok(())
}

/// The namespace in which an element of ours lives.
fn home(name: &str) -> Option<&'static str> {
    match name {
        "Signature" => Some(XML_SIGNATURE),
        "Status"
        | "Extensions"
        | "NameIDPolicy"
        | "RequestedAuthnContext"
        | "Scoping"
        | "SessionIndex" => Some(PROTOCOL),
        "Issuer"
        | "Assertion"
        | "EncryptedAssertion"
        | "Subject"
        | "Conditions"
        | "Advice"
        | "AuthnStatement"
        | "AttributeStatement"
        | "NameID"
        | "SubjectConfirmation" => Some(ASSERTION),
        _ => None,
    }
}

/// No further message, assertion or signature anywhere than the `expected` ones.
fn guard(root: &Element, expected: usize) -> Result<(), Refusal> {
    let guarded = root
        .all_elements()
        .into_iter()
        .filter(|element| GUARDED.contains(&element.name.as_str()))
        .count();
    demand(guarded == expected, Reason::Shape, "a message hides inside another")
}

/// `ID` is the only identifier, well-formed and never used twice.
///
/// pysaml2 gives its signatures an `Id`: harmless, since references find nothing but `ID`.
fn unique_ids(root: &Element) -> Result<(), Refusal> {
    let mut seen = HashSet::new();
    for element in root.all_elements() {
        let names_itself =
            &*element.space == XML_ENCRYPTION || element.is(XML_SIGNATURE, "Signature");
        for attribute in &element.attributes {
            if !attribute.name.eq_ignore_ascii_case("id") {
                continue;
            }
            let plain = attribute.space.is_empty() && attribute.name == "ID";
            let foreign = names_itself && attribute.name == "Id";
            let allowed = plain || (foreign && &*attribute.space != XML);
            demand(allowed, Reason::Shape, "a second kind of id")?;
            let valid = attribute.value.len() <= 256
                && super::gate::characters::is_simple_name(&attribute.value);
            demand(valid, Reason::Shape, "an id that is none")?;
            demand(seen.insert(&attribute.value), Reason::Shape, "an id used twice")?;
        }
    }
    demand(root.attribute("ID").is_some(), Reason::Shape, "no id")
}

#[cfg(test)]
mod tests;
