//! Lists that are brought in, and members of groups.
use super::attendance::shell;
use super::{Pages, html};
use aiguillage::attendance::import::{Kind, Outcome, Report, SUMMARY, Told, Wrong};
use aiguillage::attendance::pages::{Filling, GroupPage, Import, ImportReport, MemberLine};
use aiguillage::web::lang::Lang;
use uuid::Uuid;

pub(super) fn pages(lang: Lang) -> Pages {
    let kept = Report { is_kept: true, wrong: vec![], is_sweeping: false, ..report() };
    let nothing = Report { unchanged: 214, ..Report::default() };
    let empty = GroupPage { members: vec![], found: vec![], ..group(lang) };
    vec![
        ("roll-import", html(&import(lang))),
        ("roll-import-dry", html(&told(lang, report()))),
        ("roll-import-tried", html(&ImportReport { was_tried: true, ..told(lang, report()) })),
        ("roll-import-kept", html(&told(lang, kept))),
        ("roll-import-nothing", html(&told(lang, nothing))),
        ("roll-group", html(&group(lang))),
        ("roll-group-empty", html(&empty)),
        ("roll-group-filled", html(&filled(lang))),
    ]
}

fn import(lang: Lang) -> Import {
    Import {
        shell: shell(lang),
        schools: vec!["0759802X".into(), "9740091F".into()],
        rne: "0759802X".into(),
        kind: Kind::Calendar,
        source: "timetable".into(),
        summary: SUMMARY.into(),
        teachers: String::new(),
        wrong: Some("import-wrong-summary"),
    }
}

fn report() -> Report {
    let line = |place: &str, outcome, what: &str, was: &str| Told {
        place: place.into(),
        outcome,
        what: what.into(),
        was: was.into(),
    };
    let was = "2026-11-24 08:00–10:00 · TD Sécurité des SI";
    let now = "2026-11-24 08:30–10:30 · TD Sécurité des SI · M1MIAGE TD2 · B-214";
    Report {
        created: 1,
        updated: 1,
        unchanged: 40,
        orphans: 1,
        conflicts: 1,
        lines: vec![
            line("edt-88213@univ-exemple.fr", Outcome::Updated, now, was),
            line("edt-88214@univ-exemple.fr", Outcome::Created, now, ""),
            line("edt-88215@univ-exemple.fr", Outcome::Conflict, now, was),
            line("edt-88216@univ-exemple.fr", Outcome::Orphan, "", was),
        ],
        wrong: vec![Wrong {
            place: "edt-88217@univ-exemple.fr".into(),
            column: "SUMMARY".into(),
            code: "no_match".into(),
        }],
        is_sweeping: true,
        is_kept: false,
    }
}

fn told(lang: Lang, report: Report) -> ImportReport {
    ImportReport {
        shell: shell(lang),
        id: Uuid::from_u128(7).to_string(),
        name: "ade-m1miage-2026-2027.ics".into(),
        kind: Kind::Calendar,
        rne: "0759802X".into(),
        report,
        was_tried: false,
    }
}

fn group(lang: Lang) -> GroupPage {
    let member = |number, name: &str, until: &str, is_over| MemberLine {
        id: Uuid::from_u128(number).to_string(),
        name: name.into(),
        since: "1er septembre 2026".into(),
        until: until.into(),
        is_over,
    };
    GroupPage {
        shell: shell(lang),
        id: Uuid::from_u128(9).to_string(),
        title: "M1MIAGE 2026-2027 TD2".into(),
        rne: "0759802X".into(),
        words: "petit".into(),
        found: vec![(Uuid::from_u128(4).to_string(), "Luc Petit".into())],
        today: "2026-11-24".into(),
        members: vec![
            member(1, "Maëlle Legrand", "", false),
            member(2, "Tom Girard", "18 décembre 2026", false),
            member(3, "Inès Robert", "2 octobre 2026", true),
        ],
        newer: None,
        older: Some("/attendance/groups/9?skip=100".into()),
        filling: Filling::default(),
        notice: Some("group-done-add"),
    }
}

fn filled(lang: Lang) -> GroupPage {
    let filling = Filling {
        may_set: true,
        sources: vec!["etudiants".into(), "agents".into()],
        source: "etudiants".into(),
        filter: "(&(objectClass=supannPerson)(supannEtuEtape={UAI:0062999Z}M1MIAGE))".into(),
        read_at: "mardi 24 novembre, 3 h 30".into(),
        outcome: "group-read-sweeping",
        counts: (24, 2, 6),
        strangers: 2,
        unknown: vec!["mlegrand2".into(), "tgirard".into()],
    };
    GroupPage { filling, words: String::new(), notice: Some("group-done-directory"), ..group(lang) }
}
