//! The ladder: one step after the other until enough people are found.
//!
//! A step is an intersection of posting lists. Segments hold people in order of their names, so
//! each one is left as soon as it cannot give anything that comes before what is there already.
use super::deny::Denied;
use super::effort::Effort;
use super::error::Trouble;
use super::matches::{Crossing, Matches};
use super::schema::Part;
use super::typo::similar;
use super::view::{Segment, View};
use std::time::{Duration, Instant};
use tantivy::DocId;

/// How well somebody matches, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// The whole name, login, mail address or cloud id.
    Exact,
    /// Every word is a word of the name.
    Words,
    /// Every word begins a word of the name.
    Beginnings,
    /// Login and local part of the mail address count too.
    Login,
    /// Mail domain and server count too.
    Domain,
    /// With one typing error a word.
    Typo,
}

/// One rung: what is looked for, and whether only at the preferred homes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rung<'a> {
    pub(super) step: Step,
    /// Lines for [`Step::Exact`], words for the others.
    pub(super) terms: &'a [String],
    /// Home terms, any of which must be there; empty: everybody.
    pub(super) homes: &'a [String],
    /// The same, of those who may be found at all.
    pub(super) within: &'a [String],
    /// Whoever is found here is who was meant: nobody is looked for any further.
    pub(super) ends: bool,
}

/// Somebody found: where, on which step, and the place in the order.
#[derive(Debug, Clone, Copy)]
pub(super) struct Found {
    pub(super) segment: usize,
    pub(super) doc: DocId,
    pub(super) step: Step,
    order: (u64, u64, u64),
}

/// What one rung gave, for explanations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tried {
    /// The step.
    pub step: Step,
    /// At the preferred homes only.
    pub at_home: bool,
    /// People found there who were not found before.
    pub found: usize,
    /// What it took.
    pub took: Duration,
}

/// One search on its way.
pub(super) struct Ladder<'a> {
    pub(super) view: &'a View,
    pub(super) denied: &'a Denied,
    pub(super) effort: Effort,
    /// People wanted in all.
    pub(super) want: usize,
    pub(super) found: Vec<Found>,
    pub(super) tried: Vec<Tried>,
}

impl Ladder<'_> {
    /// Take the rungs in turn. Somebody found is not found again further up.
    pub(super) fn climb(&mut self, rungs: &[Rung<'_>]) -> Result<(), Trouble> {
        for rung in rungs {
            if self.found.len() >= self.want {
                break;
            }
            let start = Instant::now();
            let before = self.found.len();
            match self.take(rung) {
                // Guesses come last: what is sure is answered without them.
                Err(Trouble::TooCostly) if rung.step == Step::Typo => break,
                result => result?,
            }
            self.tried.push(Tried {
                step: rung.step,
                at_home: !rung.homes.is_empty(),
                found: self.found.len() - before,
                took: start.elapsed(),
            });
            if rung.ends && !self.found.is_empty() {
                break;
            }
        }
        Ok(())
    }

    fn take(&mut self, rung: &Rung<'_>) -> Result<(), Trouble> {
        let need = self.want - self.found.len();
        let mut fresh: Vec<Found> = Vec::new();
        for place in 0..self.view.segments.len() {
            let before = fresh.len();
            self.collect(rung, place, need, &mut fresh)?;
            if before > 0 || fresh.len() > need {
                fresh.sort_unstable_by_key(|found| found.order);
                fresh.truncate(need);
            }
        }
        fresh.sort_unstable_by_key(|found| found.order);
        self.found.append(&mut fresh);
        Ok(())
    }

    /// What one segment can add to the `need` first ones.
    fn collect(
        &mut self,
        rung: &Rung<'_>,
        place: usize,
        need: usize,
        fresh: &mut Vec<Found>,
    ) -> Result<(), Trouble> {
        let segment = &self.view.segments[place];
        let Some(lists) = lists(segment, rung, &mut self.effort)? else { return Ok(()) };
        let mut crossing = Crossing::of(lists);
        let mut bound = fresh.get(need - 1).map_or(u64::MAX, |found| found.order.0);
        let seen = self.seen_in(place);
        let (mut count, mut next) = (0, 0);
        while let Some(doc) = crossing.seek(next, &mut self.effort)? {
            next = doc + 1;
            if !segment.is_alive(doc) || seen.binary_search(&doc).is_ok() {
                continue;
            }
            let order = (segment.rank(doc), segment.rank2(doc), segment.tie(doc));
            if order.0 > bound {
                break;
            }
            if self.denied.holds(order.2) {
                continue;
            }
            fresh.push(Found { segment: place, doc, step: rung.step, order });
            count += 1;
            if count == need {
                bound = bound.min(order.0);
            }
        }
        Ok(())
    }

    /// Documents of a segment that an earlier rung gave, in order.
    fn seen_in(&self, place: usize) -> Vec<DocId> {
        let there = self.found.iter().filter(|found| found.segment == place);
        let mut seen: Vec<DocId> = there.map(|found| found.doc).collect();
        seen.sort_unstable();
        seen
    }
}

/// The lists of a rung that are to be crossed; `None` when one of them would be empty.
fn lists(
    segment: &Segment,
    rung: &Rung<'_>,
    effort: &mut Effort,
) -> Result<Option<Vec<Matches>>, Trouble> {
    let mut lists = Vec::with_capacity(rung.terms.len() + 1);
    if rung.step == Step::Exact {
        let Some(list) = any_of(segment, Part::Exact, rung.terms)? else { return Ok(None) };
        lists.push(list);
    } else {
        for (place, word) in rung.terms.iter().enumerate() {
            let is_last = place + 1 == rung.terms.len();
            let Some(list) = of_word(segment, rung, (word, is_last), effort)? else {
                return Ok(None);
            };
            lists.push(list);
        }
    }
    for homes in [rung.homes, rung.within].into_iter().filter(|homes| !homes.is_empty()) {
        let Some(list) = any_of(segment, Part::Home, homes)? else { return Ok(None) };
        lists.push(list);
    }
    Ok(Some(lists))
}

fn any_of(segment: &Segment, part: Part, terms: &[String]) -> Result<Option<Matches>, Trouble> {
    let mut lists = Vec::with_capacity(terms.len());
    for term in terms {
        lists.extend(segment.postings(part, term.as_bytes())?);
    }
    Ok(Matches::any(lists))
}

/// Who matches one word on this rung.
fn of_word(
    segment: &Segment,
    rung: &Rung<'_>,
    (word, is_last): (&str, bool),
    effort: &mut Effort,
) -> Result<Option<Matches>, Trouble> {
    let parts: &[Part] = match rung.step {
        Step::Exact => &[Part::Exact],
        Step::Words => &[Part::Word],
        Step::Beginnings => &[Part::Edge],
        Step::Login => &[Part::Edge, Part::Login],
        Step::Domain => &[Part::Edge, Part::Login, Part::Domain],
        Step::Typo => {
            let similar = similar(segment, word, is_last, effort)?;
            if rung.terms.len() == 1 && rung.homes.is_empty() && rung.within.is_empty() {
                return Ok(Matches::any(similar));
            }
            return Matches::gathered(similar, segment.most, effort);
        }
    };
    let mut lists = Vec::with_capacity(parts.len());
    for part in parts {
        lists.extend(segment.postings(*part, word.as_bytes())?);
    }
    Ok(Matches::any(lists))
}
