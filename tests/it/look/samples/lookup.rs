//! The search for colleagues.
use super::{Pages, html, shell, signed_in};
use aiguillage::demo::pages::{DemoColleague, DemoSearch};
use aiguillage::lookup::pages::{
    AdminLookup, Audience, Between, ConflictRow, Counts, Finding, HitRow, IndexNow, IntakeRow,
    OwnPage, OwnRecord, ServerRow, SetupPage, SlowRow, SourceRow, StepRow, Trial, Verdict, View,
};
use aiguillage::web::lang::Lang;
use aiguillage::web::page::{Place, Shell};

pub(super) fn pages(lang: Lang) -> Pages {
    let empty = AdminLookup {
        shell: office(lang),
        index: Some(IndexNow { is_ready: true, ..IndexNow::default() }),
        ..AdminLookup::default()
    };
    let off = AdminLookup { shell: office(lang), ..AdminLookup::default() };
    let nothing = OwnPage { shell: own_shell(lang), is_open: true, ..OwnPage::default() };
    let nobody = DemoSearch { words: "zzz".into(), ..tried(lang, false) };
    vec![
        ("admin-lookup", html(&office_page(lang))),
        ("admin-lookup-empty", html(&empty)),
        ("admin-lookup-off", html(&off)),
        ("lookup-me", html(&own(lang, false))),
        ("lookup-me-hidden", html(&own(lang, true))),
        ("lookup-me-empty", html(&nothing)),
        ("lookup-setup", html(&setup(lang))),
        ("demo-search", html(&tried(lang, true))),
        ("demo-search-nobody", html(&nobody)),
    ]
}

fn office(lang: Lang) -> Shell {
    Shell { office: Place::OFFICE.to_vec(), place: Place::Lookup, ..signed_in(lang) }
}

fn own_shell(lang: Lang) -> Shell {
    Shell { place: Place::Found, ..signed_in(lang) }
}

fn office_page(lang: Lang) -> AdminLookup {
    let at = "mardi 24 novembre, 10 h 15".to_owned();
    AdminLookup {
        shell: office(lang),
        index: Some(IndexNow {
            is_ready: true,
            lag_changes: 1_204,
            lag_seconds: 41,
            mebibytes: 412,
            ..IndexNow::default()
        }),
        counts: Counts { records: 1_204_112, found: 1_198_006, servers: 12, conflicts: 2 },
        words: "martin agnes".into(),
        askers: vec![("dijon".into(), "Nuage de Dijon".into())],
        trial: Some(trial()),
        servers: vec![
            ServerRow {
                server: "nuage-a.ac-exemple.fr".into(),
                label: "Nuage A".into(),
                records: 612_001,
            },
            ServerRow {
                server: "nuage-b.ac-exemple.fr".into(),
                records: 592_111,
                ..ServerRow::default()
            },
        ],
        sources: vec![SourceRow { origin: "import « portail »".into(), records: 1_204_112 }],
        intakes: vec![IntakeRow {
            origin: "envoi du serveur".into(),
            server: "nuage-a.ac-exemple.fr".into(),
            at: at.clone(),
            records: 30_000,
            changed: 12,
            refused: 3,
        }],
        slow: vec![SlowRow {
            at: at.clone(),
            asker: "Nuage A".into(),
            millis: 48,
            bytes: 12_004,
            outcome: "outcome-answered",
        }],
        conflicts: vec![ConflictRow {
            wins: "criviere@nuage-a.ac-exemple.fr".into(),
            others: vec!["camille.riviere@nuage-b.ac-exemple.fr".into()],
            active: at,
        }],
        ..AdminLookup::default()
    }
}

fn trial() -> Trial {
    let hit = |name: &str, id: &str, step| HitRow {
        name: name.into(),
        cloud_id: format!("{id}@nuage-a.ac-exemple.fr"),
        mail: format!("{id}@ac-exemple.fr"),
        step,
    };
    Trial {
        hits: vec![
            hit("Agnès Martin", "amartin", "step-exact"),
            hit("Agnès Martineau-Delacroix", "amartineau", "step-prefix"),
        ],
        steps: vec![
            StepRow { step: "step-exact", hits: 1, micros: 80 },
            StepRow { step: "step-equal", hits: 0, micros: 120 },
            StepRow { step: "step-prefix", hits: 1, micros: 940 },
        ],
        micros: 1_240,
        trouble: None,
    }
}

fn own(lang: Lang, is_hidden: bool) -> OwnPage {
    let fields = |names: &[(&str, &str)]| {
        names.iter().map(|(name, value)| (lang.t(name), (*value).to_owned())).collect()
    };
    let all = [
        ("field-name", "Marie Dupont"),
        ("field-email", "marie.dupont@ac-exemple.fr"),
        ("field-userid", "marie.dupont"),
    ];
    let record = |server: &str, state| OwnRecord {
        cloud_id: format!("marie.dupont@{server}"),
        server: server.into(),
        state: if is_hidden { Finding::Hidden } else { state },
        origin: lang.t("origin-push"),
        changed: "mardi 24 novembre, 10 h 15".into(),
        views: vec![
            View { servers: vec!["Nuage B".into()], fields: fields(&all[..1]) },
            View { servers: Vec::new(), fields: fields(&all) },
        ],
    };
    OwnPage {
        shell: own_shell(lang),
        is_open: true,
        is_hidden,
        audience: Audience::NotAgreed,
        records: vec![
            record("nuage-a.ac-exemple.fr", Finding::Found),
            record("nuage-b.ac-exemple.fr", Finding::Elsewhere),
        ],
    }
}

fn setup(lang: Lang) -> SetupPage {
    SetupPage {
        shell: shell(lang),
        base: "https://portail.ac-exemple.fr".into(),
        is_private: true,
        takes_pushes: false,
        address: Some("203.0.113.7".into()),
        between: Between::Proxy,
        verdict: Verdict::Unknown,
    }
}

fn tried(lang: Lang, finds: bool) -> DemoSearch {
    let hits = [("Agnès Martin", "step-exact"), ("Jérôme Martin", "step-typo")];
    let colleague = |(name, step): (&str, &'static str)| DemoColleague {
        name: name.into(),
        cloud_id: "amartin@nuage-dijon.demo.example".into(),
        step,
    };
    DemoSearch {
        shell: shell(lang),
        words: "martin agnes".into(),
        ideas: ["elodie oeuvrard", "l'henaff", "marton"].map(str::to_owned).to_vec(),
        hits: hits.into_iter().filter(|_| finds).map(colleague).collect(),
        micros: 940,
        people: 6_012,
        command: "curl -sS 'http://localhost:8080/users?search=martin+agnes'".into(),
        ..DemoSearch::default()
    }
}
