//! Searching: from what was typed to the hits, and exact look-ups.
use super::Index;
use super::effort::Effort;
use super::error::{SearchError, Trouble};
use super::ladder::{Found, Ladder, Rung, Step, Tried};
use super::query::{DEEPEST, Exact, Query, Scope, Typed};
use super::view::View;
use crate::identity::cloud::RecordId;
use crate::lookup::words::fold;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Hits of an exact look-up at most: more people do not share a login.
const MOST_EXACT: usize = 200;

/// Somebody found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// The record.
    pub id: RecordId,
    /// How well it matches.
    pub step: Step,
    /// Equal on all records of one person, evenly spread.
    pub person_hash: u64,
    /// The user object with every field that is kept, compact, `federationId` first.
    pub json: Box<[u8]>,
}

/// What a search found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hits {
    /// Best first.
    pub hits: Vec<Hit>,
    /// The steps that were taken, for explanations.
    pub tried: Vec<Tried>,
}

impl Index {
    /// Find people by whatever was typed.
    pub fn search(&self, query: &Query) -> Result<Hits, SearchError> {
        let Some(typed) = Typed::read(query) else { return Ok(Hits::default()) };
        if query.limit == 0 {
            return Ok(Hits::default());
        }
        let homes: Vec<String> = query.prefer.iter().map(|home| fold(home)).collect();
        let within = query.scope.homes();
        let rungs = rungs(&typed, (&homes, &within), query.only_mail);
        self.climb(&rungs, query.offset, query.limit)
    }

    /// Everybody with one of these logins, mail addresses or cloud ids.
    pub fn exact(&self, wanted: &[Exact], scope: &Scope) -> Result<Vec<Hit>, SearchError> {
        let lines: Vec<String> = wanted.iter().map(Exact::line).collect();
        let within = scope.homes();
        let rung =
            Rung { step: Step::Exact, terms: &lines, homes: &[], within: &within, ends: true };
        Ok(self.climb(&[rung], 0, MOST_EXACT)?.hits)
    }

    fn climb(&self, rungs: &[Rung<'_>], offset: usize, limit: usize) -> Result<Hits, SearchError> {
        let _slot = self.0.gate.enter()?;
        let denied = self.0.denied.now();
        let view = self.0.view.load_full().ok_or(SearchError::NotReady)?;
        let mut ladder = Ladder {
            view: &view,
            denied: &denied,
            effort: Effort::default(),
            want: offset.saturating_add(limit).min(DEEPEST),
            found: Vec::new(),
            tried: Vec::new(),
        };
        // Damaged files may make the library panic: that is one failed search and a new index,
        // not a failed request each time.
        let climbed = catch_unwind(AssertUnwindSafe(|| {
            ladder.climb(rungs)?;
            let chosen = ladder.found.get(offset..).unwrap_or_default();
            chosen.iter().map(|found| hit(&view, found)).collect::<Result<Vec<_>, Trouble>>()
        }));
        match climbed {
            Ok(Ok(hits)) => Ok(Hits { hits, tried: ladder.tried }),
            Ok(Err(Trouble::TooCostly)) => Err(SearchError::TooCostly),
            Ok(Err(Trouble::Damaged(error))) => {
                self.distrust(&error.to_string());
                Err(SearchError::NotReady)
            }
            Err(_) => {
                self.distrust("a search cannot read it");
                Err(SearchError::NotReady)
            }
        }
    }
}

fn hit(view: &View, found: &Found) -> Result<Hit, Trouble> {
    let kept = view.segments[found.segment].kept(found.doc)?;
    Ok(Hit { id: kept.id, step: found.step, person_hash: kept.person_hash, json: kept.json })
}

/// The rungs for what was typed: each step at home first, then everywhere.
fn rungs<'a>(
    typed: &'a Typed,
    (homes, within): (&'a [String], &'a [String]),
    only_mail: bool,
) -> Vec<Rung<'a>> {
    let mut rungs = Vec::new();
    let mut add = |step, terms: &'a [String]| {
        // A whole address was typed and somebody has it.
        let ends = step == Step::Exact && typed.is_address;
        if !homes.is_empty() && !ends {
            rungs.push(Rung { step, terms, homes, within, ends });
        }
        rungs.push(Rung { step, terms, homes: &[], within, ends });
    };
    add(Step::Exact, &typed.lines);
    if only_mail {
        return rungs;
    }
    for step in [Step::Words, Step::Beginnings] {
        add(step, &typed.words);
        if let Some(joined) = &typed.joined {
            add(step, joined);
        }
    }
    add(Step::Login, &typed.words);
    if typed.may_be_mail {
        add(Step::Domain, &typed.words);
    }
    if typed.may_be_misspelt {
        add(Step::Typo, &typed.words);
    }
    rungs
}
