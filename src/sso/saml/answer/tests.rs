use super::*;
use crate::sso::saml::attributes::NameFormat;
use crate::sso::saml::gate::{Profile, admit};
use crate::sso::saml::tests::{Forger, key_of, named_signer, now, signer, xmlsec1_verifies};
use crate::sso::saml::{context_class, name_id_format};
use rsa::pkcs1v15::{Signature, VerifyingKey};
use rsa::pkcs8::DecodePrivateKey;
use rsa::sha2::{Digest, Sha256};
use rsa::signature::Verifier;
use samael::crypto::{Crypto, CryptoProvider, ReduceMode};

pub(in crate::sso::saml) const ISSUER: &str = "https://sso.ac.example/saml/metadata";
pub(in crate::sso::saml) const AUDIENCE: &str = "https://portail.example/metadata";
pub(in crate::sso::saml) const ACS: &str = "https://portail.example:8443/acs?a=1&b=2";

/// A good answer to the question `_q`.
pub(in crate::sso::saml) fn good(attributes: &[Released]) -> Answer<'_> {
    Answer {
        ids: [MessageId::from_bytes([0xAA; 16]), MessageId::from_bytes([0xBB; 16])],
        issuer: ISSUER,
        to: Recipient { audience: AUDIENCE, acs_url: ACS, in_response_to: Some("_q") },
        now: now(),
        name_id: NameId { value: "jdupont", format: name_id_format::UNSPECIFIED },
        session_index: "_session",
        session_ends: now() + Duration::hours(8),
        signed_in: now() - Duration::minutes(2),
        context_class: context_class::PASSWORD,
        attributes,
        sign_response: true,
        encrypt_for: None,
    }
}

pub(in crate::sso::saml) fn told(name: &str, values: &[&str]) -> Released {
    Released {
        name: name.to_owned(),
        format: NameFormat::Basic,
        friendly_name: None,
        values: values.iter().map(ToString::to_string).collect(),
    }
}

type Edit<'e> = &'e dyn Fn(String) -> String;

/// A good answer edited before it is signed: Assertion, then Response.
pub(in crate::sso::saml) fn forged(
    forger: &Forger,
    assertion: Edit<'_>,
    outer: Edit<'_>,
) -> String {
    let answer = good(&[]);
    let Unsigned { id, before, behind } = answer.assertion().unwrap();
    let assertion = forger.sign(&id, &assertion(before), &assertion(behind));
    let Unsigned { id, before, behind } = answer.draft().unwrap().envelope.around("\u{1F4CD}");
    let behind = outer(behind).replace('\u{1F4CD}', &assertion);
    forger.sign(&id, &outer(before), &behind)
}

/// Values that break careless writers and readers.
const HOSTILE: [&str; 14] = [
    "<",
    ">",
    "&",
    "&amp;",
    "]]>",
    "\"'",
    "</saml:AttributeValue><saml:AttributeValue>admin",
    "</saml2:AttributeValue><saml2:AttributeValue>admin",
    "<!-- comment -->",
    "line\r\nline\rline\n\ttab",
    "\u{85}\u{A0}\u{2028}",
    "Zoé Œuvré 🎓",
    "  blanks  ",
    "e\u{301}",
];

#[test]
fn a_response_verifies_with_xmlsec1() {
    let attributes = [told("rne", &["9740091F"]), told("hostile", &HOSTILE)];
    let xml = good(&attributes).write(&signer()).unwrap();
    let [response, assertion] = good(&attributes).ids;

    let response_space = "urn:oasis:names:tc:SAML:2.0:protocol:Response";
    let assertion_space = "urn:oasis:names:tc:SAML:2.0:assertion:Assertion";
    assert!(xmlsec1_verifies(&xml, response_space, response.as_str()));
    assert!(xmlsec1_verifies(&xml, assertion_space, assertion.as_str()));
    let changed = xml.replace("9740091F", "9740091G");
    assert!(!xmlsec1_verifies(&changed, response_space, response.as_str()));
    assert!(!xmlsec1_verifies(&changed, assertion_space, assertion.as_str()));
}

