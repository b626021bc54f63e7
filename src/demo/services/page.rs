//! What services were told, call by call.
use super::{Answered, Asked, Izly, Router};
use crate::clock::Clock;
use crate::demo::pages::{DemoCall, DemoFile, DemoServices};
use crate::demo::stage::Stage;
use crate::identity::MaybeSignedIn;
use crate::jobs::Desk;
use crate::web::Frame;
use crate::web::page::{Page, Place};
use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use chrono::{DateTime, Utc};
use std::collections::{HashMap, VecDeque};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Calls that are kept; older ones go.
const MOST: usize = 60;
/// Files of access control that are shown.
const MOST_FILES: usize = 12;
/// Where the services are.
const ESC: &str = "/portail/services/esc";
const IZLY: &str = "/portail/services/crous";

/// The services of the demonstration; one of each for the whole of it.
#[derive(Clone)]
pub(in crate::demo) struct Services {
    memory: Arc<Mutex<Memory>>,
    /// Where the files of access control are.
    doors: Option<PathBuf>,
}

struct Memory {
    router: Router,
    izly: Izly,
    calls: VecDeque<Heard>,
}

#[derive(Clone)]
struct Heard {
    service: &'static str,
    at: DateTime<Utc>,
    asked: Asked,
    status: u16,
}

impl Services {
    pub(in crate::demo) fn new(doors: Option<PathBuf>) -> Self {
        let router = Router::new("demonstration", "999999999");
        let izly = Izly::new("demonstration", "demonstration");
        let memory = Memory { router, izly, calls: VecDeque::new() };
        Self { memory: Arc::new(Mutex::new(memory)), doors }
    }

    fn remember(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn asked(request: &HttpRequest, base: &str, text: String) -> Asked {
    let text_of = |value: &actix_web::http::header::HeaderValue| {
        value.to_str().unwrap_or_default().to_owned()
    };
    let heads = request.headers().iter();
    let heads: HashMap<_, _> =
        heads.map(|(name, value)| (name.as_str().to_owned(), text_of(value))).collect();
    let target = request.uri().path_and_query().map_or("", |target| target.as_str());
    let target = target.strip_prefix(base).unwrap_or(target);
    Asked::new(request.method().as_str(), target, heads, text)
}

fn answer(answered: &Answered) -> HttpResponse {
    let status = StatusCode::from_u16(answered.status).unwrap_or(StatusCode::BAD_GATEWAY);
    let mut answer = HttpResponse::build(status);
    if let Some((name, value)) = &answered.head {
        answer.insert_header((*name, value.as_str()));
    }
    if answered.body.is_null() { answer.finish() } else { answer.json(&answered.body) }
}

impl Memory {
    fn keep(&mut self, service: &'static str, at: DateTime<Utc>, (asked, status): (Asked, u16)) {
        self.calls.push_front(Heard { service, at, asked, status });
        self.calls.truncate(MOST);
    }
}

/// The router.
pub(in crate::demo) async fn esc(
    request: HttpRequest,
    body: String,
    (stage, clock): (Data<Stage>, Data<Clock>),
) -> HttpResponse {
    let asked = asked(&request, ESC, body);
    let mut memory = stage.services.remember();
    let answered = memory.router.hear(&asked);
    memory.keep("card-service-esc", clock.now(), (asked, answered.status));
    answer(&answered)
}

/// The CROUS.
pub(in crate::demo) async fn izly(
    request: HttpRequest,
    body: String,
    (stage, clock): (Data<Stage>, Data<Clock>),
) -> HttpResponse {
    let asked = asked(&request, IZLY, body);
    let mut memory = stage.services.remember();
    let answered = memory.izly.hear(&asked, clock.now());
    memory.keep("card-service-crous", clock.now(), (asked, answered.status));
    answer(&answered)
}

/// The newest files in a folder, and what they say; those that are being written apart.
fn files(folder: &Path) -> std::io::Result<Vec<DemoFile>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if !name.starts_with('.') {
            found.push((entry.metadata()?.modified()?, name, entry.path()));
        }
    }
    found.sort();
    let newest = found.into_iter().rev().take(MOST_FILES);
    newest
        .map(|(_, name, path)| {
            let text = fs::read(path)?.into_iter().map(char::from).collect();
            Ok(DemoFile { name, text })
        })
        .collect()
}

/// `/demo/services`: what came, the newest first.
pub(in crate::demo) async fn show(
    frame: Frame,
    who: MaybeSignedIn,
    (stage, desk): (Data<Stage>, Data<Desk>),
) -> HttpResponse {
    let calls = stage.services.remember().calls.clone();
    let shown = |heard: &Heard| DemoCall {
        service: heard.service,
        at: frame.lang.moment(heard.at.with_timezone(&desk.zone).naive_local()),
        line: format!("{} {}", heard.asked.method, heard.asked.path),
        status: heard.status,
        body: if heard.asked.body.is_null() {
            String::new()
        } else {
            serde_json::to_string_pretty(&heard.asked.body).unwrap_or_default()
        },
    };
    let doors = stage.services.doors.clone();
    let read = move || doors.and_then(|folder| files(&folder).ok()).unwrap_or_default();
    let page = DemoServices {
        files: actix_web::web::block(read).await.unwrap_or_default(),
        calls: calls.iter().map(shown).collect(),
        shell: match &who.0 {
            Some(who) => who.shell(&frame, Place::Elsewhere),
            None => frame.shell(""),
        },
    };
    Page(page).with(StatusCode::OK)
}
