//! Controls of certificates of presence.
use super::{Pages, html, shell, signed_in};
use aiguillage::attendance::proof::{Control, Detail, TypeSerial, VerifyHere};
use aiguillage::web::lang::Lang;
use aiguillage::web::page::{Place, Shell};

pub(super) fn pages(lang: Lang) -> Pages {
    let since = Some("samedi 21 novembre, 10 h 01".to_owned());
    let revoked = Control { since, ..control(lang, "proof-revoked", "danger") };
    let unknown = Control { lines: Vec::new(), ..control(lang, "proof-unknown", "danger") };
    let (keys, list) = (r#"{"keys":[]}"#.to_owned(), String::new());
    vec![
        ("proof-valid", html(&control(lang, "proof-valid", "ok"))),
        ("proof-open", html(&control(lang, "proof-open", "info"))),
        ("proof-revoked", html(&revoked)),
        ("proof-unknown", html(&unknown)),
        ("proof-staff", html(&staff(lang))),
        ("proof-serial", html(&TypeSerial { shell: shell(lang) })),
        ("proof-here", html(&VerifyHere { shell: shell(lang), keys, list })),
    ]
}

fn line(label: &'static str, value: &str) -> Detail {
    Detail { label, value: value.to_owned() }
}

fn control(lang: Lang, verdict: &'static str, tone: &'static str) -> Control {
    Control {
        shell: shell(lang),
        verdict,
        tone,
        lines: vec![
            line("proof-establishment", "Université d’Exemple"),
            line("proof-student", "LEGRAND Maëlle"),
            line("proof-date", "21 novembre 2026"),
            line("proof-subject", "Sécurité des SI — TD"),
        ],
        ..Control::default()
    }
}

fn staff(lang: Lang) -> Control {
    let known = control(lang, "proof-valid", "ok");
    let more = [
        line("proof-number", "22400017"),
        line("proof-group", "TD 2"),
        line("proof-hours", "08:00–10:00"),
        line("proof-marked", "08:04 — à l’heure — code QR"),
        line("proof-teacher", "NDIAYE Awa"),
    ];
    let correction = "samedi 21 novembre, 10 h 20 : présente → en retard, « arrivée constatée »";
    Control {
        shell: Shell { place: Place::Elsewhere, ..signed_in(lang) },
        lines: known.lines.into_iter().chain(more).collect(),
        corrections: Some(vec![correction.to_owned()]),
        ..known
    }
}
