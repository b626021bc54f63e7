//! Figures for Prometheus. Labels come from fixed sets: no person, school or address (OPS-02).
use crate::app::Parts;
use crate::sso::Federations;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;
use std::sync::LazyLock;

/// Requests by route template, method and status.
static REQUESTS: LazyLock<Family<Request, Counter>> = LazyLock::new(Family::default);

/// Requests for which there was no place, by class.
static SHED: LazyLock<Family<Shed, Counter>> = LazyLock::new(Family::default);

/// What a limit refused: requests of an address, tries to sign in.
static RATE_LIMITED: LazyLock<Family<RateLimited, Counter>> = LazyLock::new(Family::default);

/// Networks that turned out to go through a list of logins.
static STUFFING: LazyLock<Family<Stuffing, Counter>> = LazyLock::new(Family::default);

/// Handlers that broke.
static PANICS: LazyLock<Counter> = LazyLock::new(Counter::default);

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Shed {
    class: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RateLimited {
    limit: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Stuffing {
    network: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Request {
    route: String,
    method: String,
    status: u16,
}

/// Count an answered request.
pub fn count_request(route: &str, method: &str, status: u16) {
    // Anybody can invent methods; only those we answer get a series of their own.
    let method = if ["GET", "HEAD", "POST"].contains(&method) { method } else { "other" };
    let request = Request { route: route.to_owned(), method: method.to_owned(), status };
    REQUESTS.get_or_create(&request).inc();
}

/// Count a request for which there was no place.
pub fn count_shed(class: &'static str) {
    SHED.get_or_create(&Shed { class }).inc();
}

/// Count a handler that broke.
pub fn count_panic() {
    PANICS.inc();
}

/// Count what this limit refused.
pub fn count_rate_limited(limit: &'static str) {
    RATE_LIMITED.get_or_create(&RateLimited { limit }).inc();
}

/// Count a network that began to go through a list of logins, a school's or another one.
pub fn count_stuffing(known: bool) {
    let network = if known { "known" } else { "other" };
    STUFFING.get_or_create(&Stuffing { network }).inc();
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfFederation {
    federation: String,
}

/// Their names stand in the settings: a fixed set.
fn federations(registry: &mut Registry, federations: &Federations) {
    let entities = Family::<OfFederation, Gauge>::default();
    let checked = Family::<OfFederation, Gauge>::default();
    let until = Family::<OfFederation, Gauge>::default();
    for federation in federations.iter() {
        let of = OfFederation { federation: federation.section.name.clone() };
        if let Some(at) = federation.notes().checked_at {
            checked.get_or_create(&of).set(at.timestamp());
        }
        let Some(feed) = federation.feed() else { continue };
        entities.get_or_create(&of).set(i64::try_from(feed.entities).unwrap_or(i64::MAX));
        if let Some(end) = feed.valid_until {
            until.get_or_create(&of).set(end.timestamp());
        }
    }
    let help = "Entities that a federation publishes";
    registry.register("federation_entities", help, entities);
    let help = "When a federation last said that its metadata here are up to date, Unix time";
    registry.register("federation_checked_timestamp_seconds", help, checked);
    let help = "When the metadata of a federation run out, Unix time";
    registry.register("federation_valid_until_timestamp_seconds", help, until);
}

/// All figures as text.
pub fn text(parts: &Parts) -> String {
    let snapshot = parts.dispatcher.files.snapshot();
    let mut registry = Registry::default();
    registry.register("http_requests", "Answered requests", REQUESTS.clone());
    let in_work = Gauge::<i64>::default();
    in_work.set(i64::try_from(parts.workroom.in_work()).unwrap_or(i64::MAX));
    registry.register("http_in_flight", "Requests in work", in_work);
    let waiting = Gauge::<i64>::default();
    waiting.set(i64::try_from(parts.workroom.waiting()).unwrap_or(i64::MAX));
    registry.register("http_waiting", "Requests that wait for a place", waiting);
    registry.register("http_shed", "Requests for which there was no place", SHED.clone());
    registry.register("http_panics", "Handlers that broke", PANICS.clone());
    registry.register("rate_limited", "What a limit refused", RATE_LIMITED.clone());
    let stuffing = "Networks that began to go through a list of logins";
    registry.register("auth_stuffing", stuffing, STUFFING.clone());
    let generation = Gauge::<i64>::default();
    generation.set(i64::try_from(snapshot.generation).unwrap_or(i64::MAX));
    registry.register("config_generation", "Snapshot of the files in use", generation);
    let schools = Gauge::<i64>::default();
    schools.set(i64::try_from(snapshot.schools.len()).unwrap_or(i64::MAX));
    registry.register("dispatch_schools", "Schools in use", schools);
    federations(&mut registry, &parts.federations);
    let help = "Uses of private keys for tokens and certificates of presence";
    let uses = parts.proof.private_operations().clone();
    registry.register("proof_private_operations", help, uses);
    crate::audit::figures::register(&mut registry);
    crate::jobs::figures::register(&mut registry);
    crate::mail::figures::register(&mut registry);
    crate::sync::figures::register(&mut registry);
    if let Some(lookup) = &parts.lookup {
        crate::lookup::figures::register(&mut registry, lookup);
    }
    let mut text = String::new();
    if encode(&mut text, &registry).is_err() {
        tracing::error!("figures cannot be written");
    }
    text
}
