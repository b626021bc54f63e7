//! One search tried out: who is found, on which step, and how long each step took.
use super::access::Asker;
use super::index::{Hit, Index, Query, Scope, SearchError, Step};
use super::words::words;
use crate::config::{Lookup, SearchPolicy};
use serde::{Deserialize, Serialize};
use std::time::{Duration, Instant};

/// What came of it.
#[derive(Debug, Clone, Serialize)]
pub struct Trial {
    /// The words that were looked for.
    pub words: Vec<String>,
    /// The steps that were taken, in their order.
    pub steps: Vec<TriedStep>,
    /// Who was found, in their order.
    pub hits: Vec<TrialHit>,
    /// All of it, microseconds.
    pub micros: u64,
    /// Why nobody was looked for at all.
    pub unheard: Option<Unheard>,
}

/// Why a rule leaves a search unanswered: the asker gets an empty list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Unheard {
    /// `[lookup] min_length`
    TooShort,
    /// `[instance:NAME] policy = exact`
    ExactOnly,
}

/// One step of the ladder.
#[derive(Debug, Clone, Serialize)]
pub struct TriedStep {
    /// Which one.
    pub step: Step,
    /// Only at the homes that the asker prefers.
    pub at_home: bool,
    /// People found there who were not found before.
    pub found: usize,
    /// Microseconds.
    pub micros: u64,
}

/// Somebody found.
#[derive(Debug, Clone, Serialize)]
pub struct TrialHit {
    /// The step that found them.
    pub step: Step,
    /// The account.
    pub cloud_id: String,
    /// Their name.
    pub name: String,
    /// Their mail address.
    pub mail: String,
}

/// The user object of the protocol, as far as people want to read it.
#[derive(Deserialize)]
struct UserObject {
    #[serde(rename = "federationId")]
    federation_id: String,
    #[serde(default)]
    name: Value,
    #[serde(default)]
    email: Value,
}

#[derive(Default, Deserialize)]
struct Value {
    value: String,
}

/// Search as `asker` would, or as somebody without preferences. Nothing is spent or recorded.
pub fn try_out(
    index: &Index,
    text: &str,
    limit: usize,
    (asker, lookup): (Option<&Asker>, &Lookup),
) -> Result<Trial, SearchError> {
    let unheard = unheard(text, asker, lookup);
    if unheard.is_some() {
        let (steps, hits) = (Vec::new(), Vec::new());
        return Ok(Trial { words: words(text), steps, hits, micros: 0, unheard });
    }
    let query = Query {
        text: text.to_owned(),
        limit,
        offset: 0,
        prefer: asker.map(|asker| asker.prefer.clone()).unwrap_or_default(),
        only_mail: asker.is_some_and(|asker| asker.policy == SearchPolicy::Mail),
        scope: scope(asker, lookup),
    };
    let start = Instant::now();
    let found = index.search(&query)?;
    Ok(Trial {
        micros: micros(start.elapsed()),
        words: words(text),
        steps: found.tried.iter().map(TriedStep::of).collect(),
        hits: found.hits.iter().filter_map(TrialHit::of).collect(),
        unheard,
    })
}

fn unheard(text: &str, asker: Option<&Asker>, lookup: &Lookup) -> Option<Unheard> {
    if text.trim().chars().count() < lookup.min_length {
        return Some(Unheard::TooShort);
    }
    asker.filter(|asker| asker.policy == SearchPolicy::Exact).map(|_| Unheard::ExactOnly)
}

fn scope(asker: Option<&Asker>, lookup: &Lookup) -> Scope {
    match asker {
        Some(asker) if lookup.pupils => Scope::GrownUps { server: asker.server.clone() },
        _ => Scope::All,
    }
}

impl TriedStep {
    fn of(tried: &super::index::Tried) -> Self {
        let super::index::Tried { step, at_home, found, took } = *tried;
        Self { step, at_home, found, micros: micros(took) }
    }
}

impl TrialHit {
    fn of(hit: &Hit) -> Option<Self> {
        let object: UserObject = serde_json::from_slice(&hit.json).ok()?;
        Some(Self {
            step: hit.step,
            cloud_id: object.federation_id,
            name: object.name.value,
            mail: object.email.value,
        })
    }
}

fn micros(took: Duration) -> u64 {
    u64::try_from(took.as_micros()).unwrap_or(u64::MAX)
}
