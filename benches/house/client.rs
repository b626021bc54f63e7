//! A browser reduced to the least: one connection that is kept, one request over and over.
use anyhow::{Context, Result, bail, ensure};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

/// A request and the status that answers it.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) address: SocketAddr,
    pub(crate) path: String,
    /// `Cookie` header.
    pub(crate) cookie: String,
    pub(crate) status: u16,
}

/// Requests a second over `connections` that are kept, for as long as `lasting`.
pub(crate) fn rate(request: &Request, connections: usize, lasting: Duration) -> Result<f64> {
    let start = Instant::now();
    let workers: Vec<_> = (0..connections)
        .map(|_| {
            let request = request.clone();
            thread::spawn(move || ask_until(&request, start + lasting))
        })
        .collect();
    let mut answers = 0;
    for worker in workers {
        answers += worker.join().map_err(|_| anyhow::anyhow!("a client gave up"))??;
    }
    Ok(f64::from(answers) / start.elapsed().as_secs_f64())
}

fn ask_until(request: &Request, end: Instant) -> Result<u32> {
    let mut connection = TcpStream::connect(request.address)?;
    connection.set_nodelay(true)?;
    let text = request.text();
    let (mut answer, mut answers) = (Vec::new(), 0);
    while Instant::now() < end {
        connection.write_all(text.as_bytes())?;
        let status = read(&mut connection, &mut answer)?;
        ensure!(status == request.status, "{} answered {status}", request.path);
        answers += 1;
    }
    Ok(answers)
}

impl Request {
    fn text(&self) -> String {
        format!(
            "GET {} HTTP/1.1\r\nHost: {}\r\nCookie: {}\r\nAccept: text/html\r\n\
             Accept-Language: fr\r\nAccept-Encoding: gzip\r\n\r\n",
            self.path, self.address, self.cookie
        )
    }
}

/// Read one answer to its end into `answer`; its status.
fn read(connection: &mut TcpStream, answer: &mut Vec<u8>) -> Result<u16> {
    answer.clear();
    let mut piece = vec![0; 64 * 1024];
    loop {
        let count = connection.read(&mut piece)?;
        if count == 0 {
            bail!("the connection was closed");
        }
        answer.extend_from_slice(&piece[..count]);
        if let Some(status) = finished(answer)? {
            return Ok(status);
        }
    }
}

fn finished(answer: &[u8]) -> Result<Option<u16>> {
    let Some(end) = answer.windows(4).position(|four| four == b"\r\n\r\n") else { return Ok(None) };
    let head = std::str::from_utf8(&answer[..end])?;
    let status = head.split(' ').nth(1).context("no status")?.parse()?;
    let header = |name: &str| {
        let line = head.lines().find(|line| line.to_ascii_lowercase().starts_with(name))?;
        line.split(':').nth(1).map(str::trim)
    };
    let is_whole = match header("content-length:") {
        Some(length) => answer.len() >= end + 4 + length.parse::<usize>()?,
        None => answer.ends_with(b"\r\n0\r\n\r\n"),
    };
    Ok(is_whole.then_some(status))
}
