//! The demonstration.
use super::{Pages, html, shell};
use aiguillage::demo::pages::{
    Check, DemoAccount, DemoCode, DemoInbox, DemoLetter, DemoPlace, DemoPortal, DemoPortalRefused,
    DemoStart, Look, Plot, Received, Story,
};
use aiguillage::web::lang::Lang;
use aiguillage::web::pages::Link;

pub(super) fn pages(lang: Lang) -> Pages {
    let refused = DemoPortalRefused {
        lang,
        look: Look::Ent,
        school: "Lycée des Filaos".into(),
        reason: "assertion: NotOnOrAfter 2026-11-24T10:15:00Z is past".into(),
        again: "http://localhost:8080/dispatch?choose=1".into(),
    };
    vec![
        ("demo", html(&start(lang))),
        ("demo-envole", html(&portal(lang, Look::Envole))),
        ("demo-ent", html(&portal(lang, Look::Ent))),
        ("demo-refused", html(&refused)),
        ("demo-code", html(&code(lang, true))),
        ("demo-code-typed", html(&code(lang, false))),
        ("demo-inbox", html(&inbox(lang))),
    ]
}

fn code(lang: Lang, is_asked: bool) -> DemoCode {
    let outcome = (!is_asked).then_some("demo-code-unknown");
    let csrf = is_asked.then(|| "token".into());
    DemoCode { lang, code: "WDJB-MJHT".into(), csrf, outcome }
}

fn inbox(lang: Lang) -> DemoInbox {
    let letter = DemoLetter {
        at: "mardi 24 novembre, 10 h 15".into(),
        from: "secretariat@college.demo.example".into(),
        to: "chef@college.example".into(),
        subject: "Essai d’envoi".into(),
        text: "Bonjour,\n\nCe message montre que le compte fonctionne.".into(),
    };
    DemoInbox { shell: shell(lang), letters: vec![letter] }
}

fn account(login: &str, name: &str, about: &str) -> DemoAccount {
    DemoAccount { login: login.into(), name: name.into(), about: about.into() }
}

fn stories() -> Vec<Story> {
    let story = |plot, accounts| Story { plot, accounts };
    vec![
        story(
            Plot::Straight,
            vec![
                account("jules.payet", "Jules Payet", "Élève au collège L'Étang Salé"),
                account("paul.riviere", "Paul Rivière", "Enseignant au lycée des Filaos"),
            ],
        ),
        story(
            Plot::Choice,
            vec![account("marie.dupont", "Marie Dupont", "Enseignante, un collège et un lycée")],
        ),
        story(
            Plot::Family,
            vec![account("jean.hoarau", "Jean Hoarau", "Trois enfants, deux établissements")],
        ),
        story(Plot::Office, vec![account("admin", "Ada Admin", "Administre le service")]),
        story(
            Plot::Trouble,
            vec![account("luc.noel", "Luc Noël", "Son collège n'a pas de portail")],
        ),
    ]
}

fn start(lang: Lang) -> DemoStart {
    let place =
        |id: &str, label: &str, is_here| DemoPlace { id: id.into(), label: label.into(), is_here };
    DemoStart {
        is_lan: false,
        shell: shell(lang),
        stories: stories(),
        places: vec![
            place("default", "À la maison", true),
            place("10.205.0.0/16", "Réseau administratif", false),
            place("172.16.0.0/13", "Salle de classe", false),
        ],
        list: "demo/vacataires.csv".into(),
        links: vec![
            Link::new("Administration", "/admin"),
            Link::new("SAML metadata", "/saml/metadata"),
        ],
    }
}

fn portal(lang: Lang, look: Look) -> DemoPortal {
    let attribute = |name: &str, values: &[&str]| {
        (name.to_owned(), values.iter().map(|value| (*value).to_owned()).collect())
    };
    let context = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport";
    DemoPortal {
        lang,
        look,
        school: "Collège Leconte de Lisle".into(),
        person: "Marie Dupont".into(),
        checks: vec![
            Check::ResponseSignature,
            Check::AssertionSignature,
            Check::Audience,
            Check::Time,
            Check::Replay,
        ],
        name_id: (
            "_c6fa2e7f1b9d4a53".into(),
            "urn:oasis:names:tc:SAML:2.0:nameid-format:transient".into(),
        ),
        facts: vec![
            (Received::Issuer, "http://localhost:8080/saml/metadata".into()),
            (Received::Audience, "http://127.0.0.1:8080/demo/9740091F".into()),
            (Received::ValidUntil, "2026-11-24T10:20:00Z".into()),
            (Received::Context, context.into()),
        ],
        attributes: vec![
            attribute("uid", &["mdupont"]),
            attribute("displayName", &["Marie Dupont"]),
            attribute("rne", &["9740091F"]),
            attribute("rnes", &["9740091F", "9749801K"]),
            attribute("profils", &["teacher"]),
        ],
        change_school: "http://localhost:8080/dispatch?choose=1".into(),
        sign_out: "/demo/9740091F/logout".into(),
        csrf: "token".into(),
    }
}
