//! A sign-on of others: `LemonLDAP::NG`, as SAML identity provider and as CAS server.
//!
//! It knows `rtyler` of one school, `dwho` of two and `msmith` of none; everybody's password is
//! the login.
use super::process::{Process, free_port, listening};
use super::{loopback, tests_folder};
use reqwest::Response;
use reqwest::header::COOKIE;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::process::{Command, Stdio};
use tempfile::TempDir;
use url::Url;

/// What of its SAML answers only we can read.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Encryption {
    /// Nothing.
    None,
    /// The assertion.
    Assertion,
}

/// How a browser leaves it.
#[derive(Debug)]
pub(crate) enum Left {
    /// For an address.
    Address(String),
    /// With a form that sends itself.
    Form {
        /// Where to.
        action: String,
        /// What is in it.
        fields: BTreeMap<String, String>,
    },
}

/// The sign-on, and one browser's cookies at it.
pub(crate) struct LemonLdap {
    root: TempDir,
    port: u16,
    cookies: RefCell<BTreeMap<String, String>>,
    client: reqwest::Client,
    _process: Process,
}

impl LemonLdap {
    /// A port for it: the house must know the address first.
    pub(crate) fn port() -> u16 {
        free_port()
    }

    /// Its address, without a slash at the end.
    pub(crate) fn origin(port: u16) -> String {
        format!("http://127.0.0.1:{port}")
    }

    /// Start it; it answers the one SAML service of this metadata and every CAS service.
    pub(crate) async fn start(port: u16, sp_metadata: &str, encryption: Encryption) -> Self {
        let root = tempfile::tempdir().expect("a temporary folder");
        configure(&root, port, sp_metadata, encryption);
        let log = File::create(root.path().join("log")).expect("the folder is ours");
        let mut plackup = Command::new("plackup");
        plackup.args(["-s", "HTTP::Server::PSGI", "-E", "deployment", "--host", "127.0.0.1"]);
        // One at a time: whoever connects and says nothing must not keep the others waiting.
        plackup.args(["--timeout", "2", "--port"]).arg(port.to_string());
        plackup.arg(tests_folder("it/peers/lemonldap/app.psgi"));
        plackup.env("LLNG_DEFAULTCONFFILE", root.path().join("lemonldap-ng.ini"));
        plackup.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
        let mut process = Process::start(&mut plackup).expect("Plack is installed: make needs");
        let open = listening(port, || process.ended().is_some()).await;
        let client = loopback().build().expect("a client");
        let cookies = RefCell::default();
        let lemon = Self { root, port, cookies, client, _process: process };
        assert!(open, "{}", lemon.log());
        lemon
    }

    /// An address at it.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", Self::origin(self.port))
    }

    /// Its SAML metadata.
    pub(crate) async fn metadata(&self) -> String {
        let answer = self.send(&self.url("/saml/metadata"), None).await;
        assert_eq!(answer.status(), 200, "{}", self.log());
        answer.text().await.expect("a text")
    }

    /// A browser goes there, signs in where it is asked to and is sent on until it leaves.
    pub(crate) async fn walk(&self, address: &str, login: &str) -> Left {
        let mut address = address.to_owned();
        let mut fields = None;
        for _ in 0..10 {
            let answer = self.send(&address, fields.take().as_ref()).await;
            let status = answer.status();
            if let Some(to) = answer.headers().get("location") {
                address = join(&address, to.to_str().expect("ASCII"));
                if !self.is_here(&address) {
                    return Left::Address(address);
                }
                continue;
            }
            let page = answer.text().await.expect("a text");
            let Some((action, mut filled)) = form(&page) else {
                panic!("{status} at {address}: {page} {}", self.log())
            };
            if filled.contains_key("password") {
                filled.extend(["user", "password"].map(|name| (name.into(), login.to_owned())));
            }
            address = join(&address, &action);
            if !self.is_here(&address) {
                return Left::Form { action: address, fields: filled };
            }
            fields = Some(filled);
        }
        panic!("it never ends: {address} {}", self.log());
    }

    /// Signs off at it: what its page then shows in frames, one for each SAML service.
    ///
    /// CAS services have had their message by then.
    pub(crate) async fn sign_off(&self) -> Vec<String> {
        let page = self.send(&self.url("/?logout=1"), None).await.text().await.expect("a text");
        page.split("<iframe").skip(1).filter_map(|frame| attribute(frame, "src")).collect()
    }

    /// Where it sends a browser from this address.
    pub(crate) async fn look(&self, address: &str) -> String {
        let answer = self.send(address, None).await;
        let to = answer.headers().get("location").and_then(|to| to.to_str().ok());
        to.unwrap_or_default().to_owned()
    }

    /// What it has to say so far; its reasons for a refusal stand here.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.root.path().join("log")).unwrap_or_default()
    }

    fn is_here(&self, address: &str) -> bool {
        address.starts_with(&self.url("/"))
    }

    async fn send(&self, address: &str, fields: Option<&BTreeMap<String, String>>) -> Response {
        let request = match fields {
            Some(fields) => self.client.post(address).form(fields),
            None => self.client.get(address),
        };
        let jar = self.cookies.borrow().iter().map(|(n, v)| format!("{n}={v}")).collect::<Vec<_>>();
        let answer = request.header(COOKIE, jar.join("; ")).send().await.expect("it answers");
        for line in answer.headers().get_all("set-cookie") {
            let pair = line.to_str().expect("ASCII").split(';').next().unwrap_or_default();
            let (name, value) = pair.split_once('=').expect("a pair");
            self.cookies.borrow_mut().insert(name.to_owned(), value.to_owned());
        }
        answer
    }
}

/// Keys and settings.
fn configure(root: &TempDir, port: u16, sp_metadata: &str, encryption: Encryption) {
    let metadata = root.path().join("sp.xml");
    fs::write(&metadata, sp_metadata).expect("the folder is ours");
    let mut perl = Command::new("perl");
    perl.arg(tests_folder("it/peers/lemonldap/configure.pl")).arg(root.path());
    perl.arg(port.to_string()).arg(metadata);
    perl.arg(match encryption {
        Encryption::None => "none",
        Encryption::Assertion => "assertion",
    });
    let made = perl.output().expect("perl is part of every system");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
}

/// Where the first form of a page goes, and what is in it.
fn form(page: &str) -> Option<(String, BTreeMap<String, String>)> {
    let form = page.split("<form").nth(1)?.split("</form>").next()?;
    let fields = form.split("<input").skip(1).filter_map(|input| {
        Some((attribute(input, "name")?, attribute(input, "value").unwrap_or_default()))
    });
    Some((attribute(form, "action")?, fields.collect()))
}

/// An attribute of the tag that a text begins with.
fn attribute(text: &str, name: &str) -> Option<String> {
    let tag = text.split('>').next()?;
    let value = tag.split(&format!(" {name}=\"")).nth(1)?.split('"').next()?;
    let pairs = [("&quot;", "\""), ("&#39;", "'"), ("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")];
    Some(pairs.into_iter().fold(value.to_owned(), |text, (from, to)| text.replace(from, to)))
}

/// An address as it is written on a page of another.
fn join(page: &str, address: &str) -> String {
    let page = Url::parse(page).expect("an address");
    page.join(address).expect("an address").into()
}
