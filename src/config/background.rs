//! Work in the background, mail, and how long what is kept.
use super::parse::{duration, from_str, network, retention};
use super::reader::Reader;
use crate::mail::MailAddress;
use chrono::TimeDelta;
use ipnet::IpNet;
use std::time::Duration;

/// `[jobs]`
#[derive(Debug, Clone)]
pub struct Jobs {
    /// Jobs at the same time; 0: this node does none.
    pub workers: usize,
}

impl Jobs {
    pub(super) fn read(reader: &mut Reader) -> Self {
        Self { workers: reader.value_or("jobs", "workers", from_str, 4) }
    }
}

/// `[mail]`; accounts are kept in the database (D38).
#[derive(Debug, Clone, Default)]
pub struct Mail {
    /// Who hears when mail does not leave.
    pub administrators: Vec<MailAddress>,
    /// Where servers may be reached without protection.
    pub plain_networks: Vec<IpNet>,
    /// An authority besides those of the system, PEM.
    pub authority: Option<Vec<u8>>,
    /// Whether tokens may go to mail servers on this machine without protection.
    pub plain_tokens: bool,
    /// Networks that are not public in which providers may stand.
    pub allowed: Vec<IpNet>,
}

impl Mail {
    pub(super) fn read(reader: &mut Reader) -> Self {
        let address = |text: &str| {
            MailAddress::parse(text).ok_or_else(|| "write one mail address".to_owned())
        };
        let folder = reader.folder().to_owned();
        let pem = |text: &str| {
            let path = folder.join(text);
            std::fs::read(&path).map(Some).map_err(|error| format!("{}: {error}", path.display()))
        };
        Self {
            administrators: reader.list("mail", "administrators", address),
            plain_networks: reader.list("mail", "plain_networks", network),
            authority: reader.value_or("mail", "ca_file", pem, None),
            plain_tokens: reader.flag("mail", "plain_tokens"),
            allowed: reader.list("outbound", "allow", network),
        }
    }
}

/// `[retention]`: how long what is kept (D36).
#[derive(Debug, Clone)]
pub struct Retention {
    /// Sessions, after their end.
    pub sessions: Duration,
    /// Jobs that are done.
    pub jobs: Duration,
    /// That there was a message.
    pub mail: Duration,
    /// What it said.
    pub mail_bodies: Duration,
    /// People who left every source, after that.
    pub departed: Duration,
    /// Rolls, after the end of their school year.
    pub rolls: TimeDelta,
    /// Cards, after they or the rights of their holders ended.
    pub cards: TimeDelta,
    /// That an account was erased, so that no reading brings it back.
    pub tombstone: Duration,
}

impl Retention {
    pub(super) fn read(reader: &mut Reader) -> Self {
        let month = Duration::from_hours(30 * 24);
        Self {
            sessions: reader.value_or("retention", "sessions", duration, month),
            jobs: reader.value_or("retention", "jobs", duration, month),
            mail: reader.value_or("retention", "mail", duration, month * 12),
            mail_bodies: reader.value_or("retention", "mail_bodies", duration, month),
            departed: reader.value_or("retention", "departed", duration, month),
            rolls: reader.value_or("retention", "rolls", retention, TimeDelta::days(365)),
            cards: reader.value_or("retention", "cards", retention, TimeDelta::days(365)),
            tombstone: reader
                .value("retention", "tombstone", retention)
                .and_then(|time| time.to_std().ok())
                .unwrap_or(month * 36),
        }
    }
}
