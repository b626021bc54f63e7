//! Who asks, what they may ask and how much (D12, D46, D48).
mod buckets;
mod ledger;
mod sketch;
mod spending;
mod store;
#[cfg(test)]
mod tests;

pub use ledger::Counts;
pub use sketch::Sketch;
pub use spending::{Allowance, Spent};

use crate::clock::Clock;
use crate::config::{self, Config, SearchPolicy};
use crate::db::Db;
use crate::identity::cloud::Field;
use crate::identity::sources::Secret;
use crate::web::client::network_of;
use crate::web::client_ip::ClientAddress;
use buckets::Buckets;
use ipnet::IpNet;
use ledger::Ledger;
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

/// `[lookup]` and `[instance:NAME]`, as far as they say who may search.
#[derive(Debug, Clone)]
struct Rules {
    ways: Vec<config::Access>,
    networks: Vec<IpNet>,
    fields: Arc<[Field]>,
    known: Vec<Known>,
}

/// One server that we know.
#[derive(Debug, Clone)]
struct Known {
    asker: Asker,
    token: Option<Secret>,
    networks: Vec<IpNet>,
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
    pub async fn keep(&self, db: &Db) -> sqlx::Result<()> {
        let now = self.0.clock.now();
        let (counts, harvests) = (self.0.ledger.take(), self.0.spending.take_alarms());
        store::record(db, &counts, &harvests, now).await?;
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

impl Rules {
    fn new(config: &Config) -> Self {
        let fields: Arc<[Field]> = config.lookup.fields.clone().into();
        let known = config.instances.iter().map(|instance| Known::new(instance, &fields)).collect();
        let networks = config.lookup.networks.clone();
        Self { ways: config.lookup.access.clone(), networks, fields, known }
    }

    fn recognise(&self, visit: &Visit<'_>) -> Result<Asker, Denied> {
        if let Some(token) = visit.token {
            return self.by_token(token).ok_or(Denied::WrongToken);
        }
        if let Some(asker) = self.by_network(visit) {
            return Ok(asker);
        }
        if self.allows(config::Access::Open) {
            return Ok(self.nobody("open", visit.address));
        }
        match self.allows(config::Access::Token) {
            true => Err(Denied::NoToken),
            false => Err(Denied::Elsewhere),
        }
    }

    fn allows(&self, way: config::Access) -> bool {
        self.ways.contains(&way)
    }

    fn by_token(&self, token: &str) -> Option<Asker> {
        if !self.allows(config::Access::Token) {
            return None;
        }
        let fits = |known: &&Known| known.token.as_ref().is_some_and(|own| is_same(own, token));
        self.known.iter().find(fits).map(|known| known.asker.clone())
    }

    fn by_network(&self, visit: &Visit<'_>) -> Option<Asker> {
        let address = visit.address.known()?;
        let holds = |networks: &[IpNet]| networks.iter().any(|network| network.contains(&address));
        let named = self.known.iter().find(|known| holds(&known.networks));
        if !self.allows(config::Access::Network) || !(named.is_some() || holds(&self.networks)) {
            return None;
        }
        if visit.is_doubtful {
            tracing::warn!(
                "a search came with a forwarding header from an address that is no trusted proxy: \
                 it is not taken for a known network; see [http] trusted_proxies"
            );
            return None;
        }
        Some(match named {
            Some(known) => known.asker.clone(),
            None => self.nobody("network", visit.address),
        })
    }

    /// Somebody without a section of their own.
    fn nobody(&self, way: &str, address: ClientAddress) -> Asker {
        Asker {
            credential: format!("{way}:{}", network_of(address)),
            fields: Arc::clone(&self.fields),
            policy: SearchPolicy::All,
            prefer: Vec::new(),
            server: None,
            is_open: way == "open",
        }
    }
}

impl Known {
    fn new(instance: &config::Instance, fields: &Arc<[Field]>) -> Self {
        let prefer = instance.prefer.iter().map(|home| match home.strip_prefix('@') {
            Some(domain) => format!("d:{domain}"),
            None => format!("i:{}", instance.server),
        });
        let own = instance.fields.as_ref().map(|own| own.clone().into());
        let asker = Asker {
            credential: format!("instance:{}", instance.name),
            fields: own.unwrap_or_else(|| Arc::clone(fields)),
            policy: instance.policy,
            prefer: prefer.collect(),
            server: Some(instance.server.clone()),
            is_open: false,
        };
        Self { asker, token: instance.token.clone(), networks: instance.networks.clone() }
    }
}

/// Whether a text is a secret of ours, in a time that does not depend on how much of it fits.
pub(super) fn is_same(secret: &Secret, text: &str) -> bool {
    let digest = |text: &str| openssl::sha::sha256(text.as_bytes());
    !secret.is_empty() && openssl::memcmp::eq(&digest(secret.reveal()), &digest(text))
}
