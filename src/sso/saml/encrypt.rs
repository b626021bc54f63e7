//! Encrypted assertions (XML Encryption 1.1): a fresh content key, itself under the partner's RSA
//! key with OAEP.
//!
//! The assertion is signed before, the Response around it afterwards. The text made here is its
//! own exclusive canonical form, as everything that we write.
use super::partner_key::PartnerKey;
use super::vocabulary::{ASSERTION, XML_ENCRYPTION, XML_SIGNATURE};
use super::writer::Xml;
use openssl::base64::encode_block;
use openssl::error::ErrorStack;
use openssl::rand::rand_bytes;
use openssl::symm::{Cipher, encrypt, encrypt_aead};
use zeroize::Zeroizing;

const OAEP: &str = "http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p";
const SHA1: &str = "http://www.w3.org/2000/09/xmldsig#sha1";
const ELEMENT: &str = "http://www.w3.org/2001/04/xmlenc#Element";
const KEY_BYTES: usize = 16;
const TAG_BYTES: usize = 16;

/// How the content is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ContentCipher {
    /// AES-128-GCM.
    Gcm,
    /// AES-128-CBC, for partners that know nothing better; the signature around it is what keeps
    /// it whole.
    Cbc,
}

impl ContentCipher {
    fn algorithm(self) -> &'static str {
        match self {
            Self::Gcm => "http://www.w3.org/2009/xmlenc11#aes128-gcm",
            Self::Cbc => "http://www.w3.org/2001/04/xmlenc#aes128-cbc",
        }
    }

    /// Initialisation vector, ciphertext and, for GCM, tag.
    fn encrypt(self, key: &[u8], plain: &[u8]) -> Result<Vec<u8>, ErrorStack> {
        let mut start = [0; 16];
        rand_bytes(&mut start)?;
        match self {
            Self::Gcm => {
                let (start, mut tag) = (&start[..12], [0; TAG_BYTES]);
                let cipher = Cipher::aes_128_gcm();
                let hidden = encrypt_aead(cipher, key, Some(start), &[], plain, &mut tag)?;
                Ok([start, &hidden, &tag].concat())
            }
            Self::Cbc => {
                let hidden = encrypt(Cipher::aes_128_cbc(), key, Some(&start), plain)?;
                Ok([&start[..], &hidden].concat())
            }
        }
    }
}

/// The `EncryptedAssertion` of a signed assertion, for the holder of one key.
pub(super) fn encrypted(
    assertion: &str,
    key: &PartnerKey,
    cipher: ContentCipher,
) -> Result<String, ErrorStack> {
    let mut content_key = Zeroizing::new([0; KEY_BYTES]);
    rand_bytes(&mut *content_key)?;
    let content = encode_block(&cipher.encrypt(&*content_key, assertion.as_bytes())?);
    let wrapped = encode_block(&key.wrap(&*content_key)?);

    let method =
        |xml: Xml, algorithm| xml.open("xenc:EncryptionMethod", &[], &[("Algorithm", algorithm)]);
    let value = |xml: Xml, value: &str| {
        xml.open("xenc:CipherData", &[], &[]).leaf("xenc:CipherValue", &[], value).close()
    };
    let xml = Xml::default().open("saml:EncryptedAssertion", &[("saml", ASSERTION)], &[]).open(
        "xenc:EncryptedData",
        &[("xenc", XML_ENCRYPTION)],
        &[("Type", ELEMENT)],
    );
    let xml = method(xml, cipher.algorithm()).close();
    let xml =
        xml.open("ds:KeyInfo", &[("ds", XML_SIGNATURE)], &[]).open("xenc:EncryptedKey", &[], &[]);
    let xml = method(xml, OAEP).leaf("ds:DigestMethod", &[("Algorithm", SHA1)], "").close();
    let xml = value(value(xml, &wrapped).close().close(), &content).close().close();
    Ok(xml.finish().expect("algorithms and base64 hold no forbidden character"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sso::saml::answer::tests::{good, told};
    use crate::sso::saml::tests::{
        fixture, folder, key_of, named_signer, signer, xmlsec1_verifies,
    };
    use crate::sso::saml::{Answer, PartnerKeyError};
    use openssl::pkey::PKey;
    use samael::crypto::{Crypto, CryptoProvider};
    use samael::schema::CipherValue;
    use std::io::Write;
    use std::process::Command;

    fn response(cipher: ContentCipher) -> String {
        let key = key_of(&named_signer("other"));
        let attributes = [told("name", &["Zoé <&>"])];
        let answer = Answer { encrypt_for: Some((&key, cipher)), ..good(&attributes) };
        answer.write(&signer()).unwrap()
    }

    #[test]
    fn xmlsec1_decrypts_it_and_finds_the_signed_assertion() {
        for cipher in [ContentCipher::Gcm, ContentCipher::Cbc] {
            let xml = response(cipher);
            let outer = "urn:oasis:names:tc:SAML:2.0:protocol:Response";
            assert!(xmlsec1_verifies(&xml, outer, &format!("_{}", "aa".repeat(16))));
            assert!(!xml.contains("Zoé") && !xml.contains("jdupont"));

            let mut file = tempfile::NamedTempFile::new().unwrap();
            file.write_all(xml.as_bytes()).unwrap();
            let decrypted = Command::new("xmlsec1")
                .args(["--decrypt", "--privkey-pem"])
                .arg(folder().join("other.key.pem"))
                .arg(file.path())
                .output()
                .unwrap();
            let decrypted = String::from_utf8(decrypted.stdout).unwrap();
            assert!(decrypted.contains("Zo&#xE9; &lt;&amp;&gt;"), "{cipher:?}: {decrypted}");
            let inner = "urn:oasis:names:tc:SAML:2.0:assertion:Assertion";
            assert!(xmlsec1_verifies(&decrypted, inner, &format!("_{}", "bb".repeat(16))));
        }
    }

    #[test]
    fn samael_decrypts_it() {
        let key = PKey::private_key_from_pem(&fixture("other.key.pem")).unwrap();
        for cipher in [ContentCipher::Gcm, ContentCipher::Cbc] {
            let xml = response(cipher);
            let values: Vec<_> = xml
                .split("<xenc:CipherValue>")
                .skip(1)
                .map(|rest| rest.split_once('<').unwrap().0.to_owned())
                .map(|value| CipherValue { value })
                .collect();
            let content_key = Crypto::decrypt_assertion_key_info(&values[0], OAEP, &key).unwrap();
            let plain =
                Crypto::decrypt_assertion_value_info(&values[1], cipher.algorithm(), &content_key);
            let plain = String::from_utf8(plain.unwrap()).unwrap();

            // samael leaves padding and the empty rest of its buffer behind the text.
            let plain = plain.trim_end_matches(char::is_control);
            assert!(plain.starts_with("<saml:Assertion "), "{cipher:?}: {plain:?}");
            assert!(plain.ends_with("</saml:Assertion>"), "{cipher:?}: {plain:?}");
        }
    }

    #[test]
    fn a_key_that_cannot_encrypt_is_an_error() {
        let pem = fixture("ec.cert.pem");
        let text = std::str::from_utf8(&pem).unwrap();
        let key: Result<PartnerKey, PartnerKeyError> =
            PartnerKey::parse(text, crate::sso::saml::tests::now());

        assert!(encrypted("<a></a>", &key.unwrap(), ContentCipher::Gcm).is_err());
    }
}
