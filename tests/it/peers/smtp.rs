//! A mail server: Python's `aiosmtpd`, which keeps what it is given.
use super::certificates::{Authority, Validity};
use super::process::{Process, free_port, listening};
use super::tests_folder;
use serde_json::Value;
use std::fs::{self, File};
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// How the house knows the server.
pub(crate) const USER: &str = "presence@college.example";
pub(crate) const PASSWORD: &str = "only for tests: é % :";

/// A server, its folder, and who vouches for it.
pub(crate) struct MailServer {
    pub(crate) port: u16,
    folder: TempDir,
    _process: Process,
}

impl MailServer {
    /// Start one; `tls` is `starttls`, `implicit` or `none`. Its certificate is for `localhost`.
    pub(crate) async fn start(tls: &str, authority: &Authority) -> Self {
        Self::start_with(tls, authority, &[]).await
    }

    /// The same with more words in its environment.
    pub(crate) async fn start_with(
        tls: &str,
        authority: &Authority,
        more: &[(&str, &str)],
    ) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let issued = authority.issue("localhost", Validity::Current);
        fs::write(folder.path().join("cert.pem"), issued.certificate).expect("written");
        fs::write(folder.path().join("key.pem"), issued.key).expect("written");
        let log = File::create(folder.path().join("log")).expect("the folder is ours");
        let port = free_port();
        let mut python = Command::new("/usr/bin/python3");
        python.arg(tests_folder("it/peers/smtp/server.py"));
        python.env("FOLDER", folder.path()).env("PORT", port.to_string()).env("TLS", tls);
        python.env("LOGIN", format!("{USER}:{PASSWORD}")).envs(more.iter().copied());
        python.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
        let mut process = Process::start(&mut python).expect("python3 is installed: make needs");
        let open = listening(port, || process.ended().is_some()).await;
        let server = Self { port, folder, _process: process };
        assert!(open, "{}", server.log());
        server
    }

    /// Change how it behaves: a word that `server.py` looks for.
    pub(crate) fn tell(&self, word: &str) {
        fs::write(self.folder.path().join(word), "").expect("the folder is ours");
    }

    /// The same the other way round.
    pub(crate) fn forget(&self, word: &str) {
        fs::remove_file(self.folder.path().join(word)).expect("it was told");
    }

    /// How much it was given so far.
    pub(crate) fn count(&self) -> usize {
        let files = fs::read_dir(self.folder.path()).expect("the folder is ours");
        let names = files.map(|file| file.expect("a file").path());
        names.filter(|name| name.extension().is_some_and(|kind| kind == "json")).count()
    }

    /// What it was given, in its order.
    pub(crate) fn kept(&self) -> Vec<Value> {
        let files = fs::read_dir(self.folder.path()).expect("the folder is ours");
        let mut names: Vec<_> = files.map(|file| file.expect("a file").path()).collect();
        names.retain(|name| name.extension().is_some_and(|kind| kind == "json"));
        names.sort();
        let read = |name| fs::read_to_string(name).expect("text");
        names.into_iter().map(|name| serde_json::from_str(&read(name)).expect("JSON")).collect()
    }

    /// Take these tokens and no others.
    pub(crate) fn take_tokens(&self, tokens: &[&str]) {
        let path = self.folder.path().join("tokens");
        fs::write(path, tokens.join("\n")).expect("the folder is ours");
    }

    /// What it was shown: mechanism, lines, user, token; and whether the last word was as it should.
    pub(crate) fn shown(&self) -> Vec<Value> {
        let text = fs::read_to_string(self.folder.path().join("shown")).unwrap_or_default();
        text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
    }

    fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }
}
