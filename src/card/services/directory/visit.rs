//! One connection, and what the directory says to changes.
use super::value::{Value, Written};
use crate::card::services::fault::{Fault, Trouble};
use crate::card::services::pace::Pace;
use crate::card::services::told::BROKEN;
use crate::card::services::wire::cut;
use crate::identity::sources::SourceError;
use crate::identity::sources::ldap::{Change, LdapWriter, Said, Standing, Writing};
use tokio::sync::SemaphorePermit;

/// Result codes of RFC 4511 A.1: what was to go is gone, or what was to come is there.
const NO_SUCH_ATTRIBUTE: u32 = 16;
const UNDEFINED_TYPE: u32 = 17;
const NO_EQUALITY: u32 = 18;
const VALUE_EXISTS: u32 = 20;
const NO_SUCH_OBJECT: u32 = 32;

/// Codes that are about what was written, by their names in RFC 4511.
const ABOUT_CARDS: [(u32, &str); 11] = [
    (UNDEFINED_TYPE, "undefinedAttributeType"),
    (NO_EQUALITY, "inappropriateMatching"),
    (19, "constraintViolation"),
    (VALUE_EXISTS, "attributeOrValueExists"),
    (21, "invalidAttributeSyntax"),
    (34, "invalidDNSyntax"),
    (64, "namingViolation"),
    (65, "objectClassViolation"),
    (67, "notAllowedOnRDN"),
    (68, "entryAlreadyExists"),
    (69, "objectClassModsProhibited"),
];

/// A visit.
pub(super) struct Visit<'a> {
    writing: Writing<'a>,
    _place: Option<SemaphorePermit<'a>>,
}

impl<'a> Visit<'a> {
    /// When it is our turn.
    pub(super) async fn open(writer: &'a LdapWriter, pace: &'a Pace) -> Result<Self, Trouble> {
        let place = pace.enter().await;
        let writing = writer.open().await.map_err(fails)?;
        Ok(Self { writing, _place: place })
    }

    /// Somebody's entry, with the attributes of these values.
    pub(super) async fn entry(
        &self,
        eppn: &str,
        values: impl Iterator<Item = &Written>,
    ) -> Result<Option<Standing>, Trouble> {
        let mut attributes: Vec<String> = values.map(|value| value.attribute.clone()).collect();
        attributes.sort();
        attributes.dedup();
        if attributes.is_empty() {
            // None would be all of them.
            attributes.push("1.1".to_owned());
        }
        self.writing.entry(eppn, attributes).await.map_err(fails)
    }

    /// Remove these values from somebody's entry, if there is one.
    pub(super) async fn remove(&self, eppn: &str, values: &[Written]) -> Result<(), Trouble> {
        if values.is_empty() {
            return Ok(());
        }
        let Some(entry) = self.entry(eppn, values.iter()).await? else { return Ok(()) };
        let mut refused = Ok(());
        for value in values {
            match self.take(&entry, value).await {
                Err(trouble @ Trouble::Service { .. }) => return Err(trouble),
                Err(trouble) => refused = Err(trouble),
                Ok(()) => {}
            }
        }
        refused
    }

    /// Take one value out of an entry. One that is not there is gone already.
    pub(super) async fn take(&self, entry: &Standing, value: &Written) -> Result<(), Trouble> {
        if let Value::Text(text) = &value.value {
            let said = self.change(entry, value, Change::Remove(text.as_bytes())).await?;
            match said.code {
                0 | NO_SUCH_ATTRIBUTE | UNDEFINED_TYPE | NO_SUCH_OBJECT => return Ok(()),
                // It cannot be named there by what it is: the others stay instead.
                NO_EQUALITY => {}
                _ => return judge(value, said),
            }
        }
        let there = entry.values(&value.attribute);
        let others: Vec<Vec<u8>> = there.iter().filter(|it| !value.is(it)).cloned().collect();
        if others.len() == there.len() {
            return Ok(());
        }
        let said = self.change(entry, value, Change::Replace(&others)).await?;
        if said.code == NO_SUCH_OBJECT { Ok(()) } else { judge(value, said) }
    }

    /// Bring a value into an entry. `false`: it was there already, in the spelling of somebody else perhaps.
    pub(super) async fn write(
        &self,
        entry: &Standing,
        value: &Written,
        bytes: &[u8],
    ) -> Result<bool, Trouble> {
        if value.is_single {
            let said = self.change(entry, value, Change::Replace(&[bytes.to_vec()])).await?;
            return judge(value, said).map(|()| true);
        }
        let said = self.change(entry, value, Change::Add(bytes)).await?;
        if said.code == VALUE_EXISTS { Ok(false) } else { judge(value, said).map(|()| true) }
    }

    async fn change(
        &self,
        entry: &Standing,
        value: &Written,
        change: Change<'_>,
    ) -> Result<Said, Trouble> {
        self.writing.change(&entry.dn, &value.attribute, change).await.map_err(fails)
    }

    /// Say goodbye.
    pub(super) async fn close(self) {
        self.writing.close().await;
    }
}

/// What the answer to a change means.
fn judge(value: &Written, Said { code, text }: Said) -> Result<(), Trouble> {
    let cause = || format!("result {code} for {}: {}", value.attribute, cut(&text, 200));
    let why = match code {
        0 => return Ok(()),
        1 | 80 => BROKEN,
        3 => "timeout",
        8 | 13 | 48 | 49 => "key",
        10 => "redirect",
        11 | 51 => "busy",
        50 => "no_right",
        52 => "silent",
        _ => "",
    };
    if !why.is_empty() {
        return Err(Trouble::service(why, cause()));
    }
    let known = ABOUT_CARDS.iter().find(|(known, _)| *known == code);
    let fault = Fault {
        code: known.map_or_else(|| format!("result {code}"), |(_, name)| (*name).to_owned()),
        message: cut(&text, 300),
        field: value.attribute.as_str().into(),
        operation: "MODIFY".to_owned(),
        place: String::new(),
        status: u16::try_from(code).unwrap_or(u16::MAX),
    };
    Err(if known.is_some() { Trouble::Final(fault) } else { Trouble::Later(fault) })
}

/// What keeps us from asking, or from being answered.
fn fails(error: SourceError) -> Trouble {
    let why = match &error {
        SourceError::Ambiguous => return Trouble::Final(Fault::ours("several_entries")),
        SourceError::Unreachable(_) | SourceError::Resting => "silent",
        SourceError::TimedOut => "timeout",
        SourceError::Untrusted(_) => "untrusted",
        SourceError::NotAdmitted(_) => "key",
        SourceError::Refused(50) => "no_right",
        SourceError::Busy => "busy",
        SourceError::Refused(_)
        | SourceError::Cut
        | SourceError::Garbled
        | SourceError::NoId(_)
        | SourceError::NotSearchable(_) => "rubbish",
    };
    tracing::info!(why, %error, "a directory cannot be written to");
    Trouble::service(why, error)
}
