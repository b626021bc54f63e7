//! One person with two accounts, photos that cannot be scanned or removed, and cards of people who left.
use super::{
    MANAGER, STUDENT, ask, card_of, cards_of, enabled, follow, lead, photo, post, print,
    set_attribute, state_of, university, upload, with,
};
use crate::house::House;
use crate::rights::{give, person_of};
use aiguillage::card::state::State;
use aiguillage::card::store;
use aiguillage::card::{CleanPhotos, FollowHolders, ForgetCards, ScanPhotos};
use aiguillage::identity::store::{accounts_of, link_account};
use aiguillage::jobs::Job;
use aiguillage::rights::{Grant, Role, Scope};
use chrono::Duration;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::thread;
use uuid::Uuid;

/// Do one job now.
async fn run<J: Job>(house: &House, job: &J) {
    let mut tx = house.db().write().await.expect("a transaction");
    house.parts().jobs.queue.add(&mut tx, job).await.expect("asked");
    tx.commit().await.expect("kept");
    house.run_jobs().await;
}

/// Change something in a table.
async fn change(house: &House, sql: &'static str, who: Uuid) {
    let mut tx = house.db().write().await.expect("a transaction");
    aiguillage::on!(&mut tx, |conn| sqlx::query(sql).bind(who).execute(conn).await.map(|_| ()))
        .expect("kept");
    tx.commit().await.expect("kept");
}

/// The account of one login is another person's from now on.
async fn join(house: &House, login: &str, other: &str) {
    let (from, to) = (person_of(house, login).await, person_of(house, other).await);
    let mut tx = house.db().write().await.expect("a transaction");
    let account = accounts_of(&mut tx, from).await.expect("rows").remove(0).id;
    link_account(&mut tx, account, (from, to), "administrator", house.now()).await.expect("joined");
    tx.commit().await.expect("kept");
}

async fn set_ended(house: &House, login: &str) {
    let mut tx = house.db().write().await.expect("a transaction");
    let (now, login) = (house.now(), login.to_owned());
    let sql = "UPDATE account SET ended_at = $1 WHERE login = $2";
    aiguillage::on!(&mut tx, |conn| sqlx::query(sql)
        .bind(now)
        .bind(login)
        .execute(conn)
        .await
        .map(|_| ()))
    .expect("kept");
    tx.commit().await.expect("kept");
}

#[actix_web::test]
async fn whoever_leaves_without_a_word_has_no_working_card() {
    let house = university().await;
    enabled(&house, STUDENT, "04063F72633480").await;
    let luc = person_of(&house, STUDENT).await;
    set_attribute(&house, luc, "eduPersonPrincipalName", "").await;
    follow(&house).await;
    assert_eq!(state_of(&house, STUDENT).await, State::Enabled, "what is not said ends nothing");
    set_ended(&house, STUDENT).await;
    follow(&house).await;
    assert_eq!(state_of(&house, STUDENT).await, State::Caduc);
}

#[actix_web::test]
async fn of_two_joined_accounts_one_card_works() {
    let house = university().await;
    let old = enabled(&house, STUDENT, "04063F72633480").await;
    house.wait(Duration::minutes(5));
    let new = enabled(&house, "tom.girard", "04AABBCCDDEE80").await;
    join(&house, "tom.girard", STUDENT).await;
    follow(&house).await;
    let of = |id: Uuid| {
        let house = &house;
        async move {
            let cards = cards_of(house, STUDENT).await;
            cards.into_iter().find(|card| card.id == id).expect("a card").state
        }
    };
    assert_eq!((of(old.id).await, of(new.id).await), (State::Disabled, State::Enabled));
    let nadia = house.sign_in(MANAGER).await;
    assert_eq!(lead(&nadia, old.id, "enabled", &[]).await.status, 303);
    assert_eq!((of(old.id).await, of(new.id).await), (State::Enabled, State::Disabled));
    // A request of either account is a request of the person.
    let luc = house.sign_in(STUDENT).await;
    assert_eq!(ask(&luc).await.status, 303);
    luc.get("/cards/request").await.must_be(409, "E-CARD-ASK");
    lead(&nadia, new.id, "destroyed", &[]).await;
    let path = format!("/cards/office/{}", new.id);
    let version =
        cards_of(&house, STUDENT).await.iter().find(|it| it.id == new.id).expect("it").version;
    let fields = [("to", "renewed"), ("version", &version.to_string())];
    post(&nadia, &path, &fields).await.must_be(409, "E-CARD-STATE");
}

