//! Five hundred connections of each slow kind, for a minute (SEC-06).
use super::{memory, open_files, visits};
use crate::program::Installation;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

const CROWD: usize = 500;
const LONG: Duration = Duration::from_mins(1);

/// What somebody slow does on a connection of theirs.
#[derive(Clone, Copy)]
enum Slow {
    Head,
    Body,
    Reading,
}

impl Slow {
    /// Again and again, since each connection is ended before long.
    async fn keep_on(self, address: String) {
        loop {
            if let Ok(stream) = TcpStream::connect(&address).await {
                self.dawdle(stream).await;
            }
            sleep(Duration::from_millis(100)).await;
        }
    }

    /// Until the other side has had enough.
    async fn dawdle(self, mut stream: TcpStream) {
        let beginning = match self {
            Self::Head => "GET /login HTTP/1.1\r\nHost: localhost\r\n".to_owned(),
            Self::Body => "POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Type: \
                application/x-www-form-urlencoded\r\nContent-Length: 2000\r\n\r\n"
                .to_owned(),
            Self::Reading => "GET /login HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(40),
        };
        if stream.write_all(beginning.as_bytes()).await.is_err() {
            return;
        }
        let mut one = [0];
        loop {
            let drop = match self {
                Self::Head => "X: y\r\n",
                Self::Body => "a",
                Self::Reading => "",
            };
            if stream.write_all(drop.as_bytes()).await.is_err() {
                return;
            }
            // One byte a second is read: it stays open and hardly takes anything.
            match timeout(Duration::from_secs(1), stream.read(&mut one)).await {
                Ok(Ok(0) | Err(_)) => return,
                _ => sleep(Duration::from_secs(1)).await,
            }
        }
    }
}

#[actix_web::test]
#[ignore = "takes two minutes: make soak"]
async fn soak_slow_clients_keep_nobody_waiting() {
    let house = Installation::with("[limits]\nanonymous_per_second = 100000\n");
    let service = house.serve().await;
    let mut idle = visits(&service, "/login", 200, LONG / 4).await;
    let before = memory(&service);

    let address = service.url("").trim_start_matches("http://").to_owned();
    let kinds = [Slow::Head, Slow::Body, Slow::Reading];
    let crowd = kinds.iter().flat_map(|kind| vec![*kind; CROWD]);
    let crowd: Vec<_> = crowd.map(|kind| tokio::spawn(kind.keep_on(address.clone()))).collect();
    sleep(Duration::from_secs(5)).await;
    let mut busy = visits(&service, "/login", 200, LONG).await;
    let (held, open) = (memory(&service), open_files(&service));
    crowd.iter().for_each(tokio::task::JoinHandle::abort);

    #[expect(clippy::print_stdout, reason = "figures are what a soak is for")]
    {
        println!("idle: {}", idle.told());
        println!("beside {} slow clients: {}", 3 * CROWD, busy.told());
        println!("memory: {before} KiB before, {held} KiB meanwhile, {open} files open");
    }
    assert!(open > 2 * CROWD, "the slow clients are not there");
    assert!(held < before + 200_000, "each slow client holds more than 130 KiB");
}
