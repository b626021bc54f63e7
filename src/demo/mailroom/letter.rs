//! A message as the demonstration shows it: the little of RFC 2045 and 2047 that ours use.
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};

/// A message that arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::demo) struct Letter {
    /// Who sent it, as the dialogue said.
    pub from: String,
    /// To whom.
    pub to: String,
    /// What it is about.
    pub subject: String,
    /// Its text.
    pub text: String,
    /// When it came.
    pub at: DateTime<Utc>,
}

impl Letter {
    /// What a message says, in the words that people read.
    pub(super) fn read(from: &str, to: &str, content: &str, at: DateTime<Utc>) -> Self {
        let (head, body) = content.split_once("\r\n\r\n").unwrap_or((content, ""));
        let head = head.replace("\r\n ", " ").replace("\r\n\t", " ");
        Self {
            from: from.to_owned(),
            to: to.to_owned(),
            subject: words(field(&head, "subject").unwrap_or_default()),
            text: text(&head, body),
            at,
        }
    }
}

fn field<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines().find_map(|line| {
        let (known, value) = line.split_once(':')?;
        known.eq_ignore_ascii_case(name).then(|| value.trim())
    })
}

/// The plain text: the first part of several.
fn text(head: &str, body: &str) -> String {
    let kind = field(head, "content-type").unwrap_or_default();
    let boundary = kind.split("boundary=\"").nth(1).and_then(|rest| rest.split('"').next());
    if let Some(boundary) = boundary {
        let part = body.split(&format!("--{boundary}")).nth(1).unwrap_or_default();
        let part = part.strip_prefix("\r\n").unwrap_or(part);
        let (head, body) = part.split_once("\r\n\r\n").unwrap_or(("", part));
        return decoded(field(head, "content-transfer-encoding"), body);
    }
    decoded(field(head, "content-transfer-encoding"), body)
}

fn decoded(how: Option<&str>, body: &str) -> String {
    let bytes = match how.unwrap_or_default().to_ascii_lowercase().as_str() {
        "quoted-printable" => unquoted(&body.replace("=\r\n", "")),
        "base64" => {
            STANDARD.decode(body.split_whitespace().collect::<String>()).unwrap_or_default()
        }
        _ => body.as_bytes().to_vec(),
    };
    String::from_utf8_lossy(&bytes).replace("\r\n", "\n").trim().to_owned()
}

/// `=C3=A9` as the byte that it stands for.
fn unquoted(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((&first, behind)) = rest.split_first() {
        let hex = (first == b'=').then(|| behind.get(..2)).flatten();
        let byte = hex.and_then(|hex| u8::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok());
        bytes.push(byte.unwrap_or(first));
        rest = if byte.is_some() { &behind[2..] } else { behind };
    }
    bytes
}

/// Encoded words of a subject, and those between them.
fn words(text: &str) -> String {
    let mut said = String::new();
    let mut was_encoded = false;
    for word in text.split(' ') {
        let encoded = encoded(word);
        // The blank between two of them only keeps lines short.
        let is_glued = was_encoded && encoded.is_some();
        if !said.is_empty() && !is_glued {
            said.push(' ');
        }
        was_encoded = encoded.is_some();
        said.push_str(&encoded.unwrap_or_else(|| word.to_owned()));
    }
    said
}

fn encoded(word: &str) -> Option<String> {
    let inner = word.strip_prefix("=?utf-8?b?")?.strip_suffix("?=")?;
    String::from_utf8(STANDARD.decode(inner).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_of_ours_is_read_as_it_was_written() {
        let (subject, text) = ("Essai d’envoi : « Vie scolaire »", "Bonjour,\n\nl’été = ici.");
        let parts = lettre::message::MultiPart::alternative_plain_html(
            text.to_owned(),
            "<p>x</p>".to_owned(),
        );
        let message = lettre::Message::builder()
            .from("a@b.fr".parse().expect("an address"))
            .to("c@d.fr".parse().expect("an address"))
            .subject(subject)
            .multipart(parts)
            .expect("a message");
        let content = String::from_utf8(message.formatted()).expect("text");
        let letter = Letter::read("a@b.fr", "c@d.fr", &content, DateTime::UNIX_EPOCH);
        assert_eq!((letter.subject.as_str(), letter.text.as_str()), (subject, text));
    }
}
