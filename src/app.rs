//! The only place that knows everybody: builds the parts, mounts the features, serves.
mod background;
mod door;
mod held;
mod opening;
mod sending;
mod serving;

pub use background::{desk, eraser};
pub use held::held;
pub use opening::{open_federations, open_files, small_files, sync_engine};

use crate::api;
use crate::attendance::proof::Prover;
use crate::audit::{Refusals, Spool};
use crate::clock::Clock;
use crate::config::Config;
use crate::db::Db;
use crate::dispatch::{Dispatcher, Reloader, Vouching};
use crate::finding::Finding;
use crate::mail::Mailer;
use crate::outbound::Outbound;
use crate::sso::{Federations, KeyRing, SignInSettings, upstream_findings};
use crate::sync::{self, SyncedSource};
use crate::web::client::ClientSettings;
use crate::web::form_key::FormKey;
use crate::web::headers::Hosts;
use crate::web::origin::OwnOrigin;
use crate::web::rate_limits::RateLimits;
use crate::web::theme::Theme;
use crate::web::workroom::Workroom;
use crate::{attendance, card, demo, jobs, lookup};
use actix_web::web::Data;
use anyhow::Result;
use opening::{
    arrival_rules, directories, known_networks, mailer, open_files_beside, open_keys, own_origin,
    prover, proxies, school_names, service_provider, theme,
};
use sending::{dispatcher, reloader};
use std::sync::Arc;

/// Everything that serves, ready to be handed to the workers.
#[derive(Clone)]
pub struct Parts {
    /// What the administrator set.
    pub config: Arc<Config>,
    /// The time.
    pub clock: Clock,
    /// The database.
    pub db: Db,
    /// Dispatch.
    pub dispatcher: Dispatcher,
    /// Who else describes partners and identity providers.
    pub federations: Federations,
    /// Reads the files again.
    pub reloader: Reloader,
    /// How many requests are in work.
    pub workroom: Data<Workroom>,
    rate_limits: Data<RateLimits>,
    api_budget: Data<api::Budget>,
    /// Where the record waits for the database.
    pub spool: Spool,
    /// Refusals of this minute.
    pub refusals: Data<Refusals>,
    /// The search for colleagues, when it is switched on and [`Parts::with_lookup`] opened it.
    pub lookup: Option<lookup::Parts>,
    /// Work that goes on in the background, as pages see it.
    pub jobs: jobs::Desk,
    /// What hands mail over.
    pub mailer: Arc<Mailer>,
    /// What the pages of attendance need.
    pub attendance: Data<attendance::Desk>,
    /// What the card office works with.
    pub cards: Data<card::Desk>,
    /// Sources whose people are kept in step.
    pub synced: Vec<SyncedSource>,
    /// Makes proofs of presence and checks them.
    pub proof: Prover,
    /// The keys that sign; they follow the database.
    pub signing: KeyRing,
    vouching: Vouching,
    outbound: Outbound,
    sign_in: SignInSettings,
    form_key: FormKey,
    clients: ClientSettings,
    hosts: Hosts,
    origin: OwnOrigin,
    theme: Data<Theme>,
    /// The stage of the demonstration, if this is one.
    pub demo: Option<demo::Stage>,
}

impl Parts {
    /// Open the database, the keys and the files. `demo` adds the stage of the demonstration.
    pub async fn build(
        config: Config,
        clock: Clock,
        demo: Option<demo::Stage>,
    ) -> Result<(Self, Vec<Finding>)> {
        let db = Db::open(&config.database).await?;
        db.prepare(config.migrate).await?;
        let mut findings = Vec::new();
        let rules = arrival_rules(&config, &mut findings)?;
        let directories = directories(&config, &db, &rules.profiles)?.guarded(&db, &clock);
        let federations = open_federations(&config, &clock)?;
        let synced = sync::synced_sources(&config, &directories);
        let files = Arc::new(open_files_beside(&config, &clock, federations.clone())?);
        directories.also_read(&files.snapshot().partners.attributes());
        let (vouching, form_key) = open_keys(&config, &db, &clock).await?;
        let dispatcher = dispatcher(&files, directories, &rules, &form_key)?;
        let proxies = proxies(&config);
        let known = known_networks(&config, &files);
        let (theme, found) = theme(&config);
        findings.extend(found);
        findings.extend(upstream_findings(&config.idps, clock.now()));
        let outbound = Outbound::default();
        let spool = Spool::at(&config.files.keys.with_file_name("audit-spool.jsonl"));
        let jobs = desk(&config, &clock);
        let mailer = mailer(&config, &jobs, &clock, &theme)?;
        let cards = opening::cards(&config, &mailer.post)?;
        let proof = prover(&config, (&db, &clock), &jobs)?
            .about(attendance::facts_of(school_names(&files), config.dispatch.time_zone));
        let own = service_provider(&config, &vouching, &federations);
        let parts = Self {
            outbound: outbound.clone(),
            reloader: reloader(&dispatcher, (&db, &clock), &spool),
            spool,
            workroom: Data::new(Workroom::new(config.http.max_in_work)),
            rate_limits: Data::new(RateLimits::new(config.limits.anonymous, known.clone())),
            api_budget: Data::new(api::Budget::new(config.limits.api)),
            refusals: Data::default(),
            sign_in: door::sign_in(&config, demo.is_some(), rules, known, outbound, &own)?,
            clients: ClientSettings {
                proxies,
                cut_addresses: config.audit.cut_addresses,
                pretend: demo.is_some(),
            },
            hosts: Hosts::new(&config.http),
            origin: own_origin(&config, demo.is_some()),
            attendance: opening::attendance(
                &config,
                &form_key,
                (proof.clone(), school_names(&files), opening::faces(&cards)),
                (mailer.post.clone(), dispatcher.directories.clone()),
            )?,
            cards: Data::new(cards),
            mailer: Arc::new(mailer),
            jobs,
            config: Arc::new(config),
            theme: Data::new(theme),
            clock,
            db,
            dispatcher,
            federations,
            lookup: None,
            synced,
            proof,
            signing: vouching.keys.clone(),
            vouching,
            form_key,
            demo,
        };
        Ok((parts, findings))
    }

    /// The same with the search for colleagues, for processes that serve: one process at a time
    /// may hold the index.
    pub async fn with_lookup(self) -> Result<Self> {
        let lookup =
            lookup::Parts::open(&self.config, (&self.db, &self.spool), &self.clock).await?;
        Ok(Self { lookup, ..self })
    }

    /// What keeps people in step; whom it hides, searches of this process do not show any more.
    pub fn sync_engine(&self) -> sync::Engine {
        let index = self.lookup.as_ref().map(|lookup| lookup.index.clone());
        let hidden = |index: lookup::index::Index| -> sync::Hidden {
            Arc::new(move |records, seq| index.deny(records, seq))
        };
        sync::Engine {
            db: self.db.clone(),
            clock: self.clock.clone(),
            rules: self.dispatcher.rules.clone(),
            hidden: index.map(hidden),
        }
    }
}