#[actix_web::test]
async fn a_request_that_came_back_is_not_carried_to_another_account() {
    let house = university().await;
    ask(&house.sign_in(STUDENT).await).await;
    house.sign_in("tom.girard").await;
    let nadia = house.sign_in(MANAGER).await;
    let back = card_of(&house, STUDENT).await;
    lead(&nadia, back.id, "rejected", &[("note", "floue")]).await;
    join(&house, "tom.girard", STUDENT).await;
    set_ended(&house, STUDENT).await;
    let tom = house.sign_in("tom.girard").await;
    assert_eq!(ask(&tom).await.location(), "/cards?sent=1");
    let states: Vec<_> = cards_of(&house, STUDENT).await.iter().map(|card| card.state).collect();
    assert_eq!(states, [State::New, State::Canceled]);
    assert!(card_of(&house, STUDENT).await.of.eppn.starts_with("tomgirard@"));
}

#[actix_web::test]
async fn consent_is_withdrawn_whoever_may_ask_now() {
    let house = university().await;
    let luc = house.sign_in(STUDENT).await;
    assert_eq!(ask(&luc).await.status, 303);
    let person = person_of(&house, STUDENT).await;
    set_attribute(&house, person, "eduPersonPrincipalName", "").await;
    let page = luc.get("/cards").await;
    assert!(page.text.contains("action=\"/cards/consent\""), "{}", page.words());
    assert_eq!(post(&luc, "/cards/consent", &[]).await.status, 303);
    let mut tx = house.db().read().await.expect("the database answers");
    let holders = store::holders_of(&mut tx, person).await.expect("rows");
    assert_eq!(holders.iter().map(|it| it.shows_photo).collect::<Vec<_>>(), [false]);
    drop(tx);
    let nobody = house.sign_in("marie.dupont").await;
    post(&nobody, "/cards/consent", &[("show", "1")]).await.must_be(409, "E-CARD-NO-HOLDER");
}

#[actix_web::test]
async fn whoever_may_send_no_photo_is_told_so_before_it_is_looked_at() {
    let house = university().await;
    let luc = house.sign_in(STUDENT).await;
    ask(&luc).await;
    upload(&luc, b"GIF89a").await.must_be(409, "E-CARD-ASK");
    let tom = house.sign_in("tom.girard").await;
    for _ in 0..20 {
        assert_eq!(upload(&tom, &photo()).await.status, 303);
    }
    upload(&tom, b"GIF89a").await.must_be(409, "E-PHOTO-MANY");
    house.wait(Duration::hours(25));
    let tom = house.sign_in("tom.girard").await;
    upload(&tom, b"GIF89a").await.must_be(415, "E-PHOTO-TYPE");
}

#[actix_web::test]
async fn lists_for_those_who_open_no_card_have_no_details() {
    let house = university().await;
    let card = enabled(&house, STUDENT, "04063F72633480").await;
    ask(&house.sign_in("alain.garnier").await).await;
    let escn = card.escn.expect("a number");
    let marie = house.sign_in("marie.dupont").await;
    let id = person_of(&house, "marie.dupont").await;
    let lister = Grant { role: Role::CardLister, scope: Scope::Installation };
    give(&house, id, std::slice::from_ref(&lister)).await;
    let csv = marie.get("/cards/office.csv").await;
    let head = "\u{feff}id;eppn;name;type;state;state_at;csn\r\n";
    assert!(csv.text.starts_with(head), "{}", csv.text);
    assert!(csv.text.contains("04063F72633480") && !csv.text.contains(&escn), "{}", csv.text);
    let staff = Grant { role: Role::CardReader, scope: Scope::CardType("P".into()) };
    give(&house, id, &[lister, staff]).await;
    let csv = marie.get("/cards/office.csv").await;
    assert!(csv.text.contains(";requested_at;") && !csv.text.contains(&escn), "{}", csv.text);
    let line = |name: &str| {
        let line = csv.text.lines().find(|line| line.contains(name)).expect("a line");
        line.to_owned()
    };
    assert!(line("Luc Petit").ends_with(";04063F72633480;;;;;;;;"), "{}", line("Luc Petit"));
    assert!(line("Alain Garnier").ends_with(";0;"), "{}", line("Alain Garnier"));
}

