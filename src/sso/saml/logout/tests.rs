//! Each test speaks as a partner whose metadata is `testdata/partner.xml`, signed with its key.
use super::*;
use crate::sso::saml::partners::{LoadRules, Partners};
use crate::sso::saml::redirect_binding::redirect_address;
use crate::sso::saml::tests::{Forger, fixture, named_signer, now};
use crate::sso::saml::vocabulary::{ASSERTION, PROTOCOL};
use crate::sso::saml::{NameId, Reason, Refusal, name_id_format};
use openssl::base64::encode_block;

const SLO: &str = "https://sso.ac.example/saml/slo";
const SP: &str = "https://portail.example/metadata";

/// The partner as it stands in our files.
fn partners() -> Partners {
    let metadata = String::from_utf8(fixture("partner.xml")).unwrap();
    let certificate = named_signer("other").certificate_base64().unwrap();
    let metadata = metadata.replace("CERTIFICATE", &certificate).replace("SIGNS", "false");
    let mut partners = Partners::default();
    partners.take_file("portail.xml", metadata.as_bytes(), now(), &LoadRules::default());
    partners
}

fn checked<T>(read: impl FnOnce(&LogoutChecks<'_>) -> T) -> T {
    checked_with(true, read)
}

/// The same for a partner with or without a key.
fn checked_with<T>(has_key: bool, read: impl FnOnce(&LogoutChecks<'_>) -> T) -> T {
    let partners = partners();
    let sender = |entity_id: &str| {
        let partner = partners.by_entity_id(entity_id)?;
        let keys = if has_key { &partner.signing_keys[..] } else { &[] };
        Some(Sender { entity_id: &partner.entity_id, keys, allow_sha1: false })
    };
    read(&LogoutChecks { sender: &sender, endpoint: SLO, now: now() })
}

fn redirect(query: &str) -> Result<LogoutMessage, Refusal> {
    checked(|checks| LogoutMessage::from_redirect(query, checks))
}

fn post(xml: &str, is_answer: bool) -> Result<LogoutMessage, Refusal> {
    let field = encode_block(xml.as_bytes());
    checked(|checks| LogoutMessage::from_post(&field, is_answer, Some("state"), checks))
}

/// A request of the partner, without and with these changes, cut where its signature belongs.
fn request(changes: &[(&str, &str)]) -> (String, String) {
    let before = format!(
        "<samlp:LogoutRequest xmlns:samlp=\"{PROTOCOL}\" Destination=\"{SLO}\" ID=\"_q\" \
         IssueInstant=\"2026-09-01T08:00:00Z\" NotOnOrAfter=\"2026-09-01T08:05:00Z\" \
         Version=\"2.0\"><saml:Issuer xmlns:saml=\"{ASSERTION}\">{SP}</saml:Issuer>"
    );
    let behind = format!(
        "<saml:NameID xmlns:saml=\"{ASSERTION}\">mdupont</saml:NameID>\
         <samlp:SessionIndex>_1</samlp:SessionIndex><samlp:SessionIndex>_2</samlp:SessionIndex>\
         </samlp:LogoutRequest>"
    );
    let change =
        |text: String| changes.iter().fold(text, |text, (from, to)| text.replace(from, to));
    (change(before), change(behind))
}

fn signed(changes: &[(&str, &str)]) -> String {
    let (before, behind) = request(changes);
    Forger::new("other").sign("_q", &before, &behind)
}

fn query(field: &str, xml: &str, sign: bool) -> String {
    let signer = sign.then(|| named_signer("other"));
    let address = redirect_address("", (field, xml), Some("state"), signer.as_ref()).unwrap();
    address[1..].to_owned()
}

fn reason(read: Result<LogoutMessage, Refusal>) -> Option<Reason> {
    read.err().map(|refusal| refusal.reason)
}

#[test]
fn a_signed_request_is_read_in_both_bindings() {
    let expected = LogoutMessage::Request(LogoutRequest {
        id: "_q".to_owned(),
        partner: SP.to_owned(),
        name_id: "mdupont".to_owned(),
        session_indexes: vec!["_1".to_owned(), "_2".to_owned()],
        relay_state: Some("state".to_owned()),
    });
    let (before, behind) = request(&[]);
    assert_eq!(redirect(&query("SAMLRequest", &(before + &behind), true)), Ok(expected.clone()));
    assert_eq!(post(&signed(&[]), false), Ok(expected));
}

#[test]
fn nobody_is_signed_out_by_an_unsigned_or_foreign_request() {
    let (before, behind) = request(&[]);
    let plain = before.clone() + &behind;
    assert_eq!(reason(post(&plain, false)), Some(Reason::Signature));
    assert_eq!(reason(redirect(&query("SAMLRequest", &plain, false))), Some(Reason::Signature));
    let foreign = Forger::new("idp").sign("_q", &before, &behind);
    assert_eq!(reason(post(&foreign, false)), Some(Reason::Signature));
    let changed = signed(&[]).replace("mdupont", "pmartin");
    assert_eq!(reason(post(&changed, false)), Some(Reason::Signature));
}

#[test]
fn signed_requests_with_wrong_values_are_refused() {
    for (from, to, expected) in [
        (SP, "https://unknown.example", Reason::Issuer),
        (SLO, "https://sso.ac.example/saml/sso", Reason::Destination),
        ("08:00:00Z", "07:40:00Z", Reason::Time),
        ("08:00:00Z", "08:20:00Z", Reason::Time),
        ("08:05:00Z", "07:58:00Z", Reason::Time),
        ("08:05:00Z", "soon", Reason::Time),
        ("\"2.0\"", "\"1.1\"", Reason::Shape),
        ("mdupont", "", Reason::Subject),
        (
            "<samlp:SessionIndex>_1",
            "<samlp:Status></samlp:Status><samlp:SessionIndex>_1",
            Reason::Shape,
        ),
        (
            "<saml:NameID",
            "<saml:Issuer xmlns:saml=\"urn:x\"></saml:Issuer><saml:NameID",
            Reason::Shape,
        ),
        ("_1</samlp:SessionIndex>", "_1<!-- --></samlp:SessionIndex>", Reason::Markup),
    ] {
        assert_eq!(reason(post(&signed(&[(from, to)]), false)), Some(expected), "{from} -> {to}");
    }
    // A request is no answer, and the other way round.
    assert_eq!(reason(post(&signed(&[]), true)), Some(Reason::Shape));
    let (before, behind) = request(&[]);
    let swapped = query("SAMLResponse", &(before + &behind), true);
    assert_eq!(reason(redirect(&swapped)), Some(Reason::Shape));
    let both = format!("{}&SAMLRequest=x", query("SAMLResponse", "<x/>", true));
    assert_eq!(reason(redirect(&both)), Some(Reason::Form));
}

#[test]
fn what_we_send_is_what_partners_may_send() {
    let signer = named_signer("other");
    let question = LogoutQuestion {
        id: "_ours",
        issuer: SP,
        endpoint: SLO,
        name_id: NameId { value: "<m&d>", format: name_id_format::UNSPECIFIED },
        name_qualifiers: [None, Some("sp")],
        session_index: Some("_1"),
        now: now(),
    };
    let expected = LogoutRequest {
        id: "_ours".to_owned(),
        partner: SP.to_owned(),
        name_id: "<m&d>".to_owned(),
        session_indexes: vec!["_1".to_owned()],
        relay_state: None,
    };
    let address = question.write().unwrap().redirect(None, Some(&signer)).unwrap();
    let (_, query) = address.split_once('?').unwrap();
    assert_eq!(redirect(query), Ok(LogoutMessage::Request(expected.clone())));
    let (field, message) = question.write().unwrap().post(&signer).unwrap();
    let read = checked(|checks| LogoutMessage::from_post(&message, false, None, checks));
    assert_eq!((field, read), ("SAMLRequest", Ok(LogoutMessage::Request(expected))));
}

#[test]
fn answers_say_what_came_of_it() {
    for (outcome, is_done) in [
        (LogoutOutcome::Done, true),
        (LogoutOutcome::Partial, true),
        (LogoutOutcome::UnknownPrincipal, false),
    ] {
        let answer = LogoutAnswer {
            id: "_a",
            issuer: SP,
            endpoint: SLO,
            in_response_to: "_ours",
            outcome,
            now: now(),
        };
        let expected = LogoutMessage::Response(LogoutResponse {
            in_response_to: "_ours".to_owned(),
            partner: SP.to_owned(),
            is_done,
        });
        let signer = named_signer("other");
        let (field, message) = answer.write().unwrap().post(&signer).unwrap();
        let read = checked(|checks| LogoutMessage::from_post(&message, true, None, checks));
        assert_eq!((field, read), ("SAMLResponse", Ok(expected.clone())));
        let address = answer.write().unwrap().redirect(Some("x"), Some(&signer)).unwrap();
        assert_eq!(redirect(address.split_once('?').unwrap().1), Ok(expected.clone()));
        let address = answer.write().unwrap().redirect(None, None).unwrap();
        let (_, unsigned) = address.split_once('?').unwrap();
        assert_eq!(reason(redirect(unsigned)), Some(Reason::Signature), "it has a key");
        let read = |checks: &LogoutChecks<'_>| LogoutMessage::from_redirect(unsigned, checks);
        assert_eq!(checked_with(false, read), Ok(expected));
    }
}
