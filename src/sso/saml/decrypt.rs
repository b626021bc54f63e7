//! Encrypted assertions that identity providers send us (XML Encryption 1.1; SEC-55).
//!
//! Whatever fails is one refusal, and a content key that cannot be unwrapped is replaced by a random
//! one, so that nobody learns from us where a guess went wrong.
use super::element::Element;
use super::keys::{Padded, Signer};
use super::redirect_binding::from_base64;
use super::refusal::{Reason, Refusal, demand};
use super::vocabulary::{XML_ENCRYPTION, XML_SIGNATURE};
use openssl::hash::MessageDigest;
use openssl::rand::rand_bytes;
use openssl::symm::{Cipher, Crypter, Mode, decrypt_aead};
use zeroize::Zeroizing;

const ELEMENT: &str = "http://www.w3.org/2001/04/xmlenc#Element";
const XML_ENCRYPTION_11: &str = "http://www.w3.org/2009/xmlenc11#";
const OAEP: &str = "http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p";
const OAEP_11: &str = "http://www.w3.org/2009/xmlenc11#rsa-oaep";
/// Content keys that are tried: some partners wrap it for several readers.
const MOST_KEYS: usize = 8;
const TAG_BYTES: usize = 16;

/// With what we read what is meant for us only.
#[derive(Debug, Clone, Copy)]
pub struct Decryption<'a> {
    /// Our keys; partners use the first, or one that stood before it until lately.
    pub keys: &'a [Signer],
    /// Whether AES-CBC is taken, which says nothing about who wrote the text.
    pub allow_cbc: bool,
}

/// How a content is hidden.
struct Content {
    cipher: Cipher,
    is_cbc: bool,
}

/// The text of the one element inside an `EncryptedAssertion`; `is_signed`: what is around it was
/// signed and verified.
pub(super) fn decrypted(
    encrypted: &Element,
    with: Decryption<'_>,
    is_signed: bool,
) -> Result<Zeroizing<String>, Refusal> {
    let data = encrypted.child(XML_ENCRYPTION, "EncryptedData").ok_or_else(odd)?;
    let is_element = data.attribute("Type").is_none_or(|kind| kind == ELEMENT);
    demand(is_element, Reason::Shape, "something else than an element is encrypted")?;
    let content = content(&method(data)?, with.allow_cbc)?;
    let guarded = is_signed || !content.is_cbc;
    demand(guarded, Reason::Signature, "AES-CBC without a signature around it")?;
    let hidden = value(data)?;
    let info = data.child(XML_SIGNATURE, "KeyInfo");
    let inside = info.into_iter().flat_map(|it| it.all(XML_ENCRYPTION, "EncryptedKey"));
    let beside = encrypted.all(XML_ENCRYPTION, "EncryptedKey");
    let wrapped: Vec<&Element> = inside.chain(beside).take(MOST_KEYS).collect();
    demand(!wrapped.is_empty(), Reason::Shape, "no content key")?;

    let mut secret = Zeroizing::new(vec![0; content.cipher.key_len()]);
    rand_bytes(&mut secret).map_err(|_| failed())?;
    for element in wrapped {
        let (padded, wrapped) = (padding(element)?, value(element)?);
        for key in with.keys {
            if let Ok(unwrapped) = key.unwrap_key(&wrapped, padded)
                && unwrapped.len() == secret.len()
            {
                secret = unwrapped;
            }
        }
    }
    let plain = content.open(&secret, &hidden).ok_or_else(failed)?;
    String::from_utf8(plain).map(Zeroizing::new).map_err(|_| failed())
}

impl Content {
    fn open(&self, key: &[u8], hidden: &[u8]) -> Option<Vec<u8>> {
        let start = self.cipher.iv_len().filter(|length| hidden.len() > *length)?;
        let (start, rest) = hidden.split_at(start);
        if self.is_cbc {
            return without_padding(decrypt_blocks(self.cipher, key, start, rest)?);
        }
        let (text, tag) = rest.split_at(rest.len().checked_sub(TAG_BYTES)?);
        decrypt_aead(self.cipher, key, Some(start), &[], text, tag).ok()
    }
}

/// AES-CBC without a look at the padding: that of XML names only its own length (XML Encryption
/// 5.2), which OpenSSL would not take.
fn decrypt_blocks(cipher: Cipher, key: &[u8], start: &[u8], hidden: &[u8]) -> Option<Vec<u8>> {
    let mut crypter = Crypter::new(cipher, Mode::Decrypt, key, Some(start)).ok()?;
    crypter.pad(false);
    let mut plain = vec![0; hidden.len() + cipher.block_size()];
    let mut length = crypter.update(hidden, &mut plain).ok()?;
    length += crypter.finalize(&mut plain[length..]).ok()?;
    plain.truncate(length);
    Some(plain)
}

