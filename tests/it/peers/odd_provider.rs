//! A provider of tokens that answers what a test tells it to, with the oddities of real ones.
use super::process::free_port;
use serde_json::{Value, json};
use std::collections::{HashMap, VecDeque};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// What it says to a question.
#[derive(Debug, Clone)]
pub(crate) enum Say {
    /// A status and a document.
    Json(u16, Value),
    /// A status, a header line, and anything.
    Text(u16, &'static str, String),
    /// The connection is closed.
    Nothing,
}

/// What it was asked.
#[derive(Debug, Clone)]
pub(crate) struct Told {
    pub(crate) head: String,
    pub(crate) fields: HashMap<String, String>,
}

#[derive(Default)]
struct Book {
    script: HashMap<String, VecDeque<Say>>,
    told: Vec<(String, Told)>,
}

/// A provider on a thread of its own; it ends with the test program.
pub(crate) struct OddProvider {
    port: u16,
    book: Arc<Mutex<Book>>,
}

impl Say {
    /// An error of the standard.
    pub(crate) fn error(status: u16, word: &str) -> Self {
        Self::Json(status, json!({ "error": word, "error_description": "says the provider" }))
    }

    /// Tokens for an hour.
    pub(crate) fn tokens(access: &str, refresh: Option<&str>) -> Self {
        let mut told =
            json!({ "access_token": access, "token_type": "Bearer", "expires_in": 3600 });
        if let Some(refresh) = refresh {
            told["refresh_token"] = refresh.into();
        }
        Self::Json(200, told)
    }

    /// A code to be typed, good for ten minutes.
    pub(crate) fn code(code: &str) -> Self {
        Self::Json(
            200,
            json!({ "device_code": format!("{code}-device"), "user_code": code, "expires_in": 600,
                "interval": 5, "verification_uri": "https://provider.example/device" }),
        )
    }
}

impl OddProvider {
    pub(crate) fn start() -> Self {
        let port = free_port();
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).expect("the port is free");
        let book = Arc::<Mutex<Book>>::default();
        let kept = Arc::clone(&book);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let book = Arc::clone(&kept);
                std::thread::spawn(move || answer(stream, &book));
            }
        });
        Self { port, book }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// Answer the next questions at this path so, in this order.
    pub(crate) fn will(&self, path: &str, says: impl IntoIterator<Item = Say>) {
        let mut book = self.book.lock().expect("nobody panics with it");
        book.script.entry(path.to_owned()).or_default().extend(says);
    }

    /// What it was asked at this path.
    pub(crate) fn told(&self, path: &str) -> Vec<Told> {
        let book = self.book.lock().expect("nobody panics with it");
        book.told.iter().filter(|(at, _)| at == path).map(|(_, told)| told.clone()).collect()
    }
}

fn answer(mut stream: TcpStream, book: &Mutex<Book>) {
    let mut reader = BufReader::new(stream.try_clone().expect("a copy"));
    let (mut head, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).unwrap_or_default() == 0 {
            return;
        }
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().expect("a number");
        }
        if line == "\r\n" {
            break;
        }
        head.push_str(&line);
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).expect("the body");
    let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
    let fields = serde_urlencoded::from_bytes(&body).expect("fields");
    let say = {
        let mut book = book.lock().expect("nobody panics with it");
        book.told.push((path.clone(), Told { head, fields }));
        book.script.get_mut(&path).and_then(VecDeque::pop_front)
    };
    let (status, more, text) = match say {
        Some(Say::Json(status, value)) => (status, "X-Odd: no", value.to_string()),
        Some(Say::Text(status, more, text)) => (status, more, text),
        Some(Say::Nothing) => return,
        None => (418, "X-Odd: yes", "nobody told me what to say".to_owned()),
    };
    let length = text.len();
    let _ = write!(
        stream,
        "HTTP/1.1 {status} Odd\r\n{more}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{text}"
    );
}
