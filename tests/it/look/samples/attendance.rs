//! Rolls, the code on the wall, own presences.
use super::{Pages, html, signed_in};
use aiguillage::attendance::Over;
use aiguillage::attendance::catalogue::Catalogue;
use aiguillage::attendance::code::short;
use aiguillage::attendance::pages::{
    AbsenceRow, Board, Choice, Closing, CodeForm, Confirm, Correction, Faces, Home, Key, NewSeance,
    Office, Own, OwnRow, RefusedLine, Roll, RollLine, Setup, SetupChoice, Tile, TileList,
};
use aiguillage::attendance::qr::Drawing;
use aiguillage::attendance::rates::{Figures, Line};
use aiguillage::attendance::record::Status;
use aiguillage::attendance::seance::State;
use aiguillage::attendance::store::Entry;
use aiguillage::identity::Rne;
use aiguillage::web::lang::Lang;
use aiguillage::web::page::{Place, Shell};
use chrono::DateTime;
use uuid::Uuid;

const SID: &str = "0190f3b2-6c4e-4b1a-9c55-2f6f5f0a7d10";

pub(super) fn pages(lang: Lang) -> Pages {
    let planned = Tile { state: State::Planned, may_open: true, ..tile() };
    let empty = Home { shell: shell(lang), may_plan: true, today: "24".into(), ..Home::default() };
    let not_yet = Roll { seance: planned.clone(), lines: vec![], ..roll(lang) };
    let over = Tile { state: State::Closed, is_provisional: true, ..tile() };
    let over =
        Roll { seance: over, may_reopen: true, notice: Some("roll-done-close"), ..roll(lang) };
    let none = NewSeance { shell: shell(lang), ..NewSeance::default() };
    let unknown = NewSeance { words: "chimie".into(), groups: vec![], is_more: false, ..new(lang) };
    let shut = Board { address: String::new(), ..board(lang) };
    vec![
        ("roll-setup", html(&setup(lang))),
        ("roll-home", html(&home(lang, planned))),
        ("roll-home-empty", html(&empty)),
        ("roll-new", html(&new(lang))),
        ("roll-new-none", html(&none)),
        ("roll-new-unknown", html(&unknown)),
        ("roll-open", html(&roll(lang))),
        ("roll-planned", html(&not_yet)),
        ("roll-over", html(&over)),
        ("roll-correction", html(&correction(lang))),
        ("roll-closing", html(&closing(lang))),
        ("roll-faces", html(&faces(lang))),
        ("roll-board", html(&board(lang))),
        ("roll-board-shut", html(&shut)),
        ("roll-office", html(&office(lang))),
        ("roll-office-empty", html(&Office { shell: shell(lang), ..Office::default() })),
        ("roll-confirm", html(&confirm(lang))),
        ("roll-code", html(&CodeForm { shell: shell(lang) })),
        ("roll-own", html(&own(lang))),
        ("roll-own-empty", html(&Own { shell: shell(lang), ..Own::default() })),
    ]
}

pub(super) fn shell(lang: Lang) -> Shell {
    Shell { place: Place::Attendance, here: "/attendance".into(), ..signed_in(lang) }
}

fn tile() -> Tile {
    Tile {
        id: SID.into(),
        title: "TD – Sécurité des SI".into(),
        groups: "M1MIAGE TD2".into(),
        day: "24 novembre 2026".into(),
        hours: "08:00 – 10:00".into(),
        room: "B-214".into(),
        state: State::Open,
        is_uncalled: false,
        is_provisional: false,
        may_open: false,
        there: 19,
        missing: 1,
        expected: 3,
        all: 23,
    }
}

fn home(lang: Lang, planned: Tile) -> Home {
    let uncalled = Tile { state: State::Planned, is_uncalled: true, ..tile() };
    let day = |tile: Tile| Tile { day: String::new(), ..tile };
    Home {
        shell: shell(lang),
        today: "24 novembre 2026".into(),
        rows: vec![day(tile()), day(planned), day(Tile { state: State::Cancelled, ..tile() })],
        open_ends: vec![uncalled],
        may_plan: true,
        may_tend: true,
        may_set_up: true,
        others: vec![day(tile())],
        earlier: None,
        later: Some("/attendance?skip=100".into()),
        may_count: true,
    }
}

