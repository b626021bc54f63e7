//! A start tag, read strictly.
//!
//! The tokeniser underneath finds where tags begin and end, but lets much pass that XML forbids
//! (no blank between attributes, `<` in values, bare ampersands); all of that is refused here.
use super::characters::{is_blank, is_harmless, is_xml, resolve_reference};
use crate::sso::saml::refusal::{Reason, Refusal, demand};

/// Name and attributes of a start tag as they are written, values with references resolved.
#[derive(Debug)]
pub(super) struct Tag<'a> {
    pub(super) name: &'a str,
    pub(super) attributes: Vec<(&'a str, String)>,
}

impl<'a> Tag<'a> {
    /// Read what stands between `<` and `>` (or `/>`).
    pub(super) fn parse(inside: &'a str, most_attributes: usize) -> Result<Self, Refusal> {
        let name_end = inside.find(is_blank).unwrap_or(inside.len());
        let (name, mut rest) = inside.split_at(name_end);
        let mut attributes: Vec<(&str, String)> = Vec::new();
        loop {
            let trimmed = rest.trim_start_matches(is_blank);
            if trimmed.is_empty() {
                return Ok(Self { name, attributes });
            }
            demand(trimmed.len() < rest.len(), Reason::Markup, "attributes without a blank")?;
            demand(attributes.len() < most_attributes, Reason::Size, "too many attributes")?;
            let (key, value, behind) = attribute(trimmed)?;
            let doubled = attributes.iter().any(|(other, _)| *other == key);
            demand(!doubled, Reason::Markup, "an attribute stands twice")?;
            attributes.push((key, value));
            rest = behind;
        }
    }
}

/// The first attribute of `text`, and what is behind it.
fn attribute(text: &str) -> Result<(&str, String, &str), Refusal> {
    let malformed = || Refusal::new(Reason::Markup, "a malformed attribute");
    let (key, behind) = text.split_once('=').ok_or_else(malformed)?;
    let behind = behind.trim_start_matches(is_blank);
    let quote = behind.chars().next().filter(|c| matches!(c, '"' | '\'')).ok_or_else(malformed)?;
    let (raw, rest) = behind[1..].split_once(quote).ok_or_else(malformed)?;
    Ok((key.trim_end_matches(is_blank), value(raw)?, rest))
}

/// An attribute value with its references resolved and its blanks made spaces (XML 1.0 §3.3.3).
fn value(raw: &str) -> Result<String, Refusal> {
    demand(!raw.contains('<'), Reason::Markup, "a tag inside an attribute")?;
    let spaced = raw.replace("\r\n", " ").replace(['\t', '\n', '\r'], " ");
    resolve(&spaced)
}

/// Replace every reference in a text.
fn resolve(text: &str) -> Result<String, Refusal> {
    let mut parts = text.split('&');
    let mut resolved = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (reference, plain) = part
            .split_once(';')
            .ok_or_else(|| Refusal::new(Reason::Markup, "an ampersand that starts nothing"))?;
        resolved.push(referred(reference)?);
        resolved.push_str(plain);
    }
    Ok(resolved)
}

/// The character that a reference stands for, when it may stand in a message.
pub(super) fn referred(reference: &str) -> Result<char, Refusal> {
    let character = resolve_reference(reference)
        .ok_or_else(|| Refusal::new(Reason::Markup, "a reference to an unknown entity"))?;
    debug_assert!(is_xml(character));
    demand(is_harmless(character), Reason::Encoding, "a reference to a control character")?;
    Ok(character)
}
