//! Walks through posting lists: one list, any of several, all at once.
use super::effort::Effort;
use super::error::Trouble;
use tantivy::postings::SegmentPostings;
use tantivy::query::BitSetDocSet;
use tantivy::{BitSet, DocId, DocSet, HasLen, TERMINATED};

/// Lists up to which asking each one in turn is cheaper than a set of all their documents.
const FEW: usize = 4;

/// Documents in ascending order.
pub(super) enum Matches {
    /// Those of any of a few terms; mostly of one.
    Any(Vec<SegmentPostings>),
    /// Those of many terms, gathered.
    Set(BitSetDocSet, usize),
}

impl Matches {
    /// Whoever has any of the terms; `None` when nobody has.
    pub(super) fn any(lists: Vec<SegmentPostings>) -> Option<Self> {
        (!lists.is_empty()).then_some(Self::Any(lists))
    }

    /// The same for lists that are to be crossed with others: many of them become one set.
    pub(super) fn gathered(
        lists: Vec<SegmentPostings>,
        most: DocId,
        effort: &mut Effort,
    ) -> Result<Option<Self>, Trouble> {
        if lists.len() <= FEW {
            return Ok(Self::any(lists));
        }
        effort.spend(most as usize / 1024)?;
        let mut set = BitSet::with_max_value(most);
        for mut list in lists {
            effort.spend(list.len() / 16 + 1)?;
            let mut doc = list.doc();
            while doc != TERMINATED {
                set.insert(doc);
                doc = list.advance();
            }
        }
        let size = set.len();
        Ok(Some(Self::Set(BitSetDocSet::from(set), size)))
    }

    /// Documents there may be, at most.
    fn size(&self) -> usize {
        match self {
            Self::Any(lists) => lists.iter().map(HasLen::len).sum(),
            Self::Set(_, size) => *size,
        }
    }

    fn doc(&self) -> DocId {
        match self {
            Self::Any(lists) => lists.iter().map(DocSet::doc).min().unwrap_or(TERMINATED),
            Self::Set(set, _) => set.doc(),
        }
    }

    /// The first document that is not before `target`.
    fn seek(&mut self, target: DocId) -> DocId {
        match self {
            Self::Any(lists) => {
                lists.iter_mut().map(|list| forward(list, target)).min().unwrap_or(TERMINATED)
            }
            Self::Set(set, _) => forward(set, target),
        }
    }

    /// Steps that one [`Matches::seek`] costs.
    fn price(&self) -> usize {
        if let Self::Any(lists) = self { lists.len() } else { 1 }
    }
}

/// The library only seeks to what lies ahead.
fn forward(list: &mut impl DocSet, target: DocId) -> DocId {
    if list.doc() < target { list.seek(target) } else { list.doc() }
}

/// The documents that are in every one of several [`Matches`].
pub(super) struct Crossing {
    /// The shortest first: it leads.
    lists: Vec<Matches>,
    price: usize,
}

impl Crossing {
    pub(super) fn of(mut lists: Vec<Matches>) -> Self {
        lists.sort_by_key(Matches::size);
        let price = lists.iter().map(Matches::price).sum();
        Self { lists, price }
    }

    /// The first common document that is not before `target`.
    pub(super) fn seek(
        &mut self,
        target: DocId,
        effort: &mut Effort,
    ) -> Result<Option<DocId>, Trouble> {
        let Some((first, others)) = self.lists.split_first_mut() else { return Ok(None) };
        let mut candidate = first.doc().max(target);
        loop {
            effort.spend(self.price)?;
            candidate = first.seek(candidate);
            if candidate == TERMINATED {
                return Ok(None);
            }
            let Some(beyond) = others.iter_mut().find_map(|list| passes(list, candidate)) else {
                return Ok(Some(candidate));
            };
            candidate = beyond;
        }
    }
}

/// Where a list goes on when it does not have the candidate.
fn passes(list: &mut Matches, candidate: DocId) -> Option<DocId> {
    Some(list.seek(candidate)).filter(|doc| *doc != candidate)
}
