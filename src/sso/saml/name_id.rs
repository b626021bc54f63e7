//! Which name of a person a partner gets to know them by.
use super::message_id::MessageId;
use super::vocabulary::name_id_format;
use crate::sso::Facts;
use openssl::error::ErrorStack;
use openssl::hash::MessageDigest;
use openssl::pkey::PKey;
use openssl::sign::Signer;
use std::fmt::Write;

/// How the `NameID` for a partner is made.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum NameIdRule {
    /// A random name, another one in every session.
    #[default]
    Transient,
    /// The same opaque name at every sign-in, another one at every partner.
    Persistent,
    /// The first value of an attribute, as a mail address.
    Email(String),
    /// The first value of an attribute.
    Unspecified(String),
}

/// What a persistent name is made of.
#[derive(Clone, Copy)]
pub struct Pseudonym<'a> {
    /// Secret of this installation; whoever has it can link the names of all partners.
    pub secret: &'a [u8],
    /// Our name for the person.
    pub person: &'a str,
    /// entityID of the partner.
    pub partner: &'a str,
}

impl NameIdRule {
    /// Read the value of `nameid`.
    pub fn parse(text: &str) -> Option<Self> {
        let (kind, source) = match text.split_once(':') {
            Some((kind, source)) => (kind.trim(), Some(source.trim())),
            None => (text.trim(), None),
        };
        if source.is_some_and(str::is_empty) {
            return None;
        }
        match (kind.to_ascii_lowercase().as_str(), source) {
            ("transient", None) => Some(Self::Transient),
            ("persistent", None) => Some(Self::Persistent),
            ("email", source) => Some(Self::Email(source.unwrap_or("mail").to_owned())),
            ("unspecified", source) => Some(Self::Unspecified(source.unwrap_or("uid").to_owned())),
            _ => None,
        }
    }

    /// The attribute that it takes the name from.
    pub fn attribute(&self) -> Option<&str> {
        match self {
            Self::Transient | Self::Persistent => None,
            Self::Email(name) | Self::Unspecified(name) => Some(name),
        }
    }

    /// The format of the names it makes.
    pub fn format(&self) -> &'static str {
        match self {
            Self::Transient => name_id_format::TRANSIENT,
            Self::Persistent => name_id_format::PERSISTENT,
            Self::Email(_) => name_id_format::EMAIL,
            Self::Unspecified(_) => name_id_format::UNSPECIFIED,
        }
    }

    /// Whether a request for this format can be met.
    pub fn meets(&self, asked: Option<&str>) -> bool {
        asked.is_none_or(|asked| asked == name_id_format::UNSPECIFIED || asked == self.format())
    }

    /// The name itself; none when the attribute has no value.
    pub fn name(
        &self,
        facts: &Facts,
        pseudonym: Pseudonym<'_>,
    ) -> Result<Option<String>, ErrorStack> {
        match self {
            Self::Transient => Ok(Some(MessageId::random()?.to_string())),
            Self::Persistent => pseudonym.write().map(Some),
            Self::Email(source) | Self::Unspecified(source) => Ok(facts.first(source)),
        }
    }
}

impl Pseudonym<'_> {
    /// HMAC-SHA256 of partner and person, in hexadecimal.
    fn write(&self) -> Result<String, ErrorStack> {
        let key = PKey::hmac(self.secret)?;
        let mut signer = Signer::new(MessageDigest::sha256(), &key)?;
        let length = u64::try_from(self.partner.len()).unwrap_or(u64::MAX).to_be_bytes();
        signer.update(&length)?;
        signer.update(self.partner.as_bytes())?;
        signer.update(self.person.as_bytes())?;
        let mut text = String::with_capacity(64);
        for byte in signer.sign_to_vec()? {
            write!(text, "{byte:02x}").expect("writing to a string does not fail");
        }
        Ok(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::Attributes;

    fn pseudonym(person: &'static str, partner: &'static str) -> Pseudonym<'static> {
        Pseudonym { secret: b"secret", person, partner }
    }

    fn name(rule: &str, who: Pseudonym<'_>) -> Option<String> {
        let facts = Facts::new(Attributes::from_iter([("mail", "a@ac.example")]));
        NameIdRule::parse(rule).unwrap().name(&facts, who).unwrap()
    }

    #[test]
    fn a_persistent_name_is_stable_here_and_different_elsewhere() {
        let here = name("persistent", pseudonym("1", "https://a"));

        assert_eq!(here, name("persistent", pseudonym("1", "https://a")));
        assert_ne!(here, name("persistent", pseudonym("1", "https://b")));
        assert_ne!(here, name("persistent", pseudonym("2", "https://a")));
        assert_ne!(
            name("persistent", pseudonym("1", "https://a")),
            name("persistent", pseudonym("", "https://a1"))
        );
    }

    #[test]
    fn a_transient_name_is_new_every_time() {
        let who = pseudonym("1", "https://a");

        assert_ne!(name("transient", who), name("transient", who));
    }

    #[test]
    fn an_attribute_may_be_the_name() {
        let who = pseudonym("1", "https://a");

        assert_eq!(name("email", who).as_deref(), Some("a@ac.example"));
        assert_eq!(name("unspecified:mail", who).as_deref(), Some("a@ac.example"));
        assert_eq!(name("unspecified", who), None);
        assert_eq!(name("unspecified:userPassword", who), None);
    }

    #[test]
    fn only_known_rules_are_read() {
        for text in ["", "kerberos", "transient:uid", "email:", "persistent:x"] {
            assert_eq!(NameIdRule::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_request_for_another_format_is_not_met() {
        let rule = NameIdRule::Persistent;

        assert!(rule.meets(None) && rule.meets(Some(name_id_format::UNSPECIFIED)));
        assert!(rule.meets(Some(name_id_format::PERSISTENT)));
        assert!(!rule.meets(Some(name_id_format::EMAIL)));
    }
}
