//! The whole service on a port of its own, and a bare actix handler beside it.
use super::files::Written;
use super::people::{self, SomebodySignedIn};
use actix_web::dev::ServerHandle;
use actix_web::{App, HttpResponse, HttpServer};
use aiguillage::app::Parts;
use aiguillage::clock::Clock;
use aiguillage::config::Config;
use aiguillage::keys::{self, MasterKey, OpenKey, Purpose};
use anyhow::{Context, Result, anyhow};
use std::net::{SocketAddr, TcpListener};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

/// What the bare handler answers.
const BODY: &str = "<!doctype html><title>bare</title><p>A body that never changes.</p>";

/// Two servers that run.
pub(crate) struct Service {
    pub(crate) address: SocketAddr,
    pub(crate) bare: SocketAddr,
    pub(crate) parts: Parts,
    /// With one, two and nineteen schools.
    pub(crate) people: Vec<SomebodySignedIn>,
    /// The key that signs, as PEM, and its certificate.
    pub(crate) key: OpenKey,
    handles: Vec<ServerHandle>,
}

impl Service {
    pub(crate) fn stop(self, within: Duration) {
        let stopping: Vec<_> = self.handles.iter().map(|handle| handle.stop(false)).collect();
        actix_web::rt::System::new().block_on(async {
            let all = futures_util::future::join_all(stopping);
            let _ = actix_web::rt::time::timeout(within, all).await;
        });
    }
}

/// Start both; the key is generated first, which takes a second or two.
pub(crate) fn start(written: &Written) -> Result<Service> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let bare = TcpListener::bind("127.0.0.1:0")?;
    let (address, bare_address) = (listener.local_addr()?, bare.local_addr()?);
    let config = configure(written, address)?;
    let schools: Vec<_> = [1, 2, 19].map(|count| written.reachable(count)).to_vec();
    let schools: Vec<Vec<_>> =
        schools.into_iter().map(|list| list.into_iter().cloned().collect()).collect();
    let (told, hear) = mpsc::channel();
    thread::spawn(move || {
        let served = actix_web::rt::System::new().block_on(async {
            let keys = config.files.keys.clone();
            let (parts, _) = Parts::build(config, Clock::system(), None).await?;
            let now = parts.clock.now();
            let mut signed_in = Vec::new();
            for list in &schools {
                let list: Vec<_> = list.iter().collect();
                signed_in
                    .push(people::sign_in(&parts.db, &parts.dispatcher.rules, &list, now).await?);
            }
            let never = || Err("the key is there".into());
            let master = MasterKey::open_or_make(&keys)?;
            let key = keys::load_or_make(&parts.db, &master, Purpose::Saml, now, never).await?;
            let ours = parts.clone().serve(listener)?;
            let plain = serve_bare(bare)?;
            let handles = vec![ours.handle(), plain.handle()];
            told.send(Ok((parts, signed_in, key, handles)))?;
            let (one, other) = futures_util::future::join(ours, plain).await;
            anyhow::Ok(one.and(other)?)
        });
        if let Err(error) = served {
            let _ = told.send(Err(error));
        }
    });
    let (parts, people, key, handles) = hear.recv().context("the service did not start")??;
    Ok(Service { address, bare: bare_address, parts, people, key, handles })
}

fn serve_bare(listener: TcpListener) -> std::io::Result<actix_web::dev::Server> {
    let page = || async { HttpResponse::Ok().content_type("text/html").body(BODY) };
    let workers = thread::available_parallelism().map_or(1, usize::from);
    let server = HttpServer::new(move || App::new().route("/", actix_web::web::get().to(page)));
    let server = server.workers(workers).tcp_nodelay(true).disable_signals();
    Ok(server.listen(listener)?.run())
}

fn configure(written: &Written, address: SocketAddr) -> Result<Config> {
    let text = format!(
        "[http]\npublic_url = http://{address}\nlisten = {address}\n[admin]\nlisten = none\n\
         [database]\nurl = sqlite:house.db\n[files]\netabs = etabs.ini\nportails = portails.ini\n\
         metadata = metadata\nattribute_sets = attribute_sets\nkeys = keys\n\
         [source:agents]\nkind = local\nrole = agents\nlabel = Staff\n"
    );
    let path = written.path("aiguillage.ini");
    let read = Config::read(&path, text.as_bytes(), &|_| None);
    let listed = |findings: Vec<aiguillage::finding::Finding>| {
        let lines: Vec<String> = findings.iter().map(ToString::to_string).collect();
        anyhow!("the configuration cannot be used: {}", lines.join("; "))
    };
    read.map(|(config, _)| config).map_err(listed)
}
