//! The programs themselves, against a small town of good and bad pages.
use super::*;
use actix_web::dev::ServerHandle;
use actix_web::http::header;
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, Route, web};
use std::collections::HashMap;
use std::future::ready;
use tempfile::{TempDir, tempdir};

type Form = web::Form<HashMap<String, String>>;

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' \
     data:; form-action 'self' http://127.0.0.1:*; base-uri 'none'; frame-ancestors 'none'";

/// A server on a free port, stopped with its test.
struct Town {
    base: String,
    port: u16,
    handle: ServerHandle,
    pictures: TempDir,
}

impl Town {
    fn open() -> Self {
        let server = HttpServer::new(|| App::new().configure(streets)).workers(1);
        let bound = server.bind(("127.0.0.1", 0)).expect("loopback has free ports");
        let port = bound.addrs()[0].port();
        let running = bound.disable_signals().run();
        let handle = running.handle();
        actix_web::rt::spawn(running);
        Self {
            base: format!("http://localhost:{port}"),
            port,
            handle,
            pictures: tempdir().expect("a temporary folder"),
        }
    }

    async fn look_at(&self, pages: &str, languages: &str) -> Outcome {
        self.send("pages.mjs", &[("PAGES", pages), ("LANGUAGES", languages)]).await
    }

    async fn send(&self, program: &str, orders: &[(&str, &str)]) -> Outcome {
        let pictures = self.pictures.path().to_str().expect("a plain name");
        let ours = [("BASE", &*self.base), ("ARTEFACTS", pictures), ("PICTURES", "1")];
        run(program, &[&ours, orders].concat()).await
    }
}

impl Drop for Town {
    fn drop(&mut self) {
        drop(self.handle.stop(false));
    }
}

