//! A whole service inside the test: own database, own files, own port, own clock.
//!
//! It stands on the files of the demonstration (`etc/demo`) with a configuration of its own
//! (`tests/it/data/house`). People are brought in when they are needed; the time stands still
//! until a test moves it.
mod answer;
mod form;
mod ground;
mod portal;
mod told;
mod visitor;

pub(crate) use answer::Answer;
pub(crate) use portal::{Portal, Wish};
pub(crate) use visitor::Person;

use crate::peers::loopback;
use crate::peers::postgres::Database;
use actix_web::dev::ServerHandle;
use aiguillage::app::Parts;
use aiguillage::attendance::proof::FactsOf;
use aiguillage::audit::{self, Record, Search};
use aiguillage::clock::Clock;
use aiguillage::config::Config;
use aiguillage::db::Db;
use aiguillage::demo::people::{self, DemoPerson};
use aiguillage::keys::{MasterKey, OpenKey};
use chrono::{DateTime, Duration, Utc};
use std::fs;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use zeroize::Zeroizing;

/// When every test begins: a Friday in the middle of a school year.
const MORNING: &str = "2027-01-15T07:30:00Z";

/// A school's network, where administrators may sign in too.
pub(crate) const OFFICE: &str = "10.205.3.4";
/// Somewhere in town.
pub(crate) const HOME: &str = "203.0.113.7";

/// What a house should have that others have not.
#[derive(Default)]
pub(crate) struct Setup {
    /// Settings by the name of their environment variable.
    pub(crate) settings: Vec<(&'static str, String)>,
    /// `[source:NAME]` sections instead of the four local ones.
    pub(crate) sources: Option<String>,
    /// The time goes by as it does, for peers that have a clock of their own.
    pub(crate) real_time: bool,
    /// The presences of which proofs are made.
    pub(crate) presences: Option<FactsOf>,
    /// Nobody needed the keys of proofs so far.
    pub(crate) without_proof_keys: bool,
}

/// A running service, gone with its owner.
pub(crate) struct House {
    folder: Arc<TempDir>,
    parts: Box<Parts>,
    clock: Clock,
    address: SocketAddr,
    handle: ServerHandle,
    cast: Vec<DemoPerson>,
    client: reqwest::Client,
    database: Option<Arc<Database>>,
}

impl House {
    /// A house as most of them are.
    pub(crate) async fn open() -> Self {
        Self::open_with(Setup::default()).await
    }

    /// A house in its first minutes: the keys of proofs were not needed yet.
    pub(crate) async fn new() -> Self {
        Self::open_with(Setup { without_proof_keys: true, ..Setup::default() }).await
    }

    /// A house with one setting changed, by the name of its environment variable.
    pub(crate) async fn set(name: &'static str, value: &str) -> Self {
        let settings = vec![(name, value.to_owned())];
        Self::open_with(Setup { settings, ..Setup::default() }).await
    }

    pub(crate) async fn open_with(setup: Setup) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let (listener, address) = free_port();
        let database = Database::ready().await;
        copy(&repository("etc/demo"), folder.path(), address.port());
        let config = configure(&setup, folder.path(), address.port(), database.as_ref());

        let morning = Clock::fixed(MORNING.parse().expect("a time"));
        let clock = if setup.real_time { Clock::system() } else { morning };
        ground::lay(&setup, &config, folder.path(), clock.now()).await;
        let ground = (Arc::new(folder), database.map(Arc::new));
        // All that a service is made of is large: tests hold no more than the way to it.
        Box::pin(Self::serve(config, clock, (listener, address), ground, setup.presences)).await
    }

    /// Another node with the same database, the same files and the same clock.
    pub(crate) async fn beside(&self) -> Self {
        self.beside_with(Setup::default()).await
    }

    /// The same, set up otherwise.
    pub(crate) async fn beside_with(&self, mut setup: Setup) -> Self {
        let (listener, address) = free_port();
        let database = self.database.clone();
        // Each node has an index of its own.
        let index = format!("index-{}", address.port());
        setup.settings.push(("AIGUILLAGE_INDEX_PATH", index));
        let config = configure(&setup, self.folder.path(), address.port(), database.as_deref());
        let ground = (Arc::clone(&self.folder), database);
        let clock = self.clock.clone();
        Box::pin(Self::serve(config, clock, (listener, address), ground, None)).await
    }

