//! The administration.
use super::{Pages, html, signed_in};
use aiguillage::audit::Kind;
use aiguillage::dispatch::pages::State;
use aiguillage::dispatch::pages::admin::{
    AdminAudit, AdminExplain, AdminHome, AdminLint, AdminZones, AuditRow, ChainHead, Checked,
    Counts, Fact, FileState, Health, LintRow, Question, Reload, SecondFactor, Step, Verdict,
    ZoneAnswer, ZoneRow,
};
use aiguillage::finding::Finding;
use aiguillage::office::{CheckRow, Health as InstallationHealth, SettingRow, Settings};
use aiguillage::people::{
    AccountRow, AskErase, AskRole, AskSeeing, BelongsRow, GrantRow, HeldRow, Join, LinkRow, People,
    PersonPage, PersonRow, RecordRow, RoleRow, Roles, SessionRow, Side,
};
use aiguillage::rights::Permission;
use aiguillage::web::lang::Lang;
use aiguillage::web::page::{Place, Shell};

pub(super) fn pages(lang: Lang) -> Pages {
    let no_lint = AdminLint { shell: at(lang, Place::Lint), ..AdminLint::default() };
    let nothing_asked = AdminExplain { shell: at(lang, Place::Explain), ..AdminExplain::default() };
    vec![
        ("admin-home", html(&home(lang, None))),
        ("admin-reloaded", html(&home(lang, Some(Reload::Done { findings: 3 })))),
        ("admin-lint", html(&lint(lang))),
        ("admin-lint-empty", html(&no_lint)),
        ("admin-zones", html(&zones(lang))),
        ("admin-explain", html(&explain(lang))),
        ("admin-explain-empty", html(&nothing_asked)),
        ("admin-audit", html(&audit(lang))),
        ("admin-people", html(&people(lang))),
        (
            "admin-people-empty",
            html(&People { shell: at(lang, Place::People), ..People::default() }),
        ),
        ("admin-person", html(&person(lang))),
        ("admin-person-bare", html(&bare(lang))),
        ("admin-join", html(&join(lang))),
        ("admin-roles", html(&roles(lang))),
        ("admin-roles-empty", html(&Roles { shell: at(lang, Place::Roles), ..Roles::default() })),
        ("admin-role-give", html(&ask_role(lang, true))),
        ("admin-role-take", html(&ask_role(lang, false))),
        ("admin-see-as", html(&see_as(lang))),
        ("admin-seen", html(&seen(lang))),
        ("admin-erase", html(&erase(lang))),
        ("admin-settings", html(&settings(lang))),
        (
            "admin-settings-empty",
            html(&Settings { shell: at(lang, Place::Settings), ..Settings::default() }),
        ),
        ("admin-health", html(&health(lang))),
        ("admin-audit-broken", html(&broken_audit(lang))),
    ]
}

pub(super) fn at(lang: Lang, place: Place) -> Shell {
    Shell { office: Place::OFFICE.to_vec(), place, ..signed_in(lang) }
}

fn home(lang: Lang, reload: Option<Reload>) -> AdminHome {
    let file = |name: &str, health, entries, findings| FileState {
        name: name.into(),
        health,
        read: "mardi 24 novembre, 10 h 15".into(),
        entries,
        findings,
    };
    AdminHome {
        shell: at(lang, Place::Home),
        generation: 17,
        loaded: "mardi 24 novembre, 10 h 15".into(),
        counts: Counts {
            schools: 70_214,
            with_portal: 68_002,
            partners: 412,
            zones: 11,
            findings: 23,
        },
        files: vec![
            file("etabs.ini", Health::Refused, 70_214, 19),
            file("portails.ini", Health::Good, 11, 1),
            file("metadata/", Health::Good, 412, 3),
            file("app_filters/", Health::Missing, 0, 0),
        ],
        reload,
    }
}

