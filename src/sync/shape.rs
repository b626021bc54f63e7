//! From the columns of a list to somebody: names of ours, and only what is needed.
use super::entry::{Candidate, Reject};
use crate::config::ListSettings;
use crate::identity::Attributes;
use crate::identity::attributes::is_secret;
use crate::identity::formats::Known;
use crate::identity::mapping::Mapping;
use crate::identity::sources::kept_attributes;
use std::collections::BTreeSet;

/// Values kept of one attribute: as many as a person may have schools.
const MOST_VALUES: usize = 2_000;
/// Longest value that is kept, in bytes.
const LONGEST_VALUE: usize = 8 * 1024;
/// Longest id and login, in bytes.
const LONGEST_ID: usize = 512;

/// How entries of one list are read.
#[derive(Debug, Clone)]
pub struct Shape {
    mapping: Mapping,
    id: String,
    login: String,
    kept: BTreeSet<String>,
}

impl Shape {
    pub(super) fn new(settings: &ListSettings) -> Self {
        let extra = settings.extra_attributes.iter().map(String::as_str);
        let ours =
            settings.mapping.ours().chain([&*settings.id_attribute, &settings.login_attribute]);
        let kept = kept_attributes(extra.chain(ours)).into_iter();
        Self {
            mapping: settings.mapping.clone(),
            id: settings.id_attribute.clone(),
            login: settings.login_attribute.clone(),
            kept: kept.map(|name| name.to_ascii_lowercase()).collect(),
        }
    }

    /// Somebody; or why not, and who it would have been.
    pub(super) fn candidate(
        &self,
        columns: Attributes,
    ) -> Result<Candidate, (Reject, Option<String>)> {
        let attributes = clean(&self.mapping.apply(columns));
        self.checked(attributes)
    }

    /// The same for somebody whose id is known from elsewhere.
    pub(super) fn candidate_called(
        &self,
        id: &str,
        columns: Attributes,
    ) -> Result<Candidate, (Reject, Option<String>)> {
        let mut attributes = clean(&self.mapping.apply(columns));
        match attributes.first(&self.id) {
            Some(other) if other != id => return Err((Reject::OtherId(self.id.clone()), None)),
            Some(_) => {}
            None => attributes.add(&self.id, id),
        }
        self.checked(attributes)
    }

    fn checked(&self, mut attributes: Attributes) -> Result<Candidate, (Reject, Option<String>)> {
        let id = attributes.first(&self.id).map(str::to_owned);
        let id = id.ok_or_else(|| (Reject::NoId(self.id.clone()), None))?;
        let login = attributes.first(&self.login).unwrap_or(&id).to_owned();
        attributes.retain(|name, _, _| self.kept.contains(name) && !is_secret(name));
        checked(Candidate { source_id: id, login, attributes, known: Known::default() })
    }
}

/// Refuses entries of any source that nobody could make use of.
pub(super) fn checked(candidate: Candidate) -> Result<Candidate, (Reject, Option<String>)> {
    if candidate.source_id.len() > LONGEST_ID {
        return Err((Reject::TooLong("the id".to_owned()), None));
    }
    if candidate.login.len() > LONGEST_ID {
        return Err((Reject::TooLong("the login".to_owned()), Some(candidate.source_id)));
    }
    if candidate.account("").told_name().is_none() {
        return Err((Reject::NoName, Some(candidate.source_id)));
    }
    Ok(candidate)
}

/// Without what no database can hold, and what is too much of anything.
fn clean(columns: &Attributes) -> Attributes {
    let mut kept = Attributes::default();
    for (name, values) in columns.iter() {
        let good = |value: &&str| !value.is_empty() && value.len() <= LONGEST_VALUE;
        let plain = values.iter().map(|value| value.trim()).filter(good);
        for value in plain.take(MOST_VALUES) {
            kept.add(name, value.replace('\0', ""));
        }
    }
    kept
}
