//! What the service answered.
use super::form::{tags, unescape};
use reqwest::header::HeaderMap;
use serde_json::Value;

/// An answer, read to its end.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
    /// As it came, for what is no text.
    pub(crate) body: Vec<u8>,
}

/// A school on the choice page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tile {
    /// `rne` of the form, `CODE.INDEX`, when it can be followed.
    pub(crate) target: Option<String>,
    /// What stands on it.
    pub(crate) text: String,
    /// Left out by a search.
    pub(crate) hidden: bool,
}

impl Answer {
    pub(super) async fn read(answer: reqwest::Response) -> Self {
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        let body = answer.bytes().await.expect("an answer").to_vec();
        Self { status, headers, text: String::from_utf8_lossy(&body).into_owned(), body }
    }

    /// The value of a header, empty when it is missing.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("ASCII"))
    }

    /// Where it leads.
    pub(crate) fn location(&self) -> &str {
        self.header("location")
    }

    /// All `Set-Cookie` lines.
    pub(crate) fn cookies(&self) -> Vec<&str> {
        let lines = self.headers.get_all("set-cookie").iter();
        lines.map(|line| line.to_str().expect("ASCII")).collect()
    }

    /// The `Set-Cookie` line of one cookie.
    pub(crate) fn cookie(&self, name: &str) -> Option<&str> {
        self.cookies().into_iter().find(|line| line.split('=').next() == Some(name))
    }

    /// The value of a field of the page's own forms, not of the menus around it.
    pub(crate) fn field(&self, name: &str) -> Option<String> {
        field(self.text.split_once("<main").map_or(&self.text, |(_, main)| main), name)
    }

    /// The token of its forms, the menus' included.
    #[track_caller]
    pub(crate) fn csrf(&self) -> String {
        let found = self.field("csrf").or_else(|| field(&self.text, "csrf"));
        found.unwrap_or_else(|| panic!("no form here: {} {}", self.status, self.text))
    }

    /// Where its only post form goes that is not ours.
    #[track_caller]
    pub(crate) fn action(&self) -> String {
        let forms = tags(&self.text, "form");
        let away = forms.iter().find(|form| form["action"].starts_with("http"));
        away.unwrap_or_else(|| panic!("no form leads away: {} {}", self.status, self.text))["action"]
            .clone()
    }

    /// Schools, in their order.
    pub(crate) fn tiles(&self) -> Vec<Tile> {
        let pieces = self.text.split("<li data-find=").skip(1);
        pieces.map(|piece| tile(piece.split("</li>").next().unwrap_or_default())).collect()
    }

    /// What the tiles that can be followed send.
    pub(crate) fn targets(&self) -> Vec<String> {
        self.tiles().into_iter().filter_map(|tile| tile.target).collect()
    }

    /// Its text without tags.
    pub(crate) fn words(&self) -> String {
        without_tags(&self.text)
    }

    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    /// The correlation id in the header.
    pub(crate) fn reference(&self) -> &str {
        self.header("x-request-id")
    }

    /// Whether this is the error of that code, as page or as document, with its correlation id.
    #[track_caller]
    pub(crate) fn must_be(&self, status: u16, code: &str) {
        assert_eq!(self.status, status, "{}", self.text);
        assert!(self.text.contains(code), "no {code} in {}", self.text);
        assert!(self.text.contains(self.reference()) && !self.reference().is_empty());
    }
}

fn field(html: &str, name: &str) -> Option<String> {
    let inputs = tags(html, "input");
    let named = inputs.iter().rev().find(|input| input.get("name").is_some_and(|n| n == name));
    named.map(|input| input.get("value").cloned().unwrap_or_default())
}

fn tile(piece: &str) -> Tile {
    let button = tags(piece, "button").into_iter().next().unwrap_or_default();
    let opening = piece.split('>').next().unwrap_or_default();
    Tile {
        target: button.get("value").cloned(),
        text: without_tags(piece.split_once('>').map_or("", |(_, rest)| rest)),
        hidden: opening.ends_with(" hidden"),
    }
}

fn without_tags(html: &str) -> String {
    let mut text = String::new();
    for piece in html.split('<') {
        text.push_str(piece.split_once('>').map_or(piece, |(_, behind)| behind));
        text.push(' ');
    }
    unescape(&text.split_whitespace().collect::<Vec<_>>().join(" "))
}
