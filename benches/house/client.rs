//! One request over and over, on several connections.
use super::connection::Connection;
use anyhow::{Result, ensure};
use std::net::SocketAddr;
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
    let mut connection = Connection::open(request.address)?;
    let text = request.text();
    let mut answers = 0;
    while Instant::now() < end {
        let status = connection.ask(text.as_bytes())?;
        let is_expected = status == request.status;
        let body = || String::from_utf8_lossy(connection.body());
        ensure!(is_expected, "{} answered {status}: {}", request.path, body());
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
