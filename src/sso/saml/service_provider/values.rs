//! The values of a Response and its Assertion (SAML Profiles 4.1.4.3), all required.
use super::{Expected, Received};
use crate::identity::Attributes;
use crate::sso::saml::element::Element;
use crate::sso::saml::partners::moment;
use crate::sso::saml::refusal::{Reason, Refusal, demand};
use crate::sso::saml::vocabulary::{ASSERTION, BEARER};
use chrono::{DateTime, Duration, Utc};
use unicode_normalization::is_nfkc;

/// How old a message may be, minutes.
const MOST_AGE_MINUTES: i64 = 10;
/// Longest `NameID`, characters.
const MOST_NAME: usize = 255;
/// Most attribute values: as many as a person may have schools (D26).
const MOST_VALUES: usize = 2_000;
/// Longest attribute value, bytes.
const MOST_VALUE_BYTES: usize = 8 * 1024;
/// How long an unsolicited answer may be valid, minutes.
const UNSOLICITED_MINUTES: i64 = 5;

/// Check a signed Response around its Assertion.
pub(super) fn check_envelope(response: &Element, expected: &Expected<'_>) -> Result<(), Refusal> {
    let destination = response.attribute("Destination");
    demand(destination.is_some(), Reason::Destination, "signed without a destination")?;
    check_unsigned_envelope(response, expected)
}

/// Check a Response that nobody signed: it can only make things worse, never better.
pub(super) fn check_unsigned_envelope(
    response: &Element,
    expected: &Expected<'_>,
) -> Result<(), Refusal> {
    demand(response.attribute("Version") == Some("2.0"), Reason::Shape, "not SAML 2.0")?;
    let destination = response.attribute("Destination");
    let ours = destination.is_none_or(|destination| destination == expected.acs_url);
    demand(ours, Reason::Destination, "meant for another address")?;
    answers(response, expected)?;
    issued_by(response, expected)?;
    issued_lately(response, expected)
}

/// Check an Assertion from signed text and read it.
pub(super) fn read(assertion: &Element, expected: &Expected<'_>) -> Result<Received, Refusal> {
    demand(assertion.attribute("Version") == Some("2.0"), Reason::Shape, "not SAML 2.0")?;
    issued_by(assertion, expected)?;
    issued_lately(assertion, expected)?;
    let subject = assertion.child(ASSERTION, "Subject");
    let subject = subject.ok_or_else(|| Refusal::new(Reason::Subject, "no Subject"))?;
    let name = name_id(subject)?;
    let confirmed_until = confirmed(subject, expected)?;
    check_conditions(assertion, expected)?;
    let statement = only(assertion, "AuthnStatement", Reason::Authn)?;
    let session_ends = session_end(statement, expected)?;
    let context = statement.child(ASSERTION, "AuthnContext");
    let class = context.and_then(|context| context.child(ASSERTION, "AuthnContextClassRef"));
    Ok(Received {
        issuer: expected.identity_provider.entity_id.clone(),
        assertion_id: assertion.attribute("ID").unwrap_or_default().to_owned(),
        remember_until: confirmed_until + expected.skew,
        name_id: name.text(),
        name_id_format: name.attribute("Format").map(str::to_owned),
        name_qualifiers: ["NameQualifier", "SPNameQualifier"]
            .map(|which| name.attribute(which).map(str::to_owned)),
        session_index: statement.attribute("SessionIndex").map(str::to_owned),
        session_ends,
        signed_in: time(statement, "AuthnInstant", Reason::Authn)?,
        context_class: class.and_then(Element::only_text),
        attributes: attributes(assertion)?,
    })
}

/// The one child of this name, or a refusal.
fn only<'a>(parent: &'a Element, name: &'a str, reason: Reason) -> Result<&'a Element, Refusal> {
    let mut found = parent.all(ASSERTION, name);
    match (found.next(), found.next()) {
        (Some(element), None) => Ok(element),
        _ => Err(Refusal::new(reason, "missing, or more than one")),
    }
}

fn time(element: &Element, name: &str, reason: Reason) -> Result<DateTime<Utc>, Refusal> {
    let read = element.attribute(name).and_then(moment);
    read.ok_or_else(|| Refusal::new(reason, "a time is missing or cannot be read"))
}

fn optional_time(element: &Element, name: &str) -> Result<Option<DateTime<Utc>>, Refusal> {
    element.attribute(name).map(|_| time(element, name, Reason::Time)).transpose()
}

fn answers(element: &Element, expected: &Expected<'_>) -> Result<(), Refusal> {
    let answered = element.attribute("InResponseTo");
    let asked = answered == expected.request_id;
    demand(asked, Reason::InResponseTo, "answers another question")
}

fn issued_by(element: &Element, expected: &Expected<'_>) -> Result<(), Refusal> {
    let issuer = element.child(ASSERTION, "Issuer").and_then(Element::only_text);
    let right = issuer.as_deref() == Some(&expected.identity_provider.entity_id);
    demand(right, Reason::Issuer, "issued by somebody else")
}

