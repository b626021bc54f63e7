//! An application that signs people in with phpCAS, on PHP's own web server.
//!
//! Every path wants a sign-in and shows whom phpCAS sees; `/open` shows it without wanting anything.
use super::process::{Process, free_port, listening};
use super::{loopback, tests_folder};
use reqwest::Response;
use std::cell::RefCell;
use std::fs::{self, File};
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// The application, and one browser's cookies at it.
pub(crate) struct PhpCas {
    root: TempDir,
    port: u16,
    cookie: RefCell<String>,
    client: reqwest::Client,
    server: Process,
}

impl PhpCas {
    /// Start it; `sso` is the address of the sign-on.
    pub(crate) async fn start(sso: &str) -> Self {
        Self::run(sso, &[]).await
    }

    /// The same for an application that passes people on to `behind`.
    pub(crate) async fn start_before(sso: &str, behind: &str) -> Self {
        // Our call with the granting ticket comes while its page waits for our answer.
        Self::run(sso, &[("PASS_TO", behind), ("PHP_CLI_SERVER_WORKERS", "3")]).await
    }

    async fn run(sso: &str, more: &[(&str, &str)]) -> Self {
        let root = tempfile::tempdir().expect("a temporary folder");
        let port = free_port();
        let log = File::create(root.path().join("php.log")).expect("the folder is ours");
        let mut php = Command::new("php");
        php.arg("-d").arg(format!("session.save_path={}", root.path().display()));
        php.args(["-d", "include_path=.:/usr/share/php", "-S"]).arg(format!("127.0.0.1:{port}"));
        php.arg(tests_folder("it/peers/phpcas/index.php")).env("SSO", sso);
        php.process_group(0).envs(more.iter().copied());
        php.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
        let mut server = Process::start(&mut php).expect("php is installed: make needs");
        let open = listening(port, || server.ended().is_some()).await;
        let client = loopback().build().expect("a client");
        let php = Self { root, port, cookie: RefCell::default(), client, server };
        assert!(open, "{}", php.log());
        php
    }

    /// An address at the application.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// Its lines for `app_filters`.
    pub(crate) fn section(&self) -> String {
        format!("[PHP]\naddr=127.0.0.1\nport={}\nscheme=http\nfilter=dispatcher\n", self.port)
    }

    /// Where the application sends its browser.
    pub(crate) async fn location(&self, url: &str) -> String {
        let answer = self.get(url).await;
        let location = answer.headers().get("location").map(|it| it.to_str().expect("ASCII"));
        location.unwrap_or_else(|| panic!("no redirect: {answer:?} {}", self.log())).to_owned()
    }

    /// From now on another browser.
    pub(crate) fn forget(&self) {
        self.cookie.borrow_mut().clear();
    }

    /// Whom the application sees.
    pub(crate) async fn sees(&self, path: &str) -> serde_json::Value {
        let text = self.get(&self.url(path)).await.text().await.expect("a text");
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error} {text} {}", self.log()))
    }

    async fn get(&self, url: &str) -> Response {
        let cookie = self.cookie.borrow().clone();
        let answer = self.client.get(url).header("cookie", cookie).send().await;
        let answer = answer.expect("php answers");
        for line in answer.headers().get_all("set-cookie") {
            let pair = line.to_str().expect("ASCII").split(';').next().unwrap_or_default();
            pair.clone_into(&mut self.cookie.borrow_mut());
        }
        answer
    }

    /// The log so far.
    fn log(&self) -> String {
        fs::read_to_string(self.root.path().join("php.log")).unwrap_or_default()
    }
}

/// With workers of its own: PHP leaves them behind.
impl Drop for PhpCas {
    fn drop(&mut self) {
        self.server.end_group();
    }
}
