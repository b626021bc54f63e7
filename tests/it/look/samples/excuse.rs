//! Justifications: written, waiting, decided; and the reasons of a school.
use super::{Pages, html, signed_in};
use aiguillage::attendance::excuse::pages::{
    AbsenceLine, AwayLine, Case, CaseRow, DecideCase, ExcuseForm, Exemptions, OwnCase, OwnCases,
    PaperLine, ReasonRow, Reasons, Waiting,
};
use aiguillage::attendance::excuse::state::State;
use aiguillage::attendance::excuse::store::ReasonFlags;
use aiguillage::attendance::record::Status;
use aiguillage::web::lang::Lang;
use aiguillage::web::page::{Place, Shell};

const ID: &str = "0190f3b2-6c4e-4b1a-9c55-2f6f5f0a7d10";

pub(super) fn pages(lang: Lang) -> Pages {
    vec![
        ("excuse-form", html(&form(lang))),
        ("excuse-draft", html(&own(lang, State::Draft))),
        ("excuse-accepted", html(&own(lang, State::Accepted))),
        ("excuse-own", html(&OwnCases { shell: shell(lang), rows: rows() })),
        ("excuse-own-none", html(&OwnCases { shell: shell(lang), ..OwnCases::default() })),
        ("excuse-waiting", html(&waiting(lang))),
        ("excuse-waiting-none", html(&Waiting { shell: shell(lang), ..Waiting::default() })),
        ("excuse-decide", html(&decide(lang, State::Submitted))),
        ("excuse-decided", html(&decide(lang, State::Accepted))),
        ("excuse-reasons", html(&reasons(lang))),
        ("excuse-away", html(&away(lang, false))),
        ("excuse-away-form", html(&away(lang, true))),
    ]
}

fn shell(lang: Lang) -> Shell {
    Shell { place: Place::Attendance, here: "/attendance".into(), ..signed_in(lang) }
}

fn case(state: State) -> Case {
    let is_draft = state == State::Draft;
    let text = |text: &str| if is_draft { String::new() } else { text.to_owned() };
    Case {
        id: ID.into(),
        name: "Inès Robert de la Tour d’Auvergne-Lauraguais".into(),
        reason: "Maladie".into(),
        is_health: true,
        since: "24 novembre 2026".into(),
        until: "26 novembre 2026".into(),
        comment: "Grippe, certificat joint.".into(),
        state,
        is_late: !is_draft,
        sent: text("mardi 1 décembre, 8 h 00"),
        decided: text("mercredi 2 décembre, 9 h 30"),
        note: text("Reçu, bon rétablissement."),
        version: 3,
    }
}

fn absences(status: Status) -> Vec<AbsenceLine> {
    let line = |number: u8| AbsenceLine {
        record: format!("{number}-{ID}"),
        title: "TD – Sécurité des SI".into(),
        at: "mardi 24 novembre, 8 h 00".into(),
        status,
    };
    vec![line(1), line(2)]
}

fn papers() -> Vec<PaperLine> {
    let paper = |name: &str, state, is_readable| PaperLine {
        id: ID.into(),
        name: name.into(),
        kib: 312,
        state,
        is_readable,
    };
    vec![
        paper("certificat.pdf", "excuse-paper-clean", true),
        paper("photo.jpg", "excuse-paper-pending", false),
        paper("ordonnance.pdf", "excuse-paper-infected", false),
    ]
}

fn rows() -> Vec<CaseRow> {
    let row = |state| CaseRow { case: case(state), address: "/attendance/justifications/x".into() };
    [State::Submitted, State::MoreInfo, State::Refused].map(row).to_vec()
}

fn form(lang: Lang) -> ExcuseForm {
    ExcuseForm {
        shell: shell(lang),
        record: ID.into(),
        reasons: vec![("a".into(), "Maladie".into()), ("b".into(), "Convocation".into())],
        chosen: "b".into(),
        since: "2026-11-26".into(),
        until: "2026-11-24".into(),
        comment: "Grippe".into(),
        wrong: Some("excuse-wrong-days"),
    }
}

fn own(lang: Lang, state: State) -> OwnCase {
    let is_draft = state == State::Draft;
    OwnCase {
        shell: shell(lang),
        case: case(state),
        absences: absences(if is_draft { Status::Absent } else { Status::Excused }),
        papers: if is_draft { papers() } else { vec![] },
        may_send: is_draft,
        may_withdraw: is_draft,
    }
}

fn waiting(lang: Lang) -> Waiting {
    let older = Some("/attendance/justifications?skip=50".into());
    Waiting { shell: shell(lang), rows: rows(), newer: None, older }
}

fn decide(lang: Lang, state: State) -> DecideCase {
    let waits = state == State::Submitted;
    let history = "mardi 24 novembre, 10 h 00 : TD – Sécurité des SI, absent → absent justifié";
    DecideCase {
        shell: shell(lang),
        case: case(state),
        absences: absences(if waits { Status::Absent } else { Status::Excused }),
        papers: papers(),
        history: if waits { vec![] } else { vec![history.into()] },
        may_accept: waits,
        may_ask: waits,
        may_cancel: !waits,
    }
}

fn away(lang: Lang, is_form: bool) -> Exemptions {
    let named = |id: &str, name: &str| (id.to_owned(), name.to_owned());
    let row = |number: u8, is_planned: bool| AwayLine {
        id: format!("{number}-{ID}"),
        name: "Zoé Marchand".into(),
        what: "Sécurité des SI".into(),
        reason: "Aménagement pour handicap".into(),
        since: "24 novembre 2026".into(),
        until: "30 novembre 2026".into(),
        is_on_site: !is_planned,
        is_planned,
    };
    let student = (ID.to_owned(), "0759802X".to_owned(), "Zoé Marchand".to_owned());
    Exemptions {
        shell: shell(lang),
        today: "2026-11-24".into(),
        words: if is_form { String::new() } else { "zoe".into() },
        found: vec![named("/attendance/exemptions?student=x", "Zoé Marchand")],
        student: is_form.then_some(student),
        subjects: vec![named("s", "Sécurité des SI")],
        kinds: vec![named("TD", "Travaux dirigés (TD)")],
        reasons: vec![named("r", "Convocation")],
        rows: vec![row(1, false), row(2, true)],
        newer: None,
        older: Some("/attendance/exemptions?skip=100".into()),
    }
}

fn reasons(lang: Lang) -> Reasons {
    let row = |number: u8, name: &str, flags| ReasonRow {
        id: format!("{number}-{ID}"),
        name: name.into(),
        code: "illness".into(),
        flags,
    };
    let on = ReasonFlags { is_active: true, ..ReasonFlags::default() };
    Reasons {
        shell: shell(lang),
        rne: "0759802X".into(),
        school: "Université des Quais".into(),
        others: vec![("9740091F".into(), "Lycée Roland-Garros".into())],
        rows: vec![
            row(1, "Maladie", ReasonFlags { is_health: true, ..on }),
            row(2, "Convocation", ReasonFlags { is_accepted: true, ..on }),
        ],
    }
}
