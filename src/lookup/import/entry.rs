//! One person of a list, from the words of its columns.
use crate::identity::cloud::{CloudId, CloudIdError, Field, Fields};
use crate::identity::person::fold;

/// Longest value, letters; longer ones are mistakes.
const MOST_LETTERS: usize = 255;

/// A column of a list, by the names of the portal's user collection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Column {
    Username,
    FirstName,
    LastName,
    Email,
    Server,
    Active,
}

impl Column {
    /// Those without which nobody can be named.
    pub(super) const NEEDED: [(Self, &'static str); 2] =
        [(Self::Username, "username"), (Self::Server, "nclocator")];

    /// The column of this name, in English or as the portal's French tables call it.
    pub(super) fn parse(name: &str) -> Option<Self> {
        let name: String = fold(name).chars().filter(|c| c.is_alphanumeric()).collect();
        Some(match name.as_str() {
            "username" | "login" | "identifiant" => Self::Username,
            "firstname" | "givenname" | "prenom" => Self::FirstName,
            "lastname" | "surname" | "nom" => Self::LastName,
            "email" | "mail" | "courriel" => Self::Email,
            "nclocator" => Self::Server,
            "isactive" | "active" | "actif" => Self::Active,
            _ => return None,
        })
    }
}

/// What stands in the columns of one line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Words {
    pub(super) username: String,
    pub(super) first_name: String,
    pub(super) last_name: String,
    pub(super) email: String,
    /// Further addresses, one a line.
    pub(super) mails: String,
    pub(super) server: String,
    pub(super) active: String,
}

/// A line and its number, counted from 1.
pub(super) type Line = (u64, Result<Words, Reject>);

impl Words {
    pub(super) fn set(&mut self, column: Column, value: &str) {
        let value = value.split_whitespace().collect::<Vec<_>>().join(" ");
        match column {
            Column::Username => self.username = value,
            Column::FirstName => self.first_name = value,
            Column::LastName => self.last_name = value,
            Column::Email => self.email = value,
            Column::Server => self.server = value,
            Column::Active => self.active = value,
        }
    }
}

/// What a line says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// Somebody who may be found.
    Listed(Listed),
    /// Somebody whose account is switched off: as if the list did not name them.
    Inactive,
}

/// Somebody who may be found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// `username@nclocator`
    pub cloud_id: CloudId,
    /// What is known.
    pub fields: Fields,
}

/// Why a line cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Reject {
    /// Nobody is named.
    #[error("username is empty")]
    NoUsername,
    /// Where the account lives is not said.
    #[error("nclocator is empty")]
    NoServer,
    /// Both together are no cloud id.
    #[error("username and nclocator make no cloud id: {0}")]
    CloudId(CloudIdError),
    /// What stands there is no mail address.
    #[error("email is no mail address")]
    Email,
    /// Neither yes nor no.
    #[error("isActive is neither true nor false")]
    Active,
    /// Nobody has so long a name.
    #[error("{0} is longer than 255 letters")]
    TooLong(&'static str),
    /// More or fewer values than columns.
    #[error("{found} columns instead of {wanted}")]
    Columns {
        /// In this line.
        found: usize,
        /// In the first line.
        wanted: usize,
    },
    /// A line of a JSON list that is no object.
    #[error("no JSON object")]
    NoObject,
    /// A line before names the same account.
    #[error("a line before names the same account")]
    Twice,
}

impl Words {
    /// What the line says, or why nothing can be made of it.
    pub(super) fn entry(&self) -> Result<Entry, Reject> {
        match is_yes(&self.active) {
            Some(true) => {}
            Some(false) => return Ok(Entry::Inactive),
            None => return Err(Reject::Active),
        }
        if self.username.is_empty() {
            return Err(Reject::NoUsername);
        }
        self.must_be_short()?;
        if !self.email.is_empty() && !is_mail(&self.email) {
            return Err(Reject::Email);
        }
        if !self.mails.lines().all(is_mail) {
            return Err(Reject::Email);
        }
        if bare(&self.server).is_empty() {
            return Err(Reject::NoServer);
        }
        let cloud_id = self.cloud_id().map_err(Reject::CloudId)?;
        Ok(Entry::Listed(Listed { cloud_id, fields: self.fields() }))
    }

    /// Whom the line names, whatever else is wrong with it.
    pub(super) fn cloud_id(&self) -> Result<CloudId, CloudIdError> {
        CloudId::parse(&format!("{}@{}", self.username, bare(&self.server)))
    }

    fn must_be_short(&self) -> Result<(), Reject> {
        let values = [
            ("firstName", &self.first_name),
            ("lastName", &self.last_name),
            ("email", &self.email),
            ("nclocator", &self.server),
        ];
        let long = values.into_iter().find(|(_, value)| value.chars().count() > MOST_LETTERS);
        long.map_or(Ok(()), |(name, _)| Err(Reject::TooLong(name)))
    }

    fn fields(&self) -> Fields {
        let name = format!("{} {}", self.first_name, self.last_name);
        let pairs = [
            (Field::Name, name.as_str()),
            (Field::Given, &self.first_name),
            (Field::Surname, &self.last_name),
            (Field::Email, &self.email),
            (Field::Userid, &self.username),
            (Field::Mails, &self.mails),
        ];
        pairs.into_iter().collect()
    }
}

/// An address as Nextcloud writes it in cloud ids: it leaves `https://` out, and only that.
pub(in crate::lookup) fn bare(server: &str) -> &str {
    let bare = server.strip_prefix("https://").unwrap_or(server);
    bare.split("/index.php").next().unwrap_or_default().trim_end_matches('/')
}

fn is_yes(word: &str) -> Option<bool> {
    match fold(word).as_str() {
        "" | "true" | "1" | "yes" | "oui" | "vrai" => Some(true),
        "false" | "0" | "no" | "non" | "faux" => Some(false),
        _ => None,
    }
}

fn is_mail(text: &str) -> bool {
    let parts = text.split_once('@');
    parts.is_some_and(|(user, domain)| !user.is_empty() && !domain.is_empty())
        && !text.contains([' ', ',', ';', '<', '>'])
}
