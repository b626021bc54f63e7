//! Requests in a form.
use super::*;

#[test]
fn requests_in_a_form_are_read_signed_or_not() {
    let strict = House { partners: partners(true), ..house() };

    assert!(!house().post(&unsigned()).unwrap().is_signed);
    let request = strict.post(&signed()).unwrap();
    assert!(request.is_signed);
    assert_eq!(request.relay_state.as_deref(), Some("ss:mem:1"));
    assert_eq!(strict.post(&unsigned()).unwrap_err().reason, Reason::Signature);
    let strict = Strictness { require_signed_requests: true, allow_sha1: false };
    let strict = House { strictness: strict, ..house() };
    assert_eq!(strict.post(&unsigned()).unwrap_err().reason, Reason::Signature);
    assert!(strict.post(&signed()).is_ok());
}

#[test]
fn a_signed_request_wrapped_in_a_forged_one_is_refused() {
    let good = signed();
    let (before, behind) = parts();
    let evil_before =
        before.replace("\"_q\"", "\"_evil\"").replace(ACS, "https://evil.example/acs");
    let extensions = format!("<samlp:Extensions>{good}</samlp:Extensions>");
    let signature = &good[before.len()..good.len() - behind.len()];
    let object = |inside: &str| {
        signature
            .replace("</ds:Signature>", &format!("<ds:Object>{inside}</ds:Object></ds:Signature>"))
    };
    let hidden = unsigned();
    for forgery in [
        format!("{evil_before}{extensions}{behind}"),
        format!("{evil_before}{signature}{extensions}{behind}"),
        format!("{evil_before}{}{behind}", object(&hidden)),
        format!("{evil_before}{signature}{behind}"),
        format!("{before}{signature}{signature}{behind}"),
        format!("{before}{behind}")
            .replace("</samlp:NameIDPolicy>", &format!("{signature}</samlp:NameIDPolicy>")),
        good.replace(ACS, "https://portail.example/acs2"),
        good.replace("ID=\"_q\"", "ID=\"_q\" Consent=\"x\""),
        good.replace("jdupont", "x").replace("transient", "persistent"),
    ] {
        for house in [house(), House { partners: partners(true), ..house() }] {
            let refusal = house.post(&forgery).unwrap_err();
            let expected = [Reason::Shape, Reason::Reference, Reason::Signature];
            assert!(expected.contains(&refusal.reason), "{refusal}: {forgery}");
        }
    }
}

#[test]
fn a_signature_may_have_an_identifier_of_its_own() {
    let xml = signed().replace("<ds:Signature ", "<ds:Signature Id=\"Signature1\" ");

    assert!(house().post(&xml).unwrap().is_signed);
    let stolen = xml.replace("Signature1", "_q").replace("ID=\"_q\"", "ID=\"_z\"");
    assert_eq!(house().post(&stolen).unwrap_err().reason, Reason::Reference);
}

#[test]
fn a_request_signed_by_somebody_else_is_refused() {
    let (before, behind) = parts();
    let foreign = Forger::new("idp").sign("_q", &before, &behind);
    let own_certificate = Forger::new("other").key_info;
    let disguised = Forger { key_info: own_certificate, ..Forger::new("idp") };

    for xml in [foreign, disguised.sign("_q", &before, &behind)] {
        assert_eq!(house().post(&xml).unwrap_err().reason, Reason::Signature);
    }
}
