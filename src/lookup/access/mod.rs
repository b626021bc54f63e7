//! Who asks, what they may ask and how much (D12, D46, D48).
mod buckets;
mod ledger;
mod rules;
mod sketch;
mod spending;
mod store;
#[cfg(test)]
mod tests;

pub use ledger::Counts;
pub use sketch::Sketch;
pub use spending::{Allowance, Spent};

use crate::audit::Spool;
use crate::clock::Clock;
use crate::config::{Config, SearchPolicy};
use crate::db::Db;
use crate::identity::cloud::Field;
use crate::identity::sources::Secret;
use crate::web::client_ip::ClientAddress;
use buckets::Buckets;
use ledger::Ledger;
use rules::Rules;
use spending::Spending;
use std::sync::Arc;

/// What a request shows of who sends it.
#[derive(Debug, Clone, Copy)]
pub struct Visit<'a> {
    /// Out of the base address `/l/<token>`.
    pub token: Option<&'a str>,
    /// Where it comes from.
    pub address: ClientAddress,
    /// A header about the client came from somebody who is no proxy of ours: the address may be
    /// that of a proxy which nobody told us about.
    pub is_doubtful: bool,
}

/// Somebody who may search.
#[derive(Debug, Clone)]
pub struct Asker {
    /// Whose budget is used: `instance:NAME`, `network:…`, `open:…`.
    pub credential: String,
    /// What is sent to them.
    pub fields: Arc<[Field]>,
    /// What they may search by.
    pub policy: SearchPolicy,
    /// Whose people come first, as the index calls homes.
    pub prefer: Vec<String>,
    /// The server, in its form for comparison, when it is known.
    pub server: Option<String>,
    /// Nobody vouches for them: the small figures hold.
    pub is_open: bool,
}

/// Why somebody may not search.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Denied {
    /// A token would open the search, and none was given.
    #[error("a token is needed in the address")]
    NoToken,
    /// The token is none of ours.
    #[error("the token is not known")]
    WrongToken,
    /// Only certain addresses may ask.
    #[error("this address is not among those that may search")]
    Elsewhere,
}

/// Too much was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooMuch {
    /// Seconds until it is worth a new try.
    pub retry_after: u64,
}

/// Decides about every search before it is made.
#[derive(Clone)]
pub struct Access(Arc<Inner>);

struct Inner {
    rules: Rules,
    buckets: Buckets,
    spending: Spending,
    ledger: Ledger,
    clock: Clock,
}

impl Access {
    /// By the settings, nothing spent yet.
    pub fn new(config: &Config, clock: &Clock) -> Self {
        Self(Arc::new(Inner {
            rules: Rules::new(config),
            buckets: Buckets::new(clock, config.lookup.rate),
            spending: Spending::default(),
            ledger: Ledger::default(),
            clock: clock.clone(),
        }))
    }

    /// Who it is: by token, by address, or nobody in particular where that is allowed.
    pub fn recognise(&self, visit: &Visit<'_>) -> Result<Asker, Denied> {
        self.0.rules.recognise(visit)
    }

    /// The server of `[instance:NAME]`, to try out what it would find.
    pub fn asker(&self, name: &str) -> Option<Asker> {
        self.0.rules.asker(name)
    }

    /// One more request of this asker.
    pub fn spend_request(&self, asker: &Asker) -> Result<(), TooMuch> {
        let taken = self.0.buckets.take(asker);
        if taken.is_err() {
            self.0.ledger.count(&asker.credential, Counts { limited: 1, ..Counts::default() });
        }
        taken
    }

    /// How much of the directory this asker may still see.
    pub fn allowance(&self, asker: &Asker) -> Allowance {
        self.0.spending.allowance(asker, self.0.clock.now())
    }

    /// These people were shown.
    pub fn spend_people(&self, asker: &Asker, people: impl IntoIterator<Item = u64>) {
        let shown = self.0.spending.note(asker, people, self.0.clock.now());
        let counts = Counts { searches: 1, hits: shown, limited: 0 };
        self.0.ledger.count(&asker.credential, counts);
    }

    /// Write down what was counted since the last time: searches by credential, sketches, and
    /// an event for each harvest.
    pub async fn keep(&self, db: &Db, spool: &Spool) -> sqlx::Result<()> {
        let now = self.0.clock.now();
        let (counts, harvests) = (self.0.ledger.take(), self.0.spending.take_alarms());
        store::record((db, spool), &counts, &harvests, now).await?;
        for (credential, hour, sketch) in self.0.spending.changed() {
            store::merge_sketch(db, &credential, hour, &sketch).await?;
        }
        Ok(())
    }

    /// Go on with what was spent before the last stop.
    pub async fn remember(&self, db: &Db) -> sqlx::Result<()> {
        let hour = spending::hour_of(self.0.clock.now());
        let kept = store::sketches_since(db, hour - spending::DAY).await?;
        self.0.spending.load(kept);
        store::forget_before(db, hour - 2 * spending::DAY).await
    }

    /// Size of the directory and people of each server, from which budgets follow.
    pub fn measure(&self, total: u64, by_server: Vec<(String, i64)>) {
        self.0.spending.measure(total, by_server);
    }
}

/// Whether a text is a secret of ours, in a time that does not depend on how much of it fits.
pub(super) fn is_same(secret: &Secret, text: &str) -> bool {
    let digest = |text: &str| openssl::sha::sha256(text.as_bytes());
    !secret.is_empty() && openssl::memcmp::eq(&digest(secret.reveal()), &digest(text))
}
