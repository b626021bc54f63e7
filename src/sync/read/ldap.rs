//! Entries of a directory, with the schools that they point at.
use super::super::entry::{Candidate, Entry, Reject};
use super::super::shape::checked;
use super::{PAGE, ReadError};
use crate::hex::hex;
use crate::identity::formats::Known;
use crate::identity::sources::ldap::{Atlases, Everyone, Seen};
use crate::identity::sources::{Found, LdapSource, SourceError};
use crate::identity::{Attributes, ProfileMap, formats};
use chrono::{Duration, NaiveDateTime};
use openssl::sha::sha256;

/// Copies of a directory are behind by so much, at most.
const OVERLAP: Duration = Duration::minutes(5);
/// How directories write times (RFC 4517 3.3.13), up to the second.
const TIME: &str = "%Y%m%d%H%M%S";

/// Reads page after page.
pub(in crate::sync) struct LdapReader<'a> {
    profiles: &'a ProfileMap,
    everyone: Option<Everyone<'a>>,
    asked: Atlases,
    newest: Option<String>,
}

impl<'a> LdapReader<'a> {
    pub(super) async fn open(
        source: &'a LdapSource,
        since: Option<&str>,
        profiles: &'a ProfileMap,
    ) -> Result<Self, ReadError> {
        let since = since.and_then(earlier);
        let everyone = Some(source.all(since.as_deref()).await?);
        Ok(Self { profiles, everyone, asked: Atlases::default(), newest: None })
    }

    /// The newest time of a change that was seen.
    pub(super) fn mark(&self) -> Option<String> {
        self.newest.clone()
    }

    pub(super) async fn page(&mut self) -> Result<Vec<Entry>, ReadError> {
        let Some(everyone) = &mut self.everyone else { return Ok(Vec::new()) };
        let mut page = Vec::with_capacity(PAGE);
        while page.len() < PAGE {
            match everyone.next().await? {
                Some(seen) => page.push(seen),
                None => break,
            }
        }
        for modified in page.iter().filter_map(|seen| seen.modified.as_ref()) {
            if self.newest.as_ref().is_none_or(|newest| newest < modified) {
                self.newest = Some(modified.clone());
            }
        }
        let found: Vec<Found> = page.iter().filter_map(|seen| seen.found.clone().ok()).collect();
        let needs = |attributes: &Attributes| formats::needs(attributes, self.profiles);
        let known = everyone.resolve_all(&found, &mut self.asked, needs).await?;
        if page.len() < PAGE
            && let Some(everyone) = self.everyone.take()
        {
            everyone.close().await;
        }
        entries(page, known)
    }
}

fn entries(page: Vec<Seen>, known: Vec<Known>) -> Result<Vec<Entry>, ReadError> {
    let mut known = known.into_iter();
    let mut entries = Vec::with_capacity(page.len());
    for seen in page {
        let place = format!("dn:{}", digest(&seen.dn));
        let read = match seen.found {
            Ok(Found { source_id, login, attributes, .. }) => {
                let known = known.next().unwrap_or_default();
                checked(Candidate { source_id, login, attributes, known })
            }
            Err(SourceError::NoId(attribute)) => Err((Reject::NoId(attribute), None)),
            Err(error) => return Err(error.into()),
        };
        entries.push(Entry { place, read });
    }
    Ok(entries)
}

/// A DN may be a name: what stands in reports are twelve digits of its SHA-256.
fn digest(dn: &str) -> String {
    hex(&sha256(dn.as_bytes())[..6])
}

/// A little earlier than a time as the directory writes it.
fn earlier(time: &str) -> Option<String> {
    let seconds = time.get(..14)?;
    let time = NaiveDateTime::parse_from_str(seconds, TIME).ok()?;
    Some(format!("{}Z", (time - OVERLAP).format(TIME)))
}

#[cfg(test)]
mod tests {
    use super::{digest, earlier};

    #[test]
    fn times_go_back_by_what_copies_may_be_behind() {
        assert_eq!(earlier("20270115073000Z").as_deref(), Some("20270115072500Z"));
        assert_eq!(earlier("20270101000200.123Z").as_deref(), Some("20261231235700Z"));
        assert_eq!(earlier("yesterday"), None);
    }

    #[test]
    fn a_report_names_nobody() {
        assert_eq!(digest("uid=mdupont,o=gouv,c=fr").len(), 12);
    }
}
