//! Random values that open something: 256 bits from the operating system, known by their hash.
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use openssl::rand::rand_bytes;
use openssl::sha::sha256;

/// A secret value handed to a browser; the database only ever sees [`Token::hash`].
#[derive(Clone)]
pub struct Token(String);

impl Token {
    /// A new one (SEC-23).
    pub fn new() -> Self {
        let mut bytes = [0; 32];
        rand_bytes(&mut bytes).expect("the operating system has randomness");
        Self(URL_SAFE_NO_PAD.encode(bytes))
    }

    /// One that came back: only what could be ours, 43 characters of base64url.
    pub fn parse(text: &str) -> Option<Self> {
        let ours = text.len() == 43
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
        ours.then(|| Self(text.to_owned()))
    }

    /// The value for the cookie or form.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What is stored: SHA-256 of the value.
    pub fn hash(&self) -> Vec<u8> {
        hash(&self.0)
    }
}

impl Default for Token {
    fn default() -> Self {
        Self::new()
    }
}

/// SHA-256, for keys of tables that must not hold the value itself.
pub fn hash(value: &str) -> Vec<u8> {
    sha256(value.as_bytes()).to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_could_be_ours_is_a_token() {
        let token = Token::new();
        assert_eq!(Token::parse(token.as_str()).map(|t| t.hash()), Some(token.hash()));
        for wrong in ["", "abc", &"a".repeat(44), &"é".repeat(22), &format!("{} ", "a".repeat(42))]
        {
            assert!(Token::parse(wrong).is_none(), "{wrong}");
        }
    }
}
