//! Clients that ask without a pause, each on one connection that is kept.
use anyhow::{Result, anyhow, bail, ensure};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
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
    let requests: Vec<Vec<u8>> = paths
        .iter()
        .map(|path| format!("GET {path} HTTP/1.1\r\nHost: lookup\r\n\r\n").into_bytes())
        .collect();
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

fn ask_until(
    address: SocketAddr,
    requests: &[Vec<u8>],
    first: usize,
    end: Instant,
) -> Result<Vec<f64>> {
    let mut connection = TcpStream::connect(address)?;
    connection.set_nodelay(true)?;
    let mut piece = vec![0; 64 * 1024];
    let (mut took, mut answer) = (Vec::new(), Vec::new());
    for request in requests.iter().cycle().skip(first) {
        let asked = Instant::now();
        if asked >= end {
            break;
        }
        connection.write_all(request)?;
        answer.clear();
        while !is_whole(&answer)? {
            let count = connection.read(&mut piece)?;
            ensure!(count > 0, "the connection was closed");
            answer.extend_from_slice(&piece[..count]);
        }
        took.push(asked.elapsed().as_secs_f64() * 1e3);
    }
    Ok(took)
}

fn is_whole(answer: &[u8]) -> Result<bool> {
    let Some(end) = answer.windows(4).position(|four| four == b"\r\n\r\n") else {
        return Ok(false);
    };
    let head = std::str::from_utf8(&answer[..end])?;
    if !head.starts_with("HTTP/1.1 200") {
        bail!("answered {head}");
    }
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(": ")?;
        name.eq_ignore_ascii_case("content-length").then(|| value.parse::<usize>().ok())?
    });
    Ok(answer.len() >= end + 4 + length.unwrap_or(0))
}
