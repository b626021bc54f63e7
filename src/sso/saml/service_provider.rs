//! Checking a Response as service provider: who came, according to an identity provider.
//!
//! The order is fixed: gate, shape, signatures, and only then the values, read from nothing but
//! the signed text. Remembering identifiers against replay is the caller's part.
mod values;

pub use values::is_plain_name;

use super::decrypt::{Decryption, decrypted};
use super::element::Element;
use super::gate::{Profile, admit};
use super::partners::IdentityProvider;
use super::redirect_binding::from_base64;
use super::refusal::{Reason, Refusal, demand};
use super::shape::{self, Algorithms};
use super::verify::signed_part;
use super::vocabulary::{ASSERTION, PROTOCOL};
use crate::identity::Attributes;
use chrono::{DateTime, Duration, Utc};

/// What a Response is checked against.
#[derive(Debug, Clone, Copy)]
pub struct Expected<'a> {
    /// Whom we asked.
    pub identity_provider: &'a IdentityProvider,
    /// Our entityID as service provider.
    pub entity_id: &'a str,
    /// Our address that was called.
    pub acs_url: &'a str,
    /// `ID` of our question; none when answers that nobody asked for are welcome.
    pub request_id: Option<&'a str>,
    /// The time.
    pub now: DateTime<Utc>,
    /// How far clocks may be apart; 120 s is usual, 300 s the most.
    pub skew: Duration,
    /// Whether SHA-1 is taken from this identity provider.
    pub allow_sha1: bool,
    /// Whether a signature over the Assertion alone is not enough.
    pub require_signed_response: bool,
    /// With what encrypted assertions are read; none: they are refused.
    pub decryption: Option<Decryption<'a>>,
}

/// Who came, according to the identity provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// entityID of the identity provider.
    pub issuer: String,
    /// `ID` of the Assertion: take it only once.
    pub assertion_id: String,
    /// Until when [`Self::assertion_id`] must be remembered.
    pub remember_until: DateTime<Utc>,
    /// The name of the person.
    pub name_id: String,
    /// What kind of name that is.
    pub name_id_format: Option<String>,
    /// Within what names it is unique: `NameQualifier` and `SPNameQualifier`.
    pub name_qualifiers: [Option<String>; 2],
    /// Names the session in logout messages.
    pub session_index: Option<String>,
    /// When the session ends at the latest.
    pub session_ends: Option<DateTime<Utc>>,
    /// When the person proved who they are.
    pub signed_in: DateTime<Utc>,
    /// How they did.
    pub context_class: Option<String>,
    /// What else is told about them.
    pub attributes: Attributes,
}

/// Check the field `SAMLResponse` of a form.
pub fn check_response(saml_response: &str, expected: &Expected<'_>) -> Result<Received, Refusal> {
    check_response_xml(&from_base64(saml_response)?, expected)
}

/// Whom a Response names as its issuer, before anything is believed of it: whose keys to check it
/// with.
pub fn claimed_issuer(saml_response: &str) -> Result<String, Refusal> {
    let root = admit(&from_base64(saml_response)?, Profile::Message)?;
    let issuer = root.child(ASSERTION, "Issuer").and_then(Element::only_text);
    issuer.ok_or_else(|| Refusal::new(Reason::Issuer, "no issuer"))
}

/// Check a Response that was taken out of its base64.
pub(super) fn check_response_xml(
    bytes: &[u8],
    expected: &Expected<'_>,
) -> Result<Received, Refusal> {
    let algorithms = Algorithms::allow_sha1(expected.allow_sha1);
    let root = admit(bytes, Profile::Message)?;
    let signed = shape::response(&root, algorithms)?;
    let complete = signed.response || !expected.require_signed_response;
    demand(complete, Reason::Signature, "the Response is not signed")?;

    let text =
        std::str::from_utf8(bytes).map_err(|_| Refusal::new(Reason::Encoding, "not UTF-8"))?;
    if signed.is_encrypted {
        return check_encrypted(text, &root, signed.response, expected);
    }
    let keys = &expected.identity_provider.signing_keys;
    let verified = signed_part(text, keys, algorithms)?;
    let other = || Refusal::new(Reason::Reference, "something else was signed");
    let assertion = if signed.response {
        demand(verified.is(PROTOCOL, "Response"), Reason::Reference, "something else was signed")?;
        values::check_envelope(&verified, expected)?;
        verified.child(ASSERTION, "Assertion")
    } else {
        values::check_unsigned_envelope(&root, expected)?;
        verified.is(ASSERTION, "Assertion").then_some(&verified)
    };
    values::read(assertion.ok_or_else(other)?, expected)
}

/// The same where the Assertion is encrypted: signed around, inside, or both.
fn check_encrypted(
    text: &str,
    root: &Element,
    is_signed: bool,
    expected: &Expected<'_>,
) -> Result<Received, Refusal> {
    let unread = || Refusal::new(Reason::Shape, "no Assertion in clear");
    let decryption = expected.decryption.ok_or_else(unread)?;
    let algorithms = Algorithms::allow_sha1(expected.allow_sha1);
    let keys = &expected.identity_provider.signing_keys;
    let verified = if is_signed { Some(signed_part(text, keys, algorithms)?) } else { None };
    if let Some(response) = &verified {
        demand(response.is(PROTOCOL, "Response"), Reason::Reference, "something else was signed")?;
        values::check_envelope(response, expected)?;
    } else {
        values::check_unsigned_envelope(root, expected)?;
    }
    let response = verified.as_ref().unwrap_or(root);
    let encrypted = response.child(ASSERTION, "EncryptedAssertion").ok_or_else(unread)?;
    let plain = decrypted(encrypted, decryption, is_signed)?;
    let assertion = admit(plain.as_bytes(), Profile::Message)?;
    if shape::decrypted(&assertion, algorithms)? {
        let inner = signed_part(&plain, keys, algorithms)?;
        demand(inner.is(ASSERTION, "Assertion"), Reason::Reference, "something else was signed")?;
        return values::read(&inner, expected);
    }
    demand(is_signed, Reason::Signature, "nothing is signed")?;
    values::read(&assertion, expected)
}

#[cfg(test)]
mod tests;
