//! Lists in files: what is written, what is not, who is refused, who leaves and who comes back.
#![expect(clippy::unwrap_used, reason = "what cannot be read fails the test")]
use super::{Change, LIST, Mode, Office, Order, brief, list, order};
use aiguillage::demo::colleagues::Colleague;
use aiguillage::identity::cloud::{CloudId, Field, RecordId};
use aiguillage::identity::store::cloud::{RecordRow, put_records};
use aiguillage::identity::{Profile, store};
use aiguillage::sync::SyncError;
use aiguillage::sync::store as runs;
use chrono::Duration;
use std::os::unix::net::UnixListener;
use std::sync::{Arc, Mutex};
use uuid::Uuid;

#[actix_web::test]
async fn people_come_with_names_and_schools_and_the_same_list_writes_nothing() {
    let office = Office::open(LIST).await;
    office.write("staff.csv", list(0..1_203));
    assert_eq!(office.counts("staff").await, [1_203, 0, 0, 0, 0, 0]);

    let somebody = Colleague::of(7);
    let account = office.account("staff", &somebody.login).await;
    assert_eq!(account.attributes.first("mail"), Some(somebody.mail.to_lowercase().as_str()));
    assert_eq!(account.attributes.all("etablissement"), [] as [&str; 0], "only what is needed");
    let mut tx = office.test.read().await;
    let person = store::find_person(&mut tx, account.person).await.unwrap().unwrap();
    assert_eq!(person.display_name, format!("{} {}", somebody.given, somebody.surname));
    let schools = store::affiliations_of(&mut tx, person.id, office.clock.now()).await.unwrap();
    assert_eq!((schools[0].rne.as_str(), schools[0].profile), ("9740091F", Profile::Teacher));
    drop(tx);

    let before = office.kept().await;
    assert_eq!(before, (1_203, 1_203));
    assert_eq!(office.counts("staff").await, [0, 0, 0, 1_203, 0, 0]);
    assert_eq!(office.kept().await, before);
    let again = office.account("staff", &somebody.login).await;
    assert_eq!(again.read_at, account.read_at, "what is the same is not written");
}

#[actix_web::test]
async fn only_what_differs_is_written_and_the_run_says_which_fields() {
    let office = Office::open(LIST).await;
    office.write("staff.csv", list(0..50));
    office.run("staff").await;
    let somebody = Colleague::of(3);
    let text = list(0..50).replace(&somebody.mail, "autre@ac-reunion.fr");
    let text = text.replacen(";9740091F;", ";9749801K;", 1);
    office.write("staff.csv", text);

    let finished = office.run("staff").await;

    assert_eq!(brief(&finished.counts), [0, 2, 0, 48, 0, 0]);
    let fields: Vec<_> = finished.counts.fields.iter().map(|(f, n)| (f.as_str(), *n)).collect();
    assert_eq!(fields, [("mail", 1), ("rne", 1)]);
    let mut tx = office.test.read().await;
    let account = office.account("staff", &somebody.login).await;
    let person = store::find_person(&mut tx, account.person).await.unwrap().unwrap();
    assert_eq!(person.mail.as_deref(), Some("autre@ac-reunion.fr"));
    let last = &runs::newest_runs(&mut tx, "staff", 1).await.unwrap()[0];
    assert_eq!((last.state.as_str(), &last.counts), ("done", &finished.counts));
    let told = runs::differences_of_run(&mut tx, last.id).await.unwrap();
    assert_eq!(told.len(), 2);
    assert!(told.iter().any(|one| one.source_id == somebody.login && one.fields == "mail"));
    assert_eq!(office.audit("sync.done").await.len(), 2);
}

#[actix_web::test]
async fn a_dry_run_says_what_would_be_and_writes_nothing() {
    let office = Office::open(LIST).await;
    office.write("staff.csv", list(0..20));
    office.run("staff").await;
    let before = office.kept().await;
    office.write("staff.csv", list(2..21).replace(&Colleague::of(5).mail, "x@y.example"));

    let look = Order { dry_run: true, ..order() };
    let finished = office.try_run("staff", &look).await.0.unwrap();

    assert_eq!(brief(&finished.counts), [1, 1, 0, 17, 2, 0]);
    assert_eq!(office.kept().await, before);
    let of = |kind| finished.differences.iter().find(|one| one.kind == kind).unwrap();
    assert_eq!(of(Change::Appears).source_id, Colleague::of(20).login);
    assert_eq!(of(Change::Changes).fields, ["mail"]);
    assert_eq!(office.audit("sync.tried").await.len(), 1);
    assert_eq!(office.counts("staff").await, [1, 1, 0, 17, 2, 0], "as it said");
}

