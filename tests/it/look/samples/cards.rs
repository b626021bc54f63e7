//! Cards: those of whoever has one, and the office; the encoder of the demonstration.
use super::{Pages, card_services, html, office, signed_in};
use aiguillage::card::figures::pages::{Chart, ChartRow, Choice, Statistics};
use aiguillage::card::pages::{
    AskCheck, AskConsent, AskPhoto, CardFact, CardLine, CardOffice, DeliverCards, HistoryLine,
    MyCards, OneCard, OwnCard, PhotoShown, StateCount, StopCard,
};
use aiguillage::card::payment::pages::{CardPayments, PayCard, PaymentLine, PaymentTab};
use aiguillage::card::printing::pages::{BatchLine, CardBatch, CardBatches, PrintLine};
use aiguillage::card::printing::store::Outcome;
use aiguillage::card::state::State;
use aiguillage::card::stop::Why;
use aiguillage::demo::pages::{DemoEncoded, DemoEncoder, DemoPaybox};
use aiguillage::web::frame::Offers;
use aiguillage::web::lang::Lang;
use aiguillage::web::page::{Banner, Place, Shell, Tone};

const ID: &str = "0190f3b2-6c4e-4b1a-9c55-2f6f5f0a7d10";

pub(super) fn pages(lang: Lang) -> Pages {
    let none = MyCards { is_known: true, may_ask: true, shell: own(lang), ..MyCards::default() };
    let nobody = MyCards { told: "card-ask-nobody", shell: own(lang), ..MyCards::default() };
    let nothing = CardOffice { is_open: true, shell: desk(lang), ..CardOffice::default() };
    let closed = CardOffice { shell: desk(lang), ..CardOffice::default() };
    let no_hit = CardOffice {
        is_open: true,
        words: "xyz".into(),
        shell: desk(lang),
        ..CardOffice::default()
    };
    vec![
        ("cards", html(&cards(lang))),
        ("cards-none", html(&none)),
        ("cards-nobody", html(&nobody)),
        ("cards-due", html(&due(lang))),
        ("cards-waiting", html(&waiting(lang))),
        ("cards-pay", html(&pay(lang, false))),
        ("cards-pay-again", html(&pay(lang, true))),
        ("card-payments", html(&payments(lang))),
        (
            "card-payments-none",
            html(&CardPayments { shell: desk(lang), ..CardPayments::default() }),
        ),
        ("cards-photo", html(&AskPhoto { known: None, shell: own(lang) })),
        ("cards-photo-known", html(&AskPhoto { known: Some(photo(true)), shell: own(lang) })),
        (
            "cards-consent",
            html(&AskConsent { photo: photo(false), shows_photo: true, shell: own(lang) }),
        ),
        ("cards-check", html(&check(lang))),
        ("cards-stop", html(&StopCard { card: card(State::Enabled), shell: own(lang) })),
        ("card-office", html(&list(lang, Some(State::New)))),
        ("card-office-all", html(&list(lang, None))),
        ("card-office-none", html(&nothing)),
        ("card-office-closed", html(&closed)),
        ("card-office-no-hit", html(&no_hit)),
        ("card-deliver", html(&deliver(lang, true))),
        ("card-deliver-first", html(&deliver(lang, false))),
        ("card-one", html(&one(lang, State::Enabled))),
        ("card-one-idle", html(&one(lang, State::Printed))),
        ("card-batches", html(&batches(lang))),
        ("card-batches-none", html(&CardBatches { shell: desk(lang), ..CardBatches::default() })),
        ("card-batch", html(&batch(lang, 2))),
        ("card-batch-over", html(&batch(lang, 0))),
        ("card-statistics", html(&statistics(lang))),
        ("card-statistics-none", html(&Statistics { shell: desk(lang), ..Statistics::default() })),
        ("demo-paybox", html(&paybox(lang))),
        ("demo-encoder", html(&encoder(lang))),
        ("demo-encoder-none", html(&DemoEncoder { shell: own(lang), ..DemoEncoder::default() })),
    ]
}

fn own(lang: Lang) -> Shell {
    let offers = Offers { cards: true };
    Shell { place: Place::Cards, here: "/cards".into(), offers, ..signed_in(lang) }
}

fn desk(lang: Lang) -> Shell {
    office::at(lang, Place::CardOffice)
}

fn photo(is_clean: bool) -> PhotoShown {
    PhotoShown { id: ID.into(), instead: if is_clean { "" } else { "card-photo-infected" } }
}

fn card(state: State) -> OwnCard {
    OwnCard {
        id: ID.into(),
        state,
        at: "mardi 24 novembre, 8 h 00".into(),
        due: "30 septembre 2027".into(),
        note: match state {
            State::Rejected => "Le visage est dans l’ombre.".into(),
            _ => String::new(),
        },
        why: (state == State::Disabled).then_some(Why::Theft),
        photo: (state != State::Canceled).then(|| photo(state != State::New)),
        may_cancel: state == State::New,
        may_stop: state == State::Enabled,
    }
}

