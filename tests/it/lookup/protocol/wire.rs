//! Bytes there, bytes back.
use flate2::read::GzDecoder;
use serde_json::Value;
use std::io::Read;
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// An answer.
#[derive(Debug)]
pub(super) struct Heard {
    pub(super) status: u16,
    head: String,
    pub(super) body: Vec<u8>,
}

impl Heard {
    /// The value of a header, empty when it is missing.
    pub(super) fn header(&self, name: &str) -> &str {
        let lines = self.head.lines().filter_map(|line| line.split_once(": "));
        let mut named = lines.filter(|(known, _)| known.eq_ignore_ascii_case(name));
        named.next().map_or("", |(_, value)| value)
    }

    pub(super) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    #[track_caller]
    pub(super) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("no JSON: {}", self.text()))
    }
}

/// Send a request whose connection ends with it.
pub(super) async fn exchange(address: SocketAddr, request: &[u8]) -> Heard {
    let mut stream = TcpStream::connect(address).await.expect("it listens");
    // It may answer, and close, before it has read everything.
    let _ = stream.write_all(request).await;
    let mut bytes = Vec::new();
    let _ = stream.read_to_end(&mut bytes).await;
    heard(&bytes)
}

/// Take an answer apart.
pub(super) fn heard(bytes: &[u8]) -> Heard {
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n");
    let end = end.unwrap_or_else(|| panic!("no answer: {}", String::from_utf8_lossy(bytes)));
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
    let mut heard = Heard {
        status: status.unwrap_or_else(|| panic!("no status: {head}")),
        head,
        body: bytes[end + 4..].to_vec(),
    };
    if heard.header("transfer-encoding") == "chunked" {
        heard.body = dechunked(&heard.body);
    }
    if heard.header("content-encoding") == "gzip" {
        let mut plain = Vec::new();
        GzDecoder::new(heard.body.as_slice()).read_to_end(&mut plain).expect("gzip");
        heard.body = plain;
    }
    heard
}

fn dechunked(mut rest: &[u8]) -> Vec<u8> {
    let mut whole = Vec::new();
    while let Some(end) = rest.windows(2).position(|window| window == b"\r\n") {
        let size = std::str::from_utf8(&rest[..end]).expect("a size");
        let size = usize::from_str_radix(size, 16).expect("a size");
        whole.extend_from_slice(&rest[end + 2..end + 2 + size]);
        rest = &rest[end + 4 + size..];
        if size == 0 {
            break;
        }
    }
    whole
}