pub(super) fn choice(label: &str, is_on: bool) -> Choice {
    Choice { id: SID.into(), label: label.into(), is_on }
}

fn new(lang: Lang) -> NewSeance {
    NewSeance {
        shell: shell(lang),
        groups: vec![
            Choice { id: "a".into(), ..choice("M1MIAGE TD1 (24)", true) },
            Choice { id: "b".into(), ..choice("M1MIAGE TD2 (22)", false) },
        ],
        subjects: vec![choice("Sécurité des SI", true)],
        kinds: vec![choice("Travaux dirigés (TD)", true)],
        rooms: vec![choice("B-214", false)],
        day: "2026-11-24".into(),
        from: "08:00".into(),
        until: "10:00".into(),
        words: "miage".into(),
        is_more: true,
        is_spoken: true,
        wrong: Some("roll-wrong-times"),
    }
}

fn line(name: &str, number: u128, status: Status, flags: &[&str]) -> RollLine {
    let said = [Status::Present, Status::Late, Status::Absent, Status::Exempt, Status::Excluded];
    let key = |to: Status| Key {
        status: to,
        is_now: to == status,
        wants_reason: status.is_there() && to == Status::Absent,
        is_shut: status.is_there() && matches!(to, Status::Exempt | Status::Excluded),
        takes_back: to == status && matches!(to, Status::Exempt | Status::Excluded),
    };
    RollLine {
        student: Uuid::from_u128(number).to_string(),
        name: name.into(),
        status,
        minutes_late: if status == Status::Late { 17 } else { 0 },
        at: if status.is_there() { "08:04".into() } else { String::new() },
        channel: if status.is_there() { "roll-channel-qr" } else { "" },
        flags: flags.iter().map(|flag| (*flag).to_owned()).collect(),
        note: if status == Status::Absent { "appelé, absent".into() } else { String::new() },
        keys: said.map(key).to_vec(),
    }
}

fn roll(lang: Lang) -> Roll {
    Roll {
        shell: shell(lang),
        seance: tile(),
        lines: vec![
            line("Maëlle Legrand", 1, Status::Present, &[]),
            line("Luc Petit", 2, Status::Expected, &[]),
            line(
                "Inès Robert de la Tour d’Auvergne-Lauraguais",
                3,
                Status::Late,
                &["roll-flag-overlap"],
            ),
            line(
                "Tom Girard",
                4,
                Status::Absent,
                &["roll-flag-zone-out", "roll-flag-device-shared"],
            ),
            line("Zoé Marchand", 5, Status::Exempt, &[]),
        ],
        refused: vec![RefusedLine {
            name: "Hugo Técher".into(),
            why: "e-roll-not-expected".into(),
            at: "08:06".into(),
            elsewhere: "Bases de données".into(),
        }],
        may_reopen: false,
        over: Over { sees: true, calls: true, plans: true, tends: true, locks: true },
        headcount: Some(19),
        notice: None,
    }
}

fn faces(lang: Lang) -> Faces {
    let Roll { shell, seance, lines, .. } = roll(lang);
    Faces { shell, seance, lines, ticket: "TmV2ZXIgaGFuZGVkIG91dA".into() }
}

fn correction(lang: Lang) -> Correction {
    Correction {
        shell: shell(lang),
        seance: tile(),
        line: line("Tom Girard", 4, Status::Present, &[]),
        to: Status::Absent,
        version: 2,
        reason: "non".into(),
        is_wrong: true,
    }
}

fn closing(lang: Lang) -> Closing {
    Closing {
        shell: shell(lang),
        seance: tile(),
        missing: vec!["Luc Petit".into(), "Zoé Marchand".into()],
        headcount: Some(15),
        spot: vec!["Maëlle Legrand".into(), "Tom Girard".into()],
    }
}

