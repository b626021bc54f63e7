//! The dialogue with a server that takes mail (RFC 5321).
//!
//! `lettre` speaks the lines; the order of the commands is ours, because what may follow from a failure
//! depends on the step that failed, and because lettre neither knows all mechanisms nor answers
//! every challenge.
use super::account::{MailAddress, Tls};
use ipnet::IpNet;
use lettre::transport::smtp::client::{
    AsyncSmtpConnection, Certificate, TlsParameters, TlsVersion,
};
use lettre::transport::smtp::commands::{Data, Ehlo, Mail, Noop, Quit, Rcpt};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::response::Response;
use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::timeout;

mod proof;
mod sasl;

pub(super) use proof::Proof;
pub use sasl::{FirstAnswer, Sasl};

/// How long a server may take for a line (RFC 5321 4.5.3.2 allows minutes; nobody waits for us).
const PATIENCE: Duration = Duration::from_secs(30);
/// How long one of its addresses may take to be reached, within that.
const PATIENCE_PER_ADDRESS: Duration = Duration::from_secs(6);
/// And for the reply to the content: many look for viruses first.
const PATIENCE_AT_END: Duration = Duration::from_mins(2);

/// Where a dialogue stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// Finding the server.
    Dns,
    /// Reaching it and reading its greeting.
    Connect,
    /// Protecting the way.
    Tls,
    /// Finding a mechanism that both know.
    Mechanisms,
    /// Showing who we are.
    Auth,
    /// Naming the sender.
    Mail,
    /// Naming the recipient.
    Rcpt,
    /// Being allowed to send the content.
    Data,
    /// The content, and the final reply.
    Content,
}

impl Step {
    /// A stable word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Dns => "dns",
            Self::Connect => "connect",
            Self::Tls => "tls",
            Self::Mechanisms => "mechanisms",
            Self::Auth => "auth",
            Self::Mail => "mail",
            Self::Rcpt => "rcpt",
            Self::Data => "data",
            Self::Content => "content",
        }
    }
}

/// What went wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}: {text}", step.as_str())]
pub struct SmtpError {
    /// Where.
    pub step: Step,
    /// The reply, when there was one: `550`.
    pub code: Option<u16>,
    /// What the server said, or what became of the connection.
    pub text: String,
}

impl SmtpError {
    /// Step and code, without the server's words.
    pub fn brief(&self) -> String {
        let code = self.code.map(|code| format!(" {code}")).unwrap_or_default();
        format!("{}{code}", self.step.as_str())
    }

    fn new(step: Step, text: impl Into<String>) -> Self {
        Self { step, code: None, text: text.into() }
    }

    fn of(step: Step, error: &lettre::transport::smtp::Error) -> Self {
        let code = error.status().map(u16::from);
        let step = if error.is_tls() { Step::Tls } else { step };
        Self { step, code, text: error.to_string() }
    }
}

/// What all dialogues share.
#[derive(Debug, Clone)]
pub struct Network {
    /// How we call ourselves.
    pub name: String,
    /// Where mail may go unprotected.
    pub plain: Vec<IpNet>,
    /// An authority of the organisation's own, PEM, besides those of the system.
    pub authority: Option<Arc<Vec<u8>>>,
    /// Whether tokens may go to servers on this very machine without TLS.
    pub plain_tokens: bool,
}

/// Where a dialogue goes, and as whom.
#[derive(Clone)]
pub struct Target {
    /// The server.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the way there is protected.
    pub tls: Tls,
    /// How we show who we are.
    pub proof: Proof,
}

/// An open dialogue with a server that knows who we are.
pub struct Dialogue {
    connection: AsyncSmtpConnection,
    /// What was learned on the way, in words for administrators.
    pub mechanisms: Vec<String>,
}

impl Dialogue {
    /// Reach the server, protect the way, show who we are.
    pub async fn open(target: &Target, network: &Network) -> Result<Self, SmtpError> {
        let addresses = resolve(target, network).await?;
        let hello = ClientId::Domain(network.name.clone());
        let tls = tls_parameters(target, network)?;
        let implicit = (target.tls == Tls::Implicit).then(|| tls.clone());
        let mut connection = reach(&addresses, PATIENCE_PER_ADDRESS, &hello, implicit).await?;
        if target.tls == Tls::Starttls {
            if !connection.can_starttls() {
                return Err(SmtpError::new(Step::Tls, "the server does not offer STARTTLS"));
            }
            patiently(Step::Tls, connection.starttls(tls, &hello)).await?;
        }
        // Asked again by ourselves: lettre forgets mechanisms that it does not know.
        let said = patiently(Step::Mechanisms, connection.command(Ehlo::new(hello))).await?;
        let mut dialogue = Self { connection, mechanisms: mechanisms(&said) };
        dialogue.show(target).await?;
        Ok(dialogue)
    }

