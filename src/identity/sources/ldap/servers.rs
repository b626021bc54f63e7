//! Several servers with the same content (REL-04).
use super::address::Address;
use super::connection::{Dialer, Link};
use super::entry::Entry;
use super::query::Query;
use super::server::Server;
use super::settings::LdapSettings;
use super::tls::connector;
use crate::finding::Finding;
use crate::identity::sources::SourceError;
use futures_util::future::join_all;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How one server is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerHealth {
    /// Its address as configured.
    pub url: String,
    /// What is wrong with it, if anything is.
    pub problem: Option<SourceError>,
}

/// How to reach each server of a directory, in the order of the configuration.
pub(super) fn dialers(settings: &LdapSettings) -> Result<Vec<Dialer>, Finding> {
    let addresses = settings.urls.iter().map(|url| {
        Address::parse(url, settings.starttls)
            .map_err(|error| settings.finding("E-LDAP-URL", "url", error.to_string()))
    });
    let addresses = addresses.collect::<Result<Vec<_>, Finding>>()?;
    // All authorities of a machine are a long list to read.
    let is_encrypted = addresses.iter().any(Address::is_encrypted);
    let tls = is_encrypted.then(|| connector(settings.ca_file.as_deref())).transpose();
    let tls = tls.map_err(|error| settings.finding("E-LDAP-CA", "ca_file", error.to_string()))?;
    let account = settings.bind_dn.as_ref().map(|dn| (dn.clone(), settings.bind_password.clone()));
    let dialer = |address| Dialer {
        address,
        tls: tls.clone(),
        account: account.clone(),
        connect_timeout: settings.connect_timeout,
        operation_timeout: settings.operation_timeout,
    };
    Ok(addresses.into_iter().map(dialer).collect())
}

/// The servers in the order of the configuration.
pub(super) struct Servers {
    all: Vec<Arc<Server>>,
    /// What one server may cost when another one waits behind it.
    short: Duration,
    /// What the last one may cost.
    long: Duration,
}

impl Servers {
    pub(super) fn new(settings: &LdapSettings) -> Result<Self, Finding> {
        let dialers = dialers(settings)?.into_iter();
        let server = |dialer| Arc::new(Server::new(dialer, settings.base.clone()));
        Ok(Self {
            all: dialers.map(server).collect(),
            short: settings.operation_timeout.min(settings.connect_timeout),
            long: settings.login_timeout,
        })
    }

    /// Ask the first server that is well, else the next; says which one answered.
    pub(super) async fn search(&self, query: &Query) -> Result<(usize, Vec<Entry>), SourceError> {
        let order = self.order();
        let mut outcome = Err(SourceError::Resting);
        for (position, index) in order.iter().copied().enumerate() {
            let server = &self.all[index];
            if !server.circuit().admits(Instant::now()) {
                continue;
            }
            let is_last = position + 1 == order.len();
            let budget = if is_last { self.long } else { self.short };
            match server.search(query, budget).await {
                Ok(entries) => return Ok((index, entries)),
                Err(error) if error.is_outage() => outcome = Err(error),
                Err(error) => return Err(error),
            }
        }
        outcome
    }

    /// Ask this very server, which answered before.
    pub(super) async fn search_at(
        &self,
        index: usize,
        query: &Query,
    ) -> Result<Vec<Entry>, SourceError> {
        self.at(index)?.search(query, self.long).await
    }

    /// This very server, if it may be asked now.
    pub(super) fn at(&self, index: usize) -> Result<&Server, SourceError> {
        let server = self.all.get(index).ok_or(SourceError::Resting)?;
        let admitted = server.circuit().admits(Instant::now());
        if admitted { Ok(server) } else { Err(SourceError::Resting) }
    }

    /// The servers to try, best first.
    pub(super) fn candidates(&self) -> impl Iterator<Item = &Server> {
        self.order()
            .into_iter()
            .map(|index| self.all[index].as_ref())
            .filter(|server| server.circuit().admits(Instant::now()))
    }

    /// A connection of one's own to the first server that gives one.
    pub(super) async fn own_link(&self) -> Result<(usize, Link), SourceError> {
        let mut outcome = Err(SourceError::Resting);
        for index in self.order() {
            let server = &self.all[index];
            if !server.circuit().admits(Instant::now()) {
                continue;
            }
            match server.own_link().await {
                Ok(link) => return Ok((index, link)),
                Err(error) => outcome = Err(error),
            }
        }
        outcome
    }

    /// Ask every server how it is.
    pub(super) async fn health(&self) -> Vec<ServerHealth> {
        let asked = self.all.iter().map(|server| async move {
            let problem = server.probe(self.long).await.err();
            ServerHealth { url: server.url().to_owned(), problem }
        });
        join_all(asked).await
    }

    /// Those that were well when asked last come first. While there is one, nobody has to wait
    /// for an ailing one: it is looked after in the background.
    fn order(&self) -> Vec<usize> {
        let (ailing, mut order): (Vec<_>, Vec<_>) =
            (0..self.all.len()).partition(|index| self.all[*index].circuit().is_ailing());
        if !order.is_empty() {
            for index in &ailing {
                self.look_after(*index);
            }
        }
        order.extend(ailing);
        order
    }

    fn look_after(&self, index: usize) {
        let server = Arc::clone(&self.all[index]);
        if !server.circuit().probe_is_due(Instant::now()) {
            return;
        }
        let budget = self.long;
        tokio::spawn(async move {
            if server.probe(budget).await.is_ok() {
                tracing::info!(server = server.url(), "{} is back", server.url());
            }
        });
    }
}
