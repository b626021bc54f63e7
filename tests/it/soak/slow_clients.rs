//! Five hundred connections of each slow kind, for a minute (SEC-06).
use super::{memory, open_files, visits};
use crate::program::{Installation, Service};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
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
    async fn keep_on(self, address: SocketAddr, long: String) {
        loop {
            if let Ok(stream) = connect(address).await {
                self.dawdle(stream, &long).await;
            }
            sleep(Duration::from_millis(100)).await;
        }
    }

    /// Until the other side has had enough; at `long` is something of several kilobytes.
    async fn dawdle(self, mut stream: TcpStream, long: &str) {
        let beginning = match self {
            Self::Head => "GET /login HTTP/1.1\r\nHost: localhost\r\n".to_owned(),
            Self::Body => "POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Type: \
                application/x-www-form-urlencoded\r\nContent-Length: 2000\r\n\r\n"
                .to_owned(),
            Self::Reading => format!("GET {long} HTTP/1.1\r\nHost: localhost\r\n\r\n").repeat(300),
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

/// With little room for what comes in, so that answers that nobody reads stay with the service.
async fn connect(address: SocketAddr) -> std::io::Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    socket.set_recv_buffer_size(4096)?;
    socket.connect(address).await
}

async fn stylesheet(service: &Service<'_>) -> String {
    let page = service.client.get(service.url("/login")).send().await.expect("an answer");
    let page = page.text().await.expect("a page");
    let (_, rest) = page.split_once("<link rel=\"stylesheet\" href=\"").expect("a stylesheet");
    rest.split('"').next().expect("its address").to_owned()
}

#[actix_web::test]
#[ignore = "takes two minutes: make soak"]
async fn soak_slow_clients_keep_nobody_waiting() {
    let house = Installation::with("[limits]\nanonymous_per_second = 100000\n");
    let service = house.serve().await;
    let mut idle = visits(&service, "/login", 200, LONG / 4).await;
    let before = memory(&service);

    let address = SocketAddr::from(([127, 0, 0, 1], house.port));
    let long = stylesheet(&service).await;
    let kinds = [Slow::Head, Slow::Body, Slow::Reading];
    let crowd = kinds.iter().flat_map(|kind| vec![*kind; CROWD]);
    let crowd: Vec<_> =
        crowd.map(|kind| tokio::spawn(kind.keep_on(address, long.clone()))).collect();
    sleep(Duration::from_secs(5)).await;
    let mut open = Vec::new();
    let watched = async {
        loop {
            open.push(open_files(&service));
            sleep(Duration::from_secs(1)).await;
        }
    };
    let mut busy = tokio::select! {
        busy = visits(&service, "/login", 200, LONG) => busy,
        () = watched => unreachable!("it has no end"),
    };
    let held = memory(&service);
    open.sort_unstable();
    let middle = open[open.len() / 2];
    crowd.iter().for_each(tokio::task::JoinHandle::abort);
    sleep(Duration::from_secs(10)).await;
    let after = open_files(&service);

    #[expect(clippy::print_stdout, reason = "figures are what a soak is for")]
    {
        println!("idle: {}", idle.told());
        println!("beside {} slow clients: {}", 3 * CROWD, busy.told());
        println!("memory: {before} KiB before, {held} KiB meanwhile");
        println!("open files: {middle} meanwhile, {after} ten seconds after");
    }
    // Each is hung up on again and again, and then comes back.
    assert!(middle > CROWD, "the slow clients are not there");
    assert!(after < CROWD / 5, "connections stay open");
    assert!(held < before + 400_000, "each slow client holds more than 260 KiB");
}
