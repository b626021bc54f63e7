//! Tickets: 43 letters and digits out of 256 random bits, behind what they are for (SEC-60).
use crate::identity::token;
use openssl::rand::rand_bytes;

const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const LETTERS: usize = 43;
/// Longer texts are no tickets (CAS 3.0, 3.1.1).
const LONGEST: usize = 256;

/// What a ticket is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// `ST`: an application learns who somebody is.
    Service,
    /// `PT`: the same, by way of another application.
    Proxy,
    /// `PGT`: whoever holds it asks for proxy tickets.
    Granting,
    /// `PGTIOU`: which of the granting tickets that were sent belongs to an answer.
    GrantingName,
}

impl Kind {
    fn prefix(self) -> &'static str {
        match self {
            Self::Service => "ST-",
            Self::Proxy => "PT-",
            Self::Granting => "PGT-",
            Self::GrantingName => "PGTIOU-",
        }
    }
}

/// A ticket, known to the database by its hash only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Ticket(String);

impl Ticket {
    /// A new one.
    pub(super) fn new(kind: Kind) -> Self {
        let mut text = kind.prefix().to_owned();
        let end = text.len() + LETTERS;
        while text.len() < end {
            let mut bytes = [0; 64];
            rand_bytes(&mut bytes).expect("the operating system has randomness");
            // Of 64 values two would make letters likelier than others.
            let letters = bytes.iter().filter_map(|byte| ALPHABET.get(usize::from(byte & 63)));
            text.extend(letters.map(|letter| char::from(*letter)));
            text.truncate(end);
        }
        Self(text)
    }

    /// One that came back, of whatever kind.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let plain = |c: u8| c.is_ascii_alphanumeric() || c == b'-';
        (text.len() <= LONGEST && text.bytes().all(plain)).then(|| Self(text.to_owned()))
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    /// What is stored until it is used.
    pub(super) fn hash(&self) -> Vec<u8> {
        token::hash(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn tickets_are_random_and_plain() {
        let tickets: BTreeSet<String> =
            (0..1000).map(|_| Ticket::new(Kind::Service).as_str().to_owned()).collect();
        assert_eq!(tickets.len(), 1000);
        for ticket in &tickets {
            assert!(ticket.starts_with("ST-") && ticket.len() == 3 + LETTERS, "{ticket}");
            assert!(Ticket::parse(ticket).is_some());
        }
        let letters: BTreeSet<char> = tickets.iter().flat_map(|ticket| ticket.chars()).collect();
        assert_eq!(letters.len(), 63, "all letters and the hyphen");
    }

    #[test]
    fn other_texts_are_none() {
        for text in ["ST-\u{e9}", "ST 1", "ST-1'", &"x".repeat(257)] {
            assert!(Ticket::parse(text).is_none(), "{text:?}");
        }
    }
}
