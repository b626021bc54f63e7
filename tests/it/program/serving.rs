//! Serving, ending, and being killed.
use super::{Installation, cookie};
use aiguillage::audit::{Search, search};
use aiguillage::db::{DatabaseSettings, Db};

#[actix_web::test]
async fn who_signed_in_before_a_kill_is_signed_in_afterwards_and_recorded() {
    let house = Installation::new();
    house.add("alix", &[]).good();
    let service = house.serve().await;
    let answer = service.sign_in("alix", super::PASSWORD).await;
    service.process.kill();

    assert_eq!(answer.status(), 303);
    let session = cookie(&answer, "__Host-sid").expect("a session");
    let service = house.serve().await;
    assert!(service.knows(&session).await);
    assert!(!service.knows("__Host-sid=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA").await);

    let file = DatabaseSettings::Sqlite(house.path("var/aiguillage.db"));
    let db = Db::open(&file).await.expect("the database opens");
    let mut tx = db.read().await.expect("a transaction");
    let login = Search { event: "auth.login".into(), limit: 9, ..Search::default() };
    let rows = search(&mut tx, &login).await.expect("rows");
    assert_eq!(rows.len(), 1);
    let record = Search { event: "service.start".into(), limit: 9, ..Search::default() };
    assert_eq!(search(&mut tx, &record).await.expect("rows").len(), 2);
}

#[actix_web::test]
async fn many_kills_leave_nothing_to_clean_up() {
    let house = Installation::new();
    house.add("alix", &[]).good();
    let mut sessions = Vec::new();
    for _ in 0..3 {
        let service = house.serve().await;
        let answer = service.sign_in("alix", super::PASSWORD).await;
        sessions.push(cookie(&answer, "__Host-sid").expect("a session"));
        house.start().kill();
        service.process.kill();
    }
    let service = house.serve().await;
    for session in &sessions {
        assert!(service.knows(session).await);
    }
}

#[actix_web::test]
async fn a_wrong_password_opens_nothing() {
    let house = Installation::new();
    house.add("alix", &[]).good();
    let service = house.serve().await;

    for (login, password) in [("alix", "wrong"), ("nobody", super::PASSWORD), ("alix", "")] {
        let answer = service.sign_in(login, password).await;
        assert_eq!(answer.status(), 401, "{login}");
        assert!(cookie(&answer, "__Host-sid").is_none());
    }
    assert_eq!(service.sign_in("ALIX", super::PASSWORD).await.status(), 303);
}

#[actix_web::test]
async fn sigterm_ends_gently_with_exit_0() {
    let house = Installation::new();
    let service = house.serve().await;

    service.process.signal("TERM");

    assert_eq!(service.ended().await, Some(0), "{}", house.log());
    assert!(house.log().contains("ending"));
    assert!(std::net::TcpStream::connect(("127.0.0.1", house.port)).is_err());
}

#[actix_web::test]
async fn while_draining_balancers_are_warned_and_people_are_served() {
    let house = Installation::with("[http]\ndrain = 1m\n");
    let ini = std::fs::read_to_string(house.path("etc/aiguillage.ini")).expect("read");
    house.write("etc/aiguillage.ini", &ini.replacen("drain = 0s\n", "", 1));
    let mut service = house.serve().await;

    service.process.signal("TERM");

    service.until("/readyz", |status, _| status == 503).await;
    let page = service.client.get(service.url("/login")).send().await.expect("an answer");
    assert_eq!(page.status(), 200);
    service.process.signal("TERM");
    assert_eq!(service.ended().await, Some(1), "a second one ends at once");
}
