//! What the parts are made of: files, directories, keys.
use crate::attendance::proof::Prover;
use crate::attendance::{self, ticket::ScanKeys};
use crate::attendance::{FaceOf, SchoolName};
use crate::card;
use crate::card::services::Services;
use crate::clock::Clock;
use crate::config::{self, Config, IdpSection, SourceSection};
use crate::db::Db;
use crate::dispatch::files::Places;
use crate::dispatch::{Files, PartnerBook, PartnerPlaces, Vouching};
use crate::finding::Finding;
use crate::identity::arrival::ArrivalRules;
use crate::identity::profile::ProfileMap;
use crate::identity::sources::{
    Backend, Directories, Hashing, Hearsay, LdapSource, LocalSource, Role, Source,
};
use crate::ini;
use crate::jobs::Desk;
use crate::keys::{self, MasterKey, Purpose};
use crate::mail::{Mailer, Post};
use crate::sso::saml::{LoadRules, PartnerKey};
use crate::sso::{Discovery, Federations, KeyRing, ServiceProvider, upstream_findings};
use crate::sync;
use crate::uploads::Vault;
use crate::web;
use crate::web::client_ip::TrustedProxies;
use crate::web::form_key::FormKey;
use crate::web::known_networks::KnownNetworks;
use crate::web::origin::OwnOrigin;
use crate::web::theme::Theme;
use actix_web::web::Data;
use anyhow::{Context, Result};
use chrono::{DateTime, Utc};
use std::sync::Arc;

/// Read the files that dispatch lives on; also what `lint` and `check-config` do.
pub fn open_files(config: &Config, clock: &Clock) -> Result<Files<PartnerBook>> {
    open_files_beside(config, clock, open_federations(config, clock)?)
}

/// Federations, with what they published last; nobody is asked anything yet.
pub fn open_federations(config: &Config, clock: &Clock) -> Result<Federations> {
    let (folder, how) = (&config.files.federations, (clock.now(), config.dispatch.allow_http));
    Ok(Federations::open(&config.federations, &config.idps, folder, how)?)
}

pub(super) fn open_files_beside(
    config: &Config,
    clock: &Clock,
    federations: Federations,
) -> Result<Files<PartnerBook>> {
    let followed: Vec<_> = federations.files().cloned().collect();
    let places = partner_places(config, clock, federations)?;
    let load = Box::new(move |now| places.load(now));
    let mut files = Places::new(&config.files.etabs, Some(config.files.portails.clone()));
    let config::Files { metadata, attribute_sets, app_filters, computed, .. } = &config.files;
    let folders = [metadata, attribute_sets, app_filters, computed];
    files.partners = folders.map(Clone::clone).to_vec();
    files.partners.extend(followed);
    files.allow_http = config.dispatch.allow_http;
    files.min_ratio = config.dispatch.reload_min_ratio;
    files.proxies = proxies(config);
    Ok(Files::open(files, load, clock.now())?)
}

fn partner_places(
    config: &Config,
    clock: &Clock,
    federations: Federations,
) -> Result<PartnerPlaces> {
    Ok(PartnerPlaces {
        metadata: config.files.metadata.clone(),
        attribute_sets: config.files.attribute_sets.clone(),
        app_filters: config.files.app_filters.clone(),
        computed: config.files.computed.clone(),
        federations,
        rules: load_rules(config, clock.now())?,
    })
}

/// What is wrong with the map of profiles, the look and the descriptions of identity providers.
pub fn small_files(config: &Config, clock: &Clock) -> Vec<Finding> {
    let (_, mut findings) = theme(config);
    findings.extend(upstream_findings(&config.idps, clock.now()));
    if let Err(error) = arrival_rules(config, &mut findings) {
        findings.push(Finding::about("E-CONF-FILE", format!("{error:#}")));
    }
    findings
}

/// Us, as identity providers know us.
pub(super) fn service_provider(
    config: &Config,
    vouching: &Vouching,
    federations: &Federations,
) -> ServiceProvider {
    ServiceProvider {
        entity_id: vouching.entity_id.clone(),
        origin: vouching.origin.clone(),
        keys: vouching.keys.clone(),
        skew: config.saml.clock_skew,
        federations: federations.clone(),
    }
}

