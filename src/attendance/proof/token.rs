//! The token: the id of a presence, encrypted with our public key, as text for a QR code.
use super::key::BYTES;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64URL;
use rsa::sha2::{Digest, Sha256};

/// Characters of the text.
pub(super) const CHARACTERS: usize = 683;

/// 512 bytes that only the holder of the private key can read.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(pub(super) [u8; BYTES]);

impl Token {
    /// From its text, and from no other text: exactly 683 characters, the last two bits zero.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() != CHARACTERS {
            return None;
        }
        // This decoder refuses padding, foreign characters and stray bits at the end.
        BASE64URL.decode(text).ok()?.try_into().map(Self).ok()
    }

    /// 683 characters of base64url.
    pub fn text(&self) -> String {
        BASE64URL.encode(self.0)
    }

    /// By which it is looked up.
    pub fn digest(&self) -> [u8; 32] {
        Sha256::digest(self.0).into()
    }
}

impl std::fmt::Debug for Token {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Token")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn only_its_own_text_is_a_token() {
        let text = Token([0xa5; BYTES]).text();
        let alike = |from: usize, to: char| {
            let mut letters: Vec<char> = text.chars().collect();
            letters[from] = to;
            letters.into_iter().collect::<String>()
        };

        assert_eq!(text.len(), CHARACTERS);
        assert!(Token::parse(&text).is_some());
        for wrong in [&text[1..], &format!("{text}A"), &format!("{text}="), ""] {
            assert!(Token::parse(wrong).is_none(), "{wrong}");
        }
        for wrong in ['+', '/', '=', ' ', 'é', '\0'] {
            assert!(Token::parse(&alike(3, wrong)).is_none(), "{wrong}");
        }
        let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        let last: String = alphabet
            .chars()
            .filter(|letter| Token::parse(&alike(CHARACTERS - 1, *letter)).is_some())
            .collect();
        assert_eq!(last, "AEIMQUYcgkosw048");
    }

    proptest! {
        #[test]
        fn text_goes_round(bytes in proptest::collection::vec(any::<u8>(), BYTES)) {
            let token = Token(bytes.try_into().expect("512 bytes"));
            prop_assert_eq!(Token::parse(&token.text()), Some(token));
        }
    }
}