    /// Hand a message over up to the point where the server wants its content.
    pub async fn announce(
        &mut self,
        from: &MailAddress,
        to: &MailAddress,
    ) -> Result<(), SmtpError> {
        let from = Some(from.clone().into_inner());
        self.say(Step::Mail, Mail::new(from, Vec::new())).await?;
        self.say(Step::Rcpt, Rcpt::new(to.clone().into_inner(), Vec::new())).await?;
        self.say(Step::Data, Data).await?;
        Ok(())
    }

    /// Send the content. Without a reply nobody knows whether it arrived.
    pub async fn deliver(&mut self, content: &[u8]) -> Result<String, SmtpError> {
        let delivering = timeout(PATIENCE_AT_END, self.connection.message(content));
        match delivering.await {
            Ok(Ok(reply)) => Ok(one_line(&reply)),
            Ok(Err(error)) => Err(SmtpError::of(Step::Content, &error)),
            Err(_) => Err(SmtpError::new(Step::Content, "no final reply")),
        }
    }

    /// A line that changes nothing, to see whether the server still listens.
    pub async fn is_alive(&mut self) -> bool {
        !self.connection.has_broken() && self.say(Step::Connect, Noop).await.is_ok()
    }

    /// Say good-bye; nobody minds when it is not heard.
    pub async fn close(mut self) {
        drop(timeout(Duration::from_secs(2), self.connection.command(Quit)).await);
    }

    async fn say(
        &mut self,
        step: Step,
        command: impl std::fmt::Display,
    ) -> Result<Response, SmtpError> {
        patiently(step, self.connection.command(command)).await
    }
}

/// Reach the first address that answers: the others wait no longer for a dead one than `each`.
async fn reach(
    addresses: &[SocketAddr],
    each: Duration,
    hello: &ClientId,
    implicit: Option<TlsParameters>,
) -> Result<AsyncSmtpConnection, SmtpError> {
    let connecting =
        AsyncSmtpConnection::connect_tokio1(addresses, Some(each), hello, implicit, None);
    patiently(Step::Connect, connecting).await
}

async fn patiently<T>(
    step: Step,
    work: impl Future<Output = Result<T, lettre::transport::smtp::Error>>,
) -> Result<T, SmtpError> {
    match timeout(PATIENCE, work).await {
        Ok(done) => done.map_err(|error| SmtpError::of(step, &error)),
        Err(_) => Err(SmtpError::new(step, "no reply in time")),
    }
}

/// The addresses of the server. An unprotected way must stay inside the networks that are named for
/// it, and a token never goes there, except on this machine when that is asked for: what was checked
/// is what is asked.
async fn resolve(target: &Target, network: &Network) -> Result<Vec<SocketAddr>, SmtpError> {
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

fn tls_parameters(target: &Target, network: &Network) -> Result<TlsParameters, SmtpError> {
    let failed = |error: lettre::transport::smtp::Error| SmtpError::of(Step::Tls, &error);
    let mut builder =
        TlsParameters::builder(target.host.clone()).set_min_tls_version(TlsVersion::Tlsv12);
    if let Some(pem) = &network.authority {
        builder = builder.add_root_certificate(Certificate::from_pem(pem).map_err(failed)?);
    }
    builder.build().map_err(failed)
}

/// What `EHLO` lists behind `AUTH`.
fn mechanisms(said: &Response) -> Vec<String> {
    let lists = said.message().filter_map(|line| {
        let (word, list) = line.split_once(' ')?;
        word.eq_ignore_ascii_case("AUTH").then_some(list)
    });
    lists.flat_map(str::split_whitespace).map(str::to_owned).collect()
}

fn one_line(reply: &Response) -> String {
    let code: u16 = reply.code().into();
    format!("{code} {}", reply.message().collect::<Vec<_>>().join(" "))
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
