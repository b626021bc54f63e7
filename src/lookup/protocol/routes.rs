//! Every path of the protocol, below every base address that servers are given (D27).
use super::{apps, body, feed, global, location, replication, servers, users};
use crate::web::body::{Intake, Pace};
use crate::web::resource::{At, at as path_at};
use crate::web::workroom::Class;
use actix_web::HttpResponse;
use actix_web::web::{self, ServiceConfig};
use std::time::Duration;

/// Messages of users about themselves, and questions with a key.
const SMALL: Intake = Intake::any(body::MESSAGE as u64);
/// Pushes: as fast as a slow server sends them, in as much time as it gives us.
const PUSH: Intake = Intake::any(body::PUSH as u64).streamed(Pace {
    grace: Duration::from_secs(10),
    per_second: 64 * 1024,
    most: Duration::from_mins(2),
});

/// Base addresses, besides those with a token. The root itself belongs to people.
const BASES: [&str; 4] = ["", "/index.php", "/lookup", "/lookup/index.php"];

/// The map. Nextcloud strips the slash at the end of the address it is given, other programs do
/// not: every path is answered with one slash and with two, before the base and behind it.
pub fn routes(cfg: &mut ServiceConfig) {
    for base in BASES {
        below(cfg, base);
        if !base.is_empty() {
            below(cfg, &format!("/{base}"));
            roots(cfg, base);
        }
    }
    for tokens in ["/l/{token}", "//l/{token}"] {
        cfg.service(web::scope(tokens).configure(|cfg| {
            roots(cfg, "");
            for base in ["", "/index.php"] {
                below(cfg, base);
            }
            roots(cfg, "/index.php");
        }));
    }
}

fn roots(cfg: &mut ServiceConfig, base: &str) {
    at(base).get(version).mount(cfg);
    at(&format!("{base}/")).get(version).mount(cfg);
}

fn below(cfg: &mut ServiceConfig, base: &str) {
    for slash in ["/", "//"] {
        let path = |name: &str| format!("{base}{slash}{name}");
        at(&path("users"))
            .get(users::search)
            .post(users::publish)
            .delete(users::withdraw)
            .takes(SMALL)
            .mount(cfg);
        at(&path("gs/users"))
            .get(global::names)
            .post(global::push)
            .delete(global::remove)
            .takes(PUSH)
            .mount(cfg);
        at(&path("gs/instances")).get(servers::list).mount(cfg);
        at(&path("gs/location")).post(location::locate).takes(SMALL).mount(cfg);
        at(&path("instances")).post(servers::list).takes(SMALL).mount(cfg);
        at(&path("status")).get(status).mount(cfg);
        at(&path("replication")).get(replication::page).mount(cfg);
        at(&path("replication/changes")).get(feed::changes).mount(cfg);
        at(&path("user/{name}")).get(apps::envelope).mount(cfg);
    }
}

fn at(path: &str) -> At {
    path_at(path).class(Class::Lookup)
}

/// Nextcloud looks whether anybody is there.
async fn version() -> HttpResponse {
    HttpResponse::Ok().insert_header(("X-Version", env!("CARGO_PKG_VERSION"))).finish()
}

async fn status() -> HttpResponse {
    HttpResponse::Ok().json(serde_json::json!({ "version": env!("CARGO_PKG_VERSION") }))
}