    async fn serve(
        config: Config,
        clock: Clock,
        (listener, address): (TcpListener, SocketAddr),
        (folder, database): (Arc<TempDir>, Option<Arc<Database>>),
        presences: Option<FactsOf>,
    ) -> Self {
        let mut parts = build(config, &clock).await;
        if let Some(presences) = presences {
            parts.proof = parts.proof.about(presences);
        }
        let handle = serve(parts.clone(), listener).await;
        let cast = people::read(&folder.path().join("people.ini"), clock.now());
        let client = loopback().resolve("localhost", address).build();
        Self {
            cast: cast.expect("the people of the demonstration"),
            client: client.expect("a client"),
            database,
            folder,
            parts: Box::new(parts),
            clock,
            address,
            handle,
        }
    }

    /// Bring people of the demonstration in, as their sources know them.
    pub(crate) async fn invite(&self, logins: &[&str]) {
        let known = |login: &&str| self.cast.iter().find(|person| person.login == **login).cloned();
        let invited: Vec<_> = logins.iter().filter_map(known).collect();
        assert_eq!(invited.len(), logins.len(), "nobody of this name: {logins:?}");
        self.import(&invited).await;
    }

    /// Bring somebody in whom only this test knows: a section as in `etc/demo/people.ini`.
    pub(crate) async fn invent(&self, section: &str) {
        let path = self.folder.path().join("invented.ini");
        fs::write(&path, section).expect("the folder is ours");
        let invented = people::read(&path, self.clock.now()).expect("people");
        self.import(&invented).await;
    }

    async fn import(&self, people: &[DemoPerson]) {
        let rules = &self.parts.dispatcher.rules;
        let done = people::import(&self.parts.db, people, rules, self.clock.now()).await;
        done.expect("people can be brought in");
    }

    /// A browser that was never here, at home.
    pub(crate) fn visitor(&self) -> Person<'_> {
        Person::new(self)
    }

    /// Somebody of the demonstration (or invented before), signed in at home.
    pub(crate) async fn sign_in(&self, login: &str) -> Person<'_> {
        self.sign_in_from(login, HOME).await
    }

    /// The same, from another address.
    pub(crate) async fn sign_in_from(&self, login: &str, address: &str) -> Person<'_> {
        if self.cast.iter().any(|person| person.login == login) {
            self.invite(&[login]).await;
        }
        let person = self.visitor().at(address);
        let answer = person.try_password(login, login).await;
        assert_eq!(answer.status, 303, "{login} cannot sign in: {}", answer.text);
        person
    }

    /// The administrator of the demonstration, in the office.
    pub(crate) async fn administrator(&self) -> Person<'_> {
        self.sign_in_from("admin", OFFICE).await
    }

    /// Do everything in the background whose time has come; how many jobs that were.
    pub(crate) async fn run_jobs(&self) -> usize {
        self.parts.runner().drain().await.expect("the database answers")
    }

    /// Let time pass.
    pub(crate) fn wait(&self, time: Duration) {
        self.clock.advance(time);
    }

    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// The audit rows of events that begin so, the oldest first.
    pub(crate) async fn audit(&self, event: &str) -> Vec<Record> {
        let search = Search { event: event.to_owned(), limit: 10_000, ..Search::default() };
        let mut tx = self.db().read().await.expect("the database answers");
        let mut rows = audit::search(&mut tx, &search).await.expect("the database answers");
        rows.reverse();
        rows
    }

    /// The newest audit row of an event.
    pub(crate) async fn last(&self, event: &str) -> Record {
        self.audit(event).await.pop().unwrap_or_else(|| panic!("no {event} was recorded"))
    }

    pub(crate) fn db(&self) -> &Db {
        &self.parts.db
    }

    /// Where a file of the configuration is.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Replace the text of a file, read the files again, and say whether they were taken.
    pub(crate) async fn rewrite(&self, name: &str, text: &str) -> bool {
        fs::create_dir_all(self.file(name).parent().expect("a folder")).expect("a folder");
        fs::write(self.file(name), text).expect("the folder is ours");
        self.reload().await
    }

    /// Change a piece of a file.
    pub(crate) async fn change(&self, name: &str, from: &str, to: &str) -> bool {
        let text = fs::read_to_string(self.file(name)).expect("the file is there");
        assert!(text.contains(from), "{name} does not say {from}");
        self.rewrite(name, &text.replace(from, to)).await
    }

    /// End the service and start it again on what it kept.
    pub(crate) async fn restart(&mut self) {
        self.handle.stop(false).await;
        self.parts.lookup = None;
        *self.parts = build(self.parts.config.as_ref().clone(), &self.clock).await;
        let listener = TcpListener::bind(self.address).expect("the port is ours");
        self.handle = serve(self.parts.as_ref().clone(), listener).await;
    }

    /// The master key of this house.
    pub(crate) fn master(&self) -> MasterKey {
        MasterKey::open_or_make(&self.parts.config.files.keys).expect("a master key")
    }

    /// Read the files again, as SIGHUP does.
    pub(crate) async fn reload(&self) -> bool {
        let outcome = self.parts.reloader.reload(None, audit::Trace::default()).await;
        outcome.expect("the reload is recorded").is_ok()
    }

    /// Send these bytes as they are; what came back until the connection was closed.
    pub(crate) async fn raw(&self, request: &str) -> String {
        let mut stream = TcpStream::connect(self.address).await.expect("it listens");
        stream.write_all(request.as_bytes()).await.expect("it reads");
        let mut answer = Vec::new();
        let read = stream.read_to_end(&mut answer);
        // Some answers leave the connection open: what came is enough.
        let _ = tokio::time::timeout(std::time::Duration::from_millis(700), read).await;
        String::from_utf8_lossy(&answer).into_owned()
    }

    pub(crate) fn parts(&self) -> &Parts {
        &self.parts
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// An address of the service, as people type it.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://localhost:{}{path}", self.address.port())
    }

    /// An address at the schools' portals, which are on another site.
    pub(crate) fn at_portal(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.address.port())
    }
}