#[actix_web::test]
async fn bad_lines_are_told_with_their_number_and_the_rest_is_brought_in() {
    let office = Office::open(LIST).await;
    let mut lines: Vec<Vec<u8>> = list(0..10_000).lines().map(Into::into).collect();
    // Four kinds of damage in the lines 51, 551, 1 051, …
    for (kind, at) in (50..10_000).step_by(500).enumerate() {
        let line = String::from_utf8(lines[at].clone()).unwrap();
        let cells: Vec<&str> = line.split(';').collect();
        lines[at] = match kind % 4 {
            0 => format!(";{};{};;9740091F;", cells[1], cells[2]).into(),
            1 => format!("{};;;{};9740091F;", cells[0], cells[3]).into(),
            2 => format!("{line};one;more").into(),
            _ => lines[at - 1].clone(),
        };
    }
    lines[10_000] = b"pmeli\xe9;Ren\xe9;Dupr\xe9;r@x.example;9740091F;National_ENS".to_vec();
    office.write("staff.csv", lines.join(&b'\n'));

    let (done, told) = office.try_run("staff", &order()).await;

    assert_eq!(brief(&done.unwrap().counts), [9_980, 0, 0, 0, 0, 20]);
    assert_eq!(told.len(), 20);
    let first: Vec<_> = told.iter().take(4).map(|one| (one.place.as_str(), one.code)).collect();
    let expected = [
        ("staff.csv:51", "W-SYNC-NO-ID"),
        ("staff.csv:551", "W-SYNC-NO-NAME"),
        ("staff.csv:1051", "W-SYNC-COLUMNS"),
        ("staff.csv:1551", "W-SYNC-TWICE"),
    ];
    assert_eq!(first, expected);
    let rene = office.account("staff", "pmelié").await;
    assert_eq!(rene.attributes.first("displayName"), Some("René Dupré"));
    let mut tx = office.test.read().await;
    let run = runs::newest_runs(&mut tx, "staff", 1).await.unwrap().remove(0);
    assert_eq!(runs::findings_of_run(&mut tx, run.id).await.unwrap().len(), 20);
}

#[actix_web::test]
async fn whoever_has_a_damaged_line_is_kept_as_they_were() {
    let office = Office::open(LIST).await;
    office.write("staff.csv", list(0..10));
    office.run("staff").await;
    let somebody = Colleague::of(4);
    let broken = format!("{};;;;;", somebody.login);
    let lines: Vec<_> = list(0..10)
        .lines()
        .map(|line| if line.starts_with(&somebody.login) { broken.clone() } else { line.into() })
        .collect();
    office.write("staff.csv", lines.join("\n"));

    assert_eq!(office.counts("staff").await, [0, 0, 0, 9, 0, 1]);
    assert_eq!(office.account("staff", &somebody.login).await.ended_at, None);
}

#[actix_web::test]
async fn a_list_that_was_cut_short_is_refused_until_somebody_insists() {
    let office = Office::open(LIST).await;
    office.write("staff.csv", list(0..100));
    office.run("staff").await;
    let before = office.kept().await;

    for shorter in [list(0..79), list(0..0)] {
        office.write("staff.csv", shorter);
        let refused = office.try_run("staff", &order()).await.0;
        assert!(matches!(refused, Err(SyncError::Vanishing { known: 100, limit: 20, .. })));
        assert_eq!(office.kept().await, before);
    }
    let refused = &office.audit("sync.refused").await[0];
    assert_eq!(
        (refused.reason.as_str(), &refused.fields["vanished"]),
        ("E-SYNC-VANISH", &100.into())
    );
    office.write("staff.csv", list(0..80));
    assert_eq!(office.counts("staff").await, [0, 0, 0, 80, 20, 0], "a fifth may go");
    office.write("staff.csv", list(0..10));
    let insist = Order { force: true, ..order() };
    let forced = office.try_run("staff", &insist).await.0.unwrap();
    assert_eq!(brief(&forced.counts), [0, 0, 0, 10, 70, 0]);
}

