//! Tokens of programs, and the reference of the API.
use super::{Pages, html, office, shell};
use aiguillage::api::pages::{AdminTokens, ReferencePage, TokenForm, TokenRow};
use aiguillage::api::{Scope, described};
use aiguillage::web::lang::Lang;
use aiguillage::web::page::{Place, Shell};

pub(super) fn pages(lang: Lang) -> Pages {
    let empty = AdminTokens { shell: at(lang), ..AdminTokens::default() };
    let reference =
        ReferencePage { shell: shell(lang), ..described("https://portail.academie.example") };
    vec![
        ("admin-tokens", html(&some(lang))),
        ("admin-tokens-empty", html(&empty)),
        ("admin-tokens-wrong", html(&wrong(lang))),
        ("api", html(&reference)),
    ]
}

fn at(lang: Lang) -> Shell {
    office::at(lang, Place::Tokens)
}

fn some(lang: Lang) -> AdminTokens {
    let row = |name: &str, scopes: &[&str], limits: &[&str]| TokenRow {
        id: format!("0199-{name}"),
        name: name.into(),
        scopes: scopes.iter().map(ToString::to_string).collect(),
        limits: limits.iter().map(ToString::to_string).collect(),
        expires: Some("mardi 31 août, 23 h 59".into()),
        used: Some("mardi 24 novembre, 10 h 15".into()),
        state: "token-revoked",
    };
    let new =
        TokenRow { expires: None, used: None, ..row("Vidéosurveillance", &["audit:read"], &[]) };
    AdminTokens {
        shell: at(lang),
        made: Some(("Cantine".into(), "aig_Qm9uam91ciBsZXMgY3VyaWV1eCBkdSBjb2RlIHNvdXJjZQ".into())),
        rows: vec![
            row("Cantine", &["people:read", "schools:read"], &["0750654D", "10.205.0.0/16"]),
            row("Ressources humaines", &["people:write"], &["rh"]),
            new,
        ],
        past: vec![row("Ancien intranet", &["people:read"], &[])],
        form: TokenForm { expires: "2027-11-24".into(), ..TokenForm::default() },
        sources: vec![("rh".into(), false), ("vacataires".into(), true)],
        ..AdminTokens::default()
    }
}

fn wrong(lang: Lang) -> AdminTokens {
    AdminTokens {
        shell: at(lang),
        wrong: Some(("token-wrong-by-school", "jobs:read".into())),
        form: TokenForm {
            name: "Cantine".into(),
            scopes: vec![Scope::PeopleRead, Scope::JobsRead],
            rne: "0750654D".into(),
            ..TokenForm::default()
        },
        ..AdminTokens::default()
    }
}
