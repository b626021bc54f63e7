//! One server of a directory: a shared connection for questions, fresh ones for passwords.
use super::circuit::Circuit;
use super::connection::{Dialer, Link};
use super::entry::Entry;
use super::query::Query;
use crate::identity::sources::SourceError;
use ldap3::Scope;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::time::timeout;

/// A server with its recent past.
pub(super) struct Server {
    dialer: Dialer,
    base: String,
    shared: tokio::sync::Mutex<Option<Arc<Link>>>,
    failed_openings: AtomicU64,
    circuit: Mutex<Circuit>,
}

impl Server {
    pub(super) fn new(dialer: Dialer, base: String) -> Self {
        Self {
            dialer,
            base,
            shared: tokio::sync::Mutex::default(),
            failed_openings: AtomicU64::new(0),
            circuit: Mutex::default(),
        }
    }

    /// Address as configured.
    pub(super) fn url(&self) -> &str {
        self.dialer.address.url.as_str()
    }

    /// When it may be asked.
    pub(super) fn circuit(&self) -> MutexGuard<'_, Circuit> {
        self.circuit.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ask over the shared connection, for `budget` at most. A connection that turns out to be
    /// dead is replaced once; one that kept us waiting is thrown away.
    pub(super) async fn search(
        &self,
        query: &Query,
        budget: Duration,
    ) -> Result<Vec<Entry>, SourceError> {
        let mut used = None;
        let outcome = timeout(budget, self.search_twice(query, &mut used)).await;
        let outcome = outcome.unwrap_or(Err(SourceError::TimedOut));
        self.remember(outcome.as_ref().err());
        if let (Err(error), Some(link)) = (&outcome, used)
            && error.is_outage()
        {
            self.discard(&link).await;
        }
        outcome
    }

    async fn search_twice(
        &self,
        query: &Query,
        used: &mut Option<Arc<Link>>,
    ) -> Result<Vec<Entry>, SourceError> {
        let link = used.insert(self.link().await?).clone();
        match link.search(query).await {
            Err(SourceError::Unreachable(_)) => self.discard(&link).await,
            answer => return answer,
        }
        let link = used.insert(self.link().await?).clone();
        link.search(query).await
    }

    /// Whether `password` is that of `dn`: the answer to a bind, and to nothing else (SEC-33).
    /// The bind is sent once, so that one attempt never counts as two in the directory.
    pub(super) async fn try_password(&self, dn: &str, password: &str) -> Result<bool, SourceError> {
        let outcome = self.bind_as(dn, password).await;
        self.remember(outcome.as_ref().err());
        outcome
    }

    async fn bind_as(&self, dn: &str, password: &str) -> Result<bool, SourceError> {
        let link = self.dialer.open().await?;
        let code = link.bind(dn, password).await?;
        link.close().await;
        match code {
            0 => Ok(true),
            // Wrong, locked, disabled, without a password or without an entry: SEC-35 knows one.
            19 | 32 | 34 | 48 | 49 | 50 | 53 => Ok(false),
            51 | 52 => Err(SourceError::Unreachable(format!("result {code}"))),
            code => Err(SourceError::Refused(code)),
        }
    }

    /// Look at the top of the tree, only to see if the server is there.
    pub(super) async fn probe(&self, budget: Duration) -> Result<(), SourceError> {
        let query = Query {
            base: self.base.clone(),
            scope: Scope::Base,
            filter: "(objectClass=*)".to_owned(),
            attributes: vec!["1.1".to_owned()],
            limit: 1,
        };
        self.search(&query, budget).await.map(drop)
    }

    /// A connection of one's own, bound as the service account.
    pub(super) async fn own_link(&self) -> Result<Link, SourceError> {
        let outcome = self.dialer.open_as_service().await;
        self.remember(outcome.as_ref().err());
        outcome
    }

    /// The shared connection. Whoever waits while somebody else fails to open it fails with them:
    /// a queue of people each waiting for a silent server would otherwise never end.
    async fn link(&self) -> Result<Arc<Link>, SourceError> {
        let failed_before = self.failed_openings.load(Ordering::Acquire);
        let mut shared = self.shared.lock().await;
        if let Some(link) = shared.as_ref().filter(|link| !link.is_closed()) {
            return Ok(Arc::clone(link));
        }
        if self.failed_openings.load(Ordering::Acquire) != failed_before {
            return Err(SourceError::Unreachable("a moment ago it was not there".to_owned()));
        }
        *shared = None;
        let mut attempt = Attempt { failures: &self.failed_openings, succeeded: false };
        let link = Arc::new(self.dialer.open_as_service().await?);
        attempt.succeeded = true;
        *shared = Some(Arc::clone(&link));
        Ok(link)
    }

    async fn discard(&self, link: &Arc<Link>) {
        let mut shared = self.shared.lock().await;
        if shared.as_ref().is_some_and(|current| Arc::ptr_eq(current, link)) {
            *shared = None;
        }
    }

    fn remember(&self, error: Option<&SourceError>) {
        match error.filter(|error| error.is_outage()) {
            Some(error) => {
                tracing::warn!(server = self.url(), "{} fails: {error}", self.url());
                self.circuit().failed(Instant::now());
            }
            None => self.circuit().succeeded(),
        }
    }
}

/// Counts an opening that came to no good end, one that was given up among them.
struct Attempt<'a> {
    failures: &'a AtomicU64,
    succeeded: bool,
}

impl Drop for Attempt<'_> {
    fn drop(&mut self) {
        if !self.succeeded {
            self.failures.fetch_add(1, Ordering::AcqRel);
        }
    }
}
