//! A scanner for viruses: clamd's `INSTREAM`, over TCP or a socket of this machine (10.4, SEC-92).
use serde::{Deserialize, Serialize};
use std::io;
use std::path::PathBuf;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpStream, UnixStream};

/// Bytes of one piece.
const PIECE: usize = 64 * 1024;
/// Longest answer.
const ANSWER: u64 = 1024;
/// One scan may take so long.
const PATIENCE: Duration = Duration::from_mins(1);

/// Whether a file may be looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum Scan {
    /// It is being written; whatever breaks off then is removed.
    Arriving,
    /// The scanner did not see it yet.
    Pending,
    /// Nothing was found, or nobody asks a scanner.
    Clean,
    /// A virus was found.
    Infected,
}

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

    /// Whether something was found in a file.
    pub async fn scan(&self, content: &[u8]) -> io::Result<Scan> {
        let answer = tokio::time::timeout(PATIENCE, async {
            match self {
                Self::Tcp(address) => ask(TcpStream::connect(address).await?, content).await,
                Self::Unix(path) => ask(UnixStream::connect(path).await?, content).await,
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

async fn ask(mut to: impl AsyncRead + AsyncWrite + Unpin, content: &[u8]) -> io::Result<String> {
    to.write_all(b"zINSTREAM\0").await?;
    for piece in content.chunks(PIECE) {
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