impl Drop for House {
    fn drop(&mut self) {
        // The order is sent at once; the thread of the server obeys on its own.
        drop(self.handle.stop(false));
    }
}

fn free_port() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("an address");
    (listener, address)
}

/// The parts of a service. One that ended just now may still hold the index for a moment.
async fn build(config: Config, clock: &Clock) -> Parts {
    let built = Box::pin(Parts::build(config, clock.clone(), None)).await;
    let (parts, _) = built.unwrap_or_else(|error| panic!("{error:#}"));
    for _ in 0..250 {
        if let Ok(parts) = parts.clone().with_lookup().await {
            return parts;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    parts.with_lookup().await.unwrap_or_else(|error| panic!("{error:#}"))
}

/// Serve on a thread with a runtime of its own, as the program does.
async fn serve(parts: Parts, listener: TcpListener) -> ServerHandle {
    let (tell, told) = tokio::sync::oneshot::channel();
    std::thread::spawn(move || {
        actix_web::rt::System::new().block_on(async move {
            let lookup = parts.lookup.clone().map(|lookup| tokio::spawn(lookup.run()));
            let server = parts.serve(listener).expect("the port is ours");
            let _ = tell.send(server.handle());
            server.await.expect("the server ends well");
            if let Some(lookup) = lookup {
                lookup.abort();
            }
        });
    });
    told.await.expect("the server starts")
}

/// A ready-made key: making one takes seconds.
/// One of the keys in `tests/it/data/saml`.
pub(crate) fn ready_made_key(name: &str) -> OpenKey {
    let read = |kind: &str| {
        let path = repository("tests/it/data/saml").join(format!("{name}.{kind}.pem"));
        fs::read_to_string(path).expect("a file of ours")
    };
    OpenKey { secret: Zeroizing::new(read("key").into_bytes()), certificate: read("cert") }
}

fn configure(setup: &Setup, folder: &Path, port: u16, database: Option<&Database>) -> Config {
    let data = repository("tests/it/data/house");
    let read = |name: &str| fs::read_to_string(data.join(name)).expect("a file of ours");
    let sources = setup.sources.clone().unwrap_or_else(|| read("sources.ini"));
    let text = read("aiguillage.ini")
        .replace("{PORT}", &port.to_string())
        .replace("{DATABASE}", database.map_or("sqlite:house.db", Database::url))
        + &sources;
    let environment = |name: &str| {
        let found = setup.settings.iter().find(|(setting, _)| *setting == name);
        found.map(|(_, value)| value.clone())
    };
    let path = folder.join("aiguillage.ini");
    let read = Config::read(&path, text.as_bytes(), &environment);
    read.unwrap_or_else(|findings| panic!("{findings:?}")).0
}

/// The files of the demonstration, their port changed to ours.
fn copy(from: &Path, to: &Path, port: u16) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder of ours") {
        let entry = entry.expect("an entry");
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target, port);
            continue;
        }
        let text = fs::read_to_string(entry.path()).expect("text");
        fs::write(target, text.replace(":8080", &format!(":{port}"))).expect("the folder is ours");
    }
}

fn repository(below: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(below)
}