#[actix_web::test]
async fn who_left_is_hidden_at_once_and_who_comes_back_is_the_same_person() {
    let mut office = Office::open(LIST).await;
    office.write("staff.csv", list(0..10));
    office.run("staff").await;
    let login = Colleague::of(9).login;
    let account = office.account("staff", &login).await;
    let record = record(&office, account.person).await;
    let told = Arc::new(Mutex::new(Vec::new()));
    let heard = Arc::clone(&told);
    office.engine.hidden = Some(Arc::new(move |ids: &[RecordId], seq| {
        heard.lock().unwrap().push((ids.to_vec(), seq));
    }));

    office.write("staff.csv", list(0..9));
    assert_eq!(office.counts("staff").await, [0, 0, 0, 9, 1, 0]);

    let mut tx = office.test.read().await;
    assert!(store::listed_among(&mut tx, &[record], false).await.unwrap().is_empty());
    let newest = store::newest_change(&mut tx).await.unwrap().unwrap();
    assert_eq!((newest.entity, newest.kind.as_str()), (account.person.0, "affiliation"));
    assert_eq!(*told.lock().unwrap(), [(vec![record], newest.seq)]);
    let now = office.clock.now();
    assert!(store::affiliations_of(&mut tx, account.person, now).await.unwrap().is_empty());
    drop(tx);
    assert!(office.account("staff", &login).await.ended_at.is_some());
    assert_eq!(office.counts("staff").await, [0, 0, 0, 9, 0, 0], "who left does not leave again");

    office.write("staff.csv", list(0..10));
    assert_eq!(office.counts("staff").await, [0, 0, 1, 9, 0, 0]);

    let again = office.account("staff", &login).await;
    assert_eq!((again.person, again.id, again.ended_at), (account.person, account.id, None));
    let mut tx = office.test.read().await;
    let now = office.clock.now() + Duration::seconds(1);
    assert_eq!(store::affiliations_of(&mut tx, account.person, now).await.unwrap().len(), 1);
    assert_eq!(store::listed_among(&mut tx, &[record], false).await.unwrap().len(), 1);
}

/// A record of the lookup that belongs to somebody.
async fn record(office: &Office, person: aiguillage::identity::PersonId) -> RecordId {
    let id = RecordId(Uuid::now_v7());
    let row = RecordRow {
        id,
        cloud_id: CloudId::parse("a@nuage.example").unwrap(),
        origin: "push".into(),
        person: Some(person),
        fields: [(Field::Name, "A")].into_iter().collect(),
        claim: format!("p:{person}"),
        priority: 0,
        state: "shown",
        signed_at: 0,
    };
    let mut tx = office.test.write().await;
    put_records(&mut tx, &[row], office.clock.now()).await.unwrap();
    assert_eq!(store::listed_among(&mut tx, &[id], false).await.unwrap().len(), 1);
    tx.commit().await.unwrap();
    id
}

#[actix_web::test]
async fn files_of_a_folder_are_one_list_and_json_lines_are_read_too() {
    let folder = LIST.replace("staff.csv", "lists").replace("kind = csv", "kind = jsonl");
    let office = Office::open(&folder).await;
    std::fs::create_dir(office.path("lists")).unwrap();
    let none = office.try_run("staff", &order()).await.0.unwrap_err();
    assert!(none.to_string().contains("no file with one of the endings"), "{none}");

    let line = |login: &str| {
        format!(
            "{{\"login\":\"{login}\",\"nom\":\"N\",\"prenom\":[\"Marie\",\"Anne\"],\
             \"etablissement\":\"9740091f\",\"profil\":\"National_DIR\",\"photo\":{{\"x\":1}}}}\n"
        )
    };
    office.write("lists/a.jsonl", line("a") + "{broken\n");
    office.write("lists/b.jsonl", line("b") + &line("a"));
    office.write("lists/readme.md", "no list");

    let (done, told) = office.try_run("staff", &order()).await;

    assert_eq!(brief(&done.unwrap().counts), [2, 0, 0, 0, 0, 2]);
    let told: Vec<_> = told.iter().map(|one| (one.place.as_str(), one.code)).collect();
    assert_eq!(told, [("a.jsonl:2", "W-SYNC-JSON"), ("b.jsonl:2", "W-SYNC-TWICE")]);
    let somebody = office.account("staff", "a").await;
    assert_eq!(somebody.attributes.first("displayName"), Some("Marie Anne N"));
}

#[actix_web::test]
async fn thousands_of_values_are_cut_and_said_and_do_not_stop_the_list() {
    let wide =
        LIST.replace("attr.rne = upper(etablissement)", "attr.rne = split('|', etablissement)");
    let office = Office::open(&wide).await;
    let schools: Vec<String> = (0..10_000).map(|n| format!("{n:07}A")).collect();
    let text = list(0..2).replacen("9740091F", &schools.join("|"), 1);
    office.write("staff.csv", text);

    assert_eq!(office.counts("staff").await, [2, 0, 0, 0, 0, 0]);
    let account = office.account("staff", &Colleague::of(0).login).await;
    assert_eq!(account.attributes.all("rne").len(), 2_000);
}

