//! Everything opened that searches read, for one state of the index.
//!
//! Opening costs a tenth of a millisecond a column and segment: it is done once a commit, not once
//! a search.
use super::document::Kept;
use super::schema::{Fields, Part, RANK, RANK2, TIE};
use std::sync::Arc;
use tantivy::columnar::ColumnValues;
use tantivy::fastfield::AliveBitSet;
use tantivy::index::InvertedIndexReader;
use tantivy::postings::SegmentPostings;
use tantivy::schema::IndexRecordOption;
use tantivy::schema::document::{
    DeserializeError, DocumentDeserialize, DocumentDeserializer, ValueDeserialize,
    ValueDeserializer,
};
use tantivy::store::StoreReader;
use tantivy::{DocId, Searcher, SegmentReader};

/// Unpacked blocks of answers that are kept, a segment.
const KEPT_BLOCKS: usize = 512;

/// One state of the index.
pub(super) struct View {
    /// The largest first: what it finds spares work in the others.
    pub(super) segments: Vec<Segment>,
}

/// One segment of it.
pub(super) struct Segment {
    parts: [Arc<InvertedIndexReader>; 6],
    rank: Arc<dyn ColumnValues<u64>>,
    rank2: Arc<dyn ColumnValues<u64>>,
    tie: Arc<dyn ColumnValues<u64>>,
    store: StoreReader,
    alive: Option<AliveBitSet>,
    documents: u32,
    pub(super) most: DocId,
}

impl View {
    pub(super) fn open(searcher: &Searcher, fields: &Fields) -> tantivy::Result<Self> {
        let readers = searcher.segment_readers().iter();
        let opened = readers.map(|reader| Segment::open(reader, fields));
        let mut segments = opened.collect::<tantivy::Result<Vec<_>>>()?;
        segments.sort_by_key(|segment| std::cmp::Reverse(segment.most));
        Ok(Self { segments })
    }

    /// People who can be found.
    pub(super) fn documents(&self) -> u64 {
        self.segments.iter().map(|segment| u64::from(segment.documents)).sum()
    }
}

impl Segment {
    fn open(reader: &SegmentReader, fields: &Fields) -> tantivy::Result<Self> {
        let column = |name: &str| -> tantivy::Result<_> {
            let values = reader.fast_fields().u64(name)?.values;
            if values.num_vals() == reader.max_doc() {
                return Ok(values);
            }
            Err(tantivy::TantivyError::InternalError(format!("column {name} is not whole")))
        };
        let mut parts = Vec::with_capacity(Part::ALL.len());
        for part in Part::ALL {
            parts.push(reader.inverted_index(fields.part(part))?);
        }
        let parts = parts
            .try_into()
            .map_err(|_| tantivy::TantivyError::InternalError("a part has no terms".to_owned()))?;
        Ok(Self {
            parts,
            rank: column(RANK)?,
            rank2: column(RANK2)?,
            tie: column(TIE)?,
            store: reader.get_store_reader(KEPT_BLOCKS)?,
            alive: reader.alive_bitset().cloned(),
            documents: reader.num_docs(),
            most: reader.max_doc(),
        })
    }

    /// Who has this term.
    pub(super) fn postings(
        &self,
        part: Part,
        term: &[u8],
    ) -> tantivy::Result<Option<SegmentPostings>> {
        let reader = &self.parts[part as usize];
        let Some(info) = reader.terms().get(term)? else { return Ok(None) };
        Ok(Some(reader.read_postings_from_terminfo(&info, IndexRecordOption::Basic)?))
    }

    /// Whether anybody has this term.
    pub(super) fn knows(&self, part: Part, term: &[u8]) -> tantivy::Result<bool> {
        Ok(self.parts[part as usize].terms().term_ord(term)?.is_some())
    }

    pub(super) fn is_alive(&self, doc: DocId) -> bool {
        self.alive.as_ref().is_none_or(|alive| alive.is_alive(doc))
    }

    pub(super) fn rank(&self, doc: DocId) -> u64 {
        self.rank.get_val(doc)
    }

    pub(super) fn rank2(&self, doc: DocId) -> u64 {
        self.rank2.get_val(doc)
    }

    pub(super) fn tie(&self, doc: DocId) -> u64 {
        self.tie.get_val(doc)
    }

    /// What is sent of a hit.
    pub(super) fn kept(&self, doc: DocId) -> tantivy::Result<Kept> {
        let Stored(bytes) = self.store.get(doc)?;
        let broken = || tantivy::TantivyError::InternalError("an answer is not whole".to_owned());
        Kept::read(bytes).ok_or_else(broken)
    }
}

/// The one stored field of a document, read without making a whole document of it.
struct Stored(Vec<u8>);

impl DocumentDeserialize for Stored {
    fn deserialize<'de, D>(mut deserializer: D) -> Result<Self, DeserializeError>
    where
        D: DocumentDeserializer<'de>,
    {
        let field = deserializer.next_field::<Self>()?;
        field.map(|(_, stored)| stored).ok_or_else(|| DeserializeError::custom("nothing is stored"))
    }
}

impl ValueDeserialize for Stored {
    fn deserialize<'de, D>(deserializer: D) -> Result<Self, DeserializeError>
    where
        D: ValueDeserializer<'de>,
    {
        deserializer.deserialize_bytes().map(Self)
    }
}