fn streets(cfg: &mut web::ServiceConfig) {
    cfg.route("/good", web::get().to(good)).route("/good.css", web::get().to(style));
    cfg.route("/pale", bad(r#"<p class="pale">Pale</p>"#));
    cfg.route("/wide", bad(r#"<p class="wide">Wide</p>"#));
    cfg.route("/inline", bad("<script>1</script>"));
    cfg.route("/heavy", web::get().to(heavy));
    cfg.route("/login", web::get().to(door)).route("/login", web::post().to(enter));
    cfg.route("/choose", web::get().to(tiles)).route("/choose", web::post().to(vouch));
    cfg.route("/send.js", web::get().to(script)).route("/portal", web::post().to(portal));
}

fn page(request: &HttpRequest, body: &str) -> HttpResponse {
    let accepted = request.headers().get(header::ACCEPT_LANGUAGE);
    let english = accepted.is_some_and(|value| value.as_bytes().starts_with(b"en"));
    let language = if english { "en" } else { "fr" };
    HttpResponse::Ok()
        .insert_header((header::CONTENT_SECURITY_POLICY, POLICY))
        .content_type("text/html; charset=utf-8")
        .body(format!(
            r#"<!doctype html><html lang="{language}"><meta name="viewport"
content="width=device-width"><title>Town</title><link rel="icon" href="data:,"><link
rel="stylesheet" href="/good.css"><main><h1>Town</h1>{body}</main></html>"#
        ))
}

async fn good(request: HttpRequest) -> HttpResponse {
    page(&request, "<p>Quiet, quick, obvious.</p>")
}

/// A page like the good one but for this part of it.
fn bad(body: &'static str) -> Route {
    web::get().to(move |request: HttpRequest| ready(page(&request, body)))
}

async fn heavy(request: HttpRequest) -> HttpResponse {
    page(&request, &format!("<p>{}</p>", "heavy ".repeat(6_000)))
}

async fn style() -> HttpResponse {
    HttpResponse::Ok().content_type("text/css").body(
        ":root { color-scheme: light dark } .wide { width: 2000px } \
         .pale { color: #999; background: #aaa }",
    )
}

async fn script() -> HttpResponse {
    HttpResponse::Ok().content_type("text/javascript").body("document.forms[0].submit()")
}

async fn door(request: HttpRequest) -> HttpResponse {
    page(
        &request,
        r#"<form method="post" action="/login"><label>Login <input name="login"></label><label>
Password <input name="password" type="password"></label><button>Enter</button></form>"#,
    )
}

async fn enter(request: HttpRequest, form: Form) -> HttpResponse {
    if form.get("login") != form.get("password") {
        return page(&request, "<p>Wrong</p>");
    }
    HttpResponse::SeeOther().insert_header((header::LOCATION, "/choose")).finish()
}

async fn tiles(request: HttpRequest) -> HttpResponse {
    page(
        &request,
        r#"<form method="post" action="/choose"><button name="rne" value="1">Lycée A</button>
<button name="rne" value="2">Collège B</button></form>"#,
    )
}

/// An answer for the portal, which is the same server under the name of another site.
async fn vouch(request: HttpRequest, form: Form) -> HttpResponse {
    let port = request.app_config().local_addr().port();
    let rne = &form["rne"];
    page(
        &request,
        &format!(
            r#"<form method="post" action="http://127.0.0.1:{port}/portal"><input type="hidden"
name="SAMLResponse" value="school {rne}"><button>Go on</button></form><script src="/send.js"
defer></script>"#
        ),
    )
}

async fn portal(request: HttpRequest, form: Form) -> HttpResponse {
    page(&request, &format!("<p>Welcome to {}</p>", form["SAMLResponse"]))
}

#[actix_web::test]
async fn a_good_page_is_praised_in_all_its_shapes() {
    let town = Town::open();

    let log = town.look_at(r#"["/good"]"#, r#"["fr", "en"]"#).await.praise();

    for shape in ["good-fr-390", "good-en-390", "good-fr-1440"] {
        assert!(log.contains(&format!("{shape}: 2 requests")), "{log}");
    }
    assert!(town.pictures.path().join("good-fr-1440-dark.png").exists());
}

#[actix_web::test]
async fn what_breaks_a_promise_is_named() {
    let town = Town::open();
    let pages = r#"["/pale", "/wide", "/inline", "/heavy", {"path": "/good", "status": 404}]"#;

    let log = town.look_at(pages, r#"["fr"]"#).await.complaint();

    for complaint in [
        "pale-fr-390: light: color-contrast",
        "pale-fr-1440: dark: color-contrast",
        "wide-fr-1440: 568 px run over the edge",
        "wide-fr-390: 320 px: 1688 px run over the edge",
        "inline-fr-390: Executing inline script violates",
        "heavy-fr-1440: 3",
        "good-fr-390: status 200 instead of 404",
    ] {
        assert!(log.contains(&format!("complaint: {complaint}")), "{complaint} in {log}");
    }
}

async fn journey(town: &Town, tile: &str, password: &str) -> Outcome {
    let arrival = format!("http://127.0.0.1:{}/portal", town.port);
    let settings = [
        ("LOGIN", "anne"),
        ("PASSWORD", password),
        ("TILE", tile),
        ("ARRIVAL", &arrival),
        ("EXPECT", r#"["Welcome to school 2"]"#),
    ];
    town.send("journey.mjs", &settings).await
}

#[actix_web::test]
async fn a_journey_ends_in_the_portal_with_and_without_script() {
    let log = journey(&Town::open(), "Collège B", "anne").await.praise();

    assert!(log.contains("journey-script: arrived at http://127.0.0.1:"), "{log}");
    assert!(log.contains("journey-no-script: arrived at http://127.0.0.1:"), "{log}");
}

#[actix_web::test]
async fn a_journey_to_the_wrong_place_is_a_complaint() {
    let log = journey(&Town::open(), "Lycée A", "anne").await.complaint();

    assert!(log.contains("the portal does not show “Welcome to school 2”"), "{log}");
}