/// Where people may choose their identity provider, when they may.
pub(super) fn discovery(config: &Config) -> Option<Discovery> {
    let url = config.saml.discovery.clone()?;
    Some(Discovery { url, entity_id: config.saml.entity_id.clone() })
}

fn load_rules(config: &Config, now: DateTime<Utc>) -> Result<LoadRules> {
    let mut rules = LoadRules { allow_http: config.dispatch.allow_http, ..LoadRules::default() };
    if let Some(path) = &config.saml.metadata_certificate {
        let place = || format!("{}", path.display());
        let pem = std::fs::read(path).with_context(place)?;
        rules.trusted = PartnerKey::all_from_pem(&pem, now).with_context(place)?;
    }
    Ok(rules)
}

pub(super) fn proxies(config: &Config) -> TrustedProxies {
    TrustedProxies::new(config.http.trusted_proxies.clone(), config.http.client_ip_header)
}

/// Networks in which budgets belong to people: those of the settings and those of the schools.
pub(super) fn known_networks(config: &Config, files: &Arc<Files<PartnerBook>>) -> KnownNetworks {
    let files = Arc::clone(files);
    KnownNetworks::new(config.limits.known_networks.clone(), move |address| {
        files.snapshot().zones.hold(address)
    })
}

/// The portals of the demonstration take answers across sites, as real ones do.
pub(super) fn own_origin(config: &Config, is_demo: bool) -> OwnOrigin {
    let own = OwnOrigin::new(&config.http);
    if is_demo { own.and_cross_site("/portail/") } else { own }
}

pub(super) fn theme(config: &Config) -> (Theme, Vec<Finding>) {
    let (theme, findings) = match &config.files.theme {
        Some(folder) => Theme::load(folder),
        None => (Theme::default(), Vec::new()),
    };
    let support = [&config.support.name, &config.support.contact];
    let support: Vec<&str> = support.into_iter().flatten().map(String::as_str).collect();
    let is_silent = theme.support(web::lang::Lang::Fr).is_none() && !support.is_empty();
    (if is_silent { theme.with_support(support.join(", ")) } else { theme }, findings)
}

pub(super) fn arrival_rules(config: &Config, findings: &mut Vec<Finding>) -> Result<ArrivalRules> {
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
    Ok(ArrivalRules {
        links: config.links.clone(),
        profiles,
        dispatch: config.dispatch.clone(),
        roles: config.roles.clone(),
        owner: config.lookup.owner.clone(),
    })
}

pub(super) fn directories(config: &Config, db: &Db, profiles: &ProfileMap) -> Result<Directories> {
    let hashing = Hashing::default();
    let source = |section: &SourceSection| -> Result<Source> {
        let own = LocalSource::new(&section.name, db.clone(), hashing.clone());
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
            None if section.kind.takes_passwords() => Backend::Local(own),
            None => Backend::Listed(own),
        };
        Ok(Source {
            name: section.name.clone(),
            label: section.label.clone(),
            role: section.role,
            priority: section.priority,
            federation_key: section.federation_key.clone(),
            source_auth: source_auth(section.source_auth.as_ref(), section.role),
            lockout: section.lockout,
            backend,
        })
    };
    let sources: Result<Vec<Source>> = config.sources.iter().map(source).collect();
    let federated = |section: &IdpSection| Source {
        name: section.name.clone(),
        label: section.label.clone(),
        role: section.role,
        priority: section.priority,
        federation_key: section.federation_key.clone(),
        source_auth: source_auth(section.source_auth.as_ref(), section.role),
        lockout: None,
        backend: Backend::Federated(Hearsay {
            keeps: section.keeps,
            schools: section.word.schools.clone(),
        }),
    };
    let all = sources?.into_iter().chain(config.idps.iter().map(federated));
    Ok(Directories::new(all.collect(), profiles.clone()))
}

