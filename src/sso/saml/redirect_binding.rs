//! The HTTP-Redirect binding (SAML Bindings 3.4): the message travels in the query.
//!
//! A signature covers the query exactly as it was sent, so the raw text is kept throughout:
//! partners spell percent-encoding in different ways.
use super::inflate::{deflate, inflate};
use super::keys::{KeyError, Signer};
use super::partner_key::PartnerKey;
use super::refusal::{Reason, Refusal, demand};
use super::shape::Algorithms;
use super::vocabulary::RSA_SHA256;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::collections::HashMap;

/// Longest RelayState that is carried, bytes.
pub(super) const MOST_RELAY_STATE: usize = 2048;

/// A query that carries one message.
#[derive(Debug)]
pub(super) struct Carried<'q> {
    field: &'static str,
    parameters: HashMap<&'q str, &'q str>,
}

impl<'q> Carried<'q> {
    /// Take the query apart; `field` is `SAMLRequest` or `SAMLResponse`.
    pub(super) fn parse(query: &'q str, field: &'static str) -> Result<Self, Refusal> {
        let mut parameters = HashMap::new();
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let known = unescape(name).filter(|plain| !is_ours(plain) || plain == name);
            demand(known.is_some(), Reason::Form, "a parameter with a disguised name")?;
            let earlier = parameters.insert(name, value);
            let doubled = earlier.is_some() && is_ours(name);
            demand(!doubled, Reason::Form, "a parameter stands twice")?;
        }
        let other = if field == "SAMLRequest" { "SAMLResponse" } else { "SAMLRequest" };
        demand(!parameters.contains_key(other), Reason::Form, "a request and a response")?;
        Ok(Self { field, parameters })
    }

    /// The message, inflated.
    pub(super) fn message(&self) -> Result<Vec<u8>, Refusal> {
        let encoding = self.value("SAMLEncoding")?;
        let deflated = "urn:oasis:names:tc:SAML:2.0:bindings:URL-Encoding:DEFLATE";
        let known = encoding.is_none_or(|encoding| encoding == deflated);
        demand(known, Reason::Form, "an unknown encoding")?;
        let text = self.value(self.field)?;
        let text = text.ok_or_else(|| Refusal::new(Reason::Form, "no message"))?;
        inflate(&from_base64(&text)?)
    }

    /// RelayState, byte for byte as the partner meant it.
    pub(super) fn relay_state(&self) -> Result<Option<String>, Refusal> {
        let relay_state = self.value("RelayState")?;
        check_relay_state(relay_state.as_deref())?;
        Ok(relay_state)
    }

    /// Whether the query claims to be signed.
    pub(super) fn is_signed(&self) -> bool {
        self.parameters.contains_key("Signature") || self.parameters.contains_key("SigAlg")
    }

    /// Check the signature over the query as it was sent.
    pub(super) fn verify(
        &self,
        keys: &[PartnerKey],
        algorithms: Algorithms,
    ) -> Result<(), Refusal> {
        let missing = || Refusal::new(Reason::Signature, "SigAlg or Signature is missing");
        let algorithm = self.value("SigAlg")?.ok_or_else(missing)?;
        let signature = from_base64(&self.value("Signature")?.ok_or_else(missing)?)?;
        let taken = algorithms.takes_signature(&algorithm);
        demand(taken, Reason::Algorithm, "a signature algorithm that is not trusted")?;

        let signed: Vec<_> = [self.field, "RelayState", "SigAlg"]
            .iter()
            .filter_map(|name| Some(format!("{name}={}", self.parameters.get(name)?)))
            .collect();
        let signed = signed.join("&");
        let verified = keys
            .iter()
            .any(|key| key.verifies(&algorithm, algorithms, &signature, signed.as_bytes()));
        demand(verified, Reason::Signature, "the signature does not verify")
    }

    fn value(&self, name: &str) -> Result<Option<String>, Refusal> {
        let Some(raw) = self.parameters.get(name) else { return Ok(None) };
        unescape(raw)
            .map(Some)
            .ok_or_else(|| Refusal::new(Reason::Form, "a value that is not percent-encoded UTF-8"))
    }
}

fn is_ours(name: &str) -> bool {
    ["SAMLRequest", "SAMLResponse", "RelayState", "SigAlg", "Signature", "SAMLEncoding"]
        .contains(&name)
}

/// Percent-decode; `+` is a blank, as browsers send it.
fn unescape(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, behind)) = rest.split_first() {
        rest = behind;
        match first {
            b'+' => bytes.push(b' '),
            b'%' => {
                let digits = std::str::from_utf8(behind.get(..2)?).ok()?;
                let hex = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
                bytes.push(u8::from_str_radix(digits, 16).ok().filter(|_| hex)?);
                rest = &behind[2..];
            }
            other => bytes.push(*other),
        }
    }
    String::from_utf8(bytes).ok()
}

/// Standard base64; line ends inside are allowed.
pub(super) fn from_base64(text: &str) -> Result<Vec<u8>, Refusal> {
    let compact: String = text.chars().filter(|c| !matches!(c, '\r' | '\n')).collect();
    STANDARD.decode(compact.trim()).map_err(|_| Refusal::new(Reason::Form, "not base64"))
}

/// A RelayState that can be carried: at most 2048 bytes, no control characters.
pub(super) fn check_relay_state(relay_state: Option<&str>) -> Result<(), Refusal> {
    let Some(text) = relay_state else { return Ok(()) };
    demand(text.len() <= MOST_RELAY_STATE, Reason::Form, "RelayState is too long")?;
    demand(!text.contains(char::is_control), Reason::Form, "control characters in RelayState")
}

/// The address that carries a message of ours by redirect in this field, signed when a signer is
/// given.
pub(super) fn redirect_address(
    endpoint: &str,
    (field, message): (&str, &str),
    relay_state: Option<&str>,
    signer: Option<&Signer>,
) -> Result<String, KeyError> {
    let escape =
        |text: &str| -> String { url::form_urlencoded::byte_serialize(text.as_bytes()).collect() };
    let packed = STANDARD.encode(deflate(message.as_bytes()));
    let mut query = format!("{field}={}", escape(&packed));
    if let Some(relay_state) = relay_state {
        query = format!("{query}&RelayState={}", escape(relay_state));
    }
    if let Some(signer) = signer {
        query = format!("{query}&SigAlg={}", escape(RSA_SHA256));
        let signature = STANDARD.encode(signer.sign(query.as_bytes())?);
        query = format!("{query}&Signature={}", escape(&signature));
    }
    let joint = if endpoint.contains('?') { '&' } else { '?' };
    Ok(format!("{endpoint}{joint}{query}"))
}
