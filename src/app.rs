//! The only place that knows everybody: builds the parts, mounts the features, serves.
use crate::clock::Clock;
use crate::config::{Config, SourceSection};
use crate::db::Db;
use crate::dispatch::files::Places;
use crate::dispatch::remembered::Memory;
use crate::dispatch::{self, Dispatcher, Files, PartnerBook, PartnerPlaces, Reloader, Vouching};
use crate::finding::Finding;
use crate::identity::arrival::ArrivalRules;
use crate::identity::profile::ProfileMap;
use crate::identity::sources::{Backend, Directories, Hashing, LdapSource, LocalSource, Source};
use crate::keys::{self, MasterKey, Purpose};
use crate::lookup;
use crate::sso::saml::{LoadRules, PartnerKey};
use crate::sso::{self, KeyRing, SignInSettings};
use crate::web::client::ClientSettings;
use crate::web::client_ip::TrustedProxies;
use crate::web::error_pages::error_pages;
use crate::web::form_key::FormKey;
use crate::web::head::short_head;
use crate::web::headers::{Hosts, hardened, our_hosts};
use crate::web::known_networks::KnownNetworks;
use crate::web::origin::{OwnOrigin, own_origin};
use crate::web::query::single_fields;
use crate::web::rate_limits::{RateLimits, rate_limited};
use crate::web::request_id::request_id;
use crate::web::theme::Theme;
use crate::web::wire::Wire;
use crate::web::workroom::Workroom;
use crate::web::{self, assets, language};
use crate::{demo, ini};
use actix_http::HttpService;
use actix_service::{ServiceFactoryExt, map_config};
use actix_web::App;
use actix_web::body::MessageBody;
use actix_web::dev::{
    AppConfig, Server, ServiceFactory, ServiceRequest, ServiceResponse, fn_service,
};
use actix_web::middleware::{Compress, from_fn};
use actix_web::web::{Data, ServiceConfig};
use anyhow::{Context, Result};
use chrono::{DateTime, Utc};
use std::future::ready;
use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

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
    /// Reads the files again.
    pub reloader: Reloader,
    /// How many requests are in work.
    pub workroom: Data<Workroom>,
    rate_limits: Data<RateLimits>,
    /// The search for colleagues, when it is switched on and [`Parts::with_lookup`] opened it.
    pub lookup: Option<lookup::Parts>,
    /// The keys that sign; they follow the database.
    pub signing: KeyRing,
    vouching: Vouching,
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
        let files = Arc::new(open_files(&config, &clock)?);
        let (vouching, form_key) = open_keys(&config, &db, &clock).await?;
        let memory_key = form_key.secret().try_into().context("the cookie key has another size")?;
        let dispatcher = Dispatcher {
            files: Arc::clone(&files),
            directories,
            rules: rules.clone(),
            memory: Memory::new(memory_key)?,
            portals: Arc::default(),
        };
        let proxies = proxies(&config);
        let zones = Arc::clone(&files);
        let known = KnownNetworks::new(config.limits.known_networks.clone(), move |address| {
            zones.snapshot().zones.hold(address)
        });
        let (theme, found) = theme(&config);
        findings.extend(found);
        let parts = Self {
            reloader: Reloader { files, db: db.clone(), clock: clock.clone() },
            workroom: Data::new(Workroom::new(config.http.max_in_work)),
            rate_limits: Data::new(RateLimits::new(config.limits.anonymous, known.clone())),
            sign_in: SignInSettings {
                times: config.session.clone(),
                known,
                admin_networks: config.admin.networks.clone(),
                arrival: rules,
                demo_accounts: demo.as_ref().map(|_| "/".to_owned()),
                floodgate: Arc::default(),
            },
            clients: ClientSettings {
                proxies,
                cut_addresses: config.cut_addresses,
                pretend: demo.is_some(),
            },
            hosts: Hosts::new(&config.http),
            origin: match &demo {
                Some(_) => OwnOrigin::new(&config.http).and_cross_site("/portail/"),
                None => OwnOrigin::new(&config.http),
            },
            config: Arc::new(config),
            theme: Data::new(theme),
            clock,
            db,
            dispatcher,
            lookup: None,
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
        let lookup = lookup::Parts::open(&self.config, &self.db, &self.clock).await?;
        Ok(Self { lookup, ..self })
    }

    /// Serve on a socket that is open already.
    pub fn serve(self, listener: TcpListener) -> std::io::Result<Server> {
        let http = self.config.http.clone();
        let workers = match http.workers {
            0 => std::thread::available_parallelism().map_or(1, usize::from),
            workers => workers,
        };
        let certificate = self.demo.as_ref().and_then(|stage| stage.certificate.as_deref());
        let tls = certificate.map(demo::Certificate::acceptor).transpose()?;
        let server = Server::build()
            .workers(workers)
            .max_concurrent_connections(http.max_connections / workers.max(1))
            .shutdown_timeout(30)
            .disable_signals();
        let ending = server.graceful_shutdown_signal();
        // Instead of `HttpServer`, which lets nobody in between the socket and its parser.
        let connections = move || {
            let (parts, ending, tls) = (self.clone(), ending.clone(), tls.clone());
            let app = map_config(parts.app(), |()| AppConfig::default());
            let http = HttpService::build()
                .graceful_shutdown_signal(move || {
                    let ending = ending.clone();
                    async move { ending.notified().await }
                })
                .client_request_timeout(Duration::from_secs(5))
                .client_disconnect_timeout(Duration::from_secs(1))
                .keep_alive(Duration::from_secs(15))
                .h1(app);
            fn_service(move |stream| ready(Wire::open(stream, tls.as_ref()))).and_then(http)
        };
        Ok(server.listen("http", listener, connections)?.run())
    }

    /// Every path, and the doors before all of them; the last one named is the outermost.
    fn app(
        self,
    ) -> App<
        impl ServiceFactory<
            ServiceRequest,
            Config = (),
            Response = ServiceResponse<impl MessageBody>,
            Error = actix_web::Error,
            InitError = (),
        >,
    > {
        App::new()
            .configure(|cfg| self.mount(cfg))
            .default_service(actix_web::web::to(no_such_page))
            .wrap(from_fn(own_origin))
            .wrap(from_fn(single_fields))
            .wrap(from_fn(our_hosts))
            .wrap(from_fn(short_head))
            .wrap(from_fn(rate_limited))
            .wrap(from_fn(error_pages))
            .wrap(from_fn(hardened))
            .wrap(Compress::default())
            .wrap(from_fn(request_id))
    }

    /// Hand out the parts and mount every feature.
    pub fn mount(&self, cfg: &mut ServiceConfig) {
        cfg.app_data(Data::new(self.db.clone()))
            .app_data(Data::new(self.clock.clone()))
            .app_data(Data::new(self.dispatcher.clone()))
            .app_data(Data::new(self.dispatcher.directories.clone()))
            .app_data(Data::new(self.reloader.clone()))
            .app_data(Data::new(self.vouching.clone()))
            .app_data(Data::new(self.sign_in.clone()))
            .app_data(Data::new(self.form_key.clone()))
            .app_data(Data::new(self.clients.clone()))
            .app_data(Data::new(self.hosts.clone()))
            .app_data(Data::new(self.origin.clone()))
            .app_data(self.workroom.clone())
            .app_data(self.rate_limits.clone())
            .app_data(self.theme.clone());
        cfg.configure(assets::routes).configure(language::routes);
        cfg.configure(sso::routes).configure(dispatch::routes);
        self.mount_lookup(cfg);
        match &self.demo {
            Some(stage) => {
                cfg.app_data(Data::new(stage.clone())).configure(demo::routes);
            }
            None => web::start::routes(cfg),
        }
    }
}