fn board(lang: Lang) -> Board {
    let sid = short(SID.parse().unwrap());
    let address = format!("https://presence.univ-exemple.fr/p/{sid}/2yvtyp.LgQBFf03e2ObGugQ");
    let drawing = Drawing::of(&address).unwrap();
    Board {
        shell: shell(lang),
        seance: tile(),
        side: drawing.side,
        path: drawing.path,
        seconds: 10,
        spoken: "556639".into(),
        type_at: "presence.univ-exemple.fr/p/code".into(),
        address,
    }
}

fn office(lang: Lang) -> Office {
    let row = |name: &str, status| AbsenceRow {
        session: SID.into(),
        name: name.into(),
        title: "TD – Sécurité des SI".into(),
        at: "mardi 24 novembre, 8 h 00".into(),
        status,
    };
    let list = |tile: Tile| TileList { rows: vec![tile], ..TileList::default() };
    Office {
        shell: shell(lang),
        uncalled: list(Tile { state: State::Planned, is_uncalled: true, ..tile() }),
        moved: list(tile()),
        gone: TileList {
            older: Some("/attendance/office?list=gone&skip=50".into()),
            ..list(Tile { state: State::Planned, ..tile() })
        },
        absences: vec![row("Tom Girard", Status::Absent), row("Luc Petit", Status::Excused)],
        may_decide: true,
        newer: None,
        older: Some("/attendance/office?list=absences&skip=50".into()),
    }
}

fn confirm(lang: Lang) -> Confirm {
    Confirm {
        shell: shell(lang),
        title: "TD – Sécurité des SI".into(),
        hours: "08:00 – 10:00".into(),
        scanned: "08:04".into(),
    }
}

fn setup(lang: Lang) -> Setup {
    let entry = |kind: &str, name: &str, uses| Entry {
        id: Uuid::nil(),
        rne: Rne::parse("0759802X").unwrap(),
        a: kind.into(),
        b: name.into(),
        c: String::new(),
        of_id: Some(Uuid::nil()),
        of_name: "M1MIAGE 2026-2027".into(),
        uses,
    };
    let programme = SetupChoice { id: Uuid::nil(), label: "M1MIAGE 2026-2027".into() };
    Setup {
        shell: shell(lang),
        rows: vec![entry("TD", "TD1", 12), entry("CM", "CM", 0)],
        others: vec![programme],
        schools: vec!["0759802X".into()],
        rne: "0759802X".into(),
        wrong: Some("setup-wrong-taken"),
        ..Setup::of(Catalogue::Groups)
    }
}

fn own(lang: Lang) -> Own {
    let row = |status, minutes_late| OwnRow {
        title: "TD – Sécurité des SI".into(),
        at: "mardi 24 novembre, 8 h 00".into(),
        status,
        minutes_late,
        marked: "08:04".into(),
        channel: "roll-channel-qr",
        certificate: "/attendance/records/0190f3b2-6c4e-4b1a-9c55-2f6f5f0a7d10/certificate.pdf"
            .into(),
        justify: if status == Status::Absent {
            "/attendance/me/justify".into()
        } else {
            String::new()
        },
    };
    let line = |status| Line {
        state: State::Closed,
        is_provisional: false,
        is_compulsory: true,
        starts_at: DateTime::UNIX_EPOCH,
        minutes: 120,
        status,
        minutes_late: 17,
    };
    let lines = [Status::Present, Status::Late, Status::Absent].map(line);
    Own {
        shell: shell(lang),
        rows: vec![row(Status::Present, 0), row(Status::Late, 17), row(Status::Absent, 0)],
        figures: Figures::of(lines, chrono_tz::Europe::Paris),
        attestations: ["Université des Quais", "Lycée Roland-Garros"]
            .map(|name| ("/attendance/me/attestation.pdf".into(), name.into()))
            .to_vec(),
        marked: Some(("roll-told-present", "08:04".into(), "TD – Sécurité des SI".into())),
    }
}
