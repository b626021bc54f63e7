//! One copy of the index on disk and the one writer of it.
use super::document::document;
use super::error::IndexError;
use super::position::Position;
use super::schema::{Fields, schema, settings, tokenizers};
use super::view::View;
use super::{check, folder};
use crate::identity::cloud::{ListedRecord, RecordId};
use std::path::{Path, PathBuf};
use tantivy::index::Index;
use tantivy::indexer::{IndexWriter, IndexWriterOptions, LogMergePolicy, NoMergePolicy};
use tantivy::{IndexReader, ReloadPolicy, Term};

/// The library wants at least so much for each thread, MiB.
const LEAST_MEMORY: usize = 16;

/// Memory and threads of a writer.
#[derive(Debug, Clone, Copy)]
pub(super) struct Means {
    /// In all, MiB.
    pub(super) memory: usize,
    pub(super) threads: usize,
}

/// An index in a folder, with its writer.
pub(super) struct Copy {
    pub(super) path: PathBuf,
    pub(super) position: Position,
    fields: Fields,
    reader: IndexReader,
    writer: IndexWriter,
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
        Ok(Self { path: path.to_owned(), position, fields: schema().1, reader, writer })
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

    /// Make one segment of what a first filling wrote in pieces: every search asks each segment.
    pub(super) fn settle(mut self, means: Means) -> Result<Self, IndexError> {
        let pieces = self.writer.index().searchable_segment_ids()?;
        if pieces.len() > 1 {
            self.writer.merge(&pieces).wait()?;
        }
        let Self { path, writer, .. } = self;
        writer.wait_merging_threads()?;
        Self::open(&path, means)
    }

    /// Let what is written in pieces stay so until [`Copy::settle`].
    pub(super) fn in_pieces(self) -> Self {
        self.writer.set_merge_policy(Box::new(NoMergePolicy));
        self
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
