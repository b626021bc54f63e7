//! A person with a browser: cookies of its own, an address, and no redirects followed.
use super::{Answer, HOME, House};
use reqwest::Method;
use std::cell::RefCell;
use std::collections::BTreeMap;

const FORM: &str = "application/x-www-form-urlencoded";

/// A person at a browser.
#[derive(Clone)]
pub(crate) struct Person<'h> {
    house: &'h House,
    cookies: RefCell<BTreeMap<String, String>>,
    headers: Vec<(String, String)>,
    body_kind: String,
}

impl<'h> Person<'h> {
    pub(super) fn new(house: &'h House) -> Self {
        let headers = [
            ("x-forwarded-for", HOME),
            ("accept", "text/html,*/*;q=0.8"),
            ("accept-language", "fr"),
        ];
        let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned()));
        Self {
            house,
            cookies: RefCell::default(),
            headers: headers.to_vec(),
            body_kind: FORM.to_owned(),
        }
    }

    /// The same browser at another address; empty: behind a proxy that does not say.
    pub(crate) fn at(self, address: &str) -> Self {
        self.with("x-forwarded-for", address)
    }

    /// The same browser that sends this header; an empty one is left out.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.retain(|(known, _)| known != name);
        if !value.is_empty() {
            self.headers.push((name.to_owned(), value.to_owned()));
        }
        self
    }

    /// The same browser that sends one more line of this header.
    pub(crate) fn and(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The same browser that posts with this `Content-Type`, or without one.
    pub(crate) fn posting(mut self, kind: &str) -> Self {
        kind.clone_into(&mut self.body_kind);
        self
    }

    /// The value of a cookie in the jar.
    pub(crate) fn cookie(&self, name: &str) -> Option<String> {
        self.cookies.borrow().get(name).cloned()
    }

    /// Put a cookie into the jar; an empty one is taken out.
    pub(crate) fn put_cookie(&self, name: &str, value: &str) {
        if value.is_empty() {
            self.cookies.borrow_mut().remove(name);
        } else {
            self.cookies.borrow_mut().insert(name.to_owned(), value.to_owned());
        }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, None).await
    }

    /// Post these fields as they are.
    pub(crate) async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body = serde_urlencoded::to_string(fields).expect("fields");
        self.send(Method::POST, path, Some(body)).await
    }

    /// Post these fields with the token of the form on `page`.
    pub(crate) async fn post_from(
        &self,
        page: &str,
        path: &str,
        fields: &[(&str, &str)],
    ) -> Answer {
        let csrf = self.get(page).await.csrf();
        let fields: Vec<_> = fields.iter().copied().chain([("csrf", csrf.as_str())]).collect();
        self.post(path, &fields).await
    }

    /// Open the sign-in page and send it.
    pub(crate) async fn try_password(&self, login: &str, password: &str) -> Answer {
        let fields = [("login", login), ("password", password)];
        self.post_from("/login?renew=1", "/login", &fields).await
    }

    /// Open the sign-in page that leads on to `next`, and send it.
    pub(crate) async fn sign_in_toward(&self, next: &str, login: &str) -> Answer {
        let page = self.get(next).await;
        assert!(page.text.contains("name=\"password\""), "not the sign-in page: {}", page.text);
        let (csrf, next) = (page.csrf(), page.field("next").unwrap_or_default());
        let fields = [("login", login), ("password", login), ("csrf", &csrf), ("next", &next)];
        self.post("/login", &fields).await
    }

    /// Post a form with a file in it, as browsers send it.
    pub(crate) async fn upload(&self, path: &str, csrf: &str, file: (&str, &[u8])) -> Answer {
        self.upload_with(path, &[("csrf", csrf)], file).await
    }

    /// The same with these fields before the file.
    pub(crate) async fn upload_with(
        &self,
        path: &str,
        fields: &[(&str, &str)],
        file: (&str, &[u8]),
    ) -> Answer {
        let field = |(name, value): &(&str, &str)| {
            format!("--edge\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
        };
        let name = file.0;
        let head = format!(
            "--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
             Content-Type: application/octet-stream\r\n\r\n"
        );
        let fields = fields.iter().map(field);
        let mut body = fields.chain([head]).collect::<String>().into_bytes();
        body.extend(file.1);
        body.extend(b"\r\n--edge--\r\n");
        let this = self.clone().posting("multipart/form-data; boundary=edge");
        this.send_bytes(Method::POST, path, Some(body)).await
    }

    pub(crate) async fn send(&self, method: Method, path: &str, body: Option<String>) -> Answer {
        self.send_bytes(method, path, body.map(String::into_bytes)).await
    }

    async fn send_bytes(&self, method: Method, path: &str, body: Option<Vec<u8>>) -> Answer {
        let mut request = self.house.client.request(method, self.house.url(path));
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let jar = self.jar();
        if !jar.is_empty() {
            request = request.header("cookie", jar);
        }
        if let Some(body) = body {
            if !self.body_kind.is_empty() {
                request = request.header("content-type", &self.body_kind);
            }
            request = request.body(body);
        }
        let answer = Answer::read(request.send().await.expect("the service answers")).await;
        for line in answer.cookies() {
            self.keep(line);
        }
        answer
    }

    /// The `Cookie` header.
    pub(crate) fn jar(&self) -> String {
        let pairs: Vec<_> =
            self.cookies.borrow().iter().map(|(name, value)| format!("{name}={value}")).collect();
        pairs.join("; ")
    }

    fn keep(&self, line: &str) {
        let (pair, attributes) = line.split_once(';').unwrap_or((line, ""));
        let (name, value) = pair.split_once('=').expect("a cookie has a value");
        let is_gone = attributes.split(';').any(|attribute| attribute.trim() == "Max-Age=0");
        self.put_cookie(name, if is_gone { "" } else { value });
    }
}