fn lint(lang: Lang) -> AdminLint {
    let findings = [
        Finding::at("W-INI-QUOTE", "etabs.ini", 48, "libelle").detail("kept: abc def"),
        Finding::at("W-ETAB-URL", "etabs.ini", 112, "0219802R portail"),
        Finding::at("W-UAI-CHECK", "etabs.ini", 301, "9740091G").detail("F would be right"),
        Finding::at("W-ZONE-HOSTBITS", "portails.ini", 18, "172.31.16.0").detail("172.31.0.0/16"),
        Finding::at("I-ETAB-SHARED", "etabs.ini", 63, "0699801D, 0699802E"),
        Finding::about("E-META-READ", "metadata/0219801P.xml"),
    ];
    AdminLint {
        shell: at(lang, Place::Lint),
        rows: findings.iter().map(|finding| LintRow::of(finding, lang)).collect(),
        total: 23,
        files: vec!["etabs.ini".into(), "portails.ini".into()],
        ..AdminLint::default()
    }
}

fn zones(lang: Lang) -> AdminZones {
    let zone = |network: &str, portal: &str, second_factor, line| ZoneRow {
        network: network.into(),
        portal: format!("https://{portal}.ac-reunion.fr"),
        arena: "rev-proxy-peda".into(),
        second_factor,
        remembers: true,
        line: Some(line),
        ..ZoneRow::default()
    };
    let mut zones = vec![
        zone("172.16.0.0/13", "scoens", SecondFactor::Optional, 6),
        zone("10.205.0.0/16", "scoweb", SecondFactor::Never, 22),
        zone("10.205.12.0/24", "scoens", SecondFactor::Required, 29),
        zone("2001:db8:974::/48", "scoens", SecondFactor::Optional, 42),
        zone("default", "portail", SecondFactor::Required, 60),
    ];
    zones[2].label = "Salle de formation du site administratif".into();
    AdminZones {
        shell: at(lang, Place::Zones),
        zones,
        address: "10.205.12.7".into(),
        answer: Some(ZoneAnswer::Zone {
            network: "10.205.12.0/24".into(),
            portal: "https://scoens.ac-reunion.fr".into(),
            candidates: 2,
        }),
    }
}

fn explain(lang: Lang) -> AdminExplain {
    AdminExplain {
        shell: at(lang, Place::Explain),
        question: Question {
            login: "mdupont".into(),
            peer: "192.0.2.10".into(),
            xff: "10.205.3.4".into(),
            ..Question::default()
        },
        steps: steps(),
        verdict: Some(Verdict::Choice(1)),
    }
}

fn steps() -> Vec<Step> {
    let portal = |school: &str, portal: &str, state| Fact::Portal {
        school: school.into(),
        portal: portal.into(),
        state,
    };
    vec![
        Step::Client(vec![Fact::HeaderNames("10.205.3.4".into())]),
        Step::Zone(vec![Fact::Zone {
            network: "10.205.0.0/16".into(),
            portal: "https://scoweb.ac-reunion.fr".into(),
        }]),
        Step::Sources(vec![
            Fact::Known("Annuaire des agents".into()),
            Fact::NoAnswer("Téléservices".into()),
            Fact::NotKnown("Annuaire local".into()),
        ]),
        Step::Affiliations(vec![
            Fact::School("9740091F · Enseignant · agents".into()),
            Fact::MaybeMeant { code: "9740091G".into(), meant: "9740091F".into() },
        ]),
        Step::Destinations(vec![
            portal("9740091F", "https://portail.leconte-de-lisle.example", State::Open),
            portal("9740091G", "", State::Unknown),
        ]),
    ]
}

fn broken_audit(lang: Lang) -> AdminAudit {
    let broken = Checked::Broken { node: 1, seq: 20_417, kind: Kind::Changed };
    AdminAudit { checked: Some(broken), ..audit(lang) }
}

fn audit(lang: Lang) -> AdminAudit {
    let row = |event: &str, person: &str, target: &str, reason: &str| AuditRow {
        time: "2026-11-24 10:15:02".into(),
        event: event.into(),
        person: person.into(),
        client: "10.205.3.0/24".into(),
        zone: "10.205.0.0/16".into(),
        target: target.into(),
        reason: reason.into(),
        reference: "01K9-7F3Q".into(),
    };
    AdminAudit {
        shell: at(lang, Place::Audit),
        rows: vec![
            row("saml.response", "Marie Dupont", "Lycée des Filaos", ""),
            row("dispatch.choice", "Marie Dupont", "9749801K", "choice"),
            row("auth.signed_in", "Marie Dupont", "", "agents"),
            row("auth.refused", "", "", "password"),
            row("config.reload", "Ada Admin", "", "17"),
        ],
        total: 12_408,
        may_check: true,
        heads: vec![ChainHead {
            head: format!("1:12408:{}", "5b1c".repeat(16)),
            sealed: "2026-11-24 10:15:02".into(),
        }],
        csv: "/admin/audit.csv".into(),
        older: Some("/admin/audit?before=1".into()),
        ..AdminAudit::default()
    }
}

