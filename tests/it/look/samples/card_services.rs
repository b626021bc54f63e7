//! Services that are told of cards: one card at one of them, what nobody handled, what those of the
//! demonstration heard.
use super::{Pages, cards, html, office};
use aiguillage::card::services::ToldState;
use aiguillage::card::services::crous::NewName;
use aiguillage::card::services::pages::{
    BadZone, CardNames, CardService, CardServices, CardZones, CodeCount, IzlySwitch, RefusedLine,
    RefusedName, Said, ServiceHealth, ServiceLine, Told,
};
use aiguillage::card::state::State;
use aiguillage::demo::pages::{DemoCall, DemoFile, DemoServices};
use aiguillage::web::lang::Lang;
use aiguillage::web::page::{Place, Shell};

pub(super) fn pages(lang: Lang) -> Pages {
    let off = CardServices { is_all: true, shell: desk(lang), ..CardServices::default() };
    vec![
        ("card-service", html(&service(lang, ToldState::Refused))),
        ("card-service-nothing", html(&nothing(lang))),
        ("card-services", html(&list(lang))),
        ("card-zones", html(&zones(lang))),
        ("card-zones-empty", html(&CardZones { shell: desk(lang), ..CardZones::default() })),
        ("card-names", html(&names(lang))),
        ("card-names-none", html(&CardNames { shell: desk(lang), ..CardNames::default() })),
        ("card-services-off", html(&off)),
        ("demo-services", html(&demo(lang))),
        (
            "demo-services-none",
            html(&DemoServices { shell: desk(lang), ..DemoServices::default() }),
        ),
    ]
}

fn desk(lang: Lang) -> Shell {
    office::at(lang, Place::CardOffice)
}

fn said() -> Said {
    Said {
        text: String::new(),
        code: "-11".into(),
        message: "Client existant".into(),
        call: "email POST /beforeizly/v1/rightholders".into(),
    }
}

fn line(state: Option<ToldState>) -> ServiceLine {
    ServiceLine {
        name: "CROUS / IZLY".into(),
        address: "/cards/office/x/services/crous".into(),
        state,
        at: "mardi 24 novembre, 8 h 00".into(),
        said: if state == Some(ToldState::Refused) { said() } else { Said::default() },
        is_open: false,
    }
}

/// As they stand on the page of a card.
pub(super) fn lines() -> Vec<ServiceLine> {
    let esc =
        ServiceLine { name: "Routeur".into(), is_open: true, address: String::new(), ..line(None) };
    vec![esc, line(Some(ToldState::Refused)), line(Some(ToldState::On)), line(None)]
}

fn service(lang: Lang, state: ToldState) -> CardService {
    let told = |name, text: &str| Told { name, text: text.into() };
    CardService {
        card: cards::line(State::Enabled),
        line: line(Some(state)),
        told: vec![
            told("card-service-holder", "{\n  \"identifier\": \"1234567890A\"\n}"),
            told("card-service-card", "{\n  \"uid\": \"04063F72633480\"\n}"),
        ],
        nothing: String::new(),
        izly: Some(IzlySwitch { address: "/cards/office/x/izly".into(), off: None }),
        kept: vec![("card-service-name", "1234567890A".into()), ("card-service-rate", "97".into())],
        rename: "/cards/office/x/name".into(),
        is_asked: true,
        shell: desk(lang),
    }
}

fn nothing(lang: Lang) -> CardService {
    CardService {
        told: Vec::new(),
        nothing: "Porteur sans INE.".into(),
        kept: Vec::new(),
        rename: String::new(),
        izly: Some(IzlySwitch {
            address: "/cards/office/x/izly".into(),
            off: Some("Demande écrite du 3 janvier.".into()),
        }),
        is_asked: false,
        ..service(lang, ToldState::Nothing)
    }
}

fn list(lang: Lang) -> CardServices {
    let health = |trouble: &str| ServiceHealth {
        name: "CROUS / IZLY".into(),
        trouble: trouble.into(),
        at: "mardi 24 novembre, 8 h 00".into(),
        again: "mardi 24 novembre, 9 h 00".into(),
    };
    let count = |is_here| CodeCount {
        address: "/cards/office/services?service=crous".into(),
        text: "CROUS / IZLY · -11".into(),
        count: 3,
        is_here,
    };
    CardServices {
        health: vec![health("Le service ne répond pas."), health("")],
        counts: vec![count(true), count(false)],
        sets_up: true,
        is_all: false,
        kind: ("crous".into(), "-11".into()),
        message: "existant".into(),
        blocking: Some(true),
        is_filtered: true,
        csv: "/cards/office/services.csv?service=crous&code=-11".into(),
        rows: vec![RefusedLine {
            name: "Inès Robert".into(),
            eppn: "ines.robert@quais.example".into(),
            service: "CROUS / IZLY".into(),
            address: "/cards/office/x/services/crous".into(),
            state: ToldState::Refused,
            said: said(),
            at: "mardi 24 novembre, 8 h 00".into(),
        }],
        newer: Some("/cards/office/services?skip=0".into()),
        older: Some("/cards/office/services?skip=50".into()),
        shell: desk(lang),
    }
}

fn zones(lang: Lang) -> CardZones {
    CardZones {
        is_read: true,
        added: 1200,
        known: 3,
        refused: 1,
        bad: vec![BadZone { line: 17, why: "card-zone-taken" }],
        shell: desk(lang),
    }
}

fn names(lang: Lang) -> CardNames {
    let (was, becomes) = ("20158842", "joe.dalton@univ-ville.example");
    CardNames {
        listed: 1,
        waiting: 2,
        done: 30,
        refused: 1,
        preview: vec![NewName { was: was.into(), becomes: becomes.into(), mail: becomes.into() }],
        refusals: vec![RefusedName {
            was: was.into(),
            becomes: becomes.into(),
            said: "-1 Client inconnu".into(),
        }],
        bad: vec![BadZone { line: 3, why: "card-name-mail" }],
        shell: desk(lang),
    }
}

fn demo(lang: Lang) -> DemoServices {
    let call = |status, body: &str| DemoCall {
        service: "card-service-esc",
        at: "mardi 24 novembre, 8 h 00".into(),
        line: "POST /persons".into(),
        status,
        body: body.into(),
    };
    let file = DemoFile {
        name: "lea.martin@univ-ville.example_til.csv".into(),
        text: "112340000987;MARTIN;Léa;1234500000000042;03/09/2026\r\n".into(),
    };
    DemoServices {
        calls: vec![call(201, "{\n  \"a\": 1\n}"), call(404, "")],
        files: vec![file],
        shell: desk(lang),
    }
}
