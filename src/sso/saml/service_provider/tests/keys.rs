//! Responses signed with other keys and algorithms than they should be.
use super::*;

const ECDSA: &str = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256";

#[test]
fn only_trusted_keys_and_algorithms_count() {
    let same = |text: String| text;
    let forge = |change: &dyn Fn(&mut Forger)| {
        let mut forger = Forger::new("idp");
        change(&mut forger);
        check(&forged(&forger, &same, &same)).map(|received| received.name_id)
    };
    let idp_info = Forger::new("idp").key_info;
    let foreign = |forger: &mut Forger| *forger = Forger::new("other");
    let disguised = |forger: &mut Forger| {
        *forger = Forger { key_info: idp_info.clone(), ..Forger::new("other") };
    };
    let sha1 = |forger: &mut Forger| {
        forger.method = "http://www.w3.org/2000/09/xmldsig#rsa-sha1";
        forger.signature = MessageDigest::sha1();
    };
    let sha1_digest = |forger: &mut Forger| {
        forger.digest_method = "http://www.w3.org/2000/09/xmldsig#sha1";
        forger.digest = MessageDigest::sha1();
    };
    let md5 = |forger: &mut Forger| {
        forger.digest_method = "http://www.w3.org/2001/04/xmldsig-more#md5";
        forger.digest = MessageDigest::md5();
    };
    let hmac = |forger: &mut Forger| {
        forger.method = "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256";
        forger.key = PKey::hmac(key_of(&signer()).certificate()).unwrap();
    };
    let none = |forger: &mut Forger| forger.method = "none";
    let mismatched = |forger: &mut Forger| {
        forger.method = ECDSA;
    };

    let another_kind = |forger: &mut Forger| {
        *forger = Forger { method: ECDSA, ..Forger::new("ec") };
    };

    assert_eq!(forge(&|_| ()), Ok("jdupont".into()));
    assert_eq!(forge(&another_kind), Err(Reason::Signature));
    assert_eq!(forge(&|forger| forger.key_info.clear()), Ok("jdupont".into()));
    assert_eq!(forge(&foreign), Err(Reason::Signature));
    assert_eq!(forge(&disguised), Err(Reason::Signature));
    assert_eq!(forge(&sha1), Err(Reason::Algorithm));
    assert_eq!(forge(&sha1_digest), Err(Reason::Algorithm));
    assert_eq!(forge(&md5), Err(Reason::Algorithm));
    assert_eq!(forge(&hmac), Err(Reason::Algorithm));
    assert_eq!(forge(&none), Err(Reason::Algorithm));
    assert_eq!(forge(&mismatched), Err(Reason::Signature));

    let mut old = Forger::new("idp");
    sha1(&mut old);
    sha1_digest(&mut old);
    let xml = forged(&old, &same, &same);
    let provider = provider();
    let excused = Expected { allow_sha1: true, ..expected(&provider) };
    assert_eq!(check(&xml), Err(Reason::Algorithm));
    assert!(check_response_xml(xml.as_bytes(), &excused).is_ok());
}

#[test]
fn a_provider_may_sign_with_ecdsa() {
    let forger = Forger { method: ECDSA, ..Forger::new("ec") };
    let same = |text: String| text;
    let xml = forged(&forger, &same, &same);
    let provider = IdentityProvider { signing_keys: vec![key_named("ec")], ..provider() };

    assert!(check_response_xml(xml.as_bytes(), &expected(&provider)).is_ok());
    assert_eq!(check(&xml), Err(Reason::Signature));
}
