//! Fields and settings of the index.
use super::tokens::Terms;
use tantivy::index::{IndexSettings, IndexSortByField, Order};
use tantivy::schema::{
    BytesOptions, FAST, Field, INDEXED, IndexRecordOption, STORED, Schema, TextFieldIndexing,
    TextOptions,
};
use tantivy::store::Compressor;
use tantivy::tokenizer::{TextAnalyzer, TokenizerManager};

/// Changed with every change of what stands in the index: an older one is built anew.
pub(super) const VERSION: u32 = 2;

/// A kind of terms that searches look up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// Whole names, logins, mail addresses, cloud ids, with a letter in front that says which.
    Exact,
    /// Words of the name.
    Word,
    /// Beginnings of the words of the name.
    Edge,
    /// Beginnings of the words of login and local part.
    Login,
    /// Beginnings of the words of mail domain and server.
    Domain,
    /// The server and the mail domain, whole.
    Home,
}

impl Part {
    pub(super) const ALL: [Self; 6] =
        [Self::Exact, Self::Word, Self::Edge, Self::Login, Self::Domain, Self::Home];

    fn name(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Word => "word",
            Self::Edge => "edge",
            Self::Login => "login",
            Self::Domain => "domain",
            Self::Home => "home",
        }
    }

    fn terms(self) -> Terms {
        match self {
            Self::Exact | Self::Home => Terms::Lines,
            Self::Word => Terms::Words,
            Self::Edge | Self::Login | Self::Domain => Terms::Beginnings,
        }
    }
}

/// The columns by which hits are ordered.
pub(super) const RANK: &str = "rank";
/// What follows in the name.
pub(super) const RANK2: &str = "rank2";
/// From the id: tells namesakes apart, always the same way.
pub(super) const TIE: &str = "tie";

/// Handles of the fields, the same in every index of this version.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fields {
    /// The record's id, 16 bytes, for taking documents out.
    pub(super) id: Field,
    /// By [`Part`].
    pub(super) parts: [Field; 6],
    /// [`RANK`]
    pub(super) rank: Field,
    /// [`RANK2`]
    pub(super) rank2: Field,
    /// [`TIE`]
    pub(super) tie: Field,
    /// What a hit needs: the user object as it is sent, then id and person.
    pub(super) answer: Field,
}

impl Fields {
    pub(super) fn part(&self, part: Part) -> Field {
        self.parts[part as usize]
    }
}

/// The schema and its handles.
pub(super) fn schema() -> (Schema, Fields) {
    let mut schema = Schema::builder();
    let id = schema.add_bytes_field("id", BytesOptions::default() | INDEXED);
    let parts = Part::ALL.map(|part| schema.add_text_field(part.name(), text(part.terms())));
    let fields = Fields {
        id,
        parts,
        rank: schema.add_u64_field(RANK, FAST),
        rank2: schema.add_u64_field(RANK2, FAST),
        tie: schema.add_u64_field(TIE, FAST),
        answer: schema.add_bytes_field("answer", STORED),
    };
    (schema.build(), fields)
}

/// Neither frequencies nor lengths: nothing is scored.
fn text(terms: Terms) -> TextOptions {
    let indexing = TextFieldIndexing::default()
        .set_tokenizer(terms.name())
        .set_index_option(IndexRecordOption::Basic)
        .set_fieldnorms(false);
    TextOptions::default().set_indexing_options(indexing)
}

/// In order of names; small blocks, since the hits of one search are rarely neighbours.
pub(super) fn settings() -> IndexSettings {
    IndexSettings {
        sort_by_field: Some(IndexSortByField { field: RANK.to_owned(), order: Order::Asc }),
        docstore_compression: Compressor::Lz4,
        docstore_blocksize: 4096,
        docstore_compress_dedicated_thread: false,
        ..IndexSettings::default()
    }
}

/// The tokenizers that the schema names.
pub(super) fn tokenizers() -> TokenizerManager {
    let manager = TokenizerManager::default();
    for terms in [Terms::Lines, Terms::Words, Terms::Beginnings] {
        manager.register(terms.name(), TextAnalyzer::from(terms));
    }
    manager
}