fn issued_lately(element: &Element, expected: &Expected<'_>) -> Result<(), Refusal> {
    let issued = time(element, "IssueInstant", Reason::Time)?;
    let lately = issued <= expected.now + expected.skew
        && issued >= expected.now - Duration::minutes(MOST_AGE_MINUTES);
    demand(lately, Reason::Time, "issued in the future or long ago")
}

/// The name of the person.
fn name_id(subject: &Element) -> Result<&Element, Refusal> {
    let element = only(subject, "NameID", Reason::Subject)?;
    demand(is_plain_name(&element.text()), Reason::Subject, "a missing or suspicious name")?;
    Ok(element)
}

/// Whether a name is none of another person's look-alikes and harmless in searches (SEC-48).
pub fn is_plain_name(name: &str) -> bool {
    let sized = !name.trim().is_empty() && name.chars().count() <= MOST_NAME;
    let suspicious = |c: char| c.is_control() || "*()\\<>\"".contains(c);
    sized && name.trim() == name && !name.contains(suspicious) && is_nfkc(name)
}

/// The one bearer confirmation; until when it holds.
fn confirmed(subject: &Element, expected: &Expected<'_>) -> Result<DateTime<Utc>, Refusal> {
    let confirmation = only(subject, "SubjectConfirmation", Reason::Confirmation)?;
    let bearer = confirmation.attribute("Method") == Some(BEARER);
    demand(bearer, Reason::Confirmation, "not confirmed by bearer")?;
    let data = only(confirmation, "SubjectConfirmationData", Reason::Confirmation)?;
    let recipient = data.attribute("Recipient") == Some(expected.acs_url);
    demand(recipient, Reason::Confirmation, "confirmed for another address")?;
    let open = data.attribute("NotBefore").is_none();
    demand(open, Reason::Confirmation, "a bearer that is not valid yet")?;
    answers(data, expected)?;

    let until = time(data, "NotOnOrAfter", Reason::Confirmation)?;
    demand(until + expected.skew > expected.now, Reason::Time, "the confirmation is over")?;
    let longest = expected.now + Duration::minutes(UNSOLICITED_MINUTES) + expected.skew;
    let short = expected.request_id.is_some() || until <= longest;
    demand(short, Reason::Time, "valid too long for an answer that nobody asked for")?;
    Ok(until)
}

fn check_conditions(assertion: &Element, expected: &Expected<'_>) -> Result<(), Refusal> {
    let conditions = only(assertion, "Conditions", Reason::Audience)?;
    let from = optional_time(conditions, "NotBefore")?;
    let until = optional_time(conditions, "NotOnOrAfter")?;
    let begun = from.is_none_or(|from| from <= expected.now + expected.skew);
    let open = until.is_none_or(|until| until + expected.skew > expected.now);
    demand(begun && open, Reason::Time, "outside its conditions")?;

    let known = ["AudienceRestriction", "OneTimeUse", "ProxyRestriction"];
    let understood = conditions.children().all(|child| known.contains(&child.name.as_str()));
    demand(understood, Reason::Audience, "a condition that we do not understand")?;
    let mut restrictions = conditions.all(ASSERTION, "AudienceRestriction").peekable();
    demand(restrictions.peek().is_some(), Reason::Audience, "meant for anybody")?;
    let ours = restrictions.all(|restriction| {
        let mut audiences = restriction.all(ASSERTION, "Audience").filter_map(Element::only_text);
        audiences.any(|audience| audience == expected.entity_id)
    });
    demand(ours, Reason::Audience, "meant for somebody else")
}

fn session_end(
    statement: &Element,
    expected: &Expected<'_>,
) -> Result<Option<DateTime<Utc>>, Refusal> {
    let end = optional_time(statement, "SessionNotOnOrAfter")?;
    let open = end.is_none_or(|end| end + expected.skew > expected.now);
    demand(open, Reason::Authn, "the session is over")?;
    Ok(end)
}

fn attributes(assertion: &Element) -> Result<Attributes, Refusal> {
    let mut read = Attributes::default();
    let mut count = 0;
    let statements = assertion.all(ASSERTION, "AttributeStatement");
    for attribute in statements.flat_map(|statement| statement.all(ASSERTION, "Attribute")) {
        let name = attribute.attribute("Name").unwrap_or_default();
        demand(!name.is_empty(), Reason::Shape, "an attribute without a name")?;
        for value in attribute.all(ASSERTION, "AttributeValue") {
            let text: String = value.all_elements().iter().map(|element| element.text()).collect();
            count += 1;
            let bounded = count <= MOST_VALUES && text.len() <= MOST_VALUE_BYTES;
            demand(bounded, Reason::Size, "too many or too long attribute values")?;
            read.add(name, text);
        }
    }
    Ok(read)
}
