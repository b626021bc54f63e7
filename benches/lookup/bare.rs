//! The same search on the library alone: terms crossed by its own queries, the first fifty in the
//! order of the index, their stored documents.
use aiguillage::lookup::words::{fold, words};
use anyhow::{Context, Result};
use std::path::Path;
use tantivy::query::{BooleanQuery, EnableScoring, FuzzyTermQuery, Query, TermQuery};
use tantivy::schema::{Field, IndexRecordOption, Value};
use tantivy::{DocAddress, Searcher, TERMINATED, TantivyDocument, Term};

/// Hits of one search.
const HITS: usize = 50;

pub(crate) struct Bare {
    searcher: Searcher,
    edge: Field,
    word: Field,
    exact: Field,
    answer: Field,
}

impl Bare {
    /// Open the copy that the index serves from.
    pub(crate) fn open(copy: &Path) -> Result<Self> {
        let index = tantivy::Index::open_in_dir(copy)?;
        let schema = index.schema();
        let field = |name: &str| schema.get_field(name);
        Ok(Self {
            edge: field("edge")?,
            word: field("word")?,
            exact: field("exact")?,
            answer: field("answer")?,
            searcher: index.reader()?.searcher(),
        })
    }

    /// Bytes of all answers found: by the terms, and when they are fewer than fifty, with one
    /// error a word.
    pub(crate) fn search(&self, class: &str, text: &str) -> Result<usize> {
        let mut found = self.first(&*self.query(class, text))?;
        if found.len() < HITS && !text.contains('@') {
            for address in self.first(&self.misspelt(text))? {
                if found.len() < HITS && !found.contains(&address) {
                    found.push(address);
                }
            }
        }
        let mut bytes = 0;
        for address in found {
            let document: TantivyDocument = self.searcher.doc(address)?;
            let answer = document.get_first(self.answer).context("an answer is stored")?;
            bytes += answer.as_bytes().map_or(0, <[u8]>::len);
        }
        Ok(bytes)
    }

    /// The first documents of each segment, as they lie there.
    fn first(&self, query: &dyn Query) -> Result<Vec<DocAddress>> {
        let weight = query.weight(EnableScoring::disabled_from_searcher(&self.searcher))?;
        let mut found = Vec::with_capacity(HITS);
        for (number, reader) in (0..).zip(self.searcher.segment_readers()) {
            let mut scorer = weight.scorer(reader, 1.0)?;
            let mut count = 0;
            while scorer.doc() != TERMINATED && count < HITS {
                found.push(DocAddress::new(number, scorer.doc()));
                scorer.advance();
                count += 1;
            }
        }
        found.truncate(HITS);
        Ok(found)
    }

    fn misspelt(&self, text: &str) -> BooleanQuery {
        let words = words(text);
        let last = words.len().saturating_sub(1);
        let one = |(place, word): (usize, &String)| -> Box<dyn Query> {
            let term = |field| Term::from_field_text(field, word);
            if word.len() < 4 {
                Box::new(TermQuery::new(term(self.edge), IndexRecordOption::Basic))
            } else if place == last {
                Box::new(FuzzyTermQuery::new_prefix(term(self.word), 1, true))
            } else {
                Box::new(FuzzyTermQuery::new(term(self.word), 1, true))
            }
        };
        BooleanQuery::intersection(words.iter().enumerate().map(one).collect())
    }

    fn query(&self, class: &str, text: &str) -> Box<dyn Query> {
        let term = |field, text: &str| Term::from_field_text(field, text);
        let exactly = |line: String| -> Box<dyn Query> {
            Box::new(TermQuery::new(term(self.exact, &line), IndexRecordOption::Basic))
        };
        match class {
            "mail" => exactly(format!("m:{}", fold(text))),
            "cloud id" => exactly(format!("c:{text}")),
            _ => {
                let words = words(text);
                let one = |word: &String| -> Box<dyn Query> {
                    Box::new(TermQuery::new(term(self.edge, word), IndexRecordOption::Basic))
                };
                Box::new(BooleanQuery::intersection(words.iter().map(one).collect()))
            }
        }
    }
}
