//! The whole service on a port of its own, and a bare actix handler beside it.
use super::files::Written;
use super::people::{self, SomebodySignedIn};
use super::running::{self, Running};
use actix_web::dev::Server;
use actix_web::{App, HttpResponse, HttpServer};
use aiguillage::app::Parts;
use aiguillage::clock::Clock;
use aiguillage::config::Config;
use aiguillage::keys::{self, MasterKey, OpenKey, Purpose};
use anyhow::Result;
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::thread;

/// What the bare handler answers.
const BODY: &str = "<!doctype html><title>bare</title><p>A body that never changes.</p>";

/// Two servers that run.
pub(crate) struct Service {
    pub(crate) ours: Running,
    pub(crate) bare: Running,
    pub(crate) parts: Parts,
    /// With one, two and nineteen schools.
    pub(crate) people: Vec<SomebodySignedIn>,
    /// The key that signs, as PEM, and its certificate.
    pub(crate) key: OpenKey,
}

impl Service {
    pub(crate) fn stop(self) {
        self.ours.stop();
        self.bare.stop();
    }
}

/// Start both; the key is generated first, which takes a second or two.
pub(crate) fn start(written: &Written) -> Result<Service> {
    let folder = written.path("");
    let schools = [1, 2, 19].map(|count| written.reachable(count));
    let schools = schools.map(|list| list.into_iter().cloned().collect::<Vec<_>>());
    let ours = running::run(async move |listener: TcpListener| {
        let config = configure(&folder, listener.local_addr()?)?;
        let keys = config.files.keys.clone();
        let (parts, _) = Parts::build(config, Clock::system(), None).await?;
        let now = parts.clock.now();
        let mut people = Vec::new();
        for list in &schools {
            let list: Vec<_> = list.iter().collect();
            let rules = &parts.dispatcher.rules;
            people.push(people::sign_in(&parts.db, rules, &list, now).await?);
        }
        let never = || Err("the key is there".into());
        let master = MasterKey::open_or_make(&keys)?;
        let key = keys::load_or_make(&parts.db, &master, Purpose::Saml, now, never).await?;
        let server = parts.clone().serve(listener)?;
        Ok(((parts, people, key), server))
    });
    let ((parts, people, key), ours) = ours?;
    let ((), bare) = running::run(async |listener| Ok(((), serve_bare(listener)?)))?;
    Ok(Service { ours, bare, parts, people, key })
}

fn serve_bare(listener: TcpListener) -> std::io::Result<Server> {
    let page = || async { HttpResponse::Ok().content_type("text/html").body(BODY) };
    let workers = thread::available_parallelism().map_or(1, usize::from);
    let server = HttpServer::new(move || App::new().route("/", actix_web::web::get().to(page)));
    let server = server.workers(workers).tcp_nodelay(true).disable_signals();
    Ok(server.listen(listener)?.run())
}

fn configure(folder: &Path, address: SocketAddr) -> Result<Config> {
    let text = format!(
        "[http]\npublic_url = http://{address}\nlisten = {address}\n[admin]\nlisten = none\n\
         [database]\nurl = sqlite:house.db\n[files]\netabs = etabs.ini\nportails = portails.ini\n\
         metadata = metadata\nattribute_sets = attribute_sets\nkeys = keys\n\
         [source:agents]\nkind = local\nrole = agents\nlabel = Staff\n"
    );
    running::settings(folder, &text)
}
