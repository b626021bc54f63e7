//! How often one address may ask: enough for a whole school behind it, too little for a flood
//! (`security.md` 3).
//!
//! Requests of people who turn out to be signed in cost nothing: their token is put back.
mod buckets;

pub use buckets::{Buckets, Rate};

use super::client::{Client, ClientSettings};
use super::client_ip::ClientAddress;
use super::error::{Error, TurnedAway};
use super::known_networks::KnownNetworks;
use crate::clock::Clock;
use crate::figures;
use actix_web::dev::ServiceRequest;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use chrono::{DateTime, Duration, Utc};

/// A known network has this many times the budget of another.
const KNOWN: i32 = 20;

/// In the extensions of a request whose session was found.
#[derive(Debug, Clone, Copy)]
pub struct Recognised;

/// The limits that hold for addresses.
#[derive(Debug)]
pub struct RateLimits {
    known: KnownNetworks,
    limits: [Limit; 7],
}

/// One limit, for the paths that begin with something.
#[derive(Debug)]
struct Limit {
    name: &'static str,
    start: &'static str,
    rate: Rate,
    buckets: Buckets,
}

impl RateLimits {
    /// `anonymous` is for any request of an address outside the known networks.
    pub fn new(anonymous: Rate, known: KnownNetworks) -> Self {
        let limit = |name, start, rate| Limit { name, start, rate, buckets: Buckets::default() };
        // Each message of a partner may cost the check of a signature: a thousand pupils at once,
        // then a class a second.
        let saml = limit("saml", "/saml/sso", Rate::per_second(1000, 30));
        let acs = limit("saml", "/saml/acs", Rate::per_second(1000, 30));
        let slo = limit("saml", "/saml/slo", Rate::per_second(1000, 30));
        let sp_slo = limit("saml", "/saml/sp/slo", Rate::per_second(1000, 30));
        let upstream = limit("upstream", "/login/from/", Rate::per_second(1000, 30));
        let away = limit("upstream", "/login/with/", Rate::per_second(1000, 30));
        let limits = [limit("anonymous", "/", anonymous), saml, acs, slo, sp_slo, upstream, away];
        Self { known, limits }
    }

    /// Count a request to `path`; the error is the limit that it exceeds and how long to wait.
    fn take(
        &self,
        client: ClientAddress,
        place: &str,
        path: &str,
        now: DateTime<Utc>,
    ) -> Result<(), (&'static str, Duration)> {
        for limit in self.for_path(path) {
            let rate = limit.rate.times(self.weight(client));
            limit.buckets.take(place, rate, now).map_err(|wait| (limit.name, wait))?;
        }
        Ok(())
    }

    fn give_back(&self, client: ClientAddress, place: &str, path: &str) {
        for limit in self.for_path(path) {
            limit.buckets.give_back(place, limit.rate.times(self.weight(client)));
        }
    }

    fn for_path(&self, path: &str) -> impl Iterator<Item = &Limit> {
        self.limits.iter().filter(move |limit| path.starts_with(limit.start))
    }

    /// Clients whose address no proxy tells us share one bucket, so it must be a large one.
    fn weight(&self, client: ClientAddress) -> i32 {
        let is_known = client.known().is_none() || self.known.hold(client);
        if is_known { KNOWN } else { 1 }
    }
}

/// What a request took from the limits of its address.
pub(super) struct Token {
    limits: Data<RateLimits>,
    client: ClientAddress,
    place: String,
    path: String,
}

impl Token {
    /// Send away what exceeds a limit.
    pub(super) fn take(request: &ServiceRequest) -> Result<Self, Error> {
        let parts = (
            request.app_data::<Data<RateLimits>>().cloned(),
            request.app_data::<Data<ClientSettings>>(),
            request.app_data::<Data<Clock>>(),
        );
        let (Some(limits), Some(settings), Some(clock)) = parts else {
            return Err(Error::internal("the rate limits are missing"));
        };
        let client = Client::of(request.request(), settings);
        let (place, path) = (client.network(), request.path().to_owned());
        let taken = limits.take(client.address, &place, &path, clock.now());
        taken.map_err(|(limit, wait)| {
            figures::count_rate_limited(limit);
            let seconds = u64::try_from(wait.num_seconds()).unwrap_or(0) + 1;
            TurnedAway::new("E-TOO-MANY", StatusCode::TOO_MANY_REQUESTS, seconds)
        })?;
        Ok(Self { limits, client: client.address, place, path })
    }

    /// It was somebody we know.
    pub(super) fn give_back(self) {
        self.limits.give_back(self.client, &self.place, &self.path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::registry;

    const NOW: DateTime<Utc> = DateTime::UNIX_EPOCH;

    fn known(networks: &[&str]) -> KnownNetworks {
        let networks = networks.iter().map(|network| network.parse().expect("a network"));
        KnownNetworks::new(networks.collect(), |_| false)
    }

    fn limits() -> RateLimits {
        RateLimits::new(Rate::per_second(2, 1), known(&["10.0.0.0/8"]))
    }

    fn taken(limits: &RateLimits, client: ClientAddress, path: &str) -> usize {
        let place = format!("{client:?}");
        (0..10_000).take_while(|_| limits.take(client, &place, path, NOW).is_ok()).count()
    }

    fn at(address: &str) -> ClientAddress {
        ClientAddress::Known(address.parse().expect("an address"))
    }

    #[test]
    fn known_networks_have_the_budget_of_a_school() {
        assert_eq!(taken(&limits(), at("192.0.2.1"), "/login"), 2);
        assert_eq!(taken(&limits(), at("10.1.2.3"), "/login"), 40);
        assert_eq!(taken(&limits(), ClientAddress::Unknown, "/login"), 40);
    }

    /// Each pupil: the page, its files, the form, the way on. More than the browser needs.
    #[test]
    fn a_school_of_a_thousand_behind_one_unknown_address_is_not_hit() {
        let default = |key| {
            let setting = registry::setting("limits", key).expect("a setting");
            setting.default.parse().expect("a number")
        };
        let rate = Rate::per_second(default("anonymous_burst"), default("anonymous_per_second"));
        let limits = RateLimits::new(rate, known(&[]));
        for pupil in 0..1000 {
            let now = NOW + Duration::milliseconds(pupil * 20);
            for path in
                ["/dispatch", "/login", "/a", "/b", "/c", "/login", "/saml/sso", "/dispatch"]
            {
                assert_eq!(limits.take(at("192.0.2.1"), "here", path, now), Ok(()), "{pupil}");
            }
        }
    }

    #[test]
    fn messages_of_partners_have_a_limit_of_their_own() {
        let limits = RateLimits::new(Rate::per_second(100_000, 1), known(&[]));
        assert_eq!(taken(&limits, at("192.0.2.1"), "/saml/sso"), 1000);
        assert_eq!(taken(&limits, at("192.0.2.2"), "/saml"), 10_000);
    }

    #[test]
    fn requests_of_people_who_are_signed_in_cost_nothing() {
        let limits = limits();
        for _ in 0..100 {
            limits.take(at("192.0.2.1"), "here", "/", NOW).expect("a token");
            limits.give_back(at("192.0.2.1"), "here", "/");
        }
    }
}
