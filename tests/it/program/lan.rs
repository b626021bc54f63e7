//! The demonstration for telephones in the same network (D22), here on loopback.
use super::cookie;
use crate::peers::loopback;
use crate::peers::process::{Process, free_port};
use reqwest::{Certificate, Client, Response};
use std::collections::HashMap;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// The demonstration, with two of its people.
struct Lan {
    home: TempDir,
    origin: String,
    client: Client,
    /// Everything it said, and the passwords in it.
    said: String,
    passwords: HashMap<String, String>,
    _process: Process,
}

impl Lan {
    fn open() -> Self {
        let home = tempfile::tempdir().expect("a temporary folder");
        copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("etc/demo"), &home.path().join("files"));
        let people = home.path().join("files/people.ini");
        let text = fs::read_to_string(&people).expect("the file is there");
        let kept: Vec<_> = text.split("\n\n").filter(|piece| is_known(piece)).collect();
        fs::write(people, kept.join("\n\n")).expect("the folder is ours");

        let port = free_port();
        let mut command = Command::new(env!("CARGO_BIN_EXE_aiguillage"));
        command.args(["demo", "--lan=127.0.0.1", "--port", &port.to_string()]);
        command.current_dir(home.path()).args(["--folder", "demo", "--files", "files"]);
        let (lines, said) = std::io::pipe().expect("a pipe");
        let process = Process::start(command.stdout(said).stderr(Stdio::null()));
        drop(command);
        let mut text = String::new();
        for line in BufReader::new(lines).lines().map_while(Result::ok) {
            text.push_str(&(line.clone() + "\n"));
            if line.starts_with("  paul.hoarau") {
                break;
            }
        }
        let pem = fs::read(home.path().join("demo/lan/certificate.pem")).expect("a certificate");
        let pem = Certificate::from_pem(&pem).expect("a certificate");
        let client = loopback().tls_certs_only([pem]).build();
        Self {
            home,
            origin: format!("https://127.0.0.1:{port}"),
            client: client.expect("a client"),
            passwords: passwords(&text),
            said: text,
            _process: process.expect("the program starts"),
        }
    }

    async fn get(&self, path: &str, cookies: &str) -> Response {
        let request = self.client.get(self.origin.clone() + path).header("Accept", "text/html");
        request.header("Cookie", cookies).send().await.expect("an answer")
    }

    async fn post(&self, path: &str, cookies: &str, form: &[(&str, &str)]) -> Response {
        let request = self.client.post(self.origin.clone() + path).form(form);
        let request = request.header("Origin", &self.origin).header("Cookie", cookies);
        request.send().await.expect("an answer")
    }

    async fn sign_in(&self, login: &str, password: &str) -> Response {
        let page = self.get("/login", "").await;
        let flow = cookie(&page, "__Host-flow").expect("a cookie of the browser");
        let csrf = field(&page.text().await.expect("a page"), "csrf");
        let form = [("login", login), ("password", password), ("csrf", csrf.as_str())];
        self.post("/login", &flow, &form).await
    }
}

fn is_known(section: &str) -> bool {
    section.starts_with("[marie.dupont]") || section.starts_with("[paul.hoarau]")
}

fn copy(from: &Path, to: &Path) {
    let done = Command::new("cp").arg("-r").arg(from).arg(to).status();
    assert!(done.expect("cp is part of every system").success());
}

fn passwords(said: &str) -> HashMap<String, String> {
    let lines = said.lines().filter(|line| line.starts_with("  "));
    let words = lines.filter_map(|line| line.trim().split_once(' '));
    words.map(|(login, password)| (login.to_owned(), password.trim().to_owned())).collect()
}

fn field(html: &str, name: &str) -> String {
    let value = html.split(&format!("name=\"{name}\" value=\"")).nth(1).expect("a field");
    value.split('"').next().unwrap_or_default().to_owned()
}

#[actix_web::test]
async fn a_telephone_comes_by_https_with_a_password_from_the_terminal() {
    let lan = Lan::open();
    assert!(lan.said.contains(&lan.origin) && lan.said.contains("will warn"), "{}", lan.said);
    let stranger = Client::builder().no_proxy().build().expect("a client");
    let stranger = stranger.get(&lan.origin).send().await;
    assert!(stranger.is_err(), "nobody vouches for the certificate");
    let page = lan.get("/", "").await;
    assert!(!page.headers().contains_key("strict-transport-security"));
    let page = page.text().await.expect("a page");
    assert!(page.contains("terminal") && page.contains("Paul Hoarau"), "{page}");

    assert_eq!(lan.sign_in("paul.hoarau", "paul.hoarau").await.status(), 401);
    let password = &lan.passwords["paul.hoarau"];
    let entered = lan.sign_in("paul.hoarau", password).await;
    assert_eq!(entered.status(), 303);
    let session = cookie(&entered, "__Host-sid").expect("a session");

    let form = lan.get("/saml?sp_ident=9740091F", &session).await;
    let form = form.text().await.expect("a form");
    assert!(form.contains(&format!("action=\"{}/portail/9740091F/acs\"", lan.origin)), "{form}");
    let response = [("SAMLResponse", field(&form, "SAMLResponse"))];
    let response = response.each_ref().map(|(name, value)| (*name, value.as_str()));
    let landed = lan.post("/portail/9740091F/acs", "", &response).await;
    let visit = cookie(&landed, "__Host-demo-portal").expect("the portal knows who came");
    let portal = lan.get("/portail/9740091F", &visit).await.text().await.expect("a page");
    assert!(portal.contains("Bonjour Paul Hoarau"), "{portal}");
}

#[actix_web::test]
async fn each_start_has_passwords_and_a_certificate_of_its_own() {
    let (one, other) = (Lan::open(), Lan::open());

    assert_ne!(one.passwords["paul.hoarau"], other.passwords["paul.hoarau"]);
    assert_ne!(one.passwords["paul.hoarau"], one.passwords["marie.dupont"]);
    let pem = |lan: &Lan| fs::read(lan.home.path().join("demo/lan/certificate.pem")).expect("made");
    assert_ne!(pem(&one), pem(&other));
    for password in one.passwords.values().filter(|word| word.len() == 14) {
        assert!(!password.contains(['l', 'o', '0', '1']), "{password}");
    }
}
