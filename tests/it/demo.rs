//! The demonstration as its visitors see it: a real browser, real portals, the real clock.
use crate::peers::browser;
use crate::peers::loopback;
use crate::peers::mellon::{Mellon, Site};
use actix_web::dev::ServerHandle;
use aiguillage::app::Parts;
use aiguillage::card::services::store::count_refused;
use aiguillage::clock::Clock;
use aiguillage::demo::{self, Setup};
use aiguillage::people::{Search, find_people};
use aiguillage::sync::{Mode, Order, Progress};
use std::fs;
use std::net::TcpListener;
use std::path::Path;
use tempfile::TempDir;

/// The demonstration on a free port, with a few of its people.
struct Stage {
    folder: TempDir,
    port: u16,
    handle: Option<ServerHandle>,
    listener: Option<TcpListener>,
    parts: Option<Box<Parts>>,
}

impl Stage {
    /// Copy the files; nothing runs yet, so that they can be changed.
    fn prepare(logins: &[&str]) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let stage = Self { folder, port, handle: None, listener: Some(listener), parts: None };
        let config = demo::configure(&stage.setup(), port);
        drop(config.expect("the files of the demonstration are in order"));
        stage.keep_only(logins);
        stage
    }

    async fn open(logins: &[&str]) -> Self {
        Self::prepare(logins).start().await
    }

    async fn start(mut self) -> Self {
        let path = self.folder.path().join("aiguillage.ini");
        let (config, _) =
            aiguillage::config::Config::load(&path, &|_| None).expect("a configuration");
        let parts = Box::pin(demo::build(config, Clock::system(), None)).await;
        let parts = Box::new(parts.expect("the demonstration"));
        self.parts = Some(parts.clone());
        let listener = self.listener.take().expect("not started yet");
        let (tell, told) = tokio::sync::oneshot::channel();
        std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                drop(parts.lookup.clone().map(|lookup| tokio::spawn(lookup.run())));
                let server = (*parts).serve(listener).expect("the port is ours");
                let _ = tell.send(server.handle());
                server.await.expect("the server ends well");
            });
        });
        self.handle = Some(told.await.expect("the server starts"));
        self
    }

    fn setup(&self) -> Setup {
        Setup {
            port: self.port,
            folder: self.folder.path().to_owned(),
            files: Path::new(env!("CARGO_MANIFEST_DIR")).join("etc/demo"),
            fresh: false,
            lan: None,
        }
    }

    /// Forty password hashes take long in a build for tests.
    fn keep_only(&self, logins: &[&str]) {
        let path = self.folder.path().join("people.ini");
        let text = fs::read_to_string(&path).expect("the file is there");
        let kept = text.split("\n\n").filter(|section| {
            logins.iter().any(|login| section.starts_with(&format!("[{login}]")))
        });
        let kept: Vec<&str> = kept.collect();
        assert_eq!(kept.len(), logins.len(), "nobody of this name: {logins:?}");
        fs::write(path, kept.join("\n\n")).expect("the folder is ours");
    }

    /// Wait until the made-up colleagues are there.
    async fn until_found(&self, words: &str) {
        let query = serde_urlencoded::to_string([("search", words)]).expect("a query");
        let address = format!("{}/users?{query}", self.base());
        let client = loopback().build().expect("a client");
        for _ in 0..1_500 {
            let answer = client.get(&address).send().await.expect("an answer");
            if answer.text().await.expect("text").contains("federationId") {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        panic!("{words} is never found");
    }

    fn base(&self) -> String {
        format!("http://localhost:{}", self.port)
    }

    fn portal(&self, name: &str) -> String {
        self.at_portals(&format!("/portail/{name}"))
    }

    fn at_portals(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// Sign in as `login` (the password is the same), choose `tile`, arrive at `arrival`.
    async fn walk(
        &self,
        (start, login, tile): (&str, &str, Option<&str>),
        arrival: &str,
        expect: &[&str],
    ) {
        let base = self.base();
        let expect = serde_json::json!(expect).to_string();
        let mut settings = vec![
            ("BASE", base.as_str()),
            ("START", start),
            ("LOGIN", login),
            ("PASSWORD", login),
            ("ARRIVAL", arrival),
            ("EXPECT", &expect),
        ];
        settings.extend(tile.map(|tile| ("TILE", tile)));
        browser::run("journey.mjs", &settings).await.praise();
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        if let Some(handle) = &self.handle {
            drop(handle.stop(false));
        }
    }
}

#[actix_web::test]
async fn everybody_lands_where_they_belong() {
    let stage = Stage::open(&["marie.dupont", "jean.hoarau", "lea.payet", "luc.grondin"]).await;
    let lycee = stage.portal("9749801K");

    let teacher = ["Marie Dupont", "9749801K", "9740091F", "National_ENS"];
    stage.walk(("/dispatch", "marie.dupont", Some("FILAOS")), &lycee, &teacher).await;

    let parent = ["Jean Hoarau", "teleservices", "2|HOARAU|Jean|812345|9740091F"];
    stage.walk(("/login", "jean.hoarau", Some("FILAOS")), &lycee, &parent).await;

    let college = stage.portal("9749802L");
    stage.walk(("/login", "lea.payet", None), &college, &["Léa Payet", "National_ELV"]).await;

    let far = stage.portal("9769801Z");
    stage.walk(("/login", "luc.grondin", Some("LAGON")), &far, &["Luc Grondin", "9769801Z"]).await;
}

#[actix_web::test]
async fn a_portal_asks_who_came_and_gets_an_answer() {
    let stage = Stage::open(&["marie.dupont", "anne.fontaine"]).await;

    let own = stage.portal("9749801K");
    stage.walk((&own, "marie.dupont", None), &own, &["Marie Dupont", "9749801K"]).await;

    // Two schools share this portal and she leads both: the portal's question waits for the choice.
    let shared = stage.portal("confluents");
    stage.walk((&shared, "anne.fontaine", Some("LYCEE")), &shared, &["0699802E"]).await;
}

#[actix_web::test]
async fn an_application_lets_people_in_by_cas() {
    let stage = Stage::open(&["marie.dupont"]).await;
    let application = stage.at_portals("/application");
    let told = ["marie.dupont", "9740091F", "9749801K", "National_ENS", "isFromNewLogin"];
    stage.walk((&application, "marie.dupont", None), &application, &told).await;
}

#[actix_web::test]
async fn a_card_is_asked_for_made_and_lost() {
    let stage = Stage::open(&["luc.petit", "nadia.perrin"]).await;
    let photo = stage.folder.path().join("photo.png");
    let picture = image::RgbImage::from_pixel(1200, 900, image::Rgb([150, 170, 160]));
    picture.save(&photo).expect("the folder is ours");
    let (base, photo) = (stage.base(), photo.display().to_string());
    let settings = [
        ("BASE", base.as_str()),
        ("STUDENT", "luc.petit"),
        ("NAME", "Luc Petit"),
        ("MANAGER", "nadia.perrin"),
        ("PHOTO", &photo),
    ];
    browser::run("cards.mjs", &settings).await.praise();
}

#[actix_web::test]
async fn services_of_the_demonstration_hear_of_its_cards() {
    let stage = Stage::open(&["nadia.perrin"]).await;
    let parts = stage.parts.as_ref().expect("it runs");
    parts.runner().drain().await.expect("done");
    let client = loopback().build().expect("a client");
    let answer = client.get(format!("{}/demo/services", stage.base())).send().await;
    let page = answer.expect("an answer").text().await.expect("text");
    for call in ["POST /persons", "POST /cards", "POST /beforeizly/v1/rightholders"] {
        assert!(page.contains(call), "{call}: {page}");
    }
    let mut tx = parts.db.read().await.expect("a transaction");
    let refused = count_refused(&mut tx).await.expect("rows");
    assert!(refused.iter().all(|(service, code, _)| service == "crous" && code == "no_mail"));
}

#[actix_web::test]
async fn people_whose_account_is_elsewhere_land_at_their_school() {
    let stage = Stage::open(&["marie.dupont"]).await;
    let (base, portal) = (stage.base(), stage.portal("9749801K"));
    for (button, name, uid, source) in [
        ("Compte du rectorat", "Nadège Sinama", "nadege.sinama", "agents"),
        ("EduConnect", "Élise Sautron", "ect.sautron@educonnect", "teleservices"),
    ] {
        let via = serde_json::json!([button, name]).to_string();
        let told = serde_json::json!([name, "9749801K", uid, source]).to_string();
        let settings = [
            ("BASE", base.as_str()),
            ("START", "/login"),
            ("VIA", &via),
            ("TILE", "FILAOS"),
            ("ARRIVAL", &portal),
            ("EXPECT", &told),
        ];
        browser::run("journey.mjs", &settings).await.praise();
    }
    let application = stage.at_portals("/application");
    let via = serde_json::json!(["Compte de l’université", "Irène Techer"]).to_string();
    let told = serde_json::json!(["irene.techer", "0759802X", "isFromNewLogin"]).to_string();
    let settings = [
        ("BASE", base.as_str()),
        ("START", application.as_str()),
        ("VIA", &via),
        ("ARRIVAL", &application),
        ("EXPECT", &told),
    ];
    browser::run("journey.mjs", &settings).await.praise();
}

/// The demonstration with real portals of these schools.
async fn with_apache(schools: &[&str]) -> (Stage, Vec<Mellon>) {
    let stage = Stage::prepare(&["marie.dupont"]);
    let sites: Vec<Site> = schools.iter().map(|_| Site::prepare()).collect();
    for (school, site) in schools.iter().zip(&sites) {
        let metadata = stage.folder.path().join(format!("metadata/{school}.xml"));
        fs::write(metadata, site.metadata()).expect("the folder is ours");
        let etabs = stage.folder.path().join("etabs.ini");
        let text = fs::read_to_string(&etabs).expect("the file is there");
        let text = text.replace(&stage.portal(school), &site.url("/secret"));
        fs::write(etabs, text).expect("the folder is ours");
    }
    let stage = Box::pin(stage.start()).await;
    let client = loopback().build().expect("a client");
    let own = client.get(format!("{}/saml/metadata", stage.base())).send().await;
    let own = own.expect("an answer").text().await.expect("metadata");
    let mut open = Vec::new();
    for site in sites {
        open.push(site.open(&own).await);
    }
    (stage, open)
}

#[actix_web::test]
async fn a_school_portal_on_apache_lets_the_teacher_in_both_ways() {
    let (stage, portals) = with_apache(&["9740091F"]).await;
    let secret = portals[0].url("/secret");
    let expect = ["Marie Dupont", "9740091F", "9740091F;9749801K"];
    stage.walk(("/login", "marie.dupont", Some("LECONTE")), &secret, &expect).await;
    stage.walk((&secret, "marie.dupont", None), &secret, &expect).await;
}

#[actix_web::test]
async fn one_sign_out_ends_all_of_it_and_says_so() {
    let (stage, portals) = with_apache(&["9740091F", "9749801K"]).await;
    let (base, application) = (stage.base(), stage.at_portals("/application"));
    let visits = [portals[0].url("/secret"), portals[1].url("/secret"), application];
    let visits = serde_json::json!(visits).to_string();
    let said = ["Vous êtes déconnecté", "LECONTE", "FILAOS", "Cahier de textes", "déconnecté"];
    let said = serde_json::json!(said).to_string();
    let person = [("LOGIN", "marie.dupont"), ("PASSWORD", "marie.dupont")];
    let ours = format!("{base}/logout/");
    for page in ["/logout", "/sessions"] {
        let own = [
            ("BASE", base.as_str()),
            ("VISITS", &visits),
            ("EXPECT", &said),
            ("SIGN_OUT", page),
            ("ARRIVAL", &ours),
        ];
        browser::run("leaving.mjs", &[&own[..], &person].concat()).await.praise();
    }

    // The first portal's own button: by way of the second one, and back to the first.
    let arrival = portals[0].url("/index.html");
    let back = serde_urlencoded::to_string([("ReturnTo", &arrival)]).expect("a query");
    let button = portals[0].url(&format!("/mellon/logout?{back}"));
    let theirs = [
        ("BASE", base.as_str()),
        ("VISITS", &visits),
        ("SIGN_OUT", &button),
        ("ARRIVAL", &arrival),
    ];
    browser::run("leaving.mjs", &[&theirs[..], &person].concat()).await.praise();
}

#[actix_web::test]
async fn every_page_keeps_its_promises() {
    let stage = Stage::open(&["marie.dupont", "luc.grondin", "admin"]).await;
    let base = stage.base();
    let open = serde_json::json!([
        { "path": "/login", "name": "sign-in" },
        // The demonstration brings a stylesheet of its own, which real installations never load.
        { "path": "/", "name": "demo-start", "requests": 4 },
        { "path": "/nowhere", "name": "not-found", "status": 404 },
    ]);
    let open = open.to_string();
    browser::run("pages.mjs", &[("BASE", &base), ("PAGES", &open)]).await.praise();

    let choice = serde_json::json!([
        { "path": "/dispatch", "name": "choice", "signedIn": true },
        { "path": "/sessions", "name": "sessions", "signedIn": true },
        { "path": "/logout", "name": "sign-out", "signedIn": true },
    ]);
    let choice = choice.to_string();
    let person = [("LOGIN", "luc.grondin"), ("PASSWORD", "luc.grondin")];
    let settings = [("BASE", base.as_str()), ("PAGES", &choice), person[0], person[1]];
    browser::run("pages.mjs", &settings).await.praise();

    let office = serde_json::json!([
        { "path": "/admin", "name": "admin", "signedIn": true },
        { "path": "/admin/lint", "name": "lint", "signedIn": true },
        { "path": "/admin/zones?address=10.205.12.7", "name": "zones", "signedIn": true },
        { "path": "/admin/explain?login=marie.dupont&ip=10.205.3.4", "name": "explain", "signedIn": true },
        { "path": "/admin/audit", "name": "audit", "signedIn": true },
        { "path": "/admin/people", "name": "people", "signedIn": true },
        { "path": "/admin/sources", "name": "sources", "signedIn": true },
        { "path": "/admin/roles", "name": "roles", "signedIn": true },
        { "path": "/admin/jobs", "name": "jobs", "signedIn": true },
        { "path": "/admin/mail", "name": "mail", "signedIn": true },
        { "path": "/admin/mail/templates", "name": "texts", "signedIn": true },
        { "path": "/admin/tokens", "name": "tokens", "signedIn": true },
        { "path": "/admin/health", "name": "health", "signedIn": true },
        // It names every setting there is.
        { "path": "/admin/settings", "name": "settings", "signedIn": true, "bytes": 40_000 },
        { "path": "/attendance/setup/groups", "name": "setup-groups", "signedIn": true },
        { "path": "/cards/office", "name": "card-office", "signedIn": true },
        { "path": "/cards/office/services", "name": "card-services", "signedIn": true },
    ]);
    let office = office.to_string();
    let settings =
        [("BASE", base.as_str()), ("PAGES", &office), ("LOGIN", "admin"), ("PASSWORD", "admin")];
    browser::run("pages.mjs", &settings).await.praise();
}

#[actix_web::test]
async fn a_newcomer_finds_a_colleague_while_typing() {
    let stage = Stage::open(&["camille.riviere", "admin"]).await;
    drop(tokio::spawn(demo::bring_in(*stage.parts.clone().expect("it is started"), 300)));
    stage.until_found("elodie oeuvrard").await;
    let base = stage.base();
    let searches = serde_json::json!([
        ["elodie oeuvrard", "Élodie Œuvrard-L'Hénaff"],
        ["martin agnes", "Agnès Martin"],
        ["jp dupont", "Jean-Pierre Dupont"],
    ]);
    let searches = searches.to_string();
    let settings =
        [("BASE", base.as_str()), ("START", "/lookup/try"), ("SEARCHES", searches.as_str())];
    browser::run("search.mjs", &settings).await.praise();

    // The stylesheet of the demonstration and the script come on top.
    let open = serde_json::json!([
        { "path": "/lookup/try?q=l%27henaff", "name": "try-search", "requests": 5 },
        { "path": "/lookup/setup", "name": "lookup-setup" },
    ]);
    let open = open.to_string();
    browser::run("pages.mjs", &[("BASE", &base), ("PAGES", &open)]).await.praise();
    for (login, path, name) in [
        ("camille.riviere", "/lookup/me", "lookup-me"),
        ("admin", "/admin/lookup?q=martin", "admin-lookup"),
    ] {
        let pages = serde_json::json!([{ "path": path, "name": name, "signedIn": true }]);
        let pages = pages.to_string();
        let person = [("LOGIN", login), ("PASSWORD", login)];
        let settings = [("BASE", base.as_str()), ("PAGES", &pages), person[0], person[1]];
        browser::run("pages.mjs", &settings).await.praise();
    }
}

#[actix_web::test]
async fn the_list_of_the_demonstration_is_followed() {
    let stage = Stage::open(&["admin"]).await;
    let parts = stage.parts.clone().expect("it is open");
    let path = stage.folder.path().join("vacataires.csv");
    let list = fs::read_to_string(&path).expect("it is written at the first start");
    assert_eq!(list.lines().count(), 3_001);
    let run = || async {
        let source = parts.synced.iter().find(|it| it.name == "vacataires").expect("a section");
        let order =
            Order { mode: Mode::Full, dry_run: false, force: false, asked_by: "files".into() };
        let engine = parts.sync_engine();
        let finished = engine.run(source, &order, &Progress::default(), &mut |_| {}).await;
        finished.expect("it is in order").counts
    };
    let known = async |name: &str| {
        let mut tx = parts.db.read().await.expect("a transaction");
        let search = Search { words: name.into(), limit: 9, ..Search::default() };
        find_people(&mut tx, &search, Clock::system().now()).await.expect("rows").len()
    };
    let first = run().await;
    assert_eq!((first.appeared, first.rejected), (3_000, 0), "{first:?}");

    let line = "zoe.nouvelle,Nouvelle,Zoé,zoe@demo.example,9740091F,ENS\n";
    let shorter = list.rsplitn(11, '\n').last().expect("lines").to_owned() + "\n" + line;
    fs::write(&path, shorter).expect("the folder is ours");
    let second = run().await;
    assert_eq!((second.appeared, second.vanished), (1, 9), "{second:?}");
    assert_eq!(known("Zoé Nouvelle").await, 1);
}
