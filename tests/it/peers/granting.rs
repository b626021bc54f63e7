//! A provider of tokens for mail: npm's `oidc-provider`.
use super::oidc::SECRET;
use super::process::{Process, free_port, listening};
use super::{loopback, tests_folder};
use std::fs::{self, File};
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// The provider.
pub(crate) struct Granting {
    pub(crate) port: u16,
    root: TempDir,
    client: reqwest::Client,
    _process: Process,
}

impl Granting {
    /// Start one. A `public` client has no secret and is given another refresh token each time;
    /// `long` is how long access tokens are.
    pub(crate) async fn start(redirect: &str, user: &str, is_public: bool, long: usize) -> Self {
        let root = tempfile::tempdir().expect("a temporary folder");
        let log = File::create(root.path().join("log")).expect("the folder is ours");
        let port = free_port();
        let mut node = Command::new("node");
        node.arg(tests_folder("it/peers/oidc/granting.mjs"));
        node.env("PORT", port.to_string()).env("REDIRECT", redirect).env("USER", user);
        node.env("KIND", if is_public { "public" } else { "confidential" });
        node.env("SECRET", SECRET).env("LONG", long.to_string());
        node.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
        let mut process = Process::start(&mut node).expect("node is installed: make needs");
        let open = listening(port, || process.ended().is_some()).await;
        let client = loopback().build().expect("a client");
        let provider = Self { port, root, client, _process: process };
        assert!(open, "{}", provider.log());
        provider
    }

    /// An address at it.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// Somebody types a code there and agrees, or refuses.
    pub(crate) async fn type_code(&self, code: &str, agrees: bool) {
        let refuse = if agrees { "" } else { "1" };
        let query = [("code", code), ("refuse", refuse)];
        let request = self.client.get(self.url("/type")).query(&query);
        let answer = request.send().await.expect("it answers");
        assert_eq!(answer.text().await.expect("text"), "typed", "{}", self.log());
    }

    /// What it has to say so far.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.root.path().join("log")).unwrap_or_default()
    }
}
