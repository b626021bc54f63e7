//! One server with two handlers: one searches, one answers the same bytes without searching.
use super::classes::Class;
use actix_web::dev::ServerHandle;
use actix_web::web::{self, Bytes, Data};
use actix_web::{App, HttpResponse, HttpServer};
use aiguillage::lookup::index::{Hits, Index, Query};
use anyhow::{Result, anyhow};
use std::collections::HashMap;
use std::net::{SocketAddr, TcpListener};
use std::sync::mpsc;
use std::thread;

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
    search: String,
    class: String,
    number: usize,
}

/// The same request for both handlers.
pub(crate) fn path(route: &str, class: &str, number: usize, text: &str) -> String {
    let asked = [("search", text), ("class", class), ("number", &number.to_string())];
    let asked = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(asked).finish();
    format!("/{route}?{asked}")
}

pub(crate) fn start(index: &Index, classes: &[Class]) -> Result<Server> {
    let answers: Answers = classes
        .iter()
        .map(|class| {
            let bodies = class.texts.iter().map(|text| body(index, text)).collect();
            (class.name.to_owned(), bodies)
        })
        .collect();
    let (index, answers) = (Data::new(index.clone()), Data::new(answers));
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    let (tell, told) = mpsc::channel();
    thread::spawn(move || {
        actix_web::rt::System::new().block_on(async move {
            let server = HttpServer::new(move || {
                App::new()
                    .app_data(index.clone())
                    .app_data(answers.clone())
                    .route("/users", web::get().to(users))
                    .route("/bare", web::get().to(bare))
            });
            let server = server.listen(listener)?.disable_signals().run();
            let _ = tell.send(server.handle());
            server.await
        })
    });
    let handle = told.recv().map_err(|_| anyhow!("the server does not start"))?;
    Ok(Server { address, handle })
}

async fn users(asked: web::Query<Asked>, index: Data<Index>) -> HttpResponse {
    HttpResponse::Ok().content_type("application/json").body(body(&index, &asked.search))
}

async fn bare(asked: web::Query<Asked>, answers: Data<Answers>) -> HttpResponse {
    let body = answers.get(&asked.class).and_then(|bodies| bodies.get(asked.number));
    HttpResponse::Ok().content_type("application/json").body(body.cloned().unwrap_or_default())
}

fn body(index: &Index, text: &str) -> Bytes {
    let query = Query { text: text.to_owned(), limit: 50, ..Query::default() };
    let Hits { hits, .. } = index.search(&query).unwrap_or_default();
    let length: usize = hits.iter().map(|hit| hit.json.len() + 1).sum();
    let mut body = Vec::with_capacity(length + 2);
    body.push(b'[');
    for (place, hit) in hits.iter().enumerate() {
        if place > 0 {
            body.push(b',');
        }
        body.extend_from_slice(&hit.json);
    }
    body.push(b']');
    body.into()
}
