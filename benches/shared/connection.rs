//! A browser reduced to the least: one connection that is kept.
use anyhow::{Context, Result, ensure};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};

/// A connection with the last answer.
pub(crate) struct Connection {
    stream: TcpStream,
    piece: Vec<u8>,
    answer: Vec<u8>,
    head: usize,
}

impl Connection {
    pub(crate) fn open(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, piece: vec![0; 64 * 1024], answer: Vec::new(), head: 0 })
    }

    /// Ask, and read the whole answer; its status.
    pub(crate) fn ask(&mut self, request: &[u8]) -> Result<u16> {
        self.stream.write_all(request)?;
        self.answer.clear();
        loop {
            let count = self.stream.read(&mut self.piece)?;
            ensure!(count > 0, "the connection was closed");
            self.answer.extend_from_slice(&self.piece[..count]);
            if let Some((status, head)) = whole(&self.answer)? {
                self.head = head;
                return Ok(status);
            }
        }
    }

    /// Whom it leads to.
    #[expect(clippy::allow_attributes, reason = "not every bench wants it")]
    #[allow(dead_code, reason = "not every bench wants it")]
    pub(crate) fn address(&self) -> Result<SocketAddr> {
        Ok(self.stream.peer_addr()?)
    }

    /// The head of the last answer.
    #[expect(clippy::allow_attributes, reason = "not every bench wants it")]
    #[allow(dead_code, reason = "not every bench wants it")]
    pub(crate) fn head(&self) -> &str {
        std::str::from_utf8(&self.answer[..self.head]).unwrap_or_default()
    }

    /// The last answer without its head.
    pub(crate) fn body(&self) -> &[u8] {
        &self.answer[self.head..]
    }
}

/// Status and length of the head, once everything behind it is there.
fn whole(answer: &[u8]) -> Result<Option<(u16, usize)>> {
    let Some(end) = answer.windows(4).position(|four| four == b"\r\n\r\n") else { return Ok(None) };
    let text = std::str::from_utf8(&answer[..end])?;
    let status = text.split(' ').nth(1).context("no status")?.parse()?;
    let length = text.lines().find_map(|line| {
        let (name, value) = line.split_once(": ")?;
        name.eq_ignore_ascii_case("content-length").then(|| value.parse::<usize>().ok())?
    });
    let head = end + 4;
    let is_whole = match length {
        Some(length) => answer.len() >= head + length,
        None => answer.ends_with(b"\r\n0\r\n\r\n"),
    };
    Ok(is_whole.then_some((status, head)))
}
