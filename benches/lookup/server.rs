//! The whole service, and beside it a bare handler that answers the same bytes without searching.
use super::classes::Class;
use super::load;
use actix_web::dev::ServerHandle;
use actix_web::web::{self, Bytes, Data};
use actix_web::{App, HttpResponse, HttpServer};
use aiguillage::app::Parts;
use aiguillage::clock::Clock;
use aiguillage::config::Config;
use anyhow::{Context, Result, anyhow};
use std::collections::HashMap;
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::sync::mpsc;
use std::thread;

/// Shared key of those who push.
pub(crate) const KEY: &str = "0123456789abcdef0123456789abcdef";

/// A server with a thread of its own.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    handle: ServerHandle,
}

impl Server {
    pub(crate) fn stop(self) {
        actix_web::rt::System::new().block_on(self.handle.stop(false));
    }
}

/// What the bare handler answers, by class and number.
type Answers = HashMap<String, Vec<Bytes>>;

#[derive(serde::Deserialize)]
struct Asked {
    class: String,
    number: usize,
}

/// What our service is asked.
pub(crate) fn search_path(text: &str) -> String {
    let asked =
        url::form_urlencoded::Serializer::new(String::new()).append_pair("search", text).finish();
    format!("/users?{asked}")
}

/// What the bare handler is asked for the same.
pub(crate) fn bare_path(class: &str, number: usize, text: &str) -> String {
    let asked = [("search", text), ("class", class), ("number", &number.to_string())];
    let asked = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(asked).finish();
    format!("/bare?{asked}")
}

/// The service on the database and the index in `folder`, made when they are not there.
pub(crate) fn service(folder: &Path) -> Result<(Parts, Server)> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    let config = configure(folder, address)?;
    let (tell, told) = mpsc::channel();
    thread::spawn(move || {
        let served = actix_web::rt::System::new().block_on(async {
            let (parts, _) = Parts::build(config, Clock::system(), None).await?;
            let parts = parts.with_lookup().await?;
            let server = parts.clone().serve(listener)?;
            tell.send(Ok((parts, server.handle())))?;
            anyhow::Ok(server.await?)
        });
        if let Err(error) = served {
            let _ = tell.send(Err(error));
        }
    });
    let (parts, handle) = told.recv().context("the service did not start")??;
    Ok((parts, Server { address, handle }))
}

/// As an administrator would set it for servers of the same machine, without a bound on their rate.
fn configure(folder: &Path, address: SocketAddr) -> Result<Config> {
    std::fs::create_dir_all(folder.join("metadata"))?;
    std::fs::write(folder.join("etabs.ini"), "")?;
    std::fs::write(folder.join("portails.ini"), "")?;
    let text = format!(
        "[http]\npublic_url = http://{address}\nlisten = {address}\n[admin]\nlisten = none\n\
         [database]\nurl = sqlite:service.db\n[files]\netabs = etabs.ini\n\
         portails = portails.ini\nmetadata = metadata\nkeys = keys\n[index]\npath = index\n\
         [lookup]\nrate = 1000000\nkeys = env:BENCH_KEY\n"
    );
    let environment = |name: &str| (name == "BENCH_KEY").then(|| KEY.to_owned());
    let read = Config::read(&folder.join("aiguillage.ini"), text.as_bytes(), &environment);
    let listed = |findings: Vec<aiguillage::finding::Finding>| {
        let lines: Vec<String> = findings.iter().map(ToString::to_string).collect();
        anyhow!("the configuration cannot be used: {}", lines.join("; "))
    };
    read.map(|(config, _)| config).map_err(listed)
}

/// A bare handler that answers what `service` answers.
pub(crate) fn bare(service: &Server, classes: &[Class]) -> Result<Server> {
    let mut answers = Answers::new();
    for class in classes {
        let paths: Vec<String> = class.texts.iter().map(|text| search_path(text)).collect();
        answers.insert(class.name.to_owned(), load::bodies(service.address, &paths)?);
    }
    let answers = Data::new(answers);
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    let (tell, told) = mpsc::channel();
    thread::spawn(move || {
        actix_web::rt::System::new().block_on(async move {
            let app =
                move || App::new().app_data(answers.clone()).route("/bare", web::get().to(answer));
            let server = HttpServer::new(app).tcp_nodelay(true).disable_signals();
            let server = server.listen(listener)?.run();
            let _ = tell.send(server.handle());
            server.await
        })
    });
    let handle = told.recv().map_err(|_| anyhow!("the server does not start"))?;
    Ok(Server { address, handle })
}

async fn answer(asked: web::Query<Asked>, answers: Data<Answers>) -> HttpResponse {
    let body = answers.get(&asked.class).and_then(|bodies| bodies.get(asked.number));
    HttpResponse::Ok().content_type("application/json").body(body.cloned().unwrap_or_default())
}
