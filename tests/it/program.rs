//! The program as an administrator meets it: the real binary, real files, real signals.
mod audit;
mod colleagues;
mod commands;
mod federations;
mod full_disk;
mod help;
mod keys;
mod lan;
mod mail;
mod notify;
mod refusing;
mod reloading;
mod secrets;
mod serving;

use crate::peers::loopback;
use crate::peers::process::{Process, free_port};
use reqwest::{Client, Response, StatusCode};
use serde_json::Value;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::time::Duration;
use tempfile::TempDir;

pub(crate) const PASSWORD: &str = "cheval agrafe pile";

/// The folders of an installation, with a configuration that can be used.
pub(crate) struct Installation {
    home: TempDir,
    pub(crate) port: u16,
    admin_port: u16,
}

/// The program, serving.
pub(crate) struct Service<'a> {
    installation: &'a Installation,
    pub(crate) process: Process,
    pub(crate) client: Client,
}

impl Installation {
    pub(crate) fn new() -> Self {
        Self::with("")
    }

    /// With some more lines in `aiguillage.ini`.
    pub(crate) fn with(more: &str) -> Self {
        let home = tempfile::tempdir().expect("a temporary folder");
        let made = Self { home, port: free_port(), admin_port: free_port() };
        fs::create_dir_all(made.path("etc")).expect("a new folder");
        fs::create_dir_all(made.path("metadata")).expect("a new folder");
        let ini = format!(
            "[http]\npublic_url = http://localhost:{}\nlisten = 127.0.0.1:{}\ndrain = 0s\n\
             [admin]\nlisten = 127.0.0.1:{}\n[source:local]\nkind = local\n{more}",
            made.port, made.port, made.admin_port
        );
        made.write("etc/aiguillage.ini", &ini);
        made.write("etc/etabs.ini", &schools(30));
        made.write("etc/portails.ini", "[default]\nportail = https://academie.example\n");
        made
    }

    pub(crate) fn path(&self, below: &str) -> PathBuf {
        self.home.path().join(below)
    }

    pub(crate) fn write(&self, below: &str, text: &str) {
        fs::write(self.path(below), text).expect("a file is written");
    }

    /// The program with `--config` behind its words.
    pub(crate) fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_aiguillage"));
        command.args(words).arg("--config").arg(self.path("etc/aiguillage.ini"));
        command
    }

    /// Run a command to its end.
    pub(crate) fn run(&self, words: &[&str]) -> Ended {
        self.run_with(words, "")
    }

    /// Run a command to its end with this on standard input.
    fn run_with(&self, words: &[&str], input: &str) -> Ended {
        let mut command = self.command(words);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program starts");
        let mut stdin = child.stdin.take().expect("a pipe");
        // A program that reads nothing closes the pipe.
        let _ = stdin.write_all(input.as_bytes());
        drop(stdin);
        Ended::of(&child.wait_with_output().expect("the program ends"))
    }

    /// Somebody in the local source.
    pub(crate) fn add(&self, login: &str, more: &[&str]) -> Ended {
        let words = ["person", "add", "--source", "local", "--login", login, "--name", login];
        self.run_with(&[&words, more].concat(), &format!("{PASSWORD}\n"))
    }

    /// Bring a list of people in.
    pub(crate) fn import(&self, name: &str) {
        self.run(&["import", &self.path(name).display().to_string()]).good();
    }

    /// Start the program without waiting for it.
    pub(crate) fn start(&self) -> Process {
        let log = File::options().create(true).append(true).open(self.path("log"));
        let mut command = self.command(&["serve"]);
        command.stdout(Stdio::null()).stderr(log.expect("a log file"));
        Process::start(&mut command).expect("the program starts")
    }

    /// Start the program and wait until it is ready.
    pub(crate) async fn serve(&self) -> Service<'_> {
        self.serve_as(self.start()).await
    }

    /// Wait until a program that was started by hand is ready.
    async fn serve_as(&self, process: Process) -> Service<'_> {
        let client = loopback().timeout(Duration::from_secs(30)).build().expect("a client");
        let mut service = Service { installation: self, process, client };
        service.until("/readyz", |status, _| status == StatusCode::OK).await;
        service
    }

    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.path("log")).unwrap_or_default()
    }
}

