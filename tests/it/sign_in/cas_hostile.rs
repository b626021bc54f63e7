//! What a CAS server may not say (SEC-61): one of our own that answers whatever a test wants.
use crate::house::{House, Person, Setup};
use crate::peers::oidc::Provider;
use actix_web::dev::ServerHandle;
use actix_web::http::header::LOCATION;
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use std::sync::{Arc, Mutex};
use std::time::Duration;

const SOURCES: &str = include_str!("../data/house/sources.ini");

/// What it says next.
#[derive(Clone)]
enum Says {
    Text(String),
    Status(u16),
    Elsewhere(String),
    Nothing,
}

#[derive(Clone)]
struct Server {
    says: Arc<Mutex<Says>>,
    /// Queries that it was asked with, and what was asked elsewhere.
    asked: Arc<Mutex<Vec<String>>>,
}

async fn validate(request: HttpRequest, server: web::Data<Server>) -> HttpResponse {
    server.asked.lock().expect("ours").push(request.uri().to_string());
    let says = server.says.lock().expect("ours").clone();
    match says {
        Says::Text(text) => HttpResponse::Ok().content_type("application/soap+xml").body(text),
        Says::Status(status) => {
            HttpResponse::build(status.try_into().expect("a status")).body("no")
        }
        Says::Elsewhere(to) => HttpResponse::Found().insert_header((LOCATION, to)).finish(),
        Says::Nothing => {
            tokio::time::sleep(Duration::from_secs(20)).await;
            HttpResponse::Ok().finish()
        }
    }
}

struct Trap {
    house: House,
    server: Server,
    handle: ServerHandle,
    origin: String,
}

impl Trap {
    async fn open() -> Self {
        let port = Provider::port();
        let origin = format!("http://127.0.0.1:{port}");
        let idp = format!(
            "\n[idp:campus]\nkind = cas\nlabel = Compte du campus\nurl = {origin}/cas\n\
             trust_uid = yes\n"
        );
        let sources = Some(format!("{SOURCES}{idp}"));
        let house = House::open_with(Setup { sources, ..Setup::default() }).await;
        let server = Server { says: Arc::new(Mutex::new(Says::Nothing)), asked: Arc::default() };
        let shared = server.clone();
        let running = HttpServer::new(move || {
            let server = web::Data::new(shared.clone());
            App::new().app_data(server).default_service(web::get().to(validate))
        });
        let running = running.workers(1).disable_signals().bind(("127.0.0.1", port));
        let running = running.expect("the port is free").run();
        let handle = running.handle();
        actix_web::rt::spawn(running);
        Self { house, server, handle, origin }
    }

    /// Somebody comes back with a ticket while it says this: status, and why it is not believed.
    async fn come(&self, person: &Person<'_>, ticket: &str, says: Says) -> (u16, String) {
        *self.server.says.lock().expect("ours") = says;
        let gone = person.get("/login/with/campus?").await;
        assert!(gone.location().starts_with(&self.origin), "{}", gone.location());
        let gone: url::Url = gone.location().parse().expect("an address");
        let service = gone.query_pairs().find(|(name, _)| name == "service").expect("a service").1;
        let back = service.strip_prefix(&self.house.url("")).expect("ours").to_owned();
        let ticket = serde_urlencoded::to_string([("ticket", ticket)]).expect("text");
        let answer = person.get(&format!("{back}&{ticket}")).await;
        let refused = self.house.audit("upstream.refused").await.pop();
        (answer.status, refused.map(|row| row.reason).unwrap_or_default())
    }
}

impl Drop for Trap {
    fn drop(&mut self) {
        drop(self.handle.stop(false));
    }
}

fn answer(inside: &str) -> Says {
    let space = "http://www.yale.edu/tp/cas";
    let root = format!("<cas:serviceResponse xmlns:cas=\"{space}\">{inside}</cas:serviceResponse>");
    Says::Text(root)
}

const SUCCESS: &str =
    "<cas:authenticationSuccess><cas:user>ada</cas:user></cas:authenticationSuccess>";

#[actix_web::test]
async fn no_answer_but_a_plain_one_lets_anybody_in() {
    let trap = Trap::open().await;
    let failure =
        "<cas:authenticationFailure code=\"INVALID_TICKET\">x</cas:authenticationFailure>";
    let named = |name: &str| answer(&SUCCESS.replace("ada", name));
    let other = format!("{}/else", trap.origin);
    for (says, status, reason) in [
        (answer(failure), 400, "ticket"),
        (answer(&format!("{SUCCESS}{failure}")), 400, "shape"),
        (answer(&format!("{failure}{SUCCESS}")), 400, "shape"),
        (named("ad<!-- -->min"), 400, "markup"),
        (named("admin*"), 400, "subject"),
        (named("ａdmin"), 400, "subject"),
        (named(""), 400, "subject"),
        (named(&"x".repeat(256)), 400, "subject"),
        (Says::Text(format!("<!DOCTYPE x [<!ENTITY a 'b'>]>{SUCCESS}")), 400, "markup"),
        (Says::Text(SUCCESS.replace("cas:", "")), 400, "shape"),
        (Says::Text("yes\nada\n".to_owned()), 400, "markup"),
        (Says::Text(String::new()), 400, "markup"),
        (Says::Text(" ".repeat(10 * 1024 * 1024)), 400, "size"),
        (Says::Elsewhere(other.clone()), 503, "silent"),
        (Says::Status(500), 503, "silent"),
        (Says::Status(404), 503, "silent"),
    ] {
        let person = trap.house.visitor();
        let (got, why) = trap.come(&person, "ST-1", says).await;
        assert_eq!((got, why.as_str()), (status, reason));
        assert_eq!(person.cookie("__Host-sid"), None, "{reason}");
    }
    let asked = trap.server.asked.lock().expect("ours").clone();
    assert!(asked.iter().all(|address| !address.starts_with("/else")), "it was not followed");
}

#[actix_web::test]
async fn what_is_asked_is_ours_alone() {
    let trap = Trap::open().await;
    // Neither the host that a browser names nor what is in a ticket changes the question.
    let person = trap.house.visitor().with("x-forwarded-host", "evil.example");
    assert_eq!(
        trap.come(&person, "ST-1&service=http://evil.example&x=", answer(SUCCESS)).await.0,
        303
    );
    let asked = trap.server.asked.lock().expect("ours").pop().expect("it was asked");
    let own: String =
        url::form_urlencoded::byte_serialize(trap.house.url("/login/from/campus").as_bytes())
            .collect();
    assert!(asked.starts_with(&format!("/cas/p3/serviceValidate?service={own}")), "{asked}");
    assert_eq!(asked.matches("service=").count(), 1, "{asked}");
    assert!(!asked.contains("evil.example&"), "{asked}");
}

#[actix_web::test]
async fn one_that_hangs_holds_nobody_up_for_long() {
    let trap = Trap::open().await;
    let person = trap.house.visitor();
    // Had anybody waited for the end, there would have been an empty answer.
    assert_eq!(trap.come(&person, "ST-1", Says::Nothing).await, (503, "silent".to_owned()));
}
