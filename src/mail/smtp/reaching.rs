//! Finding a server and reaching it.
use super::{Network, PATIENCE, Proof, SmtpError, Step, Target, patiently};
use crate::mail::account::Tls;
use lettre::transport::smtp::client::{
    AsyncSmtpConnection, Certificate, TlsParameters, TlsVersion,
};
use lettre::transport::smtp::extension::ClientId;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::time::timeout;

/// How long one of its addresses may take to be reached, within that.
pub(super) const PATIENCE_PER_ADDRESS: Duration = Duration::from_secs(6);

/// Reach the first address that answers: the others wait no longer for a dead one than `each`.
pub(super) async fn reach(
    addresses: &[SocketAddr],
    each: Duration,
    hello: &ClientId,
    implicit: Option<TlsParameters>,
) -> Result<AsyncSmtpConnection, SmtpError> {
    let connecting =
        AsyncSmtpConnection::connect_tokio1(addresses, Some(each), hello, implicit, None);
    patiently(Step::Connect, connecting).await
}

/// The addresses of the server. An unprotected way must stay inside the networks that are named for
/// it, and a token never goes there, except on this machine when that is asked for: what was checked
/// is what is asked.
pub(super) async fn resolve(
    target: &Target,
    network: &Network,
) -> Result<Vec<SocketAddr>, SmtpError> {
    let asked = tokio::net::lookup_host((target.host.as_str(), target.port));
    let failed = |text: String| SmtpError::new(Step::Dns, text);
    let found = timeout(PATIENCE, asked).await;
    let found = found
        .map_err(|_| failed("no answer in time".to_owned()))?
        .map_err(|error| failed(error.to_string()))?;
    let is_plain = |address: &SocketAddr| {
        network.plain.iter().any(|net| net.contains(&address.ip().to_canonical()))
    };
    let addresses: Vec<SocketAddr> = found.collect();
    if let (Tls::None, Some(far)) = (target.tls, addresses.iter().find(|one| !is_plain(one))) {
        let text = format!("{} is outside [mail] plain_networks", far.ip());
        return Err(SmtpError::new(Step::Tls, text));
    }
    let is_here = addresses.iter().all(|one| one.ip().to_canonical().is_loopback());
    let is_bare = target.tls == Tls::None && matches!(target.proof, Proof::Token { .. });
    if is_bare && !(network.plain_tokens && is_here) {
        return Err(SmtpError::new(Step::Tls, "a token goes over a protected connection only"));
    }
    if addresses.is_empty() {
        return Err(failed("the name has no address".to_owned()));
    }
    Ok(addresses)
}

pub(super) fn tls_parameters(
    target: &Target,
    network: &Network,
) -> Result<TlsParameters, SmtpError> {
    let failed = |error: lettre::transport::smtp::Error| SmtpError::of(Step::Tls, &error);
    let mut builder =
        TlsParameters::builder(target.host.clone()).set_min_tls_version(TlsVersion::Tlsv12);
    if let Some(pem) = &network.authority {
        builder = builder.add_root_certificate(Certificate::from_pem(pem).map_err(failed)?);
    }
    builder.build().map_err(failed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
    use tokio::net::{TcpListener, TcpSocket, TcpStream};

    /// An address at which nobody ever answers: its queue is full, so that the kernel drops what
    /// comes.
    async fn dead() -> (TcpListener, Vec<TcpStream>) {
        let socket = TcpSocket::new_v4().expect("a socket");
        socket.bind("127.0.0.1:0".parse().expect("an address")).expect("a free port");
        let listener = socket.listen(0).expect("it listens");
        let address = listener.local_addr().expect("an address");
        let mut waiting = Vec::new();
        while let Ok(Ok(one)) =
            timeout(Duration::from_millis(300), TcpStream::connect(address)).await
        {
            waiting.push(one);
        }
        (listener, waiting)
    }

    #[tokio::test]
    async fn an_address_that_is_dead_leaves_patience_for_the_next_one() {
        let (dead, _waiting) = dead().await;
        let alive = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let addresses = [&dead, &alive].map(|one| one.local_addr().expect("an address"));
        let serving = tokio::spawn(async move {
            let (stream, _) = alive.accept().await.expect("somebody comes");
            let mut stream = BufReader::new(stream);
            stream.write_all(b"220 hello\r\n").await.expect("written");
            let mut line = String::new();
            stream.read_line(&mut line).await.expect("read");
            stream.write_all(b"250 hello\r\n").await.expect("written");
            line
        });
        let hello = ClientId::Domain("us.example".to_owned());

        let reached = reach(&addresses, Duration::from_millis(500), &hello, None).await;

        assert!(reached.is_ok(), "{:?}", reached.err());
        assert_eq!(serving.await.expect("it was reached"), "EHLO us.example\r\n");
        assert!(PATIENCE_PER_ADDRESS * 4 < PATIENCE, "four dead addresses, and time to talk");
    }
}
