//! One copy of the index on disk and the one writer of it.
use super::document::document;
use super::error::IndexError;
use super::position::Position;
use super::schema::{Fields, schema, settings, tokenizers};
use super::view::View;
use super::{check, folder};
use crate::identity::cloud::{ListedRecord, RecordId};
use futures_util::FutureExt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};
use tantivy::index::Index;
use tantivy::index::SegmentMeta;
use tantivy::indexer::{IndexWriter, IndexWriterOptions, LogMergePolicy, NoMergePolicy};
use tantivy::{FutureResult, IndexReader, ReloadPolicy, Term};

/// The library wants at least so much for each thread, MiB.
const LEAST_MEMORY: usize = 16;
/// Fewer people beside the largest piece are left to the policy of merging.
const LARGE_REST: u32 = 1_000;
/// After joining failed, as when the policy was about it already.
const REST: Duration = Duration::from_mins(1);

/// Memory and threads of a writer.
#[derive(Debug, Clone, Copy)]
pub(super) struct Means {
    /// In all, MiB.
    pub(super) memory: usize,
    pub(super) threads: usize,
}

type Joining = FutureResult<Option<SegmentMeta>>;

/// An index in a folder, with its writer.
pub(super) struct Copy {
    pub(super) path: PathBuf,
    pub(super) position: Position,
    fields: Fields,
    reader: IndexReader,
    writer: IndexWriter,
    /// One segment is being made of several. Never locked: threads may only share what is.
    joining: Mutex<Option<Joining>>,
    /// When there may be several to join.
    look: Option<Instant>,
}

impl Copy {
    /// A new, empty one.
    pub(super) fn create(
        path: &Path,
        position: Position,
        means: Means,
    ) -> Result<Self, IndexError> {
        let index = Index::builder()
            .schema(schema().0)
            .settings(settings())
            .tokenizers(tokenizers())
            .create_in_dir(path)?;
        let mut copy = Self::with_writer(path, &index, position, means)?;
        copy.commit(position)?;
        Ok(copy)
    }

    /// One that is there. What it holds is checked as far as `check` does it at a start.
    pub(super) fn open(path: &Path, means: Means) -> Result<Self, IndexError> {
        let (index, position) = check::open(path)?;
        Self::with_writer(path, &index, position, means)
    }

    fn with_writer(
        path: &Path,
        index: &Index,
        position: Position,
        means: Means,
    ) -> Result<Self, IndexError> {
        let threads = means.threads.clamp(1, (means.memory / LEAST_MEMORY).max(1));
        let memory = means.memory.max(LEAST_MEMORY);
        let options = IndexWriterOptions::builder()
            .num_worker_threads(threads)
            .memory_budget_per_thread((memory / threads) << 20)
            .num_merge_threads(1)
            .build();
        let writer: IndexWriter = index.writer_with_options(options)?;
        writer.set_merge_policy(Box::new(merging()));
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        let (path, fields) = (path.to_owned(), schema().1);
        let look = Some(Instant::now());
        Ok(Self { path, position, fields, reader, writer, joining: Mutex::default(), look })
    }

    /// Add somebody who is not there yet.
    pub(super) fn add(&self, record: &ListedRecord) -> Result<(), IndexError> {
        self.writer.add_document(document(record, &self.fields))?;
        Ok(())
    }

    /// Take somebody out, whether there or not.
    pub(super) fn take_out(&self, id: RecordId) {
        self.writer.delete_term(Term::from_field_bytes(self.fields.id, id.0.as_bytes()));
    }

    /// Keep what was done, with the position that it reaches; both or neither survive a crash.
    pub(super) fn commit(&mut self, position: Position) -> Result<(), IndexError> {
        let mut prepared = self.writer.prepare_commit()?;
        prepared.set_payload(&position.write());
        prepared.commit()?;
        self.position = position;
        self.look = Some(Instant::now());
        Ok(())
    }

    /// What the last commit shows.
    pub(super) fn view(&self) -> Result<View, IndexError> {
        self.reader.reload()?;
        Ok(View::open(&self.reader.searcher(), &self.fields)?)
    }

    /// Bytes on disk.
    pub(super) fn size(&self) -> u64 {
        folder::size(&self.path)
    }

    /// Open what was filled with the means of every day.
    pub(super) fn reopen(self, means: Means) -> Result<Self, IndexError> {
        let Self { path, writer, .. } = self;
        writer.wait_merging_threads()?;
        Self::open(&path, means)
    }

    /// The same, once everything is one segment.
    pub(super) fn settle(mut self, means: Means) -> Result<Self, IndexError> {
        let pieces = self.writer.index().searchable_segment_ids()?;
        if pieces.len() > 1 {
            self.writer.merge(&pieces).wait()?;
        }
        self.reopen(means)
    }

    /// Let what is written in pieces stay so for now.
    pub(super) fn in_pieces(self) -> Self {
        self.writer.set_merge_policy(Box::new(NoMergePolicy));
        self
    }

    /// Every search asks each segment: when much lies beside the largest, as after a filling, begin
    /// to make one of all, on the thread of the library, while changes are followed. To be called
    /// again; true when searches may see the one.
    pub(super) fn join(&mut self) -> Result<bool, IndexError> {
        let place = self.joining.get_mut().unwrap_or_else(PoisonError::into_inner);
        if let Some(joining) = place {
            let Some(joined) = joining.now_or_never() else { return Ok(false) };
            *place = None;
            if let Err(error) = &joined {
                tracing::info!(%error, "the pieces of the index are joined later");
                self.look = Some(Instant::now() + REST);
            }
            return Ok(joined.is_ok());
        }
        if self.look.is_none_or(|look| Instant::now() < look) {
            return Ok(false);
        }
        self.look = None;
        let pieces = self.writer.index().searchable_segment_metas()?;
        let sizes = || pieces.iter().map(SegmentMeta::num_docs);
        let (all, largest) = (sizes().sum::<u32>(), sizes().max().unwrap_or(0));
        let rest = all - largest;
        if rest >= LARGE_REST && rest >= all / 10 {
            let ids: Vec<_> = pieces.iter().map(SegmentMeta::id).collect();
            *place = Some(self.writer.merge(&ids));
        }
        Ok(false)
    }

    #[cfg(test)]
    pub(super) fn is_joining(&mut self) -> bool {
        self.joining.get_mut().unwrap_or_else(PoisonError::into_inner).is_some()
    }
}

/// Few segments, since every search asks each one; a segment is written anew when a quarter of it
/// is gone.
fn merging() -> LogMergePolicy {
    let mut policy = LogMergePolicy::default();
    policy.set_min_num_segments(6);
    policy.set_max_docs_before_merge(20_000_000);
    policy.set_del_docs_ratio_before_merge(0.25);
    policy
}
