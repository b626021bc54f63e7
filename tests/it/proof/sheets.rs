//! Attendance sheets and attestations, as many pages as they take.
use super::{facts, run};
use aiguillage::attendance::proof::{
    PeriodSheet, SessionAbout, SessionSheet, SheetRow, Student, Writing,
};
use aiguillage::attendance::record::Status;
use aiguillage::web::lang::Lang;
use chrono::NaiveDate;
use chrono_tz::Tz;
use std::fs;
use std::path::PathBuf;

fn writing(lang: Lang) -> Writing {
    let made_at = "2026-11-21T10:00:00Z".parse().expect("a time");
    Writing { lang, zone: Tz::Europe__Paris, made_at }
}

/// Keep a file where it can be looked at; its path.
fn keep(name: &str, pdf: &[u8]) -> String {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("certificates");
    fs::create_dir_all(&folder).expect("a folder");
    let path = folder.join(name);
    fs::write(&path, pdf).expect("the folder is ours");
    path.to_str().expect("a path").to_owned()
}

fn session(people: usize) -> SessionSheet {
    let facts = facts();
    let row = |number: usize| SheetRow {
        student: Student {
            family_name: format!("ÉTUDIANTE{number:03}"),
            given_name: "Prénom Composé-Très-Long".to_owned(),
            number: format!("224{number:05}"),
        },
        group: String::new(),
        state: if number.is_multiple_of(7) { Status::Absent } else { Status::Present },
        at: (!number.is_multiple_of(7)).then_some(facts.marked_at),
    };
    SessionSheet {
        about: SessionAbout {
            programme: facts.programme.clone(),
            subject: facts.subject.clone(),
            kind: facts.kind.clone(),
            room: facts.room.clone(),
            teachers: facts.teacher.clone(),
        },
        times: (facts.starts_at, facts.ends_at),
        rows: (1..=people).map(row).collect(),
        digest: "0731b400".to_owned(),
        establishment: facts.establishment.clone(),
    }
}

#[test]
fn everybody_stands_on_the_sheet_once_and_no_page_is_blank() {
    let pdf = session(120).pdf(&writing(Lang::Fr)).expect("a file");
    let path = keep("sheet.fr.pdf", &pdf);

    run("qpdf", &["--check", &path]);
    let text = run("pdftotext", &["-layout", &path, "-"]);
    for number in 1..=120 {
        let name = format!("ÉTUDIANTE{number:03}");
        assert_eq!(text.matches(&name).count(), 1, "{name}");
    }
    let pages: Vec<&str> = text.trim_end_matches('\u{c}').split('\u{c}').collect();
    assert!(pages.len() > 2, "{}", pages.len());
    for (number, page) in pages.iter().enumerate() {
        assert!(page.contains(&format!("{}/{}", number + 1, pages.len())), "{page}");
        assert!(page.split_whitespace().count() > 10, "{page}");
    }
    assert!(text.contains("Présents ou en retard : 103 sur 120"), "{text}");
    assert!(!text.contains("Groupe"), "an empty column is left out");
}

#[test]
fn a_short_sheet_is_one_page_without_a_number() {
    let pdf = session(5).pdf(&writing(Lang::En)).expect("a file");
    let path = keep("sheet.en.pdf", &pdf);

    let text = run("pdftotext", &["-layout", &path, "-"]);
    assert!(text.contains("Attendance sheet") && !text.contains("1/1"), "{text}");
    assert!(run("pdfinfo", &[&path]).contains("Pages:           1"));
}

#[test]
fn an_attestation_adds_up() {
    let facts = facts();
    let day = |day| NaiveDate::from_ymd_opt(2026, 11, day).expect("a day");
    let subject = "Sécurité des SI — TD".to_owned();
    let sheet = PeriodSheet {
        establishment: facts.establishment.clone(),
        student: facts.student.clone(),
        programme: facts.programme.clone(),
        days: (day(16), day(30)),
        expected: 420,
        justified: 120,
        unjustified: 90,
        absences: vec![
            (facts.starts_at, 120, subject.clone(), true),
            (facts.ends_at, 90, subject, false),
        ],
    };
    let path = keep("period.fr.pdf", &sheet.pdf(&writing(Lang::Fr)).expect("a file"));

    run("qpdf", &["--check", &path]);
    let text = run("pdftotext", &["-layout", &path, "-"]);
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for words in [
        "du 16 novembre 2026 au 30 novembre 2026",
        "Heures prévues 7 h 00",
        "Heures suivies 3 h 30",
        "Absences justifiées 2 h 00",
        "Absences non justifiées 1 h 30",
        "samedi 21 novembre 2026, 08:00",
        "non justifiée",
    ] {
        assert!(line.contains(words), "{words} in {line}");
    }
}
