//! One connection: opened, bound, asked, thrown away.
use super::address::{Address, Place};
use super::entry::Entry;
use super::query::Query;
use crate::identity::sources::{Secret, SourceError};
use ldap3::asn1::StructureTag;
use ldap3::{
    Ldap, LdapConnAsync, LdapConnSettings, LdapError, LdapResult, Mod, Scope, SearchOptions,
    StdStream,
};
use native_tls::TlsConnector;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// How to reach one server and who we are there.
pub(super) struct Dialer {
    pub(super) address: Address,
    /// For addresses that are encrypted.
    pub(super) tls: Option<TlsConnector>,
    pub(super) account: Option<(String, Secret)>,
    pub(super) connect_timeout: Duration,
    pub(super) operation_timeout: Duration,
}

/// A live connection. Dropping it closes the socket, whatever the server does.
pub(super) struct Link {
    ldap: Ldap,
    driver: JoinHandle<()>,
    operation_timeout: Duration,
}

impl Dialer {
    /// Connect, encrypted as the address says. Nobody yet.
    pub(super) async fn open(&self) -> Result<Link, SourceError> {
        timeout(self.connect_timeout, self.dial()).await.map_err(|_| SourceError::TimedOut)?
    }

    /// Connect and bind as the service account, if there is one.
    pub(super) async fn open_as_service(&self) -> Result<Link, SourceError> {
        let link = self.open().await?;
        let Some((dn, password)) = &self.account else { return Ok(link) };
        match link.bind(dn, password.reveal()).await? {
            0 => Ok(link),
            code @ (BUSY | UNAVAILABLE) => Err(SourceError::Unreachable(format!("result {code}"))),
            code => Err(SourceError::NotAdmitted(code)),
        }
    }

    async fn dial(&self) -> Result<Link, SourceError> {
        let mut settings = LdapConnSettings::new().set_starttls(self.address.starttls);
        if let Some(tls) = &self.tls {
            settings = settings.set_connector(tls.clone());
        }
        if let Place::Tcp(host, port) = &self.address.place {
            let socket = connect(host, *port).await;
            let socket = socket.map_err(|error| SourceError::Unreachable(error.to_string()))?;
            settings = settings.set_std_stream(StdStream::Tcp(socket));
        }
        let opened = LdapConnAsync::from_url_with_settings(settings, &self.address.url).await;
        let (connection, ldap) = opened.map_err(|error| match error {
            LdapError::LdapResult { result } => {
                SourceError::Untrusted(format!("StartTLS refused with result code {}", result.rc))
            }
            other => because(other),
        })?;
        let driver = tokio::spawn(async move {
            if let Err(error) = connection.drive().await {
                tracing::debug!("a directory connection ended: {error}");
            }
        });
        Ok(Link { ldap, driver, operation_timeout: self.operation_timeout })
    }
}

/// Result codes of RFC 4511 A.1 that we tell apart.
const TIME_LIMIT: u32 = 3;
const SIZE_LIMIT: u32 = 4;
const REFERRAL: u32 = 10;
const ADMIN_LIMIT: u32 = 11;
const NO_SUCH_OBJECT: u32 = 32;
const BUSY: u32 = 51;
const UNAVAILABLE: u32 = 52;

impl Link {
    /// Become `dn`; the result code says whether that worked.
    pub(super) async fn bind(&self, dn: &str, password: &str) -> Result<u32, SourceError> {
        let mut ldap = self.ldap.clone();
        let bind = ldap.simple_bind(dn, password);
        let answer = timeout(self.operation_timeout, bind).await;
        Ok(answer.map_err(|_| SourceError::TimedOut)?.map_err(because)?.rc)
    }

    /// The entries that answer a query, at most as many as it wants.
    pub(super) async fn search(&self, query: &Query) -> Result<Vec<Entry>, SourceError> {
        self.search_as(query, Entry::parse).await
    }

