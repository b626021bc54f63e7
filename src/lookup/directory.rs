//! One search, from the request to the hits: what the asker may search by and may see.
use super::access::{Access, Allowance, Asker};
use super::index::{Exact, Hit, Index, Query, Scope, SearchError};
use super::user_object::{UserObject, push_narrowed};
use super::words::fold;
use crate::config::{Config, ConflictRule, SearchPolicy};
use crate::db::Db;
use crate::identity::cloud::{CloudId, Field, RecordId};
use crate::identity::store::cloud::{Standing, standings};
use std::sync::Arc;

/// More letters than any cloud id has.
const MOST_LETTERS: usize = 255;
/// Nobody leafs so far.
const MOST_OFFSET: usize = 10_000;

/// A free search as it was asked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SearchRequest {
    /// What was typed, in the ways it can be read; the first that finds somebody counts.
    pub readings: Vec<String>,
    /// Hits wanted.
    pub limit: Option<usize>,
    /// Hits to leave out at the beginning.
    pub offset: usize,
}

/// An exact search as it was asked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ExactRequest {
    /// What is looked for, in the ways it can be read.
    pub readings: Vec<String>,
    /// By which names.
    pub by: ExactBy,
}

/// By which names an exact search goes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ExactBy {
    /// Login or mail address.
    #[default]
    Any,
    /// Login.
    Userid,
    /// Mail address.
    Email,
    /// Cloud id.
    CloudId,
    /// None that we know: finds nobody.
    Nothing,
}