#[test]
fn a_response_verifies_with_samael_and_is_its_own_canonical_form() {
    let attributes = [told("hostile", &HOSTILE)];
    let xml = good(&attributes).write(&signer()).unwrap();
    let certificate = key_of(&signer()).certificate().to_vec().into();

    let canonical =
        Crypto::reduce_xml_to_signed(&xml, &[certificate], ReduceMode::PreDigest).unwrap();

    let (start, rest) = xml.split_once("<ds:Signature").unwrap();
    let (_, rest) = rest.split_once("</ds:Signature>").unwrap();
    assert_eq!(canonical, format!("{start}{rest}"));
}

#[test]
fn the_signature_value_verifies_with_another_library() {
    let xml = good(&[]).write(&signer()).unwrap();
    let between = |from: &str, to: &str| {
        let (_, rest) = xml.split_once(from).unwrap();
        rest.split_once(to).unwrap().0.to_owned()
    };
    let pem = String::from_utf8(crate::sso::saml::tests::fixture("idp.key.pem")).unwrap();
    let key = rsa::RsaPrivateKey::from_pkcs8_pem(&pem).unwrap().to_public_key();
    let signed = format!(
        "<ds:SignedInfo xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\">{}</ds:SignedInfo>",
        between("<ds:SignedInfo>", "</ds:SignedInfo>")
    );
    let decode = |text: String| openssl::base64::decode_block(&text).unwrap();
    let value = decode(between("<ds:SignatureValue>", "</ds:SignatureValue>"));
    let verifier = VerifyingKey::<Sha256>::new(key);
    verifier.verify(signed.as_bytes(), &Signature::try_from(value.as_slice()).unwrap()).unwrap();

    let (start, rest) = xml.split_once("<ds:Signature").unwrap();
    let (_, rest) = rest.split_once("</ds:Signature>").unwrap();
    let digest = Sha256::digest(format!("{start}{rest}"));
    assert_eq!(decode(between("<ds:DigestValue>", "</ds:DigestValue>")), digest.as_slice());
}

#[test]
fn every_value_comes_back_as_it_was_or_is_refused() {
    for value in HOSTILE {
        let attributes = [told("value", &[value, "second"])];
        let mut answer = good(&attributes);
        answer.name_id.value = value;
        answer.session_index = value;
        let xml = answer.write(&signer()).unwrap();

        let root = admit_even_controls(&xml);
        let values: Vec<_> = root
            .all_elements()
            .into_iter()
            .filter(|element| element.name == "AttributeValue")
            .map(crate::sso::saml::Element::text)
            .collect();
        assert_eq!(values, [value, "second"].map(without_c1));
    }
    for value in ["\0", "\u{1}", "\u{1F}", "\u{FFFF}"] {
        let attributes = [told("value", &[value])];
        assert!(matches!(good(&attributes).write(&signer()), Err(AnswerError::Forbidden(_))));
    }
}

/// The gate takes no C1 controls, which XML allows: look at the rest.
fn admit_even_controls(xml: &str) -> crate::sso::saml::Element {
    admit(without_c1(xml).as_bytes(), Profile::Message).unwrap()
}

fn without_c1(text: &str) -> String {
    text.replace('\u{85}', "")
}

