//! Alerts: rules, their form, a preview, what was sent; and letters.
use super::{Pages, html, signed_in};
use aiguillage::attendance::notice::pages::{
    AddresseeRow, HitRow, Letters, NoticeLine, Preview, RuleForm, RuleRow, Rules, Sent, SentLine,
};
use aiguillage::attendance::pages::Choice;
use aiguillage::web::lang::Lang;
use aiguillage::web::page::{Place, Shell};

const ID: &str = "0190f3b2-6c4e-4b1a-9c55-2f6f5f0a7d10";
const LONG: &str = "Inès Robert de la Tour d’Auvergne-Lauraguais";

pub(super) fn pages(lang: Lang) -> Pages {
    let rules =
        Rules { shell: shell(lang), school: "Université d’Exemple".into(), ..Rules::default() };
    vec![
        ("alerts", html(&Rules { rows: rows(lang), others: others(), ..rules })),
        ("alerts-none", html(&Rules { shell: shell(lang), ..Rules::default() })),
        ("alert-rule", html(&form(lang, None))),
        ("alert-rule-wrong", html(&form(lang, Some("alert-wrong-threshold")))),
        ("alert-preview", html(&preview(lang))),
        ("alert-preview-none", html(&Preview { rows: vec![], ..preview(lang) })),
        ("alerts-sent", html(&sent(lang))),
        ("alerts-sent-none", html(&Sent { shell: shell(lang), ..Sent::default() })),
        ("letters", html(&letters(lang, false))),
        ("letters-preview", html(&letters(lang, true))),
        ("letters-none", html(&Letters { rows: vec![], ..letters(lang, false) })),
    ]
}

fn shell(lang: Lang) -> Shell {
    Shell { place: Place::Attendance, here: "/attendance".into(), ..signed_in(lang) }
}

fn others() -> Vec<(String, String)> {
    vec![("0759801W".into(), "Institut d’Exemple".into())]
}

fn rows(lang: Lang) -> Vec<RuleRow> {
    let row = |name: &str, is_active| RuleRow {
        id: ID.into(),
        name: name.into(),
        what: lang.t("alert-metric-half-days"),
        scope: "M1MIAGE TD2 · TD, TP".into(),
        to: vec!["alert-to-student", "alert-to-secretariat"],
        addresses: "crous@ville.example".into(),
        is_active,
        version: 2,
    };
    vec![row("Quatre demi-journées sans justification dans le mois", true), row("Retards", false)]
}

fn choices(names: &[&str]) -> Vec<Choice> {
    let choice = |(place, name): (usize, &&str)| Choice {
        id: format!("c{place}"),
        label: (*name).to_owned(),
        is_on: place == 0,
    };
    names.iter().enumerate().map(choice).collect()
}

fn form(lang: Lang, wrong: Option<&'static str>) -> RuleForm {
    RuleForm {
        shell: shell(lang),
        rne: "0759802X".into(),
        id: ID.into(),
        version: 2,
        name: "Retards".into(),
        scopes: choices(&["Tout l’établissement", "Master 1 MIAGE, 2026-2027"]),
        kinds: choices(&["CM", "TD", "TP"]),
        is_per_subject: true,
        metrics: choices(&["Taux d’absence", "Retards"]),
        comparators: choices(&["atteint le seuil", "dépasse le seuil"]),
        threshold: "12,5".into(),
        after_days: "7".into(),
        spans: choices(&["semaine", "mois"]),
        after_sessions: "5".into(),
        repeat_max: "2".into(),
        to: choices(&["l’étudiant", "les enseignants"]),
        addresses: "crous@ville.example".into(),
        is_active: true,
        wrong,
    }
}

fn preview(lang: Lang) -> Preview {
    let row = |name: &str, is_new, has_address| HitRow {
        name: name.into(),
        value: "4 demi-journées".into(),
        days: "novembre 2026, Sécurité des SI".into(),
        step: 1,
        is_new,
        has_address,
    };
    Preview {
        shell: shell(lang),
        rule: rows(lang).remove(0),
        rne: "0759802X".into(),
        rows: vec![row(LONG, true, true), row("Tom Girard", true, false), row("Luc", false, true)],
        fresh: 2,
        more: 3,
    }
}

fn sent(lang: Lang) -> Sent {
    let notice = |kind, who: &str, state, tone, wording| NoticeLine {
        kind,
        who: who.into(),
        state,
        tone,
        wording,
    };
    let line = SentLine {
        id: ID.into(),
        name: LONG.into(),
        rule: "Quatre demi-journées sans justification dans le mois".into(),
        value: "4 demi-journées".into(),
        days: "novembre 2026".into(),
        at: "mardi 24 novembre, 4 h 05".into(),
        notices: vec![
            notice("alert-to-student", "ines.robert@quais.example", "mail-sent", "ok", Some(0)),
            notice("alert-to-secretariat", "Rose Secrétaire", "mail-deferred", "warn", Some(3)),
            notice("alert-to-guardian", "", "alert-no-address", "warn", None),
        ],
        letters: vec![("mardi 24 novembre, 10 h 00".into(), 0)],
    };
    let behind = Some("/attendance/alerts/sent?skip=50".into());
    Sent { shell: shell(lang), rows: vec![line], before: None, behind }
}

fn letters(lang: Lang, is_preview: bool) -> Letters {
    let row = |id: &str, name: &str, is_on| AddresseeRow {
        id: id.into(),
        name: name.into(),
        absent: "6 h 00".into(),
        unexcused: "4 h 00".into(),
        is_on,
    };
    let text = "Bonjour Inès,\n\n- mardi 24 novembre, 8 h 00 : TD – Sécurité des SI (2 h 00)\n";
    let to = vec![LONG.into(), "12 rue des Tilleuls".into(), "06000 Nice".into()];
    Letters {
        shell: shell(lang),
        from: "2026-11-01".into(),
        until: "2026-11-30".into(),
        programmes: choices(&["Master 1 MIAGE, 2026-2027"]),
        langs: choices(&["Français", "English"]),
        rows: vec![row("a", LONG, true), row("b", "Tom Girard", false)],
        preview: is_preview.then(|| (to, "Absences du 1er au 30".into(), text.into())),
        counts: (2, 1),
        wrong: (!is_preview).then_some("letter-wrong-nobody"),
        ..Letters::default()
    }
}
