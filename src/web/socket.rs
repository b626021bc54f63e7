//! One accepted connection: plain, or under TLS where the program terminates it itself.
use openssl::ssl::{Ssl, SslAcceptor};
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_openssl::SslStream;

/// A connection of either kind.
pub enum Socket {
    /// As it came.
    Plain(TcpStream),
    /// Encrypted; the handshake is made with the first read, within the time for the first head.
    Tls(SslStream<TcpStream>),
}

impl Socket {
    /// Take a connection, under TLS when there is an acceptor.
    pub fn take(stream: TcpStream, tls: Option<&SslAcceptor>) -> io::Result<Self> {
        // Without this every compressed answer waits for a delayed acknowledgement.
        stream.set_nodelay(true)?;
        let Some(acceptor) = tls else { return Ok(Self::Plain(stream)) };
        let mut ssl = Ssl::new(acceptor.context())?;
        ssl.set_accept_state();
        Ok(Self::Tls(SslStream::new(ssl, stream)?))
    }
}

impl AsyncRead for Socket {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_read(context, buffer),
            Self::Tls(stream) => Pin::new(stream).poll_read(context, buffer),
        }
    }
}

impl AsyncWrite for Socket {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_write(context, bytes),
            Self::Tls(stream) => Pin::new(stream).poll_write(context, bytes),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_flush(context),
            Self::Tls(stream) => Pin::new(stream).poll_flush(context),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_shutdown(context),
            Self::Tls(stream) => Pin::new(stream).poll_shutdown(context),
        }
    }
}
