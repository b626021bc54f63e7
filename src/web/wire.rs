//! Connections below the HTTP parser. It has a time limit for the first head only, none for
//! answers that nobody reads, and takes a bare line feed for the end of a line: what it lets
//! through is stopped here (SEC-06, SEC-08).
mod framing;

use super::socket::Socket;
use actix_http::error::DispatchError;
use framing::{Framing, Receiving};
use openssl::ssl::SslAcceptor;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Instant, Sleep, sleep_until};

/// How long we wait for whoever is at the other end.
#[derive(Debug, Clone, Copy)]
struct Patience {
    /// For a whole head, the first excepted: the parser answers a slow one with 408.
    head: Duration,
    /// For the next byte of a body, whether anybody still reads it or not.
    body: Duration,
    /// For room to send the next byte.
    answer: Duration,
}

const PATIENCE: Patience = Patience {
    head: Duration::from_secs(5),
    body: Duration::from_mins(1),
    answer: Duration::from_secs(30),
};

/// A connection that is watched.
pub struct Wire<S> {
    stream: S,
    framing: Framing,
    patience: Patience,
    reading: Alarm,
    writing: Alarm,
}

impl Wire<Socket> {
    /// Watch a connection that was just accepted, by TLS when `tls` says how; who is at its other
    /// end.
    pub fn open(
        stream: TcpStream,
        tls: Option<&SslAcceptor>,
    ) -> Result<(Self, Option<SocketAddr>), DispatchError> {
        let peer = stream.peer_addr().ok();
        Ok((Self::new(Socket::take(stream, tls)?), peer))
    }
}

impl<S> Wire<S> {
    /// Watch this connection from its beginning.
    pub fn new(stream: S) -> Self {
        let (reading, writing) = (Alarm::default(), Alarm::default());
        Self { stream, framing: Framing::new(), patience: PATIENCE, reading, writing }
    }

    fn received(&mut self, bytes: &mut [u8]) {
        let before = self.framing.receiving();
        if let Err(at) = self.framing.follow(bytes) {
            // The parser refuses this anywhere in a head, answers 400 and closes.
            bytes[at] = 0;
        }
        let after = self.framing.receiving();
        if before != after || after == Receiving::Body {
            self.reading.rest();
        }
    }

    fn wait(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let most = match self.framing.receiving() {
            Receiving::Nothing | Receiving::Head(0) => return Poll::Pending,
            Receiving::Head(_) => self.patience.head,
            Receiving::Body => self.patience.body,
        };
        self.reading.poll(most, context)
    }
}

/// Rings when something takes too long.
#[derive(Default)]
struct Alarm {
    is_set: bool,
    sleep: Option<Pin<Box<Sleep>>>,
}

impl Alarm {
    fn rest(&mut self) {
        self.is_set = false;
    }

    /// Set it if it rests; ready when it rings.
    fn poll(&mut self, most: Duration, context: &mut Context<'_>) -> Poll<()> {
        let until = Instant::now() + most;
        let sleep = self.sleep.get_or_insert_with(|| Box::pin(sleep_until(until)));
        if !self.is_set {
            sleep.as_mut().reset(until);
            self.is_set = true;
        }
        sleep.as_mut().poll(context)
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Wire<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        match Pin::new(&mut self.stream).poll_read(context, buffer) {
            Poll::Pending => {
                ready!(self.wait(context));
                Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
            }
            Poll::Ready(result) => {
                self.received(&mut buffer.filled_mut()[before..]);
                Poll::Ready(result)
            }
        }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Wire<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if let Poll::Ready(result) = Pin::new(&mut self.stream).poll_write(context, bytes) {
            self.writing.rest();
            return Poll::Ready(result);
        }
        let most = self.patience.answer;
        ready!(self.writing.poll(most, context));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};

    const GET: &str = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

    fn pair() -> (DuplexStream, Wire<DuplexStream>) {
        let (client, server) = duplex(64 * 1024);
        let short = Duration::from_millis(20);
        let patience = Patience { head: short, body: short, answer: short };
        (client, Wire { patience, ..Wire::new(server) })
    }

    /// What comes out at our end until the client hangs up or is hung up on.
    async fn read(wire: &mut Wire<DuplexStream>) -> (String, Option<io::ErrorKind>) {
        let mut text = Vec::new();
        let result = wire.read_to_end(&mut text).await;
        (String::from_utf8_lossy(&text).into_owned(), result.err().map(|error| error.kind()))
    }

    #[actix_web::test]
    async fn good_requests_pass_unchanged() {
        let (mut client, mut wire) = pair();
        let text = format!("{GET}POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\n\n\n{GET}");
        client.write_all(text.as_bytes()).await.expect("room");
        drop(client);
        assert_eq!(read(&mut wire).await, (text, None));
    }

    #[actix_web::test]
    async fn a_bare_line_feed_becomes_what_no_parser_takes() {
        let (mut client, mut wire) = pair();
        client
            .write_all(format!("{GET}GET / HTTP/1.1\nHost: a\r\n\r\n").as_bytes())
            .await
            .expect("room");
        drop(client);
        assert_eq!(read(&mut wire).await.0, format!("{GET}GET / HTTP/1.1\0Host: a\r\n\r\n"));
    }

    #[actix_web::test]
    async fn unfinished_heads_and_bodies_are_hung_up_on() {
        for rest in ["G", "GET / HTTP/1.1\r\n", "POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\nx"] {
            let (mut client, mut wire) = pair();
            client.write_all(format!("{GET}{rest}").as_bytes()).await.expect("room");
            let (_, error) = read(&mut wire).await;
            assert_eq!(error, Some(io::ErrorKind::TimedOut), "{rest:?}");
        }
    }

    #[actix_web::test]
    async fn single_bytes_do_not_prolong_a_head() {
        let (mut client, mut wire) = pair();
        let sending = async {
            client.write_all(GET.as_bytes()).await?;
            loop {
                client.write_all(b"x").await?;
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        let sending: std::pin::Pin<Box<dyn Future<Output = io::Result<()>>>> = Box::pin(sending);
        let reading = Box::pin(async {
            loop {
                wire.read_u8().await?;
            }
        });
        let reading: std::pin::Pin<Box<dyn Future<Output = io::Result<()>>>> = reading;
        let ended = futures_util::future::select(sending, reading).await.factor_first().0;
        assert_eq!(ended.err().map(|error| error.kind()), Some(io::ErrorKind::TimedOut));
    }

    #[actix_web::test]
    async fn an_answer_that_nobody_reads_is_given_up() {
        let (_client, mut wire) = pair();
        let error = wire.write_all("x".repeat(100_000).as_bytes()).await.err();
        assert_eq!(error.map(|error| error.kind()), Some(io::ErrorKind::TimedOut));
    }
}
