//! The services of the demonstration on loopback: they refuse what the real ones refuse.
use super::running::{self, Running};
use actix_web::web::{Bytes, Data};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, http::StatusCode};
use aiguillage::clock::Clock;
use aiguillage::demo::services::{Answered, Asked, Izly, Router};
use anyhow::Result;
use std::net::TcpListener;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// By what both of them know us.
pub(crate) const SECRET: &str = super::running::KEY;
/// The institution.
pub(crate) const PIC: &str = "123456789";

/// Both, each on its own port.
pub(crate) struct Services {
    pub(crate) router: Served<Router>,
    pub(crate) izly: Served<Izly>,
}

/// One that runs, and what it knows.
pub(crate) struct Served<T> {
    pub(crate) running: Running,
    knows: Arc<Mutex<T>>,
}

impl<T> Served<T> {
    pub(crate) fn look(&self) -> MutexGuard<'_, T> {
        self.knows.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.running.address)
    }
}

impl Services {
    pub(crate) fn stop(self) {
        self.router.running.stop();
        self.izly.running.stop();
    }
}

/// Start both; they know nobody.
pub(crate) fn start() -> Result<Services> {
    let router = serve(Router::new(SECRET, PIC), Router::hear)?;
    let hear = |izly: &mut Izly, asked: &Asked| izly.hear(asked, Clock::system().now());
    Ok(Services { router, izly: serve(Izly::new("univ", SECRET), hear)? })
}

type Hear<T> = fn(&mut T, &Asked) -> Answered;

fn serve<T: Send + 'static>(one: T, hear: Hear<T>) -> Result<Served<T>> {
    let knows = Arc::new(Mutex::new(one));
    let kept = Data::from(Arc::clone(&knows));
    let ((), running) = running::run(async move |listener: TcpListener| {
        let app = move || {
            let answer = move |request: HttpRequest, body: Bytes, one: Data<Mutex<T>>| async move {
                let asked = asked(&request, &body);
                let answered =
                    hear(&mut one.lock().unwrap_or_else(PoisonError::into_inner), &asked);
                said(&answered)
            };
            App::new().app_data(kept.clone()).default_service(actix_web::web::to(answer))
        };
        Ok(((), HttpServer::new(app).workers(1).disable_signals().listen(listener)?.run()))
    })?;
    Ok(Served { running, knows })
}

fn asked(request: &HttpRequest, body: &Bytes) -> Asked {
    let head = |(name, value): (
        &actix_web::http::header::HeaderName,
        &actix_web::http::header::HeaderValue,
    )| { (name.as_str().to_owned(), value.to_str().unwrap_or_default().to_owned()) };
    let target = request.uri().path_and_query().map_or("/", |target| target.as_str());
    let text = String::from_utf8_lossy(body).into_owned();
    Asked::new(
        request.method().as_str(),
        target,
        request.headers().iter().map(head).collect(),
        text,
    )
}

fn said(answered: &Answered) -> HttpResponse {
    let status = StatusCode::from_u16(answered.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut answer = HttpResponse::build(status);
    if let Some((name, value)) = &answered.head {
        answer.insert_header((*name, value.as_str()));
    }
    if answered.body.is_null() { answer.finish() } else { answer.json(&answered.body) }
}
