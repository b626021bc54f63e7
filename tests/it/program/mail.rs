//! The demonstration's mail: connected by a code as its start page says, with the most talkative log.
use super::cookie;
use crate::peers::loopback;
use crate::peers::process::{Process, free_port, listening};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::{Client, Response};
use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;
use tempfile::TempDir;

/// The demonstration with its administrator, and the administrator's browser.
struct Demo {
    home: TempDir,
    port: u16,
    client: Client,
    session: String,
    process: Process,
}

impl Demo {
    async fn open() -> Self {
        let home = tempfile::tempdir().expect("a temporary folder");
        let files = home.path().join("files");
        let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("etc/demo");
        let copied = Command::new("cp").arg("-r").arg(from).arg(&files).status();
        assert!(copied.expect("cp is part of every system").success());
        let change = |name: &str, how: &dyn Fn(String) -> String| {
            let text = fs::read_to_string(files.join(name)).expect("the file is there");
            fs::write(files.join(name), how(text)).expect("the folder is ours");
        };
        let admin = |text: String| {
            let mut sections = text.split("\n\n").filter(|piece| piece.starts_with("[admin]"));
            sections.next().expect("an administrator").to_owned()
        };
        change("people.ini", &admin);
        change("aiguillage.ini", &|text| format!("{text}\n[log]\nlevel = trace\n"));
        let port = free_port();
        let mut command = Command::new(env!("CARGO_BIN_EXE_aiguillage"));
        command.args(["demo", "--port", &port.to_string()]).current_dir(home.path());
        command.args(["--folder", "demo", "--files", "files"]).stdin(Stdio::null());
        let log = File::create(home.path().join("log")).expect("the folder is ours");
        command.stdout(log.try_clone().expect("a copy")).stderr(log);
        let mut process = Process::start(&mut command).expect("the program starts");
        assert!(listening(port, || process.ended().is_some()).await);
        let client = loopback().build().expect("a client");
        let mut demo = Self { home, port, client, session: String::new(), process };
        demo.session = demo.sign_in().await;
        demo
    }

    fn origin(&self) -> String {
        format!("http://localhost:{}", self.port)
    }

    async fn get(&self, address: &str) -> String {
        let request = self.client.get(address).header("Accept", "text/html");
        let answer = request.header("Cookie", &self.session).send().await.expect("an answer");
        answer.text().await.expect("a page")
    }

    async fn page(&self, path: &str) -> String {
        self.get(&(self.origin() + path)).await
    }

    async fn post(&self, path: &str, form: &[(&str, &str)]) -> Response {
        let request = self.client.post(self.origin() + path).form(form);
        let request = request.header("Origin", self.origin()).header("Accept", "text/html");
        request.header("Cookie", &self.session).send().await.expect("an answer")
    }

    /// Send the form of a page with its token.
    async fn submit(&self, page: &str, path: &str, form: &[(&str, &str)]) -> Response {
        let page = self.page(page).await;
        let page = page.split_once("<main").map_or("", |(_, main)| main);
        let csrf = between(page, "name=\"csrf\" value=\"", "\"");
        let form: Vec<_> = form.iter().copied().chain([("csrf", csrf.as_str())]).collect();
        self.post(path, &form).await
    }

    async fn sign_in(&mut self) -> String {
        let request = self.client.get(self.origin() + "/login").header("Accept", "text/html");
        let page = request.send().await.expect("an answer");
        self.session = cookie(&page, "__Host-flow").expect("a cookie of the browser");
        let csrf = between(&page.text().await.expect("text"), "name=\"csrf\" value=\"", "\"");
        let form = [("login", "admin"), ("password", "admin"), ("csrf", csrf.as_str())];
        let entered = self.post("/login", &form).await;
        cookie(&entered, "__Host-sid").expect("a session")
    }
}

fn between(text: &str, before: &str, after: &str) -> String {
    let rest = text.split_once(before).unwrap_or_else(|| panic!("no {before} in {text}")).1;
    rest.split(after).next().unwrap_or_default().to_owned()
}

#[actix_web::test]
async fn an_administrator_connects_the_mailbox_by_a_code_and_nothing_secret_is_written_down() {
    let demo = Demo::open().await;
    let list = demo.page("/admin/mail").await;
    let connect = between(&list, "action=\"/admin/mail/accounts/", "\"");
    let connect = format!("/admin/mail/accounts/{connect}");
    assert!(connect.ends_with("/connect"), "one click on the list begins: {connect}");

    assert_eq!(demo.submit("/admin/mail", &connect, &[]).await.status(), 303);
    let page = demo.page(&connect).await;
    let typed = between(&page, "translate=\"no\">", "<");
    let provider = between(&page, "class=\"button main\" href=\"", "\"").replace("&#38;", "&");
    assert!(provider.starts_with(&format!("http://127.0.0.1:{}/", demo.port)), "{provider}");
    let asked = demo.get(&provider).await;
    assert!(asked.contains(&typed) && asked.contains("Accepter"), "{asked}");
    let csrf = between(&asked, "name=\"csrf\" value=\"", "\"");
    let form = [("typed", typed.as_str()), ("csrf", &csrf), ("answer", "yes")];
    let agreed = demo.client.post(provider.split('?').next().expect("a path")).form(&form);
    assert_eq!(agreed.send().await.expect("an answer").status(), 303);
    let mut said = String::new();
    for _ in 0..300 {
        said = demo.page(&connect).await;
        if said.contains("le serveur accepte le jeton") {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert!(said.contains("le serveur accepte le jeton"), "{said}");

    let account = connect.trim_end_matches("/connect");
    let form = [("to", "chef@college.example")];
    let tried = demo.submit(account, &format!("{account}/test"), &form).await;
    let tried = tried.text().await.expect("a page");
    assert!(tried.contains("Le compte fonctionne"), "{tried}");
    let inbox = demo.page("/demo/mail").await;
    assert!(inbox.contains("chef@college.example"), "{inbox}");
    assert!(inbox.contains("secretariat@college.demo.example"), "{inbox}");

    demo.process.signal("TERM");
    let Demo { home, mut process, .. } = demo;
    while process.ended().is_none() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let mut secrets: Vec<String> =
        ["access", "refresh", "device"].map(|kind| format!("demo-{kind}-")).to_vec();
    // The same as it stands in a line of SMTP, wherever it begins there.
    for shift in ["", "x", "xx"] {
        let line = STANDARD.encode(format!("{shift}Bearer demo-access-"));
        secrets.push(line[4..line.len() - 4].to_owned());
    }
    let mut grep = Command::new("grep");
    grep.args(["-rlaF", "-e"]).arg(secrets.join("\n")).arg(home.path());
    let places = grep.output().expect("grep is part of every system").stdout;
    assert_eq!(String::from_utf8_lossy(&places), "");
    let log = fs::read_to_string(home.path().join("log")).expect("a log");
    assert!(log.lines().count() > 20, "{log}");
}
