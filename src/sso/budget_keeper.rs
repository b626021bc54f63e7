//! Asks the tables before a password is looked at, and tells them what came of it.
use super::budget::{self, Flurry, PACE, Wait};
use super::store::{self, Place};
use crate::audit::{Event, Trace};
use crate::db::{Db, Tx};
use crate::figures;
use crate::hex::hex;
use crate::identity::person::plain_login;
use crate::identity::token;
use crate::web::client::Client;
use crate::web::known_networks::KnownNetworks;
use chrono::{DateTime, Utc};

/// One try to sign in, as the counters see it.
pub(super) struct Try {
    login_hash: Vec<u8>,
    device_hash: Option<Vec<u8>>,
    place: Place,
    is_known_network: bool,
    is_known_browser: bool,
}

impl Try {
    /// A try of `login` by this client; `device` is the cookie of a browser that was here before.
    pub(super) async fn of(
        db: &Db,
        login: &str,
        client: &Client,
        device: Option<&str>,
        known: &KnownNetworks,
    ) -> sqlx::Result<Self> {
        let login_hash = token::hash(&plain_login(login));
        let device_hash = device.map(token::hash);
        let network = client.network();
        let mut name = format!("net:{network}");
        let mut is_known_browser = false;
        if let Some(device) = &device_hash {
            let mut tx = db.read().await?;
            is_known_browser = store::knows_device(&mut tx, device, &login_hash).await?;
            if is_known_browser {
                name = format!("device:{}", hex(&device[..16]));
            }
        }
        let place = Place { name, network };
        let is_known_network = known.hold(client.address);
        Ok(Self { login_hash, device_hash, place, is_known_network, is_known_browser })
    }

    /// Whether this browser once signed in as this login.
    pub(super) fn is_from_known_browser(&self) -> bool {
        self.is_known_browser
    }

    /// Where it comes from.
    pub(super) fn network(&self) -> &str {
        &self.place.network
    }

    /// Whether it has to wait.
    pub(super) async fn wait(&self, db: &Db, now: DateTime<Utc>) -> sqlx::Result<Option<Wait>> {
        let mut tx = db.read().await?;
        let counts = store::counts(&mut tx, &self.login_hash, &self.place, now).await?;
        drop(tx);
        let wait = budget::wait(&counts, self.is_known_network, now);
        if wait.is_some() || self.is_known_network || counts.next_try.is_none() {
            return Ok(wait);
        }
        // Many may have read that it is time: one of them is right.
        let mut tx = db.write().await?;
        let is_ours = store::take_turn(&mut tx, &self.place.network, now).await?;
        tx.commit().await?;
        Ok((!is_ours).then_some(Wait::Stuffing(PACE)))
    }

    /// It failed. A network that turns out to go through a list of logins is recorded.
    pub(super) async fn failed(
        &self,
        tx: &mut Tx,
        trace: &Trace,
        now: DateTime<Utc>,
    ) -> sqlx::Result<()> {
        store::note_failure(tx, &self.login_hash, &self.place, now).await?;
        let network = &self.place.network;
        let flurry = store::flurry(tx, network, now).await?;
        if !flurry.is_stuffing() || !store::begin_stuffing(tx, network, now).await? {
            return Ok(());
        }
        figures::count_stuffing(self.is_known_network);
        self.stuffing(flurry).record(tx, trace, now).await
    }

    fn stuffing(&self, flurry: Flurry) -> Event {
        let done = if self.is_known_network { "known_network" } else { "slowed" };
        Event::ok("auth.stuffing")
            .reason(done)
            .field("place", &self.place.network)
            .field("logins", flurry.logins)
            .field("good", flurry.good)
    }

    /// It succeeded: failures are forgiven and the browser is known from now on.
    pub(super) async fn succeeded(
        &self,
        tx: &mut Tx,
        device: &str,
        now: DateTime<Utc>,
    ) -> sqlx::Result<()> {
        store::forgive(tx, &self.login_hash, &self.place).await?;
        let device = self.device_hash.clone().unwrap_or_else(|| token::hash(device));
        store::remember_device(tx, &device, &self.login_hash, now).await
    }
}
