//! Sign-in, sign-out, sessions.
use super::{Pages, html, shell, signed_in};
use aiguillage::sso::pages::{
    AccountRow, Accounts, Directory, Farewell, JoinAccounts, Leaving, Offer, Onward, Partner,
    PostForm, Problem, Session, Sessions, SignIn, SignedOut, StaleRequest, WayIn,
};
use aiguillage::web::lang::Lang;
use aiguillage::web::page::{Place, Shell};

pub(super) fn pages(lang: Lang) -> Pages {
    let no_cookie = SignIn { problem: Some(Problem::NoCookie), ..sign_in(lang) };
    let stale = StaleRequest {
        shell: shell(lang),
        portal: "Lycée des Filaos".into(),
        start_again: "/saml?sp_ident=9749801K".into(),
        reference: "01K9-7F3Q".into(),
    };
    let offer = Offer {
        shell: shell(lang),
        person: "Jean-Philippe Hoarau".into(),
        idp: "EduConnect (parents et élèves)".into(),
        flow: "0c5d9a2e".into(),
    };
    let leaving =
        Leaving { shell: shell(lang), onward: "/logout/0c5d9a2e?go=1".into(), is_switch: false };
    let switching =
        Leaving { shell: shell(lang), onward: "/logout/0c5d9a2e?go=1".into(), is_switch: true };
    vec![
        ("sign-in", html(&sign_in(lang))),
        ("sign-in-wrong", html(&wrong(lang))),
        ("sign-in-directory", html(&directory(lang))),
        ("sign-in-no-cookie", html(&no_cookie)),
        ("sign-in-elsewhere", html(&SignIn { upstreams: ways_in(), ..sign_in(lang) })),
        (
            "sign-in-elsewhere-only",
            html(&SignIn {
                upstreams: ways_in(),
                takes_passwords: false,
                demo_accounts: None,
                problem: Some(Problem::Silent("Compte du rectorat".into())),
                ..sign_in(lang)
            }),
        ),
        ("accounts", html(&accounts(lang))),
        ("join-accounts", html(&join_accounts(lang))),
        ("offer", html(&offer)),
        ("leaving", html(&leaving)),
        ("switching", html(&switching)),
        ("signed-out", html(&signed_out(lang))),
        ("signed-out-upstream", html(&signed_out_upstream(lang))),
        ("sessions", html(&sessions(lang))),
        ("post-form", html(&post_form(lang))),
        ("stale-request", html(&stale)),
    ]
}

fn sign_in(lang: Lang) -> SignIn {
    SignIn {
        shell: shell(lang),
        hidden: vec![("next".into(), "/dispatch".into())],
        demo_accounts: Some("/demo".into()),
        takes_passwords: true,
        ..SignIn::default()
    }
}

fn wrong(lang: Lang) -> SignIn {
    SignIn {
        login: "marie.dupont".into(),
        problem: Some(Problem::WrongPassword),
        toward: Some("Lycée des Filaos".into()),
        ..sign_in(lang)
    }
}

fn directory(lang: Lang) -> SignIn {
    let directory = |name: &str, label: &str| Directory { name: name.into(), label: label.into() };
    SignIn {
        login: "jdupont".into(),
        directories: vec![
            directory("agents", "Personnels de l'académie"),
            directory("teleservices", "Parents et élèves"),
        ],
        ..sign_in(lang)
    }
}

fn signed_out(lang: Lang) -> SignedOut {
    let partner = |label: &str, farewell| Partner { label: label.into(), farewell };
    SignedOut {
        shell: shell(lang),
        partners: vec![
            partner("Lycée des Filaos", Farewell::Done),
            partner("Collège Leconte de Lisle", Farewell::NotReached),
            partner("Lycée du Canal", Farewell::NotOffered),
        ],
        sign_in: "/login".into(),
        onward: None,
        upstream: None,
    }
}

fn ways_in() -> Vec<WayIn> {
    let way = |label: &str, name: &str| WayIn {
        audience: (name == "educonnect").then(|| "Parents et élèves".to_owned()),
        label: label.into(),
        address: format!("/login/with/{name}?next=%2Fdispatch"),
    };
    vec![way("Compte du rectorat", "rectorat"), way("EduConnect (parents et élèves)", "educonnect")]
}

fn signed_out_upstream(lang: Lang) -> SignedOut {
    let upstream =
        Onward { label: "Compte du rectorat".into(), address: "https://idp.example/end".into() };
    SignedOut { upstream: Some(upstream), ..signed_out(lang) }
}

fn account(label: &str, login: &str, is_this_one: bool) -> AccountRow {
    AccountRow {
        label: label.into(),
        login: login.into(),
        name: "Camille Rivière".into(),
        is_this_one,
        part: (!is_this_one).then(|| "0c5d9a2e".into()),
    }
}

fn accounts(lang: Lang) -> Accounts {
    Accounts {
        shell: Shell { place: Place::Sessions, ..signed_in(lang) },
        accounts: vec![
            account("Personnels de l’académie", "criviere", true),
            account("EduConnect (parents et élèves)", "ect-4711@educonnect", false),
        ],
        has_role: false,
        notice: Some("accounts-joined"),
    }
}

fn join_accounts(lang: Lang) -> JoinAccounts {
    JoinAccounts {
        shell: Shell { place: Place::Sessions, ..signed_in(lang) },
        here: vec![account("Personnels de l’académie", "criviere", false)],
        there: vec![account("EduConnect (parents et élèves)", "ect-4711@educonnect", false)],
        flow: "0c5d9a2e".into(),
    }
}

fn sessions(lang: Lang) -> Sessions {
    let session = |id: &str, browser: &str, is_this_one| Session {
        id: id.into(),
        browser: browser.into(),
        started: "mardi 24 novembre, 7 h 58".into(),
        last_used: "mardi 24 novembre, 10 h 15".into(),
        address: "10.205.3.0/24".into(),
        is_this_one,
    };
    Sessions {
        shell: Shell { place: Place::Sessions, office: Place::OFFICE.to_vec(), ..signed_in(lang) },
        sessions: vec![
            session("1", "Firefox, Linux", true),
            session("2", "Chrome, Android", false),
            session("3", "Safari, iPhone", false),
        ],
    }
}

fn post_form(lang: Lang) -> PostForm {
    PostForm {
        shell: signed_in(lang),
        action: "https://ent.lycee-des-filaos.example/saml/acs".into(),
        portal: "Lycée des Filaos".into(),
        fields: vec![
            ("SAMLResponse".into(), "PHNhbWxwOlJlc3BvbnNlLz4=".into()),
            ("RelayState".into(), "https://ent.lycee-des-filaos.example/".into()),
        ],
        is_farewell: false,
    }
}