/// Reads one `zINSTREAM` as clamd does and says something of it. Refuses the first connections.
fn scanner(mut refused: usize, word: &'static [u8]) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.expect("a connection");
            if refused > 0 {
                refused -= 1;
                continue;
            }
            read_stream(&mut stream).expect("a whole stream");
            stream.write_all(word).expect("it listens");
        }
    });
    address
}

fn read_stream(stream: &mut TcpStream) -> std::io::Result<()> {
    stream.read_exact(&mut [0; 10])?;
    loop {
        let mut length = [0; 4];
        stream.read_exact(&mut length)?;
        let length = usize::try_from(u32::from_be_bytes(length)).expect("a length");
        if length == 0 {
            return Ok(());
        }
        stream.read_exact(&mut vec![0; length])?;
    }
}

async fn scanned_by(address: SocketAddr) -> House {
    with(&[("AIGUILLAGE_ATTENDANCE_CLAMD", &address.to_string())]).await
}

#[actix_web::test]
async fn a_photo_that_cannot_be_scanned_keeps_no_other_from_it() {
    let house = scanned_by(scanner(1, b"stream: OK\0")).await;
    let luc = house.sign_in(STUDENT).await;
    let tom = house.sign_in("tom.girard").await;
    let face = |at: &str| format!("/cards/photos/{}", at.rsplit('=').next().expect("an id"));
    let first = face(upload(&luc, &photo()).await.location());
    let second = face(upload(&tom, &photo()).await.location());
    house.run_jobs().await;
    luc.get(&first).await.must_be(409, "E-PHOTO-HELD");
    assert_eq!(tom.get(&second).await.status, 200, "it was behind the first one");
    house.wait(Duration::minutes(10));
    run(&house, &ScanPhotos {}).await;
    assert_eq!(luc.get(&first).await.status, 200);
}

#[actix_web::test]
async fn an_infected_photo_is_said_to_be_and_nothing_is_made_of_it() {
    let house = scanned_by(scanner(0, b"stream: Eicar-Test-Signature FOUND\0")).await;
    let luc = house.sign_in(STUDENT).await;
    assert_eq!(ask(&luc).await.status, 303);
    let card = card_of(&house, STUDENT).await;
    let nadia = house.sign_in(MANAGER).await;
    let page = |who: &'static str| {
        let (house, id) = (&house, card.id);
        async move {
            let who = house.sign_in(who).await;
            if who.get(&format!("/cards/office/{id}")).await.status == 200 {
                return who.get(&format!("/cards/office/{id}")).await;
            }
            who.get("/cards").await
        }
    };
    for who in [STUDENT, MANAGER] {
        let page = page(who).await;
        assert!(page.text.contains("en attente de l’antivirus"), "{}", page.words());
        assert!(!page.text.contains("<img class=\"portrait\""), "{}", page.text);
    }
    lead(&nadia, card.id, "request_checked", &[]).await.must_be(409, "E-CARD-STATE");
    house.run_jobs().await;
    for who in [STUDENT, MANAGER] {
        let page = page(who).await;
        assert!(page.text.contains("refusée par l’antivirus"), "{}", page.words());
        assert!(!page.text.contains("<img class=\"portrait\""), "{}", page.text);
    }
    lead(&nadia, card.id, "request_checked", &[]).await.must_be(409, "E-CARD-STATE");
    assert_eq!(lead(&nadia, card.id, "rejected", &[("note", "autre photo")]).await.status, 303);
}

#[actix_web::test]
async fn no_request_is_checked_without_a_photo() {
    let house = university().await;
    ask(&house.sign_in(STUDENT).await).await;
    let card = card_of(&house, STUDENT).await;
    change(&house, "UPDATE card SET photo = NULL WHERE id = $1", card.id).await;
    let nadia = house.sign_in(MANAGER).await;
    lead(&nadia, card.id, "request_checked", &[]).await.must_be(409, "E-CARD-STATE");
}

/// Files in the vault of photos.
fn vault(house: &House) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(house.file("photos")).into_iter().flatten();
    entries.map(|entry| entry.expect("an entry").path()).collect()
}