/// What keeps people in step, for commands: searches of a running service follow the change log.
pub fn sync_engine(
    config: &Config,
    db: &Db,
    clock: &Clock,
) -> Result<(sync::Engine, Vec<sync::SyncedSource>)> {
    let rules = arrival_rules(config, &mut Vec::new())?;
    let directories = directories(config, db, &rules.profiles)?;
    let sources = sync::synced_sources(config, &directories);
    if sources.iter().any(|source| matches!(source.origin, sync::Origin::Ldap(_))) {
        // What partners are told is kept with accounts, whoever reads them.
        let partners = partner_places(config, clock, open_federations(config, clock)?)?;
        directories.also_read(&partners.load(clock.now()).0.attributes());
    }
    Ok((sync::Engine { db: db.clone(), clock: clock.clone(), rules, hidden: None }, sources))
}

/// What applications are told of a source.
fn source_auth(own: Option<&String>, role: Role) -> String {
    own.cloned().unwrap_or_else(|| role.as_str().to_owned())
}

/// What hands mail over.
pub(super) fn mailer(config: &Config, jobs: &Desk, clock: &Clock, theme: &Theme) -> Result<Mailer> {
    let post = Post { queue: jobs.queue.clone(), clock: clock.clone() };
    let master = MasterKey::open_or_make(&config.files.keys)?;
    Ok(Mailer::new(config, post, master, theme.product()))
}

/// What the pages of attendance need.
pub(super) fn attendance(
    config: &Config,
    form_key: &FormKey,
    (proof, schools, faces): (Prover, SchoolName, FaceOf),
    (post, directories): (Post, Directories),
) -> Result<Data<attendance::Desk>> {
    let master = Arc::new(MasterKey::open_or_make(&config.files.keys)?);
    Ok(Data::new(attendance::Desk {
        keys: ScanKeys::new(form_key.clone()),
        vault: Vault::beside(
            &config.files.keys,
            ("justifications", "justification_file"),
            Arc::clone(&master),
        ),
        scanner: config.scanner.clone(),
        post,
        directories,
        master,
        origin: config.http.origin(),
        zone: config.dispatch.time_zone,
        proof,
        rules: config.attendance.clone(),
        schools,
        faces,
    }))
}

/// What the card office works with.
pub(super) fn cards(config: &Config, post: &Post) -> Result<card::Desk> {
    let master = Arc::new(MasterKey::open_or_make(&config.files.keys)?);
    let vault = Vault::beside(&config.files.keys, ("photos", "card_photo"), master);
    Ok(card::Desk {
        rules: config.card.clone(),
        scanner: config.scanner.clone(),
        services: Services::open(config, (&post.clock, &post.queue), &vault),
        vault,
        till: card::payment::Till::open(config),
        post: post.clone(),
        zone: config.dispatch.time_zone,
    })
}

/// The faces that the card office has, of those who let others see them.
pub(super) fn faces(cards: &card::Desk) -> FaceOf {
    let desk = cards.clone();
    Arc::new(move |db, person, now| {
        let desk = desk.clone();
        Box::pin(async move { desk.shown_face(&db, person, now).await })
    })
}

/// What schools are called in the files.
pub(super) fn school_names(files: &Arc<Files<PartnerBook>>) -> SchoolName {
    let files = Arc::clone(files);
    Arc::new(move |rne| files.snapshot().schools.get(rne).map(|school| school.label.clone()))
}

/// What makes proofs of presence. Its keys are made when they are needed for the first time.
pub(super) fn prover(config: &Config, (db, clock): (&Db, &Clock), jobs: &Desk) -> Result<Prover> {
    let master = MasterKey::open_or_make(&config.files.keys)?;
    let place = (config.http.origin(), config.dispatch.time_zone);
    Ok(Prover::new((db, clock), place, master, jobs.queue.clone()))
}

/// The keys, made on first start.
pub(super) async fn open_keys(
    config: &Config,
    db: &Db,
    clock: &Clock,
) -> Result<(Vouching, FormKey)> {
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
        is_service_provider: config
            .idps
            .iter()
            .any(|it| matches!(it.protocol, config::Protocol::Saml(_))),
        require_signed_requests: config.saml.require_signed_requests,
    };
    Ok((vouching, form_key))
}