fn cards(lang: Lang) -> MyCards {
    MyCards {
        is_known: true,
        may_ask: true,
        told: "card-ask-open",
        due: String::new(),
        is_waiting: false,
        said: None,
        is_sent: true,
        is_stopped: true,
        has_holder: true,
        shows_photo: true,
        cards: State::ALL.map(card).to_vec(),
        shell: own(lang),
    }
}

fn due(lang: Lang) -> MyCards {
    MyCards {
        may_ask: false,
        told: "card-ask-pay-here",
        due: "10,00\u{a0}€".into(),
        said: Some(Banner::new(Tone::Warning, lang.t("card-pay-refused"))),
        ..cards(lang)
    }
}

fn waiting(lang: Lang) -> MyCards {
    MyCards {
        is_known: true,
        told: "card-ask-pay",
        is_waiting: true,
        said: Some(Banner::new(Tone::Info, lang.t("card-pay-waiting"))),
        shell: own(lang),
        ..MyCards::default()
    }
}

fn pay(lang: Lang, is_renewal: bool) -> PayCard {
    PayCard { cost: "1000,00\u{a0}€".into(), is_renewal, shell: own(lang) }
}

fn payments(lang: Lang) -> CardPayments {
    let one = |state, tone, may_refund| PaymentLine {
        id: ID.into(),
        reference: "CARD-0190f3b26c4e4b1a9c552f6f5f0a7d10".into(),
        at: "mardi 24 novembre, 8 h 00".into(),
        name: "Inès Robert de la Tour d’Auvergne-Lauraguais".into(),
        eppn: "ines.robert-de-la-tour-d-auvergne@universite-de-la-ville.example".into(),
        cost: "1000,00\u{a0}€".into(),
        state,
        tone,
        card: if may_refund { String::new() } else { ID.into() },
        error: if tone == "warn" { "00114".into() } else { String::new() },
        may_refund,
    };
    let tab =
        |label, is_here| PaymentTab { label, address: "/cards/office/payments".into(), is_here };
    CardPayments {
        tabs: vec![
            tab("card-payments-paid", true),
            tab("card-payments-unused", false),
            tab("card-payments-used", false),
            tab("card-payments-refunded", false),
            tab("card-payments-open", false),
        ],
        rows: vec![
            one("card-payment-unused", "info", true),
            one("card-payment-used", "ok", false),
            one("card-payment-refused", "warn", false),
        ],
        csv: "/cards/office/payments.csv".into(),
        is_refunded: true,
        newer: Some("/cards/office/payments".into()),
        older: Some("/cards/office/payments?skip=50".into()),
        shell: desk(lang),
    }
}

fn paybox(lang: Lang) -> DemoPaybox {
    let at = |key| (key, "/portail/paybox/decide".to_owned());
    DemoPaybox {
        lang,
        cost: "10,00\u{a0}€".into(),
        reference: "CARD-0190f3b26c4e4b1a9c552f6f5f0a7d10".into(),
        choices: ["demo-paybox-pay", "demo-paybox-refuse", "demo-paybox-cancel"].map(at).to_vec(),
    }
}

fn check(lang: Lang) -> AskCheck {
    AskCheck {
        photo: photo(true),
        name: "Inès Robert de la Tour d’Auvergne-Lauraguais".into(),
        eppn: "ines.robert-de-la-tour-d-auvergne@universite-de-la-ville.example".into(),
        due: "30 septembre 2027".into(),
        shows_photo: false,
        shell: own(lang),
    }
}

pub(super) fn line(state: State) -> CardLine {
    CardLine {
        id: ID.into(),
        version: 3,
        name: "Inès Robert de la Tour d’Auvergne-Lauraguais".into(),
        eppn: "ines.robert-de-la-tour-d-auvergne@universite-de-la-ville.example".into(),
        card_type: "E".into(),
        state,
        at: "mardi 24 novembre, 8 h 00".into(),
        csn: if state == State::New { String::new() } else { "04063F72633480".into() },
    }
}

fn list(lang: Lang, state: Option<State>) -> CardOffice {
    let count = |of: State| StateCount {
        state: of,
        count: 1_250,
        address: "/cards/office?state=x".into(),
        is_here: state == Some(of),
    };
    let lines = |number: u8| CardLine {
        id: format!("{number}-{ID}"),
        ..line(state.unwrap_or(State::ALL[usize::from(number)]))
    };
    CardOffice {
        may_lead: true,
        has_services: true,
        has_payments: true,
        is_open: true,
        counts: State::ALL.map(count).to_vec(),
        words: "robert".into(),
        state: state.map_or("", State::as_str).into(),
        rows: (0..13).map(lines).collect(),
        sees: true,
        acts: match state {
            Some(_) => vec![State::InPrint, State::Rejected, State::Canceled],
            None => Vec::new(),
        },
        csv: "/cards/office.csv".into(),
        newer: Some("/cards/office?skip=0".into()),
        older: Some("/cards/office?skip=50".into()),
        said: Some(Banner::new(Tone::Warning, "12 faites, 1 refusées.")),
        shell: desk(lang),
    }
}

