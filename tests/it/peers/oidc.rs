//! An OpenID provider: npm's `oidc-provider`, which knows a few people.
use super::process::{Process, free_port, listening};
use super::{loopback, tests_folder};
use reqwest::header::COOKIE;
use serde_json::Value;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// By what it knows the house.
pub(crate) const SECRET: &str = "only for tests: % and + and &";

/// The provider, and one browser's cookies at it.
pub(crate) struct Provider {
    root: TempDir,
    port: u16,
    cookies: RefCell<BTreeMap<String, String>>,
    client: reqwest::Client,
    _process: Process,
}

impl Provider {
    /// A port for it: the house must know the address first.
    pub(crate) fn port() -> u16 {
        free_port()
    }

    /// Its name.
    pub(crate) fn issuer(port: u16) -> String {
        format!("http://127.0.0.1:{port}")
    }

    /// Start it; `accounts` are claims by login, `auth` is how the house shows its secret.
    pub(crate) async fn start(port: u16, redirect: &str, auth: &str, accounts: &Value) -> Self {
        let root = tempfile::tempdir().expect("a temporary folder");
        let log = File::create(root.path().join("log")).expect("the folder is ours");
        let mut node = Command::new("node");
        node.arg(tests_folder("it/peers/oidc/provider.mjs"));
        node.env("PORT", port.to_string()).env("REDIRECT", redirect).env("AUTH", auth);
        node.env("ACCOUNTS", accounts.to_string()).env("SECRET", SECRET);
        node.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
        let mut process = Process::start(&mut node).expect("node is installed: make needs");
        let open = listening(port, || process.ended().is_some()).await;
        let client = loopback().build().expect("a client");
        let cookies = RefCell::default();
        let provider = Self { root, port, cookies, client, _process: process };
        assert!(open, "{}", provider.log());
        provider
    }

    /// Whoever comes from now on is this person; empty: they go away again.
    pub(crate) async fn become_somebody(&self, login: &str) {
        self.tell("become", &[("login", login)]).await;
    }

    /// What it says of somebody changes.
    pub(crate) async fn change(&self, login: &str, claims: &Value) {
        self.tell("change", &[("login", login), ("claims", &claims.to_string())]).await;
    }

    /// It forgets whom it let in: tokens are good for nothing.
    pub(crate) async fn forget(&self) {
        self.tell("forget", &[]).await;
    }

    /// It answers questions about tokens with an error of its own, or not any more.
    pub(crate) async fn pause(&self, is_paused: bool) {
        self.tell("pause", &[("on", if is_paused { "yes" } else { "" })]).await;
    }

    async fn tell(&self, what: &str, fields: &[(&str, &str)]) {
        let query = serde_urlencoded::to_string(fields).expect("text");
        let address = format!("{}/{what}?{query}", Self::issuer(self.port));
        let answer = self.client.get(address).send().await.expect("it answers");
        assert_eq!(answer.status(), 200, "{}", self.log());
    }

    /// A browser goes there and is sent on until it leaves: where to.
    pub(crate) async fn walk(&self, address: &str) -> String {
        let here = Self::issuer(self.port);
        let mut address = address.to_owned();
        for _ in 0..10 {
            if !address.starts_with(&here) {
                return address;
            }
            let jar =
                self.cookies.borrow().iter().map(|(n, v)| format!("{n}={v}")).collect::<Vec<_>>();
            let answer = self.client.get(&address).header(COOKIE, jar.join("; ")).send().await;
            let answer = answer.expect("it answers");
            for line in answer.headers().get_all("set-cookie") {
                let pair = line.to_str().expect("ASCII").split(';').next().unwrap_or_default();
                let (name, value) = pair.split_once('=').expect("a pair");
                self.cookies.borrow_mut().insert(name.to_owned(), value.to_owned());
            }
            let to =
                answer.headers().get("location").map(|to| to.to_str().expect("ASCII").to_owned());
            let status = answer.status();
            let Some(to) = to else {
                panic!("{status} {} {}", answer.text().await.expect("text"), self.log())
            };
            address = if to.starts_with('/') { format!("{here}{to}") } else { to };
        }
        panic!("it never ends: {address}");
    }

    /// The browser signs out at it; whoever wants to hear of it has heard when this ends.
    pub(crate) async fn sign_off(&self) {
        let here = Self::issuer(self.port);
        let jar = self.cookies.borrow().iter().map(|(n, v)| format!("{n}={v}")).collect::<Vec<_>>();
        let jar = jar.join("; ");
        let page = self.client.get(format!("{here}/session/end")).header(COOKIE, &jar).send().await;
        let page = page.expect("it answers").text().await.expect("text");
        let xsrf = page.split("name=\"xsrf\" value=\"").nth(1).and_then(|it| it.split('"').next());
        let fields = [("xsrf", xsrf.unwrap_or_else(|| panic!("{page}"))), ("logout", "yes")];
        let confirm = self.client.post(format!("{here}/session/end/confirm"));
        let done = confirm.header(COOKIE, &jar).form(&fields).send().await.expect("it answers");
        assert!(done.status().as_u16() < 400, "{} {}", done.status(), self.log());
    }

    /// What it has to say so far.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.root.path().join("log")).unwrap_or_default()
    }
}