impl Parts {
    /// Pages are there even while the lookup is switched off, and say so.
    fn mount_lookup(&self, cfg: &mut ServiceConfig) {
        let config = Arc::clone(&self.config);
        let desk = lookup::Desk { config, parts: self.lookup.clone() };
        cfg.app_data(Data::new(desk)).configure(lookup::routes);
        if let Some(lookup) = &self.lookup {
            lookup.mount(cfg);
        }
    }
}

async fn no_such_page() -> web::Result<actix_web::HttpResponse> {
    Err(web::Error::NotFound)
}

/// Read the files that dispatch lives on; also what `lint` and `check-config` do.
pub fn open_files(config: &Config, clock: &Clock) -> Result<Files<PartnerBook>> {
    let places = PartnerPlaces {
        metadata: config.files.metadata.clone(),
        attribute_sets: config.files.attribute_sets.clone(),
        rules: load_rules(config, clock.now())?,
    };
    let load = Box::new(move |now| places.load(now));
    let mut files = Places::new(&config.files.etabs, Some(config.files.portails.clone()));
    files.partners = vec![config.files.metadata.clone(), config.files.attribute_sets.clone()];
    files.allow_http = config.dispatch.allow_http;
    files.min_ratio = config.dispatch.reload_min_ratio;
    files.proxies = proxies(config);
    Ok(Files::open(files, load, clock.now())?)
}

