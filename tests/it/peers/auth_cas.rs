//! A site that signs people in with `mod_auth_cas` on Apache: `/secret` wants it and shows who came.
use super::apache::Apache;
use super::loopback;
use super::process::free_port;
use std::cell::RefCell;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use tempfile::TempDir;

/// The site, and one browser's cookies at it.
pub(crate) struct AuthCas {
    apache: Apache,
    port: u16,
    cookie: RefCell<String>,
    client: reqwest::Client,
    _root: TempDir,
}

/// What a browser got.
pub(crate) struct Seen {
    pub(crate) status: u16,
    pub(crate) location: String,
    pub(crate) text: String,
}

impl AuthCas {
    /// Start it; `sso` is the address of the sign-on. With `saml` it asks in SAML 1.1 and shows the
    /// attribute `rne` too.
    pub(crate) async fn start(sso: &str, saml: bool) -> Self {
        let root = tempfile::tempdir().expect("a temporary folder");
        let port = free_port();
        for (folder, mode) in [("", 0o755), ("site", 0o755), ("cas", 0o777)] {
            let folder = root.path().join(folder);
            fs::create_dir_all(&folder).expect("the folder is ours");
            fs::set_permissions(&folder, fs::Permissions::from_mode(mode)).expect("it is ours");
        }
        let page = "<!doctype html><title>Secret</title><p><!--#echo var=\"REMOTE_USER\" --></p>\
            <p><!--#echo var=\"HTTP_CAS_RNE\" --></p>";
        fs::write(root.path().join("site/secret"), page).expect("the folder is ours");
        let configuration = "it/peers/auth_cas/httpd.conf";
        let (switch, validate) =
            if saml { ("On", "samlValidate") } else { ("Off", "serviceValidate") };
        let settings = [("SSO", sso), ("SAML", switch), ("VALIDATE", validate)];
        let apache = Apache::start(root.path(), port, configuration, &settings).await;
        let client = loopback().build().expect("a client");
        Self { apache, port, cookie: RefCell::default(), client, _root: root }
    }

    /// An address at the site.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// Its lines for `app_filters`, and more of them.
    pub(crate) fn section(&self, more: &str) -> String {
        let port = self.port;
        format!("[Apache]\naddr=127.0.0.1\nport={port}\nscheme=http\nbaseurl=/secret\n{more}")
    }

    pub(crate) async fn get(&self, url: &str) -> Seen {
        let cookie = self.cookie.borrow().clone();
        let answer = self.client.get(url).header("cookie", cookie).send().await;
        let answer = answer.expect("Apache answers");
        for line in answer.headers().get_all("set-cookie") {
            let pair = line.to_str().expect("ASCII").split(';').next().unwrap_or_default();
            pair.clone_into(&mut self.cookie.borrow_mut());
        }
        let location = answer.headers().get("location").map(|it| it.to_str().expect("ASCII"));
        Seen {
            status: answer.status().as_u16(),
            location: location.unwrap_or_default().to_owned(),
            text: answer.text().await.expect("a text"),
        }
    }

    /// What the module has to say.
    pub(crate) fn log(&self) -> String {
        self.apache.log()
    }
}