#[test]
fn a_response_says_what_partners_insist_on() {
    let xml = good(&[told("rnes", &["9740091F", "0219801P"])]).write(&signer()).unwrap();
    let root = admit(xml.as_bytes(), Profile::Message).unwrap();
    let assertion = root.child(ASSERTION, "Assertion").unwrap();
    let find = |name: &str| {
        assertion.all_elements().into_iter().find(|element| element.name == name).unwrap().clone()
    };

    assert_eq!(root.attribute("Destination"), Some(ACS));
    assert_eq!(root.attribute("InResponseTo"), Some("_q"));
    let confirmed = find("SubjectConfirmationData");
    assert_eq!(confirmed.attribute("Recipient"), Some(ACS));
    assert_eq!(confirmed.attribute("InResponseTo"), Some("_q"));
    assert_eq!(confirmed.attribute("NotOnOrAfter"), Some("2026-09-01T08:05:00Z"));
    assert_eq!(confirmed.attribute("NotBefore"), None);
    let conditions = find("Conditions");
    assert_eq!(conditions.attribute("NotBefore"), Some("2026-09-01T07:59:00Z"));
    assert_eq!(conditions.attribute("NotOnOrAfter"), Some("2026-09-01T08:05:00Z"));
    assert_eq!(find("Audience").text(), AUDIENCE);
    let statement = find("AuthnStatement");
    assert_eq!(statement.attribute("SessionIndex"), Some("_session"));
    assert_eq!(statement.attribute("AuthnInstant"), Some("2026-09-01T07:58:00Z"));
    assert_eq!(statement.attribute("SessionNotOnOrAfter"), Some("2026-09-01T16:00:00Z"));
    assert_eq!(find("AuthnContextClassRef").text(), context_class::PASSWORD);
    assert_eq!(find("Attribute").children().count(), 2);
}

#[test]
fn an_answer_that_nobody_asked_for_answers_nothing() {
    let mut answer = good(&[]);
    answer.to.in_response_to = None;

    assert!(!answer.write(&signer()).unwrap().contains("InResponseTo"));
}

#[test]
fn the_response_itself_may_go_unsigned() {
    let answer = Answer { sign_response: false, ..good(&[]) };
    let xml = answer.write(&signer()).unwrap();

    assert_eq!(xml.matches("<ds:Signature ").count(), 1);
    let assertion = "urn:oasis:names:tc:SAML:2.0:assertion:Assertion";
    assert!(xmlsec1_verifies(&xml, assertion, answer.ids[1].as_str()));
}

#[test]
fn a_failure_has_two_codes_and_no_assertion() {
    let id = MessageId::from_bytes([1; 16]);
    let to = good(&[]).to;
    for (failure, code) in [
        (Failure::NoPassive, "NoPassive"),
        (Failure::AuthnFailed, "AuthnFailed"),
        (Failure::RequestDenied, "RequestDenied"),
        (Failure::InvalidNameIdPolicy, "InvalidNameIDPolicy"),
        (Failure::NoAuthnContext, "NoAuthnContext"),
    ] {
        let xml = failure.write(&id, ISSUER, &to, now(), &signer()).unwrap();
        let root = admit(xml.as_bytes(), Profile::Message).unwrap();
        let outer = root.child(PROTOCOL, "Status").unwrap().child(PROTOCOL, "StatusCode").unwrap();
        let inner = outer.child(PROTOCOL, "StatusCode").unwrap();

        assert!(inner.attribute("Value").unwrap().ends_with(&format!(":status:{code}")));
        assert!(!xml.contains("Assertion>"));
        let response = "urn:oasis:names:tc:SAML:2.0:protocol:Response";
        assert!(xmlsec1_verifies(&xml, response, id.as_str()), "{code}");
    }
}

#[test]
fn the_forger_of_the_tests_forges_well() {
    let same = |text: String| text;
    let xml = forged(&Forger::new("idp"), &same, &same);

    assert_eq!(xml, good(&[]).write(&signer()).unwrap());
    assert_ne!(xml, good(&[]).write(&named_signer("other")).unwrap());
}

#[test]
fn the_wire_form_stays_as_it_is() {
    let mut oid = told("urn:oid:2.5.4.42", &["Zoé"]);
    oid.format = NameFormat::Uri;
    oid.friendly_name = Some("givenName".into());
    let attributes = [told("rnes", &["9740091F", "0219801P"]), oid];
    let assertion = good(&attributes).assertion().unwrap().plain();
    let around = good(&[]).draft().unwrap().envelope.around(&assertion);

    insta::assert_snapshot!(around.plain().replace("><", ">\n<"));
}
