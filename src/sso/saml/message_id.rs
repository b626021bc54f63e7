//! Identifiers of messages and assertions.
use openssl::error::ErrorStack;
use openssl::rand::rand_bytes;
use std::fmt;

/// An identifier that nobody can guess: `_` and 128 random bits in hexadecimal.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct MessageId(String);

impl MessageId {
    /// A fresh one, from the randomness of the operating system.
    pub fn random() -> Result<Self, ErrorStack> {
        let mut bytes = [0; 16];
        rand_bytes(&mut bytes)?;
        Ok(Self::from_bytes(bytes))
    }

    /// The identifier made of these bits.
    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(format!("_{:032x}", u128::from_be_bytes(bytes)))
    }

    /// The identifier as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn a_hundred_thousand_identifiers_are_all_different() {
        let made: HashSet<_> = (0..100_000).map(|_| MessageId::random().unwrap()).collect();

        assert_eq!(made.len(), 100_000);
        assert!(made.iter().all(|id| id.as_str().len() == 33 && id.as_str().starts_with('_')));
    }
}
