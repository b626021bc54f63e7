//! Figures of attendance.
use super::attendance::{choice, shell};
use super::{Pages, html};
use aiguillage::attendance::figures::{By, Column, Row};
use aiguillage::attendance::pages::{Bar, Choice, FigureHead, FigureRow, FiguresPage};
use aiguillage::web::lang::Lang;

pub(super) fn pages(lang: Lang) -> Pages {
    vec![
        ("roll-figures", html(&figures(lang))),
        ("roll-figures-empty", html(&FiguresPage { shell: shell(lang), ..filters(lang) })),
    ]
}

fn filters(lang: Lang) -> FiguresPage {
    let by = |by: By| Choice { id: by.as_str().into(), label: lang.t(by.label()), is_on: false };
    FiguresPage {
        by: By::OFFERED.into_iter().map(by).collect(),
        programmes: vec![choice("Master 1 MIAGE, 2026-2027", true)],
        subjects: vec![choice("Sécurité des SI", false)],
        kinds: vec![choice("Travaux dirigés (TD)", false)],
        from: "2026-08-01".into(),
        until: "2026-11-24".into(),
        ..FiguresPage::default()
    }
}

fn figures(lang: Lang) -> FiguresPage {
    let row = |name: &str, expected, absent, unjustified| Row {
        name: name.into(),
        expected,
        absent,
        unjustified,
        lates: 3,
        minutes_late: 41,
        half_days: 7,
        unjustified_half_days: 4,
        computed_parts: 62 * (aiguillage::attendance::rates::PARTS / 10),
        ended: 5,
        uncalled: 1,
        ..Row::default()
    };
    let rows = [
        row("M1MIAGE TD1", 42_000, 5_400, 3_000),
        row(
            "M1MIAGE TD2, parcours systèmes d’information et aide à la décision",
            39_600,
            14_850,
            9_900,
        ),
        row("M1MIAGE TP1", 0, 0, 0),
    ];
    let shown = |row: &Row| FigureRow {
        name: row.name.clone(),
        cells: Column::ALL.iter().map(|it| (it.label(), it.shown(row, lang))).collect(),
    };
    let bar = |(place, row): (usize, &Row)| Bar {
        place,
        name: row.name.clone(),
        absence: row.absence_rate(),
        unjustified: row.unjustified_rate().unwrap_or_default(),
        said: Column::Absence.shown(row, lang),
    };
    let head = |label, sorted| FigureHead { label, address: "/attendance/figures".into(), sorted };
    FiguresPage {
        shell: shell(lang),
        name_head: head(By::Group.label(), "ascending"),
        heads: Column::ALL.iter().map(|it| head(it.label(), "none")).collect(),
        rows: rows.iter().map(shown).collect(),
        whole: Some(shown(&row("", 81_600, 20_250, 12_900))),
        bars: rows.iter().enumerate().map(bar).collect(),
        before: Some("/attendance/figures".into()),
        behind: Some("/attendance/figures?skip=50".into()),
        tables: vec![
            ("CSV", "/attendance/figures.csv".into()),
            ("XLSX", "/attendance/figures.xlsx".into()),
            ("PDF", "/attendance/figures.pdf".into()),
        ],
        records: vec![("CSV", "/attendance/records.csv".into())],
        ..filters(lang)
    }
}
