//! The whole service, and beside it a bare handler that answers the same bytes without searching.
use super::classes::Class;
use super::load;
use super::running::{self, Running};
use actix_web::web::{self, Bytes, Data};
use actix_web::{App, HttpResponse, HttpServer};
use aiguillage::app::Parts;
use aiguillage::clock::Clock;
use aiguillage::config::Config;
use anyhow::Result;
use std::collections::HashMap;
use std::fs;
use std::net::{SocketAddr, TcpListener};
use std::path::Path;

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
pub(crate) fn service(folder: &Path) -> Result<(Parts, Running)> {
    let folder = folder.to_owned();
    running::run(async move |listener: TcpListener| {
        let config = configure(&folder, listener.local_addr()?)?;
        let (parts, _) = Parts::build(config, Clock::system(), None).await?;
        let parts = parts.with_lookup().await?;
        let server = parts.clone().serve(listener)?;
        Ok((parts, server))
    })
}

/// As an administrator would set it for servers of the same machine, without a bound on their rate.
fn configure(folder: &Path, address: SocketAddr) -> Result<Config> {
    fs::create_dir_all(folder.join("metadata"))?;
    for name in ["etabs.ini", "portails.ini"] {
        fs::write(folder.join(name), "")?;
    }
    let text = format!(
        "[http]\npublic_url = http://{address}\nlisten = {address}\n[admin]\nlisten = none\n\
         [database]\nurl = sqlite:service.db\n[files]\netabs = etabs.ini\n\
         portails = portails.ini\nmetadata = metadata\nkeys = keys\n[index]\npath = index\n\
         [lookup]\nrate = 1000000\nkeys = env:BENCH_KEY\n"
    );
    running::settings(folder, &text)
}

/// A bare handler that answers what `service` answers.
pub(crate) fn bare(service: &Running, classes: &[Class]) -> Result<Running> {
    let mut answers = Answers::new();
    for class in classes {
        let paths: Vec<String> = class.texts.iter().map(|text| search_path(text)).collect();
        answers.insert(class.name.to_owned(), load::bodies(service.address, &paths)?);
    }
    let ((), bare) = running::run(async move |listener| {
        let answers = Data::new(answers);
        let app =
            move || App::new().app_data(answers.clone()).route("/bare", web::get().to(answer));
        let server = HttpServer::new(app).tcp_nodelay(true).disable_signals();
        Ok(((), server.listen(listener)?.run()))
    })?;
    Ok(bare)
}

async fn answer(asked: web::Query<Asked>, answers: Data<Answers>) -> HttpResponse {
    let body = answers.get(&asked.class).and_then(|bodies| bodies.get(asked.number));
    HttpResponse::Ok().content_type("application/json").body(body.cloned().unwrap_or_default())
}