/// What is wrong with the map of profiles and the look, which are read once at start.
pub fn small_files(config: &Config) -> Vec<Finding> {
    let (_, mut findings) = theme(config);
    if let Err(error) = arrival_rules(config, &mut findings) {
        findings.push(Finding::about("E-CONF-FILE", format!("{error:#}")));
    }
    findings
}

fn load_rules(config: &Config, now: DateTime<Utc>) -> Result<LoadRules> {
    let mut rules = LoadRules { allow_http: config.dispatch.allow_http, ..LoadRules::default() };
    if let Some(path) = &config.saml.metadata_certificate {
        let place = || format!("{}", path.display());
        let pem = std::fs::read(path).with_context(place)?;
        let der = openssl::x509::X509::from_pem(&pem).with_context(place)?.to_der()?;
        rules.trusted = vec![PartnerKey::from_der(der, now).with_context(place)?];
    }
    Ok(rules)
}

fn proxies(config: &Config) -> TrustedProxies {
    TrustedProxies::new(config.http.trusted_proxies.clone(), config.http.client_ip_header)
}

fn theme(config: &Config) -> (Theme, Vec<Finding>) {
    let (theme, findings) = match &config.files.theme {
        Some(folder) => Theme::load(folder),
        None => (Theme::default(), Vec::new()),
    };
    let support = [&config.support.name, &config.support.contact];
    let support: Vec<&str> = support.into_iter().flatten().map(String::as_str).collect();
    let is_silent = theme.support(web::lang::Lang::Fr).is_none() && !support.is_empty();
    (if is_silent { theme.with_support(support.join(", ")) } else { theme }, findings)
}

fn arrival_rules(config: &Config, findings: &mut Vec<Finding>) -> Result<ArrivalRules> {
    let mut profiles = ProfileMap::default();
    if let Some(path) = &config.files.profiles {
        let (document, found) =
            ini::read_file(path).with_context(|| format!("{} cannot be read", path.display()))?;
        findings.extend(found);
        let entries = document.sections().iter().flat_map(|section| {
            section
                .entries()
                .iter()
                .map(|e| (section.name.as_str(), e.key.as_str(), e.value.as_str()))
        });
        let (map, found) = ProfileMap::from_entries(entries);
        profiles = map;
        findings.extend(found);
    }
    Ok(ArrivalRules { links: config.links.clone(), profiles, dispatch: config.dispatch.clone() })
}

fn directories(config: &Config, db: &Db, profiles: &ProfileMap) -> Result<Directories> {
    let hashing = Hashing::default();
    let source = |section: &SourceSection| -> Result<Source> {
        let backend = match &section.ldap {
            Some(settings) => {
                let ldap = LdapSource::new(settings.clone());
                let first = |findings: Vec<Finding>| {
                    anyhow::anyhow!(
                        "{}",
                        findings.first().map(ToString::to_string).unwrap_or_default()
                    )
                };
                Backend::Ldap(Arc::new(ldap.map_err(first)?))
            }
            None => Backend::Local(LocalSource::new(&section.name, db.clone(), hashing.clone())),
        };
        Ok(Source {
            name: section.name.clone(),
            label: section.label.clone(),
            role: section.role,
            priority: section.priority,
            federation_key: section.federation_key.clone(),
            lockout: section.lockout,
            backend,
        })
    };
    let sources: Result<Vec<Source>> = config.sources.iter().map(source).collect();
    Ok(Directories::new(sources?, profiles.clone()))
}

/// The keys, made on first start.
async fn open_keys(config: &Config, db: &Db, clock: &Clock) -> Result<(Vouching, FormKey)> {
    let master = MasterKey::open_or_make(&config.files.keys)?;
    let now = clock.now();
    let host = config.http.public_url.host_str().unwrap_or("aiguillage").to_owned();
    let random = |purpose| keys::load_or_make(db, &master, purpose, now, keys::random_key);
    let form_key = FormKey::new(random(Purpose::Cookie).await?.secret);
    let name_id = random(Purpose::NameId).await?;
    let vouching = Vouching {
        entity_id: config.saml.entity_id.clone(),
        origin: config.http.origin(),
        keys: KeyRing::open(db, master, host, now).await?,
        pseudonym_secret: name_id.secret.to_vec(),
        require_signed_requests: config.saml.require_signed_requests,
    };
    Ok((vouching, form_key))
}
