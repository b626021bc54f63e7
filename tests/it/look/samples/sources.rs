//! Sources that are kept in step.
use super::{Pages, html, signed_in};
use aiguillage::sync::pages::{
    AdminSource, AdminSources, DifferenceRow, FindingRow, Report, RunFilter, RunRow, SourceRow,
};
use aiguillage::web::lang::Lang;
use aiguillage::web::page::{Place, Shell};

pub(super) fn pages(lang: Lang) -> Pages {
    let shell = || at(lang);
    let none = AdminSources { shell: shell(), ..AdminSources::default() };
    let wanted = RunFilter { state: "failed".into(), sort: "new".into() };
    let no_hit = AdminSources { shell: shell(), wanted, ..AdminSources::default() };
    let sources = vec![source(Some(run("done", ""))), source(None)];
    vec![
        (
            "admin-sources",
            html(&AdminSources { shell: shell(), sources, ..AdminSources::default() }),
        ),
        ("admin-sources-empty", html(&none)),
        ("admin-sources-no-hit", html(&no_hit)),
        ("admin-source", html(&one(lang, "done", ""))),
        ("admin-source-refused", html(&one(lang, "refused", "E-SYNC-VANISH 20 of 30"))),
        ("admin-source-running", html(&one(lang, "running", ""))),
    ]
}

fn at(lang: Lang) -> Shell {
    Shell { office: Place::OFFICE.to_vec(), place: Place::Sources, ..signed_in(lang) }
}

fn source(last: Option<RunRow>) -> SourceRow {
    let label = "Personnels de l’académie".into();
    SourceRow { name: "agents".into(), label, kind: "ldap", last }
}

fn run(state: &str, trouble: &str) -> RunRow {
    RunRow {
        id: "01980000-0000-7000-8000-000000000000".into(),
        started: "mardi 24 novembre, 2 h 30".into(),
        state: state.into(),
        asked_by: "Marie Dupont".into(),
        read: 1_204_311,
        appeared: 1_203,
        changed: 42,
        vanished: 17,
        rejected: 2,
        code: trouble.split(' ').next().unwrap_or_default().into(),
        trouble: trouble.into(),
        ..RunRow::default()
    }
}

fn one(lang: Lang, state: &str, trouble: &str) -> AdminSource {
    let difference = |kind: &str, fields: &str| DifferenceRow {
        kind: kind.into(),
        name: "Élodie de La Tour d’Auvergne-Lauraguais".into(),
        source_id: "5f0f3d1e-8a3e-103d-9c2b-0d3c7d2b1a00".into(),
        fields: fields.into(),
    };
    let report = Report {
        run: run(state, trouble),
        differences: vec![difference("appears", ""), difference("changes", "mail, rne")],
        findings: vec![FindingRow {
            place: "personnels.csv:1051".into(),
            text: lang.t("w-sync-columns"),
            code: "W-SYNC-COLUMNS".into(),
        }],
    };
    AdminSource {
        shell: at(lang),
        source: source(Some(run(state, trouble))),
        is_wanted: false,
        runs: vec![run(state, trouble), run("interrupted", "")],
        older: Some("/admin/sources/agents?skip=30".into()),
        report: Some(report),
        ..AdminSource::default()
    }
}
