//! Asks the tables before a password is looked at, and tells them what came of it.
use super::budget::{self, Wait};
use super::store::{self, Place};
use crate::db::{Db, Tx};
use crate::identity::token;
use crate::web::client::Client;
use crate::web::client_ip::ClientAddress;
use chrono::{DateTime, Utc};
use ipnet::IpNet;

/// Networks that stand for a whole school.
#[derive(Debug, Clone, Default)]
pub struct KnownNetworks(pub Vec<IpNet>);

impl KnownNetworks {
    /// Whether a client is in one of them.
    pub fn hold(&self, address: ClientAddress) -> bool {
        address.known().is_some_and(|address| self.0.iter().any(|net| net.contains(&address)))
    }
}

/// One try to sign in, as the counters see it.
pub(super) struct Try {
    login_hash: Vec<u8>,
    device_hash: Option<Vec<u8>>,
    place: Place,
    known: bool,
}

impl Try {
    /// A try of `login` by this client; `device` is the cookie of a browser that was here before.
    pub(super) async fn of(
        db: &Db,
        login: &str,
        client: &Client,
        device: Option<&str>,
        known: bool,
    ) -> sqlx::Result<Self> {
        let login_hash = token::hash(&login.trim().to_lowercase());
        let device_hash = device.map(token::hash);
        let network = client.network();
        let mut name = format!("net:{network}");
        if let Some(device) = &device_hash {
            let mut tx = db.read().await?;
            if store::knows_device(&mut tx, device, &login_hash).await? {
                name = format!("device:{}", hex(&device[..16]));
            }
        }
        Ok(Self { login_hash, device_hash, place: Place { name, network }, known })
    }

    /// Whether it has to wait.
    pub(super) async fn wait(&self, db: &Db, now: DateTime<Utc>) -> sqlx::Result<Option<Wait>> {
        let mut tx = db.read().await?;
        let counts = store::counts(&mut tx, &self.login_hash, &self.place, now).await?;
        Ok(budget::wait(&counts, self.known, now))
    }

    /// It failed.
    pub(super) async fn failed(&self, tx: &mut Tx, now: DateTime<Utc>) -> sqlx::Result<()> {
        store::note_failure(tx, &self.login_hash, &self.place, now).await
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

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}
