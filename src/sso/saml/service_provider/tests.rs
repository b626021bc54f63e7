mod encrypted;
mod forgeries;
mod keys;
mod values;

use super::*;
use crate::sso::saml::answer::tests::{ACS, AUDIENCE, ISSUER, forged, good, told};
use crate::sso::saml::tests::{Forger, key_named, key_of, named_signer, now, signer};
use crate::sso::saml::{Answer, Failure, MessageId, Shown};
use openssl::hash::MessageDigest;
use openssl::pkey::PKey;

fn provider() -> IdentityProvider {
    IdentityProvider {
        entity_id: ISSUER.to_owned(),
        name: None,
        shown: Shown::default(),
        signing_keys: vec![key_of(&signer())],
        sso: Vec::new(),
        slo: Vec::new(),
        want_authn_requests_signed: false,
        valid_until: None,
    }
}

fn expected(provider: &IdentityProvider) -> Expected<'_> {
    Expected {
        identity_provider: provider,
        entity_id: AUDIENCE,
        acs_url: ACS,
        request_id: Some("_q"),
        now: now(),
        skew: Duration::seconds(120),
        allow_sha1: false,
        require_signed_response: true,
        decryption: None,
    }
}

fn check(xml: &str) -> Result<Received, Reason> {
    let provider = provider();
    check_response_xml(xml.as_bytes(), &expected(&provider)).map_err(|refusal| refusal.reason)
}

fn valid() -> String {
    let attributes = [told("rne", &["9740091F"]), told("rnes", &["9740091F", "0219801P"])];
    good(&attributes).write(&signer()).unwrap()
}

/// Start tag to end tag of the first element with this written name.
fn part<'x>(xml: &'x str, name: &str) -> &'x str {
    let start = xml.find(&format!("<{name} ")).unwrap();
    let close = format!("</{name}>");
    &xml[start..start + xml[start..].find(&close).unwrap() + close.len()]
}

#[test]
fn a_good_response_tells_who_came() {
    let text = openssl::base64::encode_block(valid().as_bytes());
    let lines: Vec<_> = text.as_bytes().chunks(76).map(String::from_utf8_lossy).collect();
    let folded = lines.join("\r\n");
    let provider = provider();
    for field in [text, folded] {
        let received = check_response(&field, &expected(&provider)).unwrap();

        assert_eq!(received.name_id, "jdupont");
        assert_eq!(received.attributes.all("rnes"), ["9740091F", "0219801P"]);
        assert_eq!(received.session_index.as_deref(), Some("_session"));
        assert_eq!(received.assertion_id, format!("_{}", "bb".repeat(16)));
        assert_eq!(received.remember_until, now() + Duration::seconds(420));
    }
}

#[test]
fn broken_base64_is_refused() {
    let provider = provider();
    for field in ["", "%", "PHN=x", "PGE", "PGE+PC9hPg==x"] {
        let refusal = check_response(field, &expected(&provider)).unwrap_err();
        assert!(matches!(refusal.reason, Reason::Form | Reason::Markup), "{field}: {refusal}");
    }
}

#[test]
fn a_failure_of_the_partner_is_a_status() {
    let id = MessageId::from_bytes([1; 16]);
    let to = good(&[]).to;
    let xml = Failure::NoPassive.write(&id, ISSUER, &to, now(), &signer()).unwrap();

    assert_eq!(check(&xml), Err(Reason::Status));
}

#[test]
fn answers_that_nobody_asked_for_need_leave() {
    let mut answer = good(&[]);
    answer.to.in_response_to = None;
    let xml = answer.write(&signer()).unwrap();
    let provider = provider();
    let welcome = Expected { request_id: None, ..expected(&provider) };
    let refused = |xml: &str| {
        check_response_xml(xml.as_bytes(), &welcome).err().map(|refusal| refusal.reason)
    };

    assert_eq!(check(&xml), Err(Reason::InResponseTo));
    assert_eq!(refused(&xml), None);
    assert_eq!(refused(&valid()), Some(Reason::InResponseTo));
}

#[test]
fn a_signed_assertion_alone_is_enough_only_when_allowed() {
    let xml = Answer { sign_response: false, ..good(&[]) }.write(&signer()).unwrap();
    let provider = provider();
    let lenient = Expected { require_signed_response: false, ..expected(&provider) };

    assert_eq!(check(&xml), Err(Reason::Signature));
    let received = check_response_xml(xml.as_bytes(), &lenient).unwrap();
    assert_eq!(received.name_id, "jdupont");
    let moved = xml.replacen("Destination=\"https://portail", "Destination=\"https://evil", 1);
    let refusal = check_response_xml(moved.as_bytes(), &lenient).unwrap_err();
    assert_eq!(refusal.reason, Reason::Destination);
}

#[test]
fn a_provider_without_keys_is_never_believed() {
    let provider = IdentityProvider { signing_keys: Vec::new(), ..provider() };
    let unsigned = valid();
    let unsigned = unsigned.replacen(part(&unsigned, "ds:Signature"), "", 1);
    for xml in [valid(), unsigned.replacen(part(&unsigned, "ds:Signature"), "", 1)] {
        let refusal = check_response_xml(xml.as_bytes(), &expected(&provider)).unwrap_err();
        assert_eq!(refusal.reason, Reason::Signature);
    }
}

#[test]
fn both_keys_of_a_roll_over_count() {
    let keys = vec![key_of(&named_signer("other")), key_of(&signer())];
    let provider = IdentityProvider { signing_keys: keys, ..provider() };

    for key in ["idp", "other"] {
        let xml = good(&[]).write(&named_signer(key)).unwrap();
        assert!(check_response_xml(xml.as_bytes(), &expected(&provider)).is_ok(), "{key}");
    }
}

#[test]
fn the_same_response_names_the_same_assertion_for_the_replay_memory() {
    let xml = valid();

    assert_eq!(check(&xml).unwrap().assertion_id, check(&xml).unwrap().assertion_id);
}

#[test]
fn too_many_or_too_long_values_are_refused() {
    let many: Vec<_> = (0..2_001).map(|n| n.to_string()).collect();
    let many: Vec<_> = many.iter().map(String::as_str).collect();
    let long = "x".repeat(8 * 1024 + 1);
    for values in [&many[..], &[long.as_str()]] {
        let xml = good(&[told("rne", values)]).write(&signer()).unwrap();
        assert_eq!(check(&xml), Err(Reason::Size));
    }
    assert!(check(&good(&[told("rne", &many[..2_000])]).write(&signer()).unwrap()).is_ok());
}