fn without_padding(mut plain: Vec<u8>) -> Option<Vec<u8>> {
    let padding = usize::from(*plain.last()?);
    let length = plain.len().checked_sub(padding).filter(|_| (1..=16).contains(&padding))?;
    plain.truncate(length);
    Some(plain)
}

fn content(algorithm: &str, allow_cbc: bool) -> Result<Content, Refusal> {
    let gcm = |cipher| Ok(Content { cipher, is_cbc: false });
    let cbc = |cipher| {
        demand(allow_cbc, Reason::Algorithm, "AES-CBC is not taken from this provider")?;
        Ok(Content { cipher, is_cbc: true })
    };
    match algorithm {
        "http://www.w3.org/2009/xmlenc11#aes128-gcm" => gcm(Cipher::aes_128_gcm()),
        "http://www.w3.org/2009/xmlenc11#aes192-gcm" => gcm(Cipher::aes_192_gcm()),
        "http://www.w3.org/2009/xmlenc11#aes256-gcm" => gcm(Cipher::aes_256_gcm()),
        "http://www.w3.org/2001/04/xmlenc#aes128-cbc" => cbc(Cipher::aes_128_cbc()),
        "http://www.w3.org/2001/04/xmlenc#aes192-cbc" => cbc(Cipher::aes_192_cbc()),
        "http://www.w3.org/2001/04/xmlenc#aes256-cbc" => cbc(Cipher::aes_256_cbc()),
        _ => Err(Refusal::new(Reason::Algorithm, "a cipher that is not taken")),
    }
}

/// How the content key is wrapped: RSA-OAEP, never RSA 1.5.
fn padding(key: &Element) -> Result<Padded, Refusal> {
    let method = key.child(XML_ENCRYPTION, "EncryptionMethod").ok_or_else(odd)?;
    let digest = match method.child(XML_SIGNATURE, "DigestMethod") {
        Some(digest) => digest.attribute("Algorithm").unwrap_or_default(),
        None => "http://www.w3.org/2000/09/xmldsig#sha1",
    };
    let mask = method.child(XML_ENCRYPTION_11, "MGF").and_then(|mask| mask.attribute("Algorithm"));
    demand(
        method.child(XML_ENCRYPTION, "OAEPparams").is_none(),
        Reason::Algorithm,
        "OAEP with a label",
    )?;
    let mask = match (method.attribute("Algorithm"), mask) {
        (Some(OAEP | OAEP_11), None) => "mgf1sha1",
        (Some(OAEP_11), Some(mask)) => mask.strip_prefix(XML_ENCRYPTION_11).unwrap_or_default(),
        _ => return Err(Refusal::new(Reason::Algorithm, "a key transport that is not taken")),
    };
    let unknown = || Refusal::new(Reason::Algorithm, "a digest that is not taken");
    let digest = match digest {
        "http://www.w3.org/2000/09/xmldsig#sha1" => MessageDigest::sha1(),
        "http://www.w3.org/2001/04/xmlenc#sha256" => MessageDigest::sha256(),
        "http://www.w3.org/2001/04/xmlenc#sha512" => MessageDigest::sha512(),
        _ => return Err(unknown()),
    };
    let mask = match mask {
        "mgf1sha1" => MessageDigest::sha1(),
        "mgf1sha256" => MessageDigest::sha256(),
        "mgf1sha512" => MessageDigest::sha512(),
        _ => return Err(unknown()),
    };
    Ok(Padded { digest, mask })
}

fn method(element: &Element) -> Result<String, Refusal> {
    let method = element.child(XML_ENCRYPTION, "EncryptionMethod");
    let algorithm = method.and_then(|method| method.attribute("Algorithm"));
    algorithm.map(str::to_owned).ok_or_else(odd)
}

fn value(element: &Element) -> Result<Vec<u8>, Refusal> {
    let data = element.child(XML_ENCRYPTION, "CipherData");
    let value = data.and_then(|data| data.child(XML_ENCRYPTION, "CipherValue"));
    let text = value.and_then(Element::only_text).ok_or_else(odd)?;
    let compact: String = text.split_ascii_whitespace().collect();
    from_base64(&compact).map_err(|_| failed())
}

fn odd() -> Refusal {
    Refusal::new(Reason::Shape, "an odd encryption")
}

/// Whatever fails.
fn failed() -> Refusal {
    Refusal::new(Reason::Encryption, "it cannot be decrypted")
}
