//! Lines and figures to take away.
use super::super::documents::text_of;
use super::super::secretary;
use super::week::keep;
use super::{Ground, Roll};
use crate::house::House;
use aiguillage::attendance::record::Status;
use aiguillage::attendance::seance::State;
use chrono::{DateTime, Duration, Utc};
use serde_json::Value;
use std::fs;
use std::process::Command;
use std::time::Instant;

const DAYS: &str = "from=2026-11-16&until=2026-11-17";
const HEAD: &str = "seance_id;date;debut;fin;duree_min;formation;matiere;type;groupes;enseignants;\
    salle;numero;nom;prenom;statut;heure;retard_min;canal;zone;motif;justifie;corrige_par;corrige_le";

/// What a workbook says, as a stranger's program unpacks it.
fn sheet_of(book: &[u8], part: &str) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("book.xlsx");
    fs::write(&path, book).expect("written");
    let script = "import sys, zipfile; sys.stdout.write(zipfile.ZipFile(sys.argv[1]).read(sys.argv[2]).decode())";
    let read = Command::new("python3").args(["-c", script]).arg(&path).arg(part).output();
    let read = read.expect("python3: make needs");
    assert!(read.status.success(), "{}", String::from_utf8_lossy(&read.stderr));
    String::from_utf8(read.stdout).expect("text")
}

#[actix_web::test]
async fn lines_are_taken_away_with_exactly_these_columns() {
    let house = House::open().await;
    let ground = Ground::lay(&house).await;
    keep(&house, &ground, true).await;
    let rose = secretary(&house).await;
    let csv = rose.get(&format!("/attendance/records.csv?{DAYS}")).await;
    assert_eq!(csv.status, 200, "{}", csv.text);
    assert!(csv.header("content-disposition").contains("emargements-2026-11-16-2026-11-17.csv"));
    let text = String::from_utf8(csv.body.clone()).expect("UTF-8");
    let mut lines = text.split("\r\n");
    assert_eq!(lines.next(), Some(format!("\u{feff}{HEAD}").as_str()));
    let lines: Vec<_> = lines.filter(|line| !line.is_empty()).collect();
    assert_eq!(lines.len(), 6 + 3 + 3 + 6);
    let late = lines.iter().find(|line| line.contains("R;;12;")).expect("E2 was late");
    let expected = ";\"2026-11-16\";\"08:00\";\"10:00\";120;M1MIAGE;\"Sécurité des SI\";CM;CM;\
        \"Alain Garnier\";";
    assert!(late.contains(expected), "{late}");
    assert!(text.contains("\"'=Bases de données\""), "no formula: {text}");
    let excused = lines.iter().filter(|line| line.contains(";oui;")).count();
    assert_eq!((excused, lines.iter().filter(|line| line.contains(";non;")).count()), (2, 5));

    let json = rose.get(&format!("/attendance/records.jsonl?{DAYS}")).await;
    let objects: Vec<Value> =
        json.text.lines().map(|line| serde_json::from_str(line).expect("an object")).collect();
    assert_eq!(objects.len(), 18);
    assert_eq!(
        (&objects[0]["duree_min"], &objects[0]["date"]),
        (&120.into(), &"2026-11-16".into())
    );

    let book = rose.get(&format!("/attendance/records.xlsx?{DAYS}")).await;
    let sheet = sheet_of(&book.body, "xl/worksheets/sheet1.xml");
    assert_eq!(sheet.matches("<row ").count(), 19, "{sheet}");
    assert!(!sheet.contains("<f>"), "no formula");

    let events = house.audit("roll.exported").await;
    assert_eq!(events.len(), 3);
}

#[actix_web::test]
async fn the_table_is_taken_away_as_it_is_shown() {
    let house = House::open().await;
    let ground = Ground::lay(&house).await;
    keep(&house, &ground, true).await;
    let rose = secretary(&house).await;
    let ask = format!("by=student&{DAYS}&sort=absence_rate&way=down");
    let csv = rose.get(&format!("/attendance/figures.csv?{ask}")).await;
    let text = String::from_utf8(csv.body.clone()).expect("UTF-8");
    let lines: Vec<_> = text.split("\r\n").collect();
    assert!(lines[0].starts_with("\u{feff}student;attendance_rate;absence_rate;"), "{text}");
    assert!(lines[1].starts_with("\"Inès Robert\";0,0;100,0;71,4;420;420;300;"), "{text}");
    let book = rose.get(&format!("/attendance/figures.xlsx?{ask}")).await;
    let sheet = sheet_of(&book.body, "xl/worksheets/sheet1.xml");
    assert!(sheet.contains("<v>71.4</v>"), "{sheet}");
}

