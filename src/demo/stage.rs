//! Builds the demonstration: copies its files, fills its tables, serves.
use super::people::{self, DemoPerson};
use crate::app::Parts;
use crate::clock::Clock;
use crate::config::{Config, parse};
use crate::finding::Finding;
use crate::identity::token::Token;
use crate::sso::saml::{Reason, Received, Refusal};
use crate::{log, server};
use anyhow::{Context, Result, anyhow, bail};
use chrono::{DateTime, Utc};
use std::collections::HashMap;
use std::fs;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The port that the files of the demonstration speak of.
const PORT_IN_FILES: &str = ":8080";

/// Where to show it.
#[derive(Debug, Clone)]
pub struct Setup {
    /// Port on this machine.
    pub port: u16,
    /// Folder for database, keys and the copied files.
    pub folder: PathBuf,
    /// Folder with the demonstration's own files.
    pub files: PathBuf,
    /// Forget what was done before.
    pub fresh: bool,
}

/// What the portals and the start page play with; one for the whole service.
#[derive(Clone)]
pub struct Stage {
    /// Who can be tried.
    pub people: Arc<Vec<DemoPerson>>,
    /// Our origin as identity provider, `http://localhost:8080`.
    pub origin: String,
    /// Origin of the portals: the same program, another site, `http://127.0.0.1:8080`.
    pub portal_origin: String,
    /// What the portals remember, in memory only.
    memory: Arc<Mutex<Memory>>,
}

#[derive(Default)]
struct Memory {
    visits: HashMap<String, Visit>,
    questions: HashMap<String, Pending>,
    seen: HashMap<String, DateTime<Utc>>,
}

/// Somebody in a portal.
#[derive(Clone)]
pub(super) struct Visit {
    pub(super) portal: String,
    pub(super) received: Received,
    pub(super) relay_state: Option<String>,
    /// The question that was answered, if this portal asked one.
    pub(super) answers: Option<String>,
    pub(super) token: String,
}

/// A question that a portal asked.
pub(super) struct Pending {
    pub(super) id: String,
    pub(super) portal: String,
    pub(super) until: DateTime<Utc>,
}

impl Stage {
    /// Open a portal's session.
    pub(super) fn open(&self, visit: Visit) -> Token {
        let token = Token::new();
        let visit = Visit { token: token.as_str().to_owned(), ..visit };
        self.remember().visits.insert(token.as_str().to_owned(), visit);
        token
    }

    /// The session of a cookie, if it is this portal's.
    pub(super) fn visit(&self, token: &str, portal: &str) -> Option<Visit> {
        self.remember().visits.get(token).filter(|visit| visit.portal == portal).cloned()
    }

    /// End a portal's session.
    pub(super) fn close(&self, token: &str) {
        self.remember().visits.remove(token);
    }

    /// Keep a question until it is answered.
    pub(super) fn ask(&self, question: Pending) {
        self.remember().questions.insert(question.id.clone(), question);
    }

    /// Whether this portal asked that, and nobody answered yet.
    pub(super) fn take_question(&self, id: &str, portal: &str, now: DateTime<Utc>) -> bool {
        let mut memory = self.remember();
        memory.questions.retain(|_, question| question.until > now);
        memory.questions.remove(id).is_some_and(|question| question.portal == portal)
    }

    /// An assertion is good for once.
    pub(super) fn first_time(
        &self,
        received: Received,
        now: DateTime<Utc>,
    ) -> Result<Received, Refusal> {
        let mut memory = self.remember();
        memory.seen.retain(|_, until| *until > now);
        let key = received.assertion_id.clone();
        match memory.seen.insert(key, received.remember_until) {
            None => Ok(received),
            Some(_) => Err(Refusal::new(Reason::Replay, "seen before")),
        }
    }

    fn remember(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Serve the demonstration until it is stopped; `ready` is told its address.
pub fn run(setup: &Setup, ready: impl FnOnce(&str)) -> Result<()> {
    actix_web::rt::System::new().block_on(async {
        let listener = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, setup.port)))
            .with_context(|| format!("port {} is taken; try --port 8081", setup.port))?;
        let config = configure(setup, listener.local_addr()?.port())?;
        log::start(&config.log);
        let claim = config.database.claim()?;
        let parts = build(config, Clock::system()).await?;
        ready(&parts.config.http.origin());
        server::run_on(parts, listener).await?;
        drop(claim);
        Ok(())
    })
}

/// Copy the files for this port and read them.
pub fn configure(setup: &Setup, port: u16) -> Result<Config> {
    if setup.fresh && setup.folder.exists() {
        fs::remove_dir_all(&setup.folder).context("the old demonstration cannot be removed")?;
    }
    copy_for_port(&setup.files, &setup.folder, port)
        .with_context(|| format!("the files of the demonstration in {} cannot be copied; start it in the project's folder or name them with --files", setup.files.display()))?;
    let path = setup.folder.join("aiguillage.ini");
    let (config, _) = Config::load(&path, &|_| None).map_err(|findings| list(&findings))?;
    let host = config.http.public_url.host_str().unwrap_or_default().to_owned();
    if !parse::is_loopback(&host) {
        bail!(
            "the demonstration runs on localhost only, not on {host}: its passwords are no secrets"
        );
    }
    Ok(config)
}

/// The service with the made-up people in it.
pub async fn build(config: Config, clock: Clock) -> Result<Parts> {
    let folder = config.file.parent().map(Path::to_owned).unwrap_or_default();
    let now = clock.now();
    let cast = Arc::new(people::read(&folder.join("people.ini"), now)?);
    let port = config.http.public_url.port_or_known_default().unwrap_or(80);
    let stage = Stage {
        people: Arc::clone(&cast),
        origin: config.http.origin(),
        portal_origin: format!("http://127.0.0.1:{port}"),
        memory: Arc::default(),
    };
    let (parts, _) = Parts::build(config, clock, Some(stage)).await?;
    people::import(&parts.db, &cast, &parts.dispatcher.rules, now).await?;
    Ok(parts)
}

fn list(findings: &[Finding]) -> anyhow::Error {
    let lines: Vec<String> = findings.iter().map(ToString::to_string).collect();
    anyhow!("the demonstration's configuration cannot be used:\n{}", lines.join("\n"))
}

/// Text files only; the port in their addresses becomes ours.
fn copy_for_port(from: &Path, to: &Path, port: u16) -> std::io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_for_port(&entry.path(), &target, port)?;
            continue;
        }
        let text = fs::read_to_string(entry.path())?;
        fs::write(target, text.replace(PORT_IN_FILES, &format!(":{port}")))?;
    }
    Ok(())
}
