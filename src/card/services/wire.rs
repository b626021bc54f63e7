//! Calls of services: one way out, with its limits (SEC-71).
//!
//! Where a service stands is written in the settings; the address has to be public, unless `[outbound] allow`
//! names the network it stands in. No redirect is followed. Neither bodies nor paths come into the log: they
//! name people.
use super::fault::{Fault, Trouble};
use super::pace::Pace;
use super::told::BROKEN;
use crate::clock::Clock;
use crate::config::Calls;
use crate::hex::hex;
use crate::outbound::{self, OutboundError};
use chrono::{DateTime, TimeDelta, Utc};
use ipnet::IpNet;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, RETRY_AFTER, USER_AGENT};
use reqwest::{Client, Method};
use serde_json::Value;
use std::time::Duration;
use tokio::sync::Mutex;
use url::Url;

/// How long a resolved address is used.
const FRESH: TimeDelta = TimeDelta::minutes(5);
/// Longest answer, bytes.
const LONGEST: usize = 1 << 20;

/// The way to one server.
pub(super) struct Wire {
    url: Url,
    allowed: Vec<IpNet>,
    agent: String,
    pace: Pace,
    patience: Duration,
    clock: Clock,
    client: Mutex<Option<(Client, DateTime<Utc>)>>,
}

/// A call.
#[derive(Debug, Clone)]
pub(super) struct Call<'a> {
    /// `GET`, …
    pub(super) method: Method,
    /// Behind the address of the service; its parts are encoded.
    pub(super) path: String,
    /// Names and values; secrets among them.
    pub(super) headers: Vec<(&'static str, String)>,
    /// What is told.
    pub(super) body: Option<&'a Value>,
    /// The same as a form, for who knows no JSON.
    pub(super) form: Option<&'a [(&'a str, &'a str)]>,
}

/// An answer.
#[derive(Debug, Clone, Default)]
pub(super) struct Reply {
    /// Its status.
    pub(super) status: u16,
    /// What it says; `None`: nothing, or no JSON.
    pub(super) body: Option<Value>,
    /// When to ask again, if it says so.
    pub(super) wait: Option<Duration>,
    /// Its header `authorization`.
    pub(super) token: Option<String>,
    /// It says something for people: whatever its status, none of these services said it.
    is_page: bool,
}

impl<'a> Call<'a> {
    /// A question.
    pub(super) fn new(method: Method, path: impl Into<String>) -> Self {
        Self { method, path: path.into(), headers: Vec::new(), body: None, form: None }
    }

    /// The same with something to tell.
    #[must_use]
    pub(super) fn telling(self, body: &'a Value) -> Self {
        Self { body: Some(body), ..self }
    }

    /// The same with a header.
    #[must_use]
    pub(super) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// What was said against it with this status.
    pub(super) fn fault(&self, status: u16, code: &str, message: &str) -> Fault {
        Fault {
            code: cut(code, 20),
            message: cut(message, 300),
            field: Box::default(),
            operation: self.method.to_string(),
            place: self.path.clone(),
            status,
        }
    }
}

impl Reply {
    /// Whether it is a yes.
    pub(super) fn is_good(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// What it says, where it has to say something.
    pub(super) fn told(&self) -> Result<&Value, Trouble> {
        let none = || Trouble::service("rubbish", format!("status {} without JSON", self.status));
        self.body.as_ref().ok_or_else(none)
    }

    /// Trouble that is about the service and not about what was told.
    pub(super) fn trouble(&self) -> Option<Trouble> {
        let why = match self.status {
            429 => "busy",
            500.. => BROKEN,
            300..400 => "redirect",
            _ => return None,
        };
        let cause = format!("status {}", self.status);
        Some(Trouble::Service { why, wait: self.wait, cause })
    }
}

/// So many letters of what a service said, without what no table takes.
pub(super) fn cut(text: &str, most: usize) -> String {
    text.chars().filter(|letter| !letter.is_control()).take(most).collect()
}

/// A part of a path: what names people can hold any letter.
pub(super) fn part(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~:".contains(&byte);
    text.bytes().fold(String::new(), |mut part, byte| {
        if plain(byte) {
            part.push(char::from(byte));
        } else {
            part.push('%');
            part.push_str(&hex(&[byte]).to_uppercase());
        }
        part
    })
}

impl Wire {
    /// The way to this address, as the settings limit it.
    pub(super) fn new(url: &Url, calls: &Calls, near: &Near) -> Self {
        Self {
            url: url.clone(),
            allowed: near.allowed.clone(),
            agent: near.agent.clone(),
            pace: Pace::new(calls.parallel, calls.per_second),
            patience: calls.patience,
            clock: near.clock.clone(),
            client: Mutex::default(),
        }
    }