fn people(lang: Lang) -> People {
    let row = |id: &str, name: &str, accounts: &[(&str, &str)]| PersonRow {
        id: id.into(),
        name: name.into(),
        mail: format!("{id}@ac-reunion.example"),
        accounts: accounts
            .iter()
            .map(|(label, login)| ((*label).into(), (*login).into()))
            .collect(),
    };
    People {
        shell: at(lang, Place::People),
        words: "hoarau".into(),
        school: "9740091F".into(),
        csv: "/admin/people.csv?q=hoarau".into(),
        newest: true,
        is_erased: true,
        rows: vec![
            row(
                "jhoarau",
                "Jean Hoarau",
                &[("Agents", "jhoarau"), ("Familles", "jean.hoarau@mail")],
            ),
            row("phoarau", "Paul-Émile Hoarau de la Rivière", &[("Familles", "phoarau")]),
        ],
        before: None,
        behind: Some("/admin/people?q=hoarau&skip=50".into()),
    }
}

fn person(lang: Lang) -> PersonPage {
    let session = |id: &str, browser: &str| SessionRow {
        id: id.into(),
        browser: browser.into(),
        started: "mardi 24 novembre, 8 h 02".into(),
        used: "mardi 24 novembre, 10 h 15".into(),
        network: "10.205.3.0/24".into(),
    };
    PersonPage {
        shell: at(lang, Place::People),
        id: "019a0000-0000-7000-8000-000000000000".into(),
        name: "Camille Rivière".into(),
        mail: "camille.riviere@ac-reunion.example".into(),
        roles: vec![
            GrantRow {
                role: "role-admin".into(),
                since: "lundi 23 novembre, 9 h 12".into(),
                ..GrantRow::default()
            },
            GrantRow {
                role: "role-teacher".into(),
                scope: "9740091F".into(),
                rule: "enseignants".into(),
                since: "lundi 23 novembre, 9 h 12".into(),
            },
        ],
        acts: Permission::ALL.to_vec(),
        accounts: vec![known("Agents", "agents"), known("Familles", "families")],
        belongs: vec![
            BelongsRow {
                rne: "9740091F".into(),
                school: "Collège du Lagon".into(),
                profile: "profile-teacher".into(),
                label: "Agents".into(),
            },
            BelongsRow {
                rne: "9740001H".into(),
                profile: "profile-family".into(),
                ..BelongsRow::default()
            },
        ],
        sessions: vec![session("1", "Firefox, Windows"), session("2", "Safari, iPhone")],
        records: vec![RecordRow {
            cloud_id: "criviere@nuage.ac-reunion.example".into(),
            origin: "nuage".into(),
            changed: "lundi 23 novembre, 3 h 00".into(),
        }],
        is_hidden: true,
        links: vec![LinkRow {
            account: "Familles, criviere".into(),
            rule: "administrator".into(),
            at: "lundi 23 novembre, 9 h 12".into(),
            part: Some("3".into()),
        }],
        notice: Some("person-joined"),
        unknown: None,
    }
}

fn bare(lang: Lang) -> PersonPage {
    PersonPage {
        shell: at(lang, Place::People),
        name: "Personne <b>".into(),
        unknown: Some("x\" onclick=".into()),
        ..PersonPage::default()
    }
}

fn join(lang: Lang) -> Join {
    let side = |name: &str, source: &str, has_role| Side {
        id: "019a0000-0000-7000-8000-000000000000".into(),
        name: name.into(),
        mail: String::new(),
        accounts: vec![known(source, source)],
        has_role,
    };
    Join {
        shell: at(lang, Place::People),
        here: side("Camille Rivière", "agents", true),
        there: side("Camille Riviere", "families", false),
    }
}

