//! Every path of the protocol, below every base address that servers are given (D27).
use super::{apps, body, feed, global, location, replication, servers, users};
use crate::rights::Rule;
use crate::web::body::{Intake, Pace};
use crate::web::resource::{At, Map, at as path_at};
use crate::web::workroom::Class;
use actix_web::HttpResponse;
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
pub fn routes(map: &mut Map<'_>) {
    for base in BASES {
        below(map, base);
        if !base.is_empty() {
            below(map, &format!("/{base}"));
            roots(map, base);
        }
    }
    for tokens in ["/l/{token}", "//l/{token}"] {
        map.below(tokens, |map| {
            roots(map, "");
            for base in ["", "/index.php"] {
                below(map, base);
            }
            roots(map, "/index.php");
        });
    }
}

fn roots(map: &mut Map<'_>, base: &str) {
    at(base).get(version).mount(map);
    at(&format!("{base}/")).get(version).mount(map);
}

fn below(map: &mut Map<'_>, base: &str) {
    for slash in ["/", "//"] {
        let path = |name: &str| format!("{base}{slash}{name}");
        at(&path("users"))
            .get(users::search)
            .post(users::publish)
            .delete(users::withdraw)
            .takes(SMALL)
            .mount(map);
        at(&path("gs/users"))
            .get(global::names)
            .post(global::push)
            .delete(global::remove)
            .takes(PUSH)
            .mount(map);
        at(&path("gs/instances")).get(servers::list).mount(map);
        at(&path("gs/location")).post(location::locate).takes(SMALL).mount(map);
        at(&path("instances")).post(servers::list).takes(SMALL).mount(map);
        at(&path("status")).get(status).mount(map);
        at(&path("replication")).get(replication::page).mount(map);
        at(&path("replication/changes")).get(feed::changes).mount(map);
        at(&path("user/{name}")).get(apps::envelope).mount(map);
    }
}

fn at(path: &str) -> At {
    path_at(path, Rule::Partner).class(Class::Lookup)
}

/// Nextcloud looks whether anybody is there.
async fn version() -> HttpResponse {
    HttpResponse::Ok().insert_header(("X-Version", env!("CARGO_PKG_VERSION"))).finish()
}

async fn status() -> HttpResponse {
    HttpResponse::Ok().json(serde_json::json!({ "version": env!("CARGO_PKG_VERSION") }))
}