/// Why a search is not answered.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// Too many people were shown already.
    #[error("too many people were shown already")]
    TooMuch {
        /// Seconds.
        retry_after: u64,
    },
    /// The index cannot answer now.
    #[error(transparent)]
    Index(#[from] SearchError),
    /// Nor can the database.
    #[error("the database does not answer")]
    Database(#[from] sqlx::Error),
}

/// Searches, with what the asker may see.
#[derive(Clone)]
pub struct Directory {
    index: Index,
    db: Db,
    access: Access,
    rules: Arc<Rules>,
}

struct Rules {
    min_length: usize,
    results: usize,
    max_results: usize,
    conflict: ConflictRule,
    with_pupils: bool,
}

impl Directory {
    /// Over this index.
    pub fn new(config: &Config, index: Index, db: Db, access: Access) -> Self {
        let lookup = &config.lookup;
        let rules = Rules {
            min_length: lookup.min_length,
            results: lookup.results,
            max_results: lookup.max_results,
            conflict: lookup.conflict,
            with_pupils: lookup.pupils,
        };
        Self { index, db, access, rules: Arc::new(rules) }
    }

    /// Whoever fits what was typed, as a JSON array.
    pub fn search(&self, asker: &Asker, request: &SearchRequest) -> Result<Vec<u8>, Refusal> {
        let only_mail = match (self.allowance(asker)?, asker.policy) {
            (_, SearchPolicy::Exact) => return Ok(b"[]".to_vec()),
            (allowance, policy) => {
                allowance == Allowance::ExactOnly || policy == SearchPolicy::Mail
            }
        };
        let mut hits = Vec::new();
        for text in request.readings.iter().filter(|text| self.is_worth_a_search(text)) {
            if hits.is_empty() {
                hits = self.index.search(&self.query(asker, text, request, only_mail))?.hits;
            }
        }
        self.shown(asker, &hits);
        let without_mail = without_mail(asker);
        Ok(array(&hits, |hit| match &without_mail {
            Some(fields) if !is_address_of(hit, &request.readings) => fields,
            _ => &asker.fields,
        }))
    }

    /// The one user that is called so, as an object; an empty array when there is none.
    pub async fn exact(&self, asker: &Asker, request: &ExactRequest) -> Result<Vec<u8>, Refusal> {
        self.allowance(asker)?;
        for text in &request.readings {
            let found = self.index.exact(&wanted(text, request.by), &self.scope(asker))?;
            let Some(hit) = self.rightful(found).await? else { continue };
            self.shown(asker, std::slice::from_ref(&hit));
            let mut object = Vec::with_capacity(hit.json.len());
            let fields = without_mail(asker).filter(|_| !is_address_of(&hit, &request.readings));
            if push_narrowed(&mut object, &hit.json, fields.as_deref().unwrap_or(&asker.fields)) {
                return Ok(object);
            }
        }
        self.shown(asker, &[]);
        Ok(b"[]".to_vec())
    }

    /// The cloud id of the one user with this login or mail address, for servers that know a key.
    pub async fn locate(&self, name: &str) -> Result<Option<CloudId>, Refusal> {
        let found = self.index.exact(&wanted(name, ExactBy::Any), &Scope::All)?;
        let Some(hit) = self.rightful(found).await? else { return Ok(None) };
        let user = serde_json::from_slice::<UserObject>(&hit.json).ok();
        Ok(user.and_then(|user| CloudId::parse(&user.federation_id).ok()))
    }

    fn is_worth_a_search(&self, text: &str) -> bool {
        let letters = text.trim().chars().count();
        letters >= self.rules.min_length.max(1) && letters <= MOST_LETTERS
    }

    fn query(&self, asker: &Asker, text: &str, request: &SearchRequest, only_mail: bool) -> Query {
        let wanted = request.limit.filter(|limit| *limit > 0).unwrap_or(self.rules.results);
        Query {
            text: text.trim().to_owned(),
            limit: wanted.min(self.rules.max_results),
            offset: request.offset.min(MOST_OFFSET),
            prefer: asker.prefer.clone(),
            only_mail,
            scope: self.scope(asker),
        }
    }

    /// For whom nobody vouches, who asked for it may be shown (SEC-75); pupils to their own server
    /// only (SEC-78).
    fn scope(&self, asker: &Asker) -> Scope {
        match (asker.is_open, self.rules.with_pupils) {
            (true, _) => Scope::Open,
            (_, true) => Scope::GrownUps { server: asker.server.clone() },
            (_, false) => Scope::All,
        }
    }

    /// The one of several who is meant, by the rule for conflicts.
    async fn rightful(&self, mut hits: Vec<Hit>) -> Result<Option<Hit>, Refusal> {
        if hits.len() < 2 {
            return Ok(hits.pop());
        }
        let ids: Vec<RecordId> = hits.iter().map(|hit| hit.id).collect();
        let standings = standings(&mut self.db.read().await?, &ids).await?;
        let Some(best) = best(self.rules.conflict, &standings) else { return Ok(None) };
        Ok(hits.into_iter().find(|hit| hit.id == best))
    }

    fn allowance(&self, asker: &Asker) -> Result<Allowance, Refusal> {
        match self.access.allowance(asker) {
            Allowance::Nothing { retry_after } => Err(Refusal::TooMuch { retry_after }),
            allowance => Ok(allowance),
        }
    }

    fn shown(&self, asker: &Asker, hits: &[Hit]) {
        self.access.spend_people(asker, hits.iter().map(|hit| hit.person_hash));
    }
}

fn wanted(text: &str, by: ExactBy) -> Vec<Exact> {
    let userid = || Exact::Userid(text.to_owned());
    let email = || Exact::Email(text.to_owned());
    match by {
        ExactBy::Any => vec![userid(), email()],
        ExactBy::Userid => vec![userid()],
        ExactBy::Email => vec![email()],
        ExactBy::CloudId => {
            CloudId::parse(text).map(|id| Exact::CloudKey(id.key())).into_iter().collect()
        }
        ExactBy::Nothing => Vec::new(),
    }
}

/// The first by right; where later claims are refused, nobody unless all are one human being.
fn best(rule: ConflictRule, standings: &[Standing]) -> Option<RecordId> {
    let first = standings.first()?;
    let are_one = standings.iter().all(|standing| standing.claim == first.claim);
    match rule {
        ConflictRule::Refuse if !are_one => None,
        _ => Some(first.id),
    }
}

/// Whom nobody vouches for sees mail addresses only of those whom they searched exactly (SEC-75).
fn without_mail(asker: &Asker) -> Option<Vec<Field>> {
    let fields = asker.fields.iter().copied().filter(|field| *field != Field::Email);
    asker.is_open.then(|| fields.collect())
}

/// Whether it is their whole address that was typed.
fn is_address_of(hit: &Hit, readings: &[String]) -> bool {
    let user = serde_json::from_slice::<UserObject>(&hit.json).ok();
    let mail = user.as_ref().and_then(|user| user.email.as_ref());
    mail.is_some_and(|mail| readings.iter().any(|text| fold(text.trim()) == fold(&mail.value)))
}

fn array<'f>(hits: &[Hit], fields: impl Fn(&Hit) -> &'f [Field]) -> Vec<u8> {
    let size = hits.iter().map(|hit| hit.json.len() + 1).sum::<usize>();
    let mut answer = Vec::with_capacity(size + 2);
    answer.push(b'[');
    for hit in hits {
        let start = answer.len();
        if start > 1 {
            answer.push(b',');
        }
        if !push_narrowed(&mut answer, &hit.json, fields(hit)) {
            answer.truncate(start);
        }
    }
    answer.push(b']');
    answer
}