#[actix_web::test]
async fn the_table_is_printed_with_its_sum_and_says_what_narrows_it() {
    let house = House::open().await;
    let ground = Ground::lay(&house).await;
    keep(&house, &ground, true).await;
    let rose = secretary(&house).await;
    let ask = format!("by=student&{DAYS}&sort=absence_rate&way=down&subject={}", ground.ssi);
    let paper = rose.get(&format!("/attendance/figures.pdf?{ask}")).await;
    assert_eq!(paper.status, 200, "{}", paper.text);
    assert!(paper.header("content-disposition").contains("figures-student-2026-11-16"));
    let text = text_of(&paper.body);
    for words in ["Sécurité des SI", "16 novembre 2026", "Demi-journées", "Ensemble"] {
        assert!(text.contains(words), "{words}: {text}");
    }
    let first = text.lines().find(|line| line.contains("Inès Robert")).expect("first of all");
    assert!(first.contains("100,0 %"), "{first}");
    assert_eq!(house.audit("roll.exported").await.len(), 1);

    let none = rose.get("/attendance/figures.pdf?from=2020-01-01&until=2020-01-02").await;
    assert!(text_of(&none.body).contains("Rien à compter"));
}

#[actix_web::test]
async fn more_lines_than_are_read_at_once_come_in_order_and_once() {
    let house = House::open().await;
    let ground = Ground::lay(&house).await;
    let mut kept = many(&house, &ground, 47).await;
    kept.sort_unstable();
    let rose = secretary(&house).await;
    let json = rose.get("/attendance/records.jsonl?from=2026-10-01&until=2026-10-05").await;
    let mut told: Vec<String> = Vec::new();
    for line in json.text.lines() {
        let line: Value = serde_json::from_str(line).expect("an object");
        told.push(line["seance_id"].as_str().expect("an id").to_owned());
    }
    assert_eq!(told.len(), 47 * 6);
    told.dedup();
    let kept: Vec<_> = kept.into_iter().map(|(_, id)| id).collect();
    assert_eq!(told, kept);
}

/// So many rolls from October on, several of them beginning at one time.
async fn many(house: &House, ground: &Ground, count: i64) -> Vec<(DateTime<Utc>, String)> {
    let begin: DateTime<Utc> = "2026-10-01T07:00:00Z".parse().expect("a time");
    let mut tx = house.db().write().await.expect("a transaction");
    let mut kept = Vec::new();
    for number in 0..count {
        let roll = Roll {
            starts_at: begin + Duration::hours(number / 5),
            minutes: 60,
            kind: "CM",
            subject: ground.ssi,
            group: ground.all,
            state: State::Closed,
            is_provisional: false,
            is_compulsory: true,
            opened: Some(number % 7),
            lines: ground.students.iter().map(|it| (*it, Status::Present, 0)).collect(),
        };
        let starts_at = roll.starts_at;
        kept.push((starts_at, ground.keep(&mut tx, roll).await.to_string()));
    }
    tx.commit().await.expect("kept");
    kept
}

/// A run of `make soak`: figures are printed, machines differ.
#[actix_web::test]
#[ignore = "a minute or more: make soak"]
#[expect(clippy::print_stdout, reason = "how long it took is what it tells")]
async fn soak_a_term_of_a_school_is_counted_and_taken_away() {
    let house = House::open().await;
    let ground = Ground::lay(&house).await;
    let count = 4_000;
    many(&house, &ground, count).await;
    let rose = secretary(&house).await;
    let days = "from=2026-10-01&until=2026-12-31";
    for path in ["figures?by=student", "figures?by=group", "figures?by=month"] {
        let start = Instant::now();
        let page = rose.get(&format!("/attendance/{path}&{days}")).await;
        assert_eq!(page.status, 200, "{}", page.text);
        println!("{path}: {} lines in {:.1?}", 6 * count, start.elapsed());
    }
    for end in ["csv", "jsonl", "xlsx"] {
        let start = Instant::now();
        let file = rose.get(&format!("/attendance/records.{end}?{days}")).await;
        assert_eq!(file.status, 200, "{}", file.text);
        println!("{end}: {} bytes in {:.1?}", file.body.len(), start.elapsed());
    }
}
