//! What a program pushed into a source of kind `push`: people as it knows them, mapped like those of
//! a list, or the ids of those who left.
use super::entry::{Entry, Rejected};
use super::read::{PAGE, flat};
use super::source::{Origin, SyncedSource};
use serde_json::{Map, Value};
use std::sync::Arc;

/// Somebody as a program describes them: names of its own, texts, numbers and lists of them.
pub type Pushed = Map<String, Value>;

/// What came with one request.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Batch {
    entries: Vec<Entry>,
    left: Vec<String>,
}

impl Batch {
    /// These people left.
    pub fn leaving(ids: Vec<String>) -> Self {
        Self { entries: Vec::new(), left: ids }
    }

    pub(super) fn left(&self) -> &[String] {
        &self.left
    }
}

impl SyncedSource {
    /// These people, as far as they can be used; `None`: nobody pushes into this source.
    pub fn batch(&self, people: &[Pushed]) -> Option<Batch> {
        let Origin::Push { shape, .. } = &self.origin else { return None };
        let entry = |(place, person): (usize, &Pushed)| Entry {
            place: format!("people[{place}]"),
            read: shape.candidate(flat(person)),
        };
        let entries = people.iter().enumerate().map(entry).collect();
        Some(Batch { entries, left: Vec::new() })
    }

    /// Somebody whom the program calls so; `None`: nobody pushes into this source.
    pub fn batch_of_one(&self, id: &str, person: &Pushed) -> Option<Result<Batch, Rejected>> {
        let Origin::Push { shape, .. } = &self.origin else { return None };
        let place = "person".to_owned();
        Some(match shape.candidate_called(id, flat(person)) {
            Ok(candidate) => {
                let entries = vec![Entry { place, read: Ok(candidate) }];
                Ok(Batch { entries, left: Vec::new() })
            }
            Err((why, _)) => Err(Rejected::new(&place, &why)),
        })
    }

    /// The same source with what a program pushed, for one run.
    #[must_use]
    pub fn with(&self, batch: Batch) -> Self {
        let mut this = self.clone();
        if let Origin::Push { batch: pushed, .. } = &mut this.origin {
            *pushed = Some(Arc::new(batch));
        }
        this
    }
}

/// Reads a batch page by page.
pub(super) struct BatchReader {
    batch: Arc<Batch>,
    read: usize,
}

impl BatchReader {
    pub(super) fn open(batch: &Arc<Batch>) -> Self {
        Self { batch: Arc::clone(batch), read: 0 }
    }

    pub(super) fn page(&mut self) -> Vec<Entry> {
        let rest = self.batch.entries.get(self.read..).unwrap_or_default();
        let page: Vec<Entry> = rest.iter().take(PAGE).cloned().collect();
        self.read += page.len();
        page
    }
}