#[actix_web::test]
async fn what_cannot_be_read_to_its_end_changes_nothing() {
    let office = Office::open(LIST).await;
    office.write("staff.csv", list(0..30));
    office.run("staff").await;
    let before = office.kept().await;
    let stray = list(0..30).replacen(&Colleague::of(27).login, "\"x", 1);
    for (text, why) in [
        (stray.into_bytes(), "opened in line 29 is not closed"),
        ((list(10..40) + "\"" + &"x\n".repeat(3 << 20)).into_bytes(), "not closed"),
        (b"\xFF\xFEl\0".to_vec(), "UTF-16"),
    ] {
        office.write("staff.csv", text);
        let failed = office.try_run("staff", &order()).await.0.unwrap_err();
        assert_eq!(failed.code(), "E-SYNC-READ");
        assert!(failed.to_string().contains(why), "{failed}");
        assert_eq!(office.kept().await, before);
    }
    std::fs::remove_file(office.path("staff.csv")).unwrap();
    assert_eq!(office.try_run("staff", &order()).await.0.unwrap_err().code(), "E-SYNC-READ");
}

#[actix_web::test]
async fn the_timetable_reads_files_when_they_changed_and_orders_of_the_page_at_once() {
    let office = Office::open(LIST).await;
    let staff = office.source("staff").clone();
    office.write("staff.csv", list(0..5));
    assert!(office.engine.look_after(&staff).await.unwrap());
    assert!(!office.engine.look_after(&staff).await.unwrap(), "nothing changed");
    office.clock.advance(Duration::days(1));
    office.write("staff.csv", list(0..6));
    assert!(office.engine.look_after(&staff).await.unwrap());
    assert_eq!(office.kept().await.0, 6);

    office.clock.advance(Duration::minutes(1));
    office.write("staff.csv", list(0..1));
    assert!(office.engine.look_after(&staff).await.is_err());
    assert!(!office.engine.look_after(&staff).await.unwrap(), "the same file says the same");
    let wanted = runs::Wanted { dry_run: false, force: true, asked_by: "somebody".into() };
    let mut tx = office.test.write().await;
    runs::want(&mut tx, "staff", &wanted, office.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    office.clock.advance(Duration::minutes(1));
    assert!(office.engine.look_after(&staff).await.unwrap());
    let mut tx = office.test.read().await;
    let last = runs::newest_runs(&mut tx, "staff", 1).await.unwrap().remove(0);
    assert_eq!((last.asked_by.as_str(), last.counts.vanished), ("somebody", 5));
    assert_eq!(runs::wanted(&mut tx, "staff").await.unwrap(), None);
    assert_eq!(Mode::Full.as_str(), last.mode);
}

#[actix_web::test]
async fn a_mail_cell_that_is_no_address_stops_nobody() {
    let office = Office::open(LIST).await;
    let noise: String = (0..200).map(|_| Uuid::new_v4().simple().to_string()).collect();
    office.write("staff.csv", list(0..3).replace(&Colleague::of(1).mail, &noise));

    assert_eq!(office.counts("staff").await, [3, 0, 0, 0, 0, 0]);
    let mut tx = office.test.read().await;
    let account = office.account("staff", &Colleague::of(1).login).await;
    let person = store::find_person(&mut tx, account.person).await.unwrap().unwrap();
    assert_eq!(person.mail, None);
}

#[actix_web::test]
async fn a_file_that_cannot_be_opened_is_tried_again_after_a_while_and_not_before() {
    let office = Office::open(LIST).await;
    let staff = office.source("staff").clone();
    // It can be looked at, and whoever opens it hears an error.
    let _socket = UnixListener::bind(office.path("staff.csv")).unwrap();
    assert!(office.engine.look_after(&staff).await.is_err());
    assert!(!office.engine.look_after(&staff).await.unwrap(), "not every two seconds");

    office.clock.advance(Duration::minutes(15));

    assert!(office.engine.look_after(&staff).await.is_err(), "it may have become readable");
}

#[actix_web::test]
async fn whoever_has_a_login_that_is_too_long_is_kept_as_they_were() {
    let office = Office::open(&LIST.replace("attr.uid", "login_attribute = sn\nattr.uid")).await;
    office.write("staff.csv", list(0..10));
    office.run("staff").await;
    let somebody = Colleague::of(4);
    let long = format!(";{};", "x".repeat(513));
    let name = format!(";{};", somebody.surname);
    let text: Vec<_> = list(0..10)
        .lines()
        .map(|line| {
            if line.starts_with(&somebody.login) { line.replace(&name, &long) } else { line.into() }
        })
        .collect();
    office.write("staff.csv", text.join("\n"));

    assert_eq!(office.counts("staff").await, [0, 0, 0, 9, 0, 1]);
    assert_eq!(office.account("staff", &somebody.login).await.ended_at, None);
}