fn known(label: &str, source: &str) -> AccountRow {
    AccountRow {
        label: label.into(),
        source: source.into(),
        login: "criviere".into(),
        name: "Camille Rivière".into(),
        read: "mardi 24 novembre, 8 h 02".into(),
    }
}

fn roles(lang: Lang) -> Roles {
    let row = |name: &str, role: &str, scope: &str, rule: &str| RoleRow {
        person: "019a0000-0000-7000-8000-000000000000".into(),
        name: name.into(),
        role: role.into(),
        code: "teacher".into(),
        scope: scope.into(),
        rule: rule.into(),
        since: "lundi 23 novembre, 9 h 12".into(),
        may_take: rule.is_empty(),
    };
    Roles {
        shell: at(lang, Place::Roles),
        rows: vec![
            row("Alix Administration", "role-admin", "installation", ""),
            row("Marie Dupont", "role-teacher", "school:9740091F", "enseignants"),
            row("Paul-Émile Hoarau de la Rivière", "role-card-manager", "card_type:P", ""),
        ],
        origin: "hand".into(),
        csv: "/admin/roles.csv".into(),
        behind: Some("/admin/roles?skip=50".into()),
        may_grant: true,
        notice: Some("role-unclear"),
        ..Roles::default()
    }
}

fn ask_role(lang: Lang, gives: bool) -> AskRole {
    AskRole {
        shell: at(lang, Place::Roles),
        gives,
        person: "019a0000-0000-7000-8000-000000000000".into(),
        name: "Marie Dupont".into(),
        role: "role-admin".into(),
        code: "admin".into(),
        scope: "installation".into(),
        opens: vec!["SeeState", "SeePeople", "SeeAudit"],
        is_admin: true,
    }
}

fn see_as(lang: Lang) -> AskSeeing {
    let person = "019a0000-0000-7000-8000-000000000000".into();
    AskSeeing { shell: at(lang, Place::People), person, name: "Marie Dupont".into() }
}

fn seen(lang: Lang) -> People {
    let shell = Shell { is_seen: true, office: vec![Place::People], ..at(lang, Place::People) };
    People { shell, ..people(lang) }
}

fn erase(lang: Lang) -> AskErase {
    let row = |table, rows, why: &str| HeldRow { table, rows, why: why.into() };
    AskErase {
        shell: at(lang, Place::People),
        person: "019a0000-0000-7000-8000-000000000000".into(),
        name: "Camille Rivière".into(),
        goes: vec![row("account", 2, ""), row("affiliation", 3, ""), row("person", 1, "")],
        stays: vec![row("audit", 1_204, "held-audit"), row("change", 4, "held-change")],
        reason: "\"><b>".into(),
        is_wrong: true,
    }
}

fn settings(lang: Lang) -> Settings {
    let row = |section: &str, key: &str, value: &str, origin: &str| SettingRow {
        section: section.into(),
        key: key.into(),
        value: value.into(),
        origin: origin.into(),
        help: "What it does, in a sentence.",
    };
    Settings {
        shell: at(lang, Place::Settings),
        file: "/etc/aiguillage/aiguillage.ini".into(),
        rows: vec![
            row("http", "public_url", "https://sso.academie.example", "aiguillage.ini:3"),
            row(
                "database",
                "url",
                "postgres://sso:…@base.academie.example/sso",
                "AIGUILLAGE_DATABASE_URL",
            ),
            row("source:agents", "bind_dn", "", ""),
        ],
        csv: "/admin/settings.csv".into(),
        is_written_only: true,
        ..Settings::default()
    }
}

fn health(lang: Lang) -> InstallationHealth {
    let check = |label, subject: &str, is_ok| CheckRow {
        label,
        subject: subject.into(),
        is_ok,
        ..CheckRow::default()
    };
    let index = CheckRow {
        documents: "1204331".into(),
        lag: "0.2".into(),
        ..check("health-index", "", true)
    };
    InstallationHealth {
        shell: at(lang, Place::Health),
        is_ready: true,
        is_degraded: true,
        checks: vec![
            check("health-database", "", true),
            check("health-directory", "agents", false),
            index,
        ],
        version: "0.1.0",
        chains: 2,
    }
}
