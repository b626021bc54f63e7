//! The dialogue with a server that takes mail (RFC 5321).
//!
//! `lettre` speaks the lines; the order of the commands is ours, because what may follow from a failure
//! depends on the step that failed, and because lettre neither knows all mechanisms nor answers
//! every challenge.
use super::account::{MailAddress, Tls};
use ipnet::IpNet;
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::commands::{Data, Ehlo, Mail, Noop, Quit, Rcpt};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::response::Response;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::timeout;

mod proof;
mod reaching;
mod sasl;

pub(super) use proof::Proof;
use reaching::{PATIENCE_PER_ADDRESS, reach, resolve, tls_parameters};
pub use sasl::{FirstAnswer, Sasl};

/// How long a server may take for a line (RFC 5321 4.5.3.2 allows minutes; nobody waits for us).
const PATIENCE: Duration = Duration::from_secs(30);
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

async fn patiently<T>(
    step: Step,
    work: impl Future<Output = Result<T, lettre::transport::smtp::Error>>,
) -> Result<T, SmtpError> {
    match timeout(PATIENCE, work).await {
        Ok(done) => done.map_err(|error| SmtpError::of(step, &error)),
        Err(_) => Err(SmtpError::new(step, "no reply in time")),
    }
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
