//! A service that is told of cards, on loopback: the one of the demonstration, with a script of what goes
//! wrong before it listens.
use super::process::free_port;
use aiguillage::clock::Clock;
use aiguillage::demo::services::{Answered, Asked, Izly, Router};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use openssl::hash::MessageDigest;
use openssl::pkey::PKey;
use openssl::sign::Signer;
use serde_json::Value;
use std::collections::{HashMap, HashSet, VecDeque};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What goes wrong with a call.
#[derive(Debug, Clone)]
pub(crate) enum Wrong {
    /// It answers this instead of doing it.
    Says(u16, Value),
    /// The same with a header.
    Heads(u16, &'static str, String),
    /// It does it, and its answer is lost.
    Lost,
    /// It never answers.
    Hangs,
    /// It says something that is no JSON.
    Rubbish,
}

/// Who answers.
pub(crate) enum Who {
    Router(Router),
    Izly(Izly, Clock),
    Receiver(Receiver),
}

struct Book {
    who: Who,
    script: HashMap<String, VecDeque<Wrong>>,
    is_away: bool,
    told: Vec<(Asked, u16)>,
}

/// A service on a thread of its own; it ends with the test program.
pub(crate) struct CardService {
    port: u16,
    book: Arc<Mutex<Book>>,
}

impl CardService {
    pub(crate) fn router() -> Self {
        Self::start(Who::Router(Router::new("geheim", "123456789")))
    }

    pub(crate) fn izly(clock: Clock) -> Self {
        Self::start(Who::Izly(Izly::new("univ", "geheim"), clock))
    }

    pub(crate) fn receiver(clock: Clock) -> Self {
        Self::start(Who::Receiver(Receiver { clock, heard: Vec::new(), known: HashSet::new() }))
    }

    fn start(who: Who) -> Self {
        let port = free_port();
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).expect("the port is free");
        let book = Book { who, script: HashMap::new(), is_away: false, told: Vec::new() };
        let book = Arc::new(Mutex::new(book));
        let kept = Arc::clone(&book);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let book = Arc::clone(&kept);
                std::thread::spawn(move || answer(stream, &book));
            }
        });
        Self { port, book }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next call of this method to a path that begins so goes wrong.
    pub(crate) fn will(&self, call: &str, wrong: Wrong) {
        self.book().script.entry(call.to_owned()).or_default().push_back(wrong);
    }

    /// Nobody is there, or somebody again.
    pub(crate) fn go_away(&self, is_away: bool) {
        self.book().is_away = is_away;
    }

    /// Every call since the last look: `POST /persons 201`.
    pub(crate) fn calls(&self) -> Vec<String> {
        let told = std::mem::take(&mut self.book().told);
        let line =
            |(asked, status): &(Asked, u16)| format!("{} {} {status}", asked.method, asked.path);
        told.iter().map(line).collect()
    }

    /// Every call since the last look with what it said.
    pub(crate) fn told(&self) -> Vec<Asked> {
        std::mem::take(&mut self.book().told).into_iter().map(|(asked, _)| asked).collect()
    }

    /// Look at what the router knows, or change it.
    pub(crate) fn with_router<T>(&self, look: impl FnOnce(&mut Router) -> T) -> T {
        match &mut self.book().who {
            Who::Router(router) => look(router),
            Who::Izly(..) | Who::Receiver(_) => panic!("that is no router"),
        }
    }

    /// The same for the CROUS.
    pub(crate) fn with_izly<T>(&self, look: impl FnOnce(&mut Izly) -> T) -> T {
        match &mut self.book().who {
            Who::Izly(izly, _) => look(izly),
            Who::Router(_) | Who::Receiver(_) => panic!("that is not the CROUS"),
        }
    }

    /// The same for a program that gets messages.
    pub(crate) fn with_receiver<T>(&self, look: impl FnOnce(&mut Receiver) -> T) -> T {
        match &mut self.book().who {
            Who::Receiver(receiver) => look(receiver),
            Who::Router(_) | Who::Izly(..) => panic!("that gets no messages"),
        }
    }
}