    /// Call, and read the answer whatever it says.
    pub(super) async fn send(&self, call: &Call<'_>) -> Result<Reply, Trouble> {
        let _place = self.pace.enter().await;
        let sent = self.try_once(call).await;
        if sent.is_err() {
            // Its name may stand for another address by now.
            *self.client.lock().await = None;
        }
        let reply = sent.map_err(|error| self.fails(said(error)))?;
        if reply.is_good() && reply.is_page {
            // What stands between us says that all is well, for whatever reason.
            return Err(self.fails(("rubbish", format!("status {} with a page", reply.status))));
        }
        Ok(reply)
    }

    fn fails(&self, (why, cause): (&'static str, String)) -> Trouble {
        tracing::info!(why, %cause, host = self.url.host_str(), "a service of cards fails");
        Trouble::service(why, cause)
    }

    async fn try_once(&self, call: &Call<'_>) -> Result<Reply, OutboundError> {
        let client = self.client().await?;
        let address = format!("{}{}", self.url.as_str().trim_end_matches('/'), call.path);
        let mut request = client.request(call.method.clone(), address);
        request = request.header(ACCEPT, "application/json").header(USER_AGENT, &self.agent);
        request = match call.form {
            Some(form) => request.form(form),
            None => request.header(CONTENT_TYPE, "application/json"),
        };
        for (name, value) in &call.headers {
            request = request.header(*name, value);
        }
        if let Some(body) = call.body {
            request = request.json(body);
        }
        let answer = request.send().await?;
        let header = |name| answer.headers().get(name).and_then(|value| value.to_str().ok());
        let wait = header(RETRY_AFTER).and_then(|value| value.trim().parse().ok());
        let mut reply = Reply {
            status: answer.status().as_u16(),
            wait: wait.map(Duration::from_secs),
            token: header(AUTHORIZATION).map(str::to_owned),
            ..Reply::default()
        };
        let body = outbound::body(answer, LONGEST).await?;
        reply.body = serde_json::from_slice(&body).ok();
        reply.is_page = body.trim_ascii_start().starts_with(b"<");
        Ok(reply)
    }

    /// The client for the address that the name stands for now.
    async fn client(&self) -> Result<Client, OutboundError> {
        let now = self.clock.now();
        let mut kept = self.client.lock().await;
        if let Some((client, since)) = kept.as_ref()
            && now - *since < FRESH
        {
            return Ok(client.clone());
        }
        let is_plain = self.url.scheme() == "http";
        let made =
            outbound::to_allowed(&self.url, self.patience, (&self.allowed, is_plain)).await?;
        *kept = Some((made.clone(), now));
        Ok(made)
    }
}

/// A stable word and the cause of a call that brought no answer; not where it went, which names people.
fn said(error: OutboundError) -> (&'static str, String) {
    match error {
        OutboundError::Address => ("address", error.to_string()),
        OutboundError::TooLong => ("rubbish", error.to_string()),
        OutboundError::Silent(silent) => {
            let why = if silent.is_timeout() { "timeout" } else { "silent" };
            (why, silent.without_url().to_string())
        }
        error => ("silent", error.to_string()),
    }
}

/// What all ways out share.
#[derive(Clone)]
pub(super) struct Near {
    pub(super) allowed: Vec<IpNet>,
    pub(super) agent: String,
    pub(super) clock: Clock,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_service_says_is_cut_and_has_no_signs_that_tables_refuse() {
        let call = Call::new(Method::GET, "/x");
        let fault = call.fault(418, &"9".repeat(99), &format!("a\0b\u{1b}{}", "é".repeat(999)));
        assert_eq!(fault.code, "9".repeat(20));
        assert_eq!(fault.message, format!("ab{}", "é".repeat(298)));
    }

    #[test]
    fn parts_of_a_path_hold_whatever_names_people_have() {
        assert_eq!(part("1234567890A"), "1234567890A");
        assert_eq!(part("joe+é/..@univ.example"), "joe%2B%C3%A9%2F..%40univ.example");
        assert_eq!(part("urn:schac:int:esi:fr:1A"), "urn:schac:int:esi:fr:1A");
    }
}
