//! A scanner for viruses: clamd's `INSTREAM`, over TCP or a socket of this machine (10.4, SEC-92).
use super::store::{self, PaperRow, Scan};
use super::vault::Vault;
use crate::audit::{Event, Trace};
use crate::db::Tx;
use crate::jobs::{Answer, Failure, Job, Outcome, Policy, Turn};
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use std::io;
use std::path::PathBuf;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpStream, UnixStream};
use uuid::Uuid;

/// Bytes of one piece.
const PIECE: usize = 64 * 1024;
/// Longest answer.
const ANSWER: u64 = 1024;
/// One scan may take so long.
const PATIENCE: Duration = Duration::from_mins(1);

/// Where the scanner listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scanner {
    /// `host:port`
    Tcp(String),
    /// `/run/clamav/clamd.ctl`
    Unix(PathBuf),
}

impl Scanner {
    /// Read an address; the error says what to write.
    pub fn parse(text: &str) -> Result<Self, String> {
        if text.starts_with('/') {
            return Ok(Self::Unix(PathBuf::from(text)));
        }
        let port = text.rsplit_once(':').filter(|(host, _)| !host.is_empty());
        match port.and_then(|(_, port)| port.parse::<u16>().ok()) {
            Some(_) => Ok(Self::Tcp(text.to_owned())),
            None => Err("write host:port or the path of a socket".to_owned()),
        }
    }

    /// Whether something was found in a paper.
    pub async fn scan(&self, paper: &[u8]) -> io::Result<Scan> {
        let answer = tokio::time::timeout(PATIENCE, async {
            match self {
                Self::Tcp(address) => ask(TcpStream::connect(address).await?, paper).await,
                Self::Unix(path) => ask(UnixStream::connect(path).await?, paper).await,
            }
        });
        let answer = answer.await.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))??;
        match answer.trim_end_matches(['\0', '\n']) {
            "stream: OK" => Ok(Scan::Clean),
            found if found.starts_with("stream: ") && found.ends_with(" FOUND") => {
                Ok(Scan::Infected)
            }
            _ => Err(io::Error::other("the scanner could not scan")),
        }
    }
}

async fn ask(mut to: impl AsyncRead + AsyncWrite + Unpin, paper: &[u8]) -> io::Result<String> {
    to.write_all(b"zINSTREAM\0").await?;
    for piece in paper.chunks(PIECE) {
        let length = u32::try_from(piece.len()).map_err(io::Error::other)?;
        to.write_all(&length.to_be_bytes()).await?;
        to.write_all(piece).await?;
    }
    to.write_all(&0_u32.to_be_bytes()).await?;
    to.flush().await?;
    let mut answer = Vec::new();
    to.take(ANSWER).read_to_end(&mut answer).await?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

/// Show the scanner every paper that it did not see yet: after each upload, and again every ten
/// minutes for those that came while it was away.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ScanPapers {}

impl Job for ScanPapers {
    type Parts = (Option<Scanner>, Vault);
    const KIND: &'static str = "roll.scan_papers";
    const LABEL: &'static str = "job-scan-papers";
    // Those that come while others fail wait no longer than they would anyway.
    const POLICY: Policy = Policy {
        waits: &[Duration::from_mins(1), Duration::from_mins(5), Duration::from_mins(10)],
        patience: Duration::from_hours(1),
        ..Policy::SERVICE
    };

    fn once(&self) -> Option<String> {
        Some(Self::KIND.to_owned())
    }

    async fn run(self, (scanner, vault): Self::Parts, turn: Turn) -> Answer {
        let Some(scanner) = scanner else { return Ok(Outcome::Done) };
        let now = turn.clock().now();
        let mut failed = None;
        loop {
            let mut tx = turn.db().read().await?;
            let waiting = store::to_scan(&mut tx, now).await?;
            drop(tx);
            if waiting.is_empty() {
                break;
            }
            for paper in waiting {
                // One that nobody can scan keeps no other from being scanned.
                let found = show(&scanner, &vault, &paper).await;
                let mut tx = turn.db().write().await?;
                turn.hold(&mut tx).await?;
                match found {
                    Ok(scan) => note(&mut tx, paper.id, scan, now).await?,
                    Err(failure) => {
                        store::set_tried(&mut tx, paper.id, now).await?;
                        failed = Some(failure);
                    }
                }
                tx.commit().await?;
            }
        }
        failed.map_or(Ok(Outcome::Done), Err)
    }
}

/// What the scanner finds in a paper.
async fn show(scanner: &Scanner, vault: &Vault, paper: &PaperRow) -> Result<Scan, Failure> {
    let (vault, id, key) = (vault.clone(), paper.id, paper.storage_key.clone());
    let read = tokio::task::spawn_blocking(move || vault.read(id, &key)).await;
    let read = read.map_err(|error| Failure::new("thread").because(error))?;
    let bytes = read.map_err(|error| Failure::new("paper").because(error))?;
    let scan = scanner.scan(&bytes).await;
    scan.map_err(|error| Failure::new("scanner").because(error))
}

async fn note(tx: &mut Tx, id: Uuid, scan: Scan, now: DateTime<Utc>) -> sqlx::Result<()> {
    let keep = now + TimeDelta::days(1);
    if store::set_verdict(tx, id, (scan, keep), now).await? && scan == Scan::Infected {
        let event = Event::refused("roll.file_infected", "E-PAPER-INFECTED").field("file", id);
        event.record(tx, &Trace::default(), now).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_host_with_a_port_or_a_path() {
        assert_eq!(Scanner::parse("localhost:3310"), Ok(Scanner::Tcp("localhost:3310".into())));
        assert_eq!(Scanner::parse("[::1]:3310"), Ok(Scanner::Tcp("[::1]:3310".into())));
        assert!(matches!(Scanner::parse("/run/clamd.ctl"), Ok(Scanner::Unix(_))));
        for wrong in ["clamd", ":3310", "clamd:x", "clamd:99999"] {
            assert!(Scanner::parse(wrong).is_err(), "{wrong}");
        }
    }
}
