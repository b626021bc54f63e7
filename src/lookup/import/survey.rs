//! The first reading of a list: nothing is written.
use super::entry::{Entry, Reject};
use super::list::List;
use super::write::ImportError;
use crate::db::Db;
use crate::identity::cloud::CloudId;
use crate::identity::store;
use openssl::sha::sha256;
use std::collections::HashSet;

/// Records looked at in one go.
const PAGE: i64 = 1000;
/// A list that loses more than this share of its people was cut short by accident.
const MOST_VANISHING: f64 = 0.2;

/// What a list holds.
#[derive(Debug, Default)]
pub(super) struct Survey {
    /// Lines, the names of the columns left out.
    pub(super) lines: u64,
    /// People whose account is switched off.
    pub(super) inactive: u64,
    /// Lines that cannot be used.
    pub(super) rejected: u64,
    /// Who would vanish.
    pub(super) vanishing: Vanishing,
    /// Digests of the cloud ids: as many bytes a person as a bounded memory allows.
    pub(super) named: HashSet<u128>,
    /// The same of lines that cannot be used: whoever they name stays as they are.
    pub(super) misread: HashSet<u128>,
}

/// Who is known from this list and not named by it any more.
#[derive(Debug, Default)]
pub(super) struct Vanishing {
    /// Records that the list brought before.
    pub(super) known: u64,
    /// Those of them that it does not name now.
    pub(super) missing: Vec<CloudId>,
}

/// Whether so many vanish that the list was probably cut short.
#[expect(clippy::cast_precision_loss, reason = "a share of people needs no more digits")]
pub(super) fn is_suspicious(missing: usize, known: u64) -> bool {
    missing as f64 > known as f64 * MOST_VANISHING
}

/// A line that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejected {
    /// Counted from 1.
    pub line: u64,
    /// Why.
    pub why: Reject,
}

/// Read the list `name` to its end; every line that cannot be used is told at once.
pub(super) async fn survey(
    db: &Db,
    name: &str,
    list: List,
    mut reject: impl FnMut(Rejected) -> std::io::Result<()>,
) -> Result<Survey, ImportError> {
    let mut survey = Survey::default();
    for numbered in list {
        let numbered = numbered?;
        if let Some(why) = survey.note(numbered.entry) {
            survey.rejected += 1;
            survey.misread.extend(numbered.named.as_ref().map(digest));
            reject(Rejected { line: numbered.line, why }).map_err(ImportError::Rejects)?;
        }
        // Other tasks of this thread want to go on too.
        if survey.lines.is_multiple_of(1024) {
            tokio::task::yield_now().await;
        }
    }
    let stays = |id: &CloudId| {
        let digest = digest(id);
        survey.named.contains(&digest) || survey.misread.contains(&digest)
    };
    let vanishing = vanishing(db, name, stays).await?;
    survey.vanishing = vanishing;
    Ok(survey)
}

impl Survey {
    fn note(&mut self, entry: Result<Entry, Reject>) -> Option<Reject> {
        self.lines += 1;
        match entry {
            Ok(Entry::Inactive) => self.inactive += 1,
            Ok(Entry::Listed(listed)) => {
                if !self.named.insert(digest(&listed.cloud_id)) {
                    return Some(Reject::Twice);
                }
            }
            Err(why) => return Some(why),
        }
        None
    }
}

/// 128 bits of the SHA-256 of an id in its form for comparison.
pub(in crate::lookup) fn digest(id: &CloudId) -> u128 {
    let whole = sha256(id.key().as_bytes());
    let half = whole.first_chunk().expect("32 bytes hold 16");
    u128::from_be_bytes(*half)
}

async fn vanishing(
    db: &Db,
    name: &str,
    stays: impl Fn(&CloudId) -> bool,
) -> Result<Vanishing, ImportError> {
    let mut vanishing = Vanishing::default();
    let mut after = None;
    loop {
        let mut tx = db.read().await?;
        let (page, end) = store::cloud_ids_of(&mut tx, &origin(name), after, PAGE).await?;
        if end.is_none() {
            return Ok(vanishing);
        }
        after = end;
        vanishing.known += page.len() as u64;
        vanishing.missing.extend(page.into_iter().filter(|id| !stays(id)));
    }
}

/// What column `origin` of a record holds.
fn origin(name: &str) -> String {
    format!("import:{name}")
}

#[cfg(test)]
mod tests {
    use super::is_suspicious;

    #[test]
    fn a_fifth_may_vanish_and_not_one_more() {
        let table = [(0, 0, false), (0, 5, false), (1, 5, false), (2, 5, true), (1, 4, true)];
        for (missing, known, expected) in table {
            assert_eq!(is_suspicious(missing, known), expected, "{missing} of {known}");
        }
        assert!(!is_suspicious(20_000, 100_000) && is_suspicious(20_001, 100_000));
    }
}
