//! Clients that ask without a pause, each on one connection that is kept.
use super::connection::Connection;
use actix_web::web::Bytes;
use anyhow::{Result, anyhow, ensure};
use std::net::SocketAddr;
use std::thread;
use std::time::{Duration, Instant};

/// What a load gave.
#[derive(Default)]
pub(crate) struct Load {
    /// Milliseconds of each answer.
    took: Vec<f64>,
    seconds: f64,
}

impl Load {
    pub(crate) fn add(&mut self, mut other: Self) {
        self.took.append(&mut other.took);
        self.seconds += other.seconds;
    }

    pub(crate) fn rate(&self) -> f64 {
        self.took.len() as f64 / self.seconds
    }

    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place")]
    pub(crate) fn percentile(&self, percent: f64) -> f64 {
        let mut took = self.took.clone();
        took.sort_unstable_by(f64::total_cmp);
        let place = (took.len() as f64 * percent / 100.0) as usize;
        took.get(place.min(took.len().saturating_sub(1))).copied().unwrap_or(f64::NAN)
    }
}

pub(crate) fn run(
    address: SocketAddr,
    paths: &[String],
    clients: usize,
    lasting: Duration,
) -> Result<Load> {
    let requests: Vec<Vec<u8>> = paths.iter().map(|path| request(address, path)).collect();
    let start = Instant::now();
    let took = thread::scope(|scope| {
        let ask = |first| ask_until(address, &requests, first, start + lasting);
        let workers: Vec<_> =
            (0..clients).map(|number| scope.spawn(move || ask(number * 7))).collect();
        let mut took = Vec::new();
        for worker in workers {
            took.append(&mut worker.join().map_err(|_| anyhow!("a client gave up"))??);
        }
        anyhow::Ok(took)
    })?;
    Ok(Load { took, seconds: start.elapsed().as_secs_f64() })
}

/// What each path is answered, one after the other.
pub(crate) fn bodies(address: SocketAddr, paths: &[String]) -> Result<Vec<Bytes>> {
    let mut connection = Connection::open(address)?;
    let body = |path: &String| {
        found(&mut connection, &request(address, path))?;
        Ok(Bytes::copy_from_slice(connection.body()))
    };
    paths.iter().map(body).collect()
}

/// Ask, and insist on an answer that is good.
pub(crate) fn found(connection: &mut Connection, request: &[u8]) -> Result<()> {
    let status = connection.ask(request)?;
    ensure!(status == 200, "answered {status}: {}", String::from_utf8_lossy(connection.body()));
    Ok(())
}

/// As a Nextcloud asks.
fn request(address: SocketAddr, path: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nAccept-Encoding: gzip\r\n\r\n").into_bytes()
}

fn ask_until(
    address: SocketAddr,
    requests: &[Vec<u8>],
    first: usize,
    end: Instant,
) -> Result<Vec<f64>> {
    let mut connection = Connection::open(address)?;
    let mut took = Vec::new();
    for request in requests.iter().cycle().skip(first) {
        let asked = Instant::now();
        if asked >= end {
            break;
        }
        found(&mut connection, request)?;
        took.push(asked.elapsed().as_secs_f64() * 1e3);
    }
    Ok(took)
}