/// A program that gets signed messages, and believes those of the last five minutes that are signed well.
pub(crate) struct Receiver {
    pub(crate) clock: Clock,
    /// What it did.
    pub(crate) heard: Vec<Value>,
    known: HashSet<String>,
}

impl Receiver {
    pub(crate) fn hear(&mut self, asked: &Asked) -> Answered {
        let (id, stamp) = (asked.head("webhook-id"), asked.head("webhook-timestamp"));
        let age = stamp.parse::<i64>().map(|stamp| (self.clock.now().timestamp() - stamp).abs());
        if age.is_err() || age.is_ok_and(|age| age > 300) {
            return Answered::empty(400);
        }
        let key = PKey::hmac(b"geheim").expect("a key");
        let mut signer = Signer::new(MessageDigest::sha256(), &key).expect("a signer");
        let text = format!("{id}.{stamp}.{}", asked.text);
        let signed = STANDARD.encode(signer.sign_oneshot_to_vec(text.as_bytes()).expect("signed"));
        if asked.head("webhook-signature") != format!("v1,{signed}") {
            return Answered::empty(401);
        }
        if self.known.insert(id.to_owned()) {
            self.heard.push(asked.body.clone());
        }
        Answered::empty(204)
    }
}

impl Book {
    fn hear(&mut self, asked: &Asked) -> Answered {
        match &mut self.who {
            Who::Router(router) => router.hear(asked),
            Who::Izly(izly, clock) => izly.hear(asked, clock.now()),
            Who::Receiver(receiver) => receiver.hear(asked),
        }
    }

    fn wrong(&mut self, asked: &Asked) -> Option<Wrong> {
        let line = format!("{} {}", asked.method, asked.path);
        let key = self.script.iter().find(|(key, left)| line.starts_with(*key) && !left.is_empty());
        let key = key.map(|(key, _)| key.clone())?;
        self.script.get_mut(&key)?.pop_front()
    }
}

fn read(stream: &TcpStream) -> Option<Asked> {
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    let mut first = String::new();
    reader.read_line(&mut first).ok()?;
    let mut words = first.split(' ');
    let (method, target) = (words.next()?.to_owned(), words.next()?.to_owned());
    let mut heads = HashMap::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        heads.insert(name.to_lowercase(), value.trim().to_owned());
    }
    let length = heads.get("content-length").and_then(|it| it.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(Asked::new(&method, &target, heads, String::from_utf8_lossy(&body).into_owned()))
}

fn answer(mut stream: TcpStream, book: &Mutex<Book>) {
    let Some(asked) = read(&stream) else { return };
    let (answered, wrong) = {
        let mut book = book.lock().unwrap_or_else(PoisonError::into_inner);
        if book.is_away {
            return;
        }
        let wrong = book.wrong(&asked);
        let answered = match &wrong {
            None | Some(Wrong::Lost) => book.hear(&asked),
            Some(Wrong::Says(status, body)) => Answered::json(*status, body.clone()),
            Some(Wrong::Heads(status, name, value)) => {
                Answered { head: Some((*name, value.clone())), ..Answered::empty(*status) }
            }
            Some(Wrong::Rubbish | Wrong::Hangs) => Answered::empty(200),
        };
        book.told.push((asked, answered.status));
        (answered, wrong)
    };
    let text = match &wrong {
        Some(Wrong::Lost) => return,
        Some(Wrong::Hangs) => {
            // Until the caller has enough.
            let _ = stream.read(&mut [0; 1]);
            return;
        }
        Some(Wrong::Rubbish) => "<html>maintenance</html>".to_owned(),
        _ if answered.body.is_null() => String::new(),
        _ => answered.body.to_string(),
    };
    let (name, value) = answered.head.unwrap_or(("x-fake", "yes".to_owned()));
    let (status, length) = (answered.status, text.len());
    let _ = write!(
        stream,
        "HTTP/1.1 {status} Fake\r\n{name}: {value}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{text}"
    );
}