#[actix_web::test]
async fn a_photo_that_cannot_be_removed_keeps_no_other_from_it() {
    let house = university().await;
    for login in [STUDENT, "tom.girard"] {
        upload(&house.sign_in(login).await, &photo()).await;
    }
    // The older one cannot be removed: its name is a folder.
    let mut tx = house.db().read().await.expect("the database answers");
    let due = store::due(&mut tx, Uuid::nil(), house.now() + Duration::days(2)).await;
    let (_, key) = due.expect("rows").remove(0);
    drop(tx);
    let stuck = vault(&house).into_iter().find(|path| path.ends_with(&key)).expect("a file");
    std::fs::remove_file(&stuck).expect("removed");
    std::fs::create_dir(&stuck).expect("a folder");
    house.wait(Duration::days(2));
    run(&house, &CleanPhotos {}).await;
    assert_eq!(vault(&house), std::slice::from_ref(&stuck));
    std::fs::remove_dir(&stuck).expect("removed");
    run(&house, &CleanPhotos {}).await;
    assert_eq!(house.last("retention.cleaned").await.fields["rows"].as_i64(), Some(1));
}

#[actix_web::test]
async fn cards_are_forgotten_a_year_after_they_ended() {
    let house = university().await;
    let gone = enabled(&house, STUDENT, "04063F72633480").await;
    // Printed when they left: nothing ends it, and nobody will hand it out.
    ask(&house.sign_in("tom.girard").await).await;
    let half = card_of(&house, "tom.girard").await;
    print(&house.sign_in(MANAGER).await, half.id).await;
    let kept = enabled(&house, "ines.robert", "04AABBCCDDEE80").await;
    for login in [STUDENT, "tom.girard"] {
        set_ended(&house, login).await;
    }
    follow(&house).await;
    house.wait(Duration::days(364));
    run(&house, &ForgetCards {}).await;
    assert_eq!(cards_of(&house, STUDENT).await.len(), 1);
    house.wait(Duration::days(2));
    run(&house, &ForgetCards {}).await;
    for (login, id) in [(STUDENT, gone.id), ("tom.girard", half.id)] {
        let mut tx = house.db().read().await.expect("the database answers");
        assert!(store::card(&mut tx, id).await.expect("rows").is_none(), "{login}");
    }
    assert_eq!(card_of(&house, "ines.robert").await.id, kept.id);
    let rows = house.audit("retention.cleaned").await;
    let rows = rows.iter().filter(|row| row.reason == "cards");
    let gone: i64 = rows.filter_map(|row| row.fields["rows"].as_i64()).sum();
    assert_eq!(gone, 2);
    run(&house, &CleanPhotos {}).await;
    assert_eq!(vault(&house).len(), 1, "photos go with the cards that showed them");
}

#[actix_web::test]
async fn holders_of_whom_nothing_changed_are_not_written() {
    let house = university().await;
    enabled(&house, STUDENT, "04063F72633480").await;
    let luc = person_of(&house, STUDENT).await;
    let read = || async {
        let mut tx = house.db().read().await.expect("the database answers");
        let sql = "SELECT h.read_at FROM card_holder h JOIN account a ON a.id = h.account
            WHERE a.person = $1";
        let at: chrono::DateTime<chrono::Utc> = aiguillage::on!(&mut tx, |conn| {
            sqlx::query_scalar(sql).bind(luc).fetch_one(conn).await
        })
        .expect("a time");
        at
    };
    let before = read().await;
    house.wait(Duration::hours(1));
    follow(&house).await;
    assert_eq!(read().await, before);
    set_attribute(&house, luc, "schacExpiryDate", "20270930235959Z").await;
    follow(&house).await;
    assert!(read().await > before);
}

#[actix_web::test]
async fn a_holder_who_cannot_be_followed_keeps_no_other_from_being_followed() {
    let house = university().await;
    let logins = [STUDENT, "tom.girard", "ines.robert"];
    for (login, csn) in logins.into_iter().zip(["0A0B0C01", "0A0B0C02", "0A0B0C03"]) {
        enabled(&house, login, csn).await;
    }
    // Something that no version of this program wrote.
    let broken = card_of(&house, STUDENT).await;
    change(&house, "UPDATE card SET state = 'odd' WHERE id = $1", broken.id).await;
    for login in logins {
        set_ended(&house, login).await;
    }
    run(&house, &FollowHolders {}).await;
    for login in ["tom.girard", "ines.robert"] {
        assert_eq!(state_of(&house, login).await, State::Caduc, "{login}");
    }
}
