//! What is kept about one cloud id.
use super::CloudId;
use crate::identity::PersonId;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use uuid::Uuid;

/// Names a record in the change log and in the index (UUID v7).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, sqlx::Type,
)]
#[sqlx(transparent)]
#[serde(transparent)]
pub struct RecordId(pub Uuid);

impl fmt::Display for RecordId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What may be known of somebody, by the names of the Nextcloud lookup protocol; two of our own
/// tell given name and surname apart when the source does, and one holds further addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// Full name, as shown.
    Name,
    /// Mail address.
    Email,
    /// Postal address.
    Address,
    /// Web site.
    Website,
    /// Twitter handle.
    Twitter,
    /// Telephone number.
    Phone,
    /// Proof of the Twitter handle.
    TwitterSignature,
    /// Proof of the web site.
    WebsiteSignature,
    /// Login on the Nextcloud server.
    Userid,
    /// Given name. Searched, never sent.
    Given,
    /// Surname. Searched, never sent.
    Surname,
    /// Further mail addresses, one a line. Searched, never sent.
    Mails,
}

impl Field {
    /// The fields of the protocol, in the order in which they are sent.
    pub const SENT: [Self; 9] = [
        Self::Name,
        Self::Email,
        Self::Address,
        Self::Website,
        Self::Twitter,
        Self::Phone,
        Self::TwitterSignature,
        Self::WebsiteSignature,
        Self::Userid,
    ];

    /// The name in the protocol and in settings.
    pub fn name(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Email => "email",
            Self::Address => "address",
            Self::Website => "website",
            Self::Twitter => "twitter",
            Self::Phone => "phone",
            Self::TwitterSignature => "twitter_signature",
            Self::WebsiteSignature => "website_signature",
            Self::Userid => "userid",
            Self::Given => "given",
            Self::Surname => "surname",
            Self::Mails => "mails",
        }
    }

    /// A field of the protocol by its name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::SENT.into_iter().find(|field| field.name() == name)
    }
}

/// Values by field; empty ones are left out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Fields(BTreeMap<Field, String>);

impl Fields {
    /// Set or, with an empty value, leave out.
    pub fn set(&mut self, field: Field, value: &str) {
        match value.trim() {
            "" => self.0.remove(&field),
            value => self.0.insert(field, value.to_owned()),
        };
    }

    /// The value, if there is one.
    pub fn get(&self, field: Field) -> Option<&str> {
        self.0.get(&field).map(String::as_str)
    }

    /// What is known, in order of fields.
    pub fn iter(&self) -> impl Iterator<Item = (Field, &str)> {
        self.0.iter().map(|(field, value)| (*field, value.as_str()))
    }

    /// SHA-256 of all fields: equal digests, equal fields.
    pub fn digest(&self) -> [u8; 32] {
        let mut hasher = openssl::sha::Sha256::new();
        for (field, value) in self.iter() {
            hasher.update(field.name().as_bytes());
            hasher.update(&[0]);
            hasher.update(value.as_bytes());
            hasher.update(&[0]);
        }
        hasher.finish()
    }
}

impl<'a> FromIterator<(Field, &'a str)> for Fields {
    fn from_iter<I: IntoIterator<Item = (Field, &'a str)>>(pairs: I) -> Self {
        let mut fields = Self::default();
        for (field, value) in pairs {
            fields.set(field, value);
        }
        fields
    }
}

/// What searches have to know of a record besides its fields.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Reach {
    /// Its person asked to be found by everybody.
    pub is_open: bool,
    /// Its person is a pupil.
    pub is_pupil: bool,
    /// Nobody but the user says so: a signed message.
    pub is_own_word: bool,
}

/// A record that may be found now, as the index is to hold it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedRecord {
    /// Its name in the index.
    pub id: RecordId,
    /// The account.
    pub cloud_id: CloudId,
    /// The server, in its form for comparison.
    pub instance: String,
    /// Who it is, when a rule or an import says so.
    pub person: Option<PersonId>,
    /// What is known.
    pub fields: Fields,
    /// Who may find it.
    pub reach: Reach,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_values_are_left_out_and_change_no_digest() {
        let some: Fields = [(Field::Name, "Zoé"), (Field::Email, " ")].into_iter().collect();
        let same: Fields = [(Field::Name, "Zoé")].into_iter().collect();
        assert_eq!(some, same);
        assert_eq!(some.digest(), same.digest());
        let other: Fields = [(Field::Userid, "Zoé")].into_iter().collect();
        assert_ne!(some.digest(), other.digest());
    }

    #[test]
    fn fields_are_kept_as_an_object() {
        let fields: Fields =
            [(Field::TwitterSignature, "x"), (Field::Given, "Zoé")].into_iter().collect();
        let json = serde_json::to_string(&fields).unwrap();
        assert_eq!(json, r#"{"twitter_signature":"x","given":"Zoé"}"#);
        assert_eq!(serde_json::from_str::<Fields>(&json).unwrap(), fields);
    }
}
