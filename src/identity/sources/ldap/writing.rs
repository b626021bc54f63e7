//! Values that are written into an entry: found by a filter, then changed value by value.
//!
//! The account of this is not the one that reads people: it may write a few attributes and nothing else. Referrals
//! are not followed.
use super::connection::{Dialer, Link};
use super::filter::{Template, is_attribute_name};
use super::query::Query;
use super::servers::dialers;
use super::settings::LdapSettings;
use super::wanted::is_secret;
use crate::finding::Finding;
use crate::identity::sources::SourceError;
use ldap3::asn1::StructureTag;
use ldap3::{LdapResult, Mod, Scope};
use std::collections::HashSet;

/// What stands for the value in the filter.
const EPPN: &str = "{eppn}";

/// A directory in which values are written.
pub struct LdapWriter {
    dialers: Vec<Dialer>,
    base: String,
    filter: Template,
}

/// A connection to it, bound as the account that may write.
pub struct Writing<'a> {
    writer: &'a LdapWriter,
    link: Link,
}

/// An entry, and the attributes that were asked for, as far as the account may read them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Where it stands.
    pub dn: String,
    attributes: Vec<(String, Vec<Vec<u8>>)>,
}

/// A change of one attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change<'a> {
    /// This value more.
    Add(&'a [u8]),
    /// This value less.
    Remove(&'a [u8]),
    /// These values and no others; none: the attribute goes.
    Replace(&'a [Vec<u8>]),
}

/// What the server says to a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// Result code of RFC 4511 A.1.
    pub code: u32,
    /// In its words.
    pub text: String,
}

/// Whether an attribute may be written: a plain name, and no secret.
pub fn may_write(attribute: &str) -> bool {
    is_attribute_name(attribute) && !is_secret(attribute)
}

impl LdapWriter {
    /// A directory as it was configured, in which `filter` finds somebody's entry by `{eppn}`. Connects to nobody.
    pub fn new(settings: &LdapSettings, filter: &str) -> Result<Self, Finding> {
        let filter = settings.template("filter", filter, EPPN)?;
        Ok(Self { dialers: dialers(settings)?, base: settings.base.clone(), filter })
    }

    /// The filter that finds somebody's entry.
    pub fn filter(&self, eppn: &str) -> String {
        self.filter.fill(eppn)
    }

    /// Where entries are searched.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// A connection to the first server that gives one.
    pub async fn open(&self) -> Result<Writing<'_>, SourceError> {
        let mut outcome = Err(SourceError::Resting);
        for dialer in &self.dialers {
            match dialer.open_as_service().await {
                Ok(link) => return Ok(Writing { writer: self, link }),
                Err(error) => outcome = Err(error),
            }
        }
        outcome
    }
}

impl Writing<'_> {
    /// Somebody's entry with these attributes; `None`: there is none.
    pub async fn entry(
        &self,
        eppn: &str,
        attributes: Vec<String>,
    ) -> Result<Option<Standing>, SourceError> {
        let query = Query {
            base: self.writer.base.clone(),
            scope: Scope::Subtree,
            filter: self.writer.filter(eppn),
            attributes,
            limit: 2,
        };
        let mut found = self.link.search_as(&query, Standing::parse).await?;
        if found.len() > 1 {
            return Err(SourceError::Ambiguous);
        }
        Ok(found.pop())
    }

    /// Change an attribute of an entry.
    pub async fn change(
        &self,
        dn: &str,
        attribute: &str,
        change: Change<'_>,
    ) -> Result<Said, SourceError> {
        let name = attribute.as_bytes().to_vec();
        let one = |value: &[u8]| HashSet::from([value.to_vec()]);
        let change = match change {
            Change::Add(value) => Mod::Add(name, one(value)),
            Change::Remove(value) => Mod::Delete(name, one(value)),
            Change::Replace(values) => Mod::Replace(name, values.iter().cloned().collect()),
        };
        let LdapResult { rc, text, .. } = self.link.modify(dn, change).await?;
        Ok(Said { code: rc, text })
    }

    /// Say goodbye.
    pub async fn close(self) {
        self.link.close().await;
    }
}

impl Standing {
    /// Values of an attribute.
    pub fn values(&self, attribute: &str) -> &[Vec<u8>] {
        let is_it = |(name, _): &&(String, Vec<Vec<u8>>)| name.eq_ignore_ascii_case(attribute);
        self.attributes.iter().find(is_it).map_or(&[], |(_, values)| values)
    }

    fn parse(tag: StructureTag) -> Result<Self, SourceError> {
        Self::read(tag).ok_or(SourceError::Garbled)
    }

    fn read(tag: StructureTag) -> Option<Self> {
        let mut parts = tag.expect_constructed()?.into_iter();
        let dn = String::from_utf8(parts.next()?.expect_primitive()?).ok()?;
        let mut attributes = Vec::new();
        for attribute in parts.next()?.expect_constructed()? {
            let mut halves = attribute.expect_constructed()?.into_iter();
            let name = String::from_utf8(halves.next()?.expect_primitive()?).ok()?;
            let values = halves.next()?.expect_constructed()?.into_iter();
            let values = values.map(StructureTag::expect_primitive).collect::<Option<_>>()?;
            attributes.push((name, values));
        }
        Some(Self { dn, attributes })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_and_odd_names_are_not_written() {
        for (name, may) in [
            ("supannRefId", true),
            ("pager", true),
            ("userPassword", false),
            ("employeeNumber", false),
            ("cn;lang-fr", false),
            ("2.5.4.35", false),
            ("", false),
        ] {
            assert_eq!(may_write(name), may, "{name}");
        }
    }
}
