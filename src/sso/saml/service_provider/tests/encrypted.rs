//! Assertions that only we can read (SEC-55).
use super::*;
use crate::sso::saml::{ContentCipher, PartnerKey, Signer};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

fn ours() -> Signer {
    named_signer("other")
}

/// Signed inside, and around unless told otherwise.
fn hidden(cipher: ContentCipher, sign_response: bool) -> String {
    let key: PartnerKey = key_of(&ours());
    let attributes = [told("rne", &["9740091F"])];
    let answer = Answer { encrypt_for: Some((&key, cipher)), sign_response, ..good(&attributes) };
    answer.write(&signer()).unwrap()
}

fn read(xml: &str, keys: &[Signer], allow_cbc: bool) -> Result<Received, Reason> {
    let provider = provider();
    let expected = Expected {
        require_signed_response: false,
        decryption: Some(Decryption { keys, allow_cbc }),
        ..expected(&provider)
    };
    check_response_xml(xml.as_bytes(), &expected).map_err(|refusal| refusal.reason)
}

#[test]
fn what_is_meant_for_us_is_read_by_any_of_our_keys() {
    for (cipher, around) in
        [(ContentCipher::Gcm, true), (ContentCipher::Gcm, false), (ContentCipher::Cbc, true)]
    {
        let xml = hidden(cipher, around);
        assert!(!xml.contains("9740091F"));
        for keys in [vec![ours()], vec![signer(), ours()]] {
            let received = read(&xml, &keys, true).unwrap();
            assert_eq!(received.attributes.all("rne"), ["9740091F"], "{cipher:?} {around}");
        }
        assert_eq!(read(&xml, &[signer()], true), Err(Reason::Encryption), "another key");
    }
    let xml = hidden(ContentCipher::Cbc, true);
    assert_eq!(read(&xml, &[ours()], false), Err(Reason::Algorithm), "CBC must be allowed");
    assert_eq!(check(&xml), Err(Reason::Shape), "we said that we read nothing hidden");
}

/// The text of the `n`th `CipherValue` with one bit of it turned.
fn turned(xml: &str, n: usize, bit: usize) -> String {
    let value = xml.split("<xenc:CipherValue>").nth(n + 1).unwrap().split('<').next().unwrap();
    let mut bytes = STANDARD.decode(value).unwrap();
    let at = bit % (bytes.len() * 8);
    bytes[at / 8] ^= 1 << (at % 8);
    xml.replacen(value, &STANDARD.encode(bytes), 1)
}

#[test]
fn one_turned_bit_is_one_refusal() {
    // Not signed around: otherwise nothing of it would be decrypted.
    let gcm = hidden(ContentCipher::Gcm, false);
    for bit in (0..20_000).step_by(997) {
        for n in [0, 1] {
            let reason = read(&turned(&gcm, n, bit), &[ours()], true);
            assert_eq!(reason, Err(Reason::Encryption), "{n} {bit}");
        }
    }
    // Of AES-CBC nothing is tried before a signature around it holds.
    let cbc = hidden(ContentCipher::Cbc, false);
    assert_eq!(read(&cbc, &[ours()], true), Err(Reason::Signature));
    let around = hidden(ContentCipher::Gcm, true);
    assert_eq!(read(&turned(&around, 1, 77), &[ours()], true), Err(Reason::Signature));
}

#[test]
fn only_good_algorithms_count() {
    let xml = hidden(ContentCipher::Gcm, false);
    let changes = [
        ("xmlenc#rsa-oaep-mgf1p", "xmlenc#rsa-1_5", Reason::Algorithm),
        ("xmldsig#sha1\"", "xmldsig-more#md5\"", Reason::Algorithm),
        ("xmlenc11#aes128-gcm", "xmlenc#tripledes-cbc", Reason::Algorithm),
        ("xmlenc11#aes128-gcm", "xmlenc11#aes256-gcm", Reason::Encryption),
        ("xmlenc#Element", "xmlenc#Content", Reason::Shape),
        ("<xenc:EncryptedKey>", "<xenc:AgreedKey>", Reason::Markup),
    ];
    for (from, to, reason) in changes {
        assert!(xml.contains(from), "{from}");
        assert_eq!(read(&xml.replacen(from, to, 1), &[ours()], true), Err(reason), "{to}");
    }
}

#[test]
fn a_signature_is_still_needed() {
    let plain = Answer { sign_response: false, ..good(&[]) }.write(&signer()).unwrap();
    let assertion = part(&plain, "saml:Assertion");
    let unsigned = assertion.replacen(part(assertion, "ds:Signature"), "", 1);
    let forged = assertion.replacen("jdupont", "admin", 1);
    let hide = |text: &str| {
        let key = key_of(&ours());
        let hidden = crate::sso::saml::encrypt::encrypted(text, &key, ContentCipher::Gcm);
        plain.replacen(assertion, &hidden.unwrap(), 1)
    };
    assert!(read(&hide(assertion), &[ours()], true).is_ok());
    assert_eq!(read(&hide(&unsigned), &[ours()], true), Err(Reason::Signature));
    assert_eq!(read(&hide(&forged), &[ours()], true), Err(Reason::Signature));
    assert_eq!(read(&hide(&plain), &[ours()], true), Err(Reason::Shape), "a whole Response");
    assert_eq!(read(&hide("<x>"), &[ours()], true), Err(Reason::Markup));
    let both = plain.replacen(
        "<saml:Assertion ",
        &format!("{}<saml:Assertion ", part(&hide(assertion), "saml:EncryptedAssertion")),
        1,
    );
    assert_eq!(read(&both, &[ours()], true), Err(Reason::Shape), "one in clear beside it");
}