fn deliver(lang: Lang, is_done: bool) -> DeliverCards {
    let shell = office::at(lang, Place::Deliver);
    DeliverCards { done: is_done.then(|| line(State::Enabled)), shell }
}

fn one(lang: Lang, state: State) -> OneCard {
    let fact = |name, value: &str, is_code| CardFact { name, value: value.into(), is_code };
    let change = |state, by: &str, note: &str| HistoryLine {
        at: "mardi 24 novembre, 8 h 00".into(),
        state,
        by: by.into(),
        note: note.into(),
    };
    OneCard {
        card: line(state),
        photo: (state == State::Enabled).then(|| photo(true)),
        facts: vec![
            fact("card-fact-eppn", "ines.robert@universite-de-la-ville.example", true),
            fact("card-fact-type", "E", false),
            fact("card-fact-due", "30 septembre 2027", false),
            fact("card-fact-csn", "04063F72633480", true),
            fact("card-fact-qr", "http://esc.gg/14625400-9326-103f-8abc-001123456789", true),
        ],
        printed: vec!["Inès Robert".into(), "N° étudiant 22400001".into()],
        batch: if state == State::Enabled { String::new() } else { ID.into() },
        identifiers: vec![("access-control".into(), "1234500000000042".into())],
        note: "Le visage est dans l’ombre.".into(),
        acts: match state {
            State::Enabled => vec![State::Disabled, State::Renewed],
            _ => Vec::new(),
        },
        services: card_services::lines(),
        idle: "card-idle-printed",
        history: vec![
            change(State::Encoded, "encodeur", ""),
            change(State::Rejected, "Nadia Perrin", "Le visage est dans l’ombre."),
            change(State::New, "Inès Robert", ""),
        ],
        others: vec![line(State::Disabled)],
        shell: desk(lang),
    }
}

fn batch_line(waiting: u32) -> BatchLine {
    BatchLine {
        id: ID.into(),
        at: "mardi 24 novembre, 8 h 00".into(),
        by: "Nadia Perrin".into(),
        cards: waiting + 41,
        waiting,
        printed: 40,
        misprinted: 1,
    }
}

fn batches(lang: Lang) -> CardBatches {
    CardBatches {
        rows: vec![batch_line(3), batch_line(0)],
        newer: None,
        older: Some("/cards/office/batches?skip=25".into()),
        shell: desk(lang),
    }
}

fn batch(lang: Lang, waiting: u32) -> CardBatch {
    let row = |outcome| PrintLine {
        card: ID.into(),
        name: "Inès Robert de la Tour d’Auvergne-Lauraguais".into(),
        eppn: "ines.robert-de-la-tour-d-auvergne@universite-de-la-ville.example".into(),
        lines: "N° étudiant 22400001 · Licence 3 mathématiques".into(),
        outcome,
    };
    let mut rows = vec![row(Outcome::Printed), row(Outcome::Misprinted)];
    if waiting > 0 {
        rows.push(row(Outcome::Waiting));
    }
    CardBatch {
        batch: batch_line(waiting),
        rows,
        may_take: waiting > 0,
        said: (waiting > 0).then(|| Banner::new(Tone::Done, "12 faites, 0 refusées.")),
        shell: desk(lang),
    }
}

fn statistics(lang: Lang) -> Statistics {
    let choice = |id: &str, is_on| Choice { id: id.into(), label: id.into(), is_on };
    let row = |label: &str, values: &[i64]| ChartRow::new(label.into(), values.to_vec());
    let months = vec![
        row("septembre 2026", &[12_480, 11_020, 10_900, 9_000]),
        row("octobre 2026", &[340, 1_500, 1_490, 3_200]),
    ];
    let series = vec![
        "card-stat-requested",
        "card-stat-encoded",
        "card-stat-enabled",
        "card-stat-delivered",
    ];
    let states = vec![row("active", &[11_800]), row("à corriger, depuis très longtemps", &[120])];
    let shares = vec![
        row("actives", &[11_800]),
        ChartRow { share: "62 %".into(), ..row("photo montrée", &[7_300]) },
    ];
    Statistics {
        years: vec![choice("2026", true), choice("2025", false)],
        types: vec![choice("E", false), choice("P", true)],
        charts: vec![
            Chart::plain("states", "card-stat-states", states),
            Chart { series, ..Chart::plain("months", "card-stat-months", months) },
            Chart::plain("shares", "card-stat-shares", shares),
        ],
        csv: "/cards/office/statistics.csv?year=2026".into(),
        shell: desk(lang),
    }
}

fn encoder(lang: Lang) -> DemoEncoder {
    let at = |state| DemoEncoded {
        name: "Gaspard Le Bihan".into(),
        eppn: "carte07@quais.example".into(),
        state,
        csn: "04063F72633480".into(),
    };
    DemoEncoder {
        done: Some(at(State::Enabled)),
        waiting: vec![at(State::Printed), at(State::InEncode)],
        shell: own(lang),
    }
}