    /// The same, each entry read in another way.
    pub(super) async fn search_as<T>(
        &self,
        query: &Query,
        read: fn(StructureTag) -> Result<T, SourceError>,
    ) -> Result<Vec<T>, SourceError> {
        let answer = timeout(self.operation_timeout, self.collect(query, read)).await;
        answer.map_err(|_| SourceError::TimedOut)?
    }

    /// Change an entry; what the server says to it, whatever it is.
    pub(super) async fn modify(
        &self,
        dn: &str,
        change: Mod<Vec<u8>>,
    ) -> Result<LdapResult, SourceError> {
        let mut ldap = self.ldap.clone();
        let answer = timeout(self.operation_timeout, ldap.modify(dn, vec![change])).await;
        answer.map_err(|_| SourceError::TimedOut)?.map_err(because)
    }

    async fn collect<T>(
        &self,
        query: &Query,
        read: fn(StructureTag) -> Result<T, SourceError>,
    ) -> Result<Vec<T>, SourceError> {
        let mut ldap = self.handle();
        ldap.with_search_options(
            SearchOptions::new()
                .sizelimit(i32::try_from(query.limit).unwrap_or(i32::MAX))
                .timelimit(i32::try_from(self.operation_timeout.as_secs() + 1).unwrap_or(60)),
        );
        let search =
            ldap.streaming_search(&query.base, query.scope, &query.filter, &query.attributes);
        let mut answers = search.await.map_err(because)?;
        let mut entries = Vec::new();
        while let Some(answer) = answers.next().await.map_err(because)? {
            // Referrals are not followed (SEC-33).
            if answer.is_ref() || answer.is_intermediate() || entries.len() == query.limit {
                continue;
            }
            entries.push(read(answer.0)?);
        }
        match answers.finish().await.rc {
            SIZE_LIMIT => Ok(entries),
            NO_SUCH_OBJECT if query.scope == Scope::Base => Ok(Vec::new()),
            rc => judge(rc).map(|()| entries),
        }
    }

    /// A handle with a time limit for each answer, for who streams.
    pub(super) fn handle(&self) -> Ldap {
        let mut ldap = self.ldap.clone();
        ldap.with_timeout(self.operation_timeout);
        ldap
    }

    /// Say goodbye, so that the server does not have to find out.
    pub(super) async fn close(self) {
        let mut ldap = self.ldap.clone();
        let _ = timeout(self.operation_timeout, ldap.unbind()).await;
    }

    /// Whether the other side is gone already.
    pub(super) fn is_closed(&self) -> bool {
        self.driver.is_finished()
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        // A driver that is stuck writing to a silent server would keep the socket for ever.
        self.driver.abort();
    }
}

/// What the result code at the end of a search means for us.
pub(super) fn judge(code: u32) -> Result<(), SourceError> {
    match code {
        0 | REFERRAL => Ok(()),
        TIME_LIMIT => Err(SourceError::TimedOut),
        SIZE_LIMIT | ADMIN_LIMIT => Err(SourceError::Cut),
        BUSY | UNAVAILABLE => Err(SourceError::Unreachable(format!("result {code}"))),
        code => Err(SourceError::Refused(code)),
    }
}

async fn connect(host: &str, port: u16) -> std::io::Result<std::net::TcpStream> {
    let socket = TcpStream::connect((host, port)).await?;
    // Without it every small message waits for the acknowledgement of the one before.
    socket.set_nodelay(true)?;
    socket.into_std()
}

/// The error of the library in our words.
pub(super) fn because(error: LdapError) -> SourceError {
    match error {
        LdapError::Timeout { .. } => SourceError::TimedOut,
        LdapError::NativeTLS { source } => SourceError::Untrusted(source.to_string()),
        LdapError::LdapResult { result: LdapResult { rc, .. } } => SourceError::Refused(rc),
        LdapError::FilterParsing => SourceError::NotSearchable("the filter".to_owned()),
        other => SourceError::Unreachable(other.to_string()),
    }
}