impl Service<'_> {
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://localhost:{}{path}", self.installation.port)
    }

    /// Ask the listener for operators.
    async fn ask(&self, path: &str) -> reqwest::Result<(StatusCode, String)> {
        let url = format!("http://127.0.0.1:{}{path}", self.installation.admin_port);
        let answer = self.client.get(url).send().await?;
        Ok((answer.status(), answer.text().await?))
    }

    /// Ask the operators' listener again and again until it says what is expected.
    pub(crate) async fn until(&mut self, path: &str, expected: impl Fn(StatusCode, &str) -> bool) {
        for _ in 0..1_500 {
            let answer = self.ask(path).await;
            if answer.as_ref().is_ok_and(|(status, text)| expected(*status, text)) {
                return;
            }
            if let Some(status) = self.process.ended() {
                panic!("ended ({status}): {}", self.installation.log());
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("{path} never said so: {}", self.installation.log());
    }

    async fn until_state(&mut self, state: &str) {
        let says = |text: &str| serde_json::from_str::<Value>(text).ok();
        self.until("/healthz", |_, text| says(text).is_some_and(|v| v["state"] == state)).await;
    }

    /// Sign in through the page.
    pub(crate) async fn sign_in(&self, login: &str, password: &str) -> Response {
        let page = self.client.get(self.url("/login")).send().await.expect("an answer");
        assert_eq!(page.status(), StatusCode::OK);
        let flow = cookie(&page, "__Host-flow").expect("a cookie of the browser");
        let html = page.text().await.expect("a page");
        let csrf = html.split("name=\"csrf\" value=\"").nth(1).expect("a hidden field");
        let csrf = csrf.split('"').next().unwrap_or_default();
        let form = [("login", login), ("password", password), ("csrf", csrf)];
        let post = self.client.post(self.url("/login")).form(&form);
        let post = post.header("Origin", self.url("")).header("Cookie", flow);
        let post = post.header("Accept", "text/html");
        post.send().await.expect("an answer")
    }

    /// Whether a session cookie still opens doors: who is signed in needs no sign-in page.
    pub(crate) async fn knows(&self, session: &str) -> bool {
        let request = self.client.get(self.url("/login")).header("Cookie", session);
        request.send().await.expect("an answer").status() != StatusCode::OK
    }

    /// Wait for the end that was asked for.
    pub(crate) async fn ended(mut self) -> Option<i32> {
        for _ in 0..3_000 {
            if let Some(status) = self.process.ended() {
                return status.code();
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("does not end: {}", self.installation.log());
    }
}

/// What a command said, and how it ended.
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) said: String,
    pub(crate) complained: String,
}

impl Ended {
    fn of(output: &Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let (said, complained) = (text(&output.stdout), text(&output.stderr));
        Self { code: output.status.code(), said, complained }
    }

    /// What it said, when it ended well.
    #[track_caller]
    pub(crate) fn good(self) -> String {
        assert_eq!(self.code, Some(0), "{}{}", self.said, self.complained);
        self.said
    }

    /// The JSON it said.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.said).unwrap_or_else(|_| panic!("no JSON: {}", self.said))
    }
}

/// `name=value` of a cookie that an answer sets.
pub(crate) fn cookie(answer: &Response, name: &str) -> Option<String> {
    let set = answer.headers().get_all("set-cookie").iter();
    let mut pairs = set.filter_map(|value| value.to_str().ok()?.split(';').next());
    pairs.find(|pair| pair.starts_with(&format!("{name}="))).map(str::to_owned)
}

/// A file of so many schools.
fn schools(number: usize) -> String {
    (0..number).fold(String::new(), |mut text, n| {
        let portal = format!("https://portail{n}.example");
        let _ = writeln!(text, "[97{n:05}A]\nlibelle = ECOLE {n}\nportail = {portal}\n");
        text
    })
}
