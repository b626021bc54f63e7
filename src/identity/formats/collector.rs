//! Gathers what the formats find and puts it in order at the end.
use super::{MAX_SCHOOLS, Reading};
use crate::finding::Finding;
use crate::identity::affiliation::merge;
use crate::identity::rne::{RneError, RneForm};
use crate::identity::{Affiliation, Detail, Profile, Rne};
use std::collections::{BTreeSet, HashSet};

/// Longest piece of a value that a finding quotes, in characters.
const QUOTED: usize = 80;

/// Most affiliations before equal ones are merged: some children or classes for each school.
const MOST_TELLINGS: usize = 10 * MAX_SCHOOLS;

/// Most findings about one person; nobody reads more.
const MOST_FINDINGS: usize = 1_000;

/// Affiliations and findings so far.
pub(super) struct Collector {
    source: String,
    reading: Reading,
}

impl Collector {
    pub(super) fn new(source: &str) -> Self {
        Self { source: source.to_owned(), reading: Reading::default() }
    }

    /// The school that a value names. A placeholder is nothing, silently; any other text that is
    /// no code is reported.
    pub(super) fn school(&mut self, text: &str) -> Option<Rne> {
        let code = Rne::parse(text);
        if code == Err(RneError::Shape) {
            self.warn(Finding::about("W-UAI-FORM", quoted(text)).detail("dropped"));
        }
        code.ok()
    }

    pub(super) fn add(&mut self, rne: Rne, profile: Profile, detail: Option<Detail>) {
        if self.reading.affiliations.len() == MOST_TELLINGS {
            self.warn(Finding::about("W-ATTR-LIMIT", "rne"));
            return;
        }
        self.reading.affiliations.push(Affiliation {
            rne,
            profile,
            sources: vec![self.source.clone()],
            details: detail.into_iter().collect(),
        });
    }

    pub(super) fn has_schools(&self) -> bool {
        !self.reading.affiliations.is_empty()
    }

    pub(super) fn warn(&mut self, finding: Finding) {
        if self.reading.findings.len() < MOST_FINDINGS {
            self.reading.findings.push(finding);
        }
    }

    pub(super) fn finish(self) -> Reading {
        let mut reading = self.reading;
        reading.affiliations = without_vague_ones(merge(reading.affiliations));
        reading.findings.extend(limit_schools(&mut reading.affiliations));
        reading.findings.extend(odd_codes(&reading.affiliations));
        let mut seen = BTreeSet::new();
        reading.findings.retain(|finding| seen.insert(finding.clone()));
        reading
    }
}

/// The beginning of a value, for a finding.
pub(super) fn quoted(value: &str) -> String {
    value.chars().take(QUOTED).collect()
}

/// `member` of a university says nothing more about somebody who teaches there.
fn without_vague_ones(mut list: Vec<Affiliation>) -> Vec<Affiliation> {
    let is_vague = |affiliation: &Affiliation| affiliation.profile == Profile::Other;
    let clear = list.iter().filter(|affiliation| !is_vague(affiliation));
    let clear: HashSet<Rne> = clear.map(|affiliation| affiliation.rne.clone()).collect();
    list.retain(|affiliation| !is_vague(affiliation) || !clear.contains(&affiliation.rne));
    list
}

fn limit_schools(list: &mut Vec<Affiliation>) -> Option<Finding> {
    let mut schools = HashSet::new();
    let before = list.len();
    list.retain(|affiliation| {
        if schools.len() < MAX_SCHOOLS {
            schools.insert(affiliation.rne.clone());
        }
        schools.contains(&affiliation.rne)
    });
    let dropped = before - list.len();
    (dropped > 0).then(|| Finding::about("W-ATTR-LIMIT", "rne").detail(format!("-{dropped}")))
}

fn odd_codes(list: &[Affiliation]) -> Vec<Finding> {
    list.iter().filter_map(|affiliation| odd_code(&affiliation.rne)).collect()
}

fn odd_code(rne: &Rne) -> Option<Finding> {
    match rne.form() {
        RneForm::National { letter_ok: true } => None,
        RneForm::National { letter_ok: false } => {
            let letter = rne.expected_letter()?;
            let digits = rne.as_str().trim_end_matches(|last: char| last.is_ascii_alphabetic());
            let finding = Finding::about("W-UAI-CHECK", rne.as_str());
            Some(finding.detail(format!("{digits}{letter}")))
        }
        RneForm::Other => Some(Finding::about("W-UAI-FORM", rne.as_str())),
    }
}
