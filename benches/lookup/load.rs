//! Clients that ask without a pause, each on one connection that is kept.
use actix_web::web::Bytes;
use anyhow::{Result, anyhow, ensure};
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
        let head = connection.ask(&request(address, path))?;
        Ok(Bytes::copy_from_slice(&connection.answer[head..]))
    };
    paths.iter().map(body).collect()
}

/// One request that closes the connection behind its answer.
pub(crate) fn exchange(address: SocketAddr, request: &[u8]) -> Result<Vec<u8>> {
    let mut stream = TcpStream::connect(address)?;
    stream.write_all(request)?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    Ok(answer)
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
        connection.ask(request)?;
        took.push(asked.elapsed().as_secs_f64() * 1e3);
    }
    Ok(took)
}

/// A connection that is kept, with the last answer.
struct Connection {
    stream: TcpStream,
    piece: Vec<u8>,
    answer: Vec<u8>,
}

impl Connection {
    fn open(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, piece: vec![0; 64 * 1024], answer: Vec::new() })
    }

    /// Read the whole answer; how long its head is.
    fn ask(&mut self, request: &[u8]) -> Result<usize> {
        self.stream.write_all(request)?;
        self.answer.clear();
        loop {
            let count = self.stream.read(&mut self.piece)?;
            ensure!(count > 0, "the connection was closed");
            self.answer.extend_from_slice(&self.piece[..count]);
            if let Some(head) = head_of_whole(&self.answer)? {
                return Ok(head);
            }
        }
    }
}

/// Length of the head, once everything behind it is there.
fn head_of_whole(answer: &[u8]) -> Result<Option<usize>> {
    let Some(end) = answer.windows(4).position(|four| four == b"\r\n\r\n") else { return Ok(None) };
    let head = std::str::from_utf8(&answer[..end])?;
    ensure!(head.starts_with("HTTP/1.1 200"), "answered {head}");
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(": ")?;
        name.eq_ignore_ascii_case("content-length").then(|| value.parse::<usize>().ok())?
    });
    let is_whole = match length {
        Some(length) => answer.len() >= end + 4 + length,
        None => answer.ends_with(b"\r\n0\r\n\r\n"),
    };
    Ok(is_whole.then_some(end + 4))
}
