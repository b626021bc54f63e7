//! The examples of the systems, and what is odd in each.
use super::*;
use crate::card::services::test_cards::{at, lea, working};
use chrono_tz::Europe::Paris;

const NUMBER: &str = "112340000987";
const ACCESS: &str = "1234500000000042";

fn line(
    format: Format,
    change: impl FnOnce(&mut Subject, &mut Card),
) -> Result<String, &'static str> {
    let (mut subject, mut card) = (lea(), working());
    for (name, value) in [("v1", "Étudiante"), ("v6", "061234"), ("v7", "012")] {
        subject.said.add(name, value);
    }
    change(&mut subject, &mut card);
    let verso: Vec<String> = ["v1", "", "", "", "", "v6", "v7"].map(str::to_owned).into();
    let stopped = (card.state != State::Enabled).then_some(card.state_at);
    format.line(&Line {
        subject: &subject,
        card: &card,
        access_id: Some(ACCESS),
        number: NUMBER,
        institute: "Université de Ville",
        verso: &verso,
        zone: Paris,
        stopped,
    })
}

fn plain(format: Format) -> String {
    line(format, |_, _| {}).expect("a line")
}

fn stopped(format: Format) -> String {
    let stop = |_: &mut Subject, card: &mut Card| {
        card.state = State::Disabled;
        card.state_at = at("2026-12-24T23:30:00Z");
    };
    line(format, stop).expect("a line")
}

fn due(card: &mut Card, text: &str) {
    card.due_at = Some(at(text));
}

#[test]
fn each_system_reads_its_own_line() {
    let of = plain;
    assert_eq!(
        of(Format::Til),
        "112340000987;MARTIN;Léa;1234500000000042;03/09/2026;30/09/2027;1;11/02/2006;Université de Ville;A"
    );
    assert_eq!(
        of(Format::Synchronic),
        "112340000987;MARTIN;Léa;1234500000000042;20260903;20270930;NON;11/02/2006;Université de Ville"
    );
    assert_eq!(
        of(Format::P2s),
        "112340000987;MARTIN;Léa;1234500000000042;2026/09/03;2027/09/30;0;2006/02/11;Université de Ville"
    );
    assert_eq!(
        of(Format::PcPass),
        "MARTIN;Léa;803463723F0604;ETUDIANT;112340000987;20260903;20270930;lea.martin@univ-ville.example"
    );
    assert_eq!(
        of(Format::Insa),
        "061234,MARTIN,Léa,,0761904G,012,'03/09/2026,'30/09/2027,13,36086398742103556"
    );
    assert_eq!(
        of(Format::UniLaSalle),
        "1234500000000042;112340000987;MARTIN;Léa;Étudiante;03/09/2026 10:00;30/09/2027 23:59;"
    );
}

#[test]
fn a_card_that_does_not_work_is_blocked_or_ended_on_that_day() {
    for (format, says) in [
        (Format::Til, ";0;"),
        (Format::Synchronic, ";OUI;"),
        (Format::P2s, ";1;"),
        (Format::PcPass, ";20261225;"),
        (Format::Insa, ",'25/12/2026,"),
        (Format::UniLaSalle, ";25/12/2026 00:30;"),
    ] {
        assert!(!plain(format).contains(says), "{format:?}");
        assert!(stopped(format).contains(says), "{}", stopped(format));
    }
    let over = line(Format::PcPass, |_, card| {
        card.state = State::Caduc;
        card.state_at = at("2028-01-01T00:00:00Z");
    });
    assert!(over.expect("a line").contains(";20270930;"), "not later than it was good");
}

#[test]
fn days_that_a_system_cannot_read_come_sooner() {
    for (format, day, last) in [
        (Format::Synchronic, "2049-12-31T12:00:00Z", ";20371231;"),
        (Format::Synchronic, "2037-12-30T12:00:00Z", ";20371230;"),
        (Format::P2s, "2199-12-31T12:00:00Z", ";2099/12/31;"),
        (Format::Til, "2199-12-31T12:00:00Z", ";31/12/2199;"),
    ] {
        let line = line(format, |_, card| due(card, day)).expect("a line");
        assert!(line.contains(last), "{line}");
    }
}

#[test]
fn whoever_has_no_day_of_birth_has_none_or_the_day_of_the_card() {
    let of = |format| line(format, |subject, _| subject.birth = None).expect("a line");
    assert!(of(Format::Til).contains(";1;03/09/2026;Univ"));
    assert!(of(Format::Synchronic).contains(";NON;;Univ"));
    assert!(of(Format::P2s).contains(";0;;Univ"));
}

#[test]
fn chips_have_four_seven_or_ten_bytes() {
    for (csn, reversed, decimal) in [
        ("0A0B0C0D", "0D0C0B0A", "218893066"),
        ("04063F72633480", "803463723F0604", "36086398742103556"),
        ("000102030405060708FF", "FF080706050403020100", "1204354443713128443314432"),
    ] {
        let of = |format| line(format, |_, card| card.csn = Some(csn.into())).expect("a line");
        assert!(of(Format::PcPass).contains(&format!(";{reversed};")), "{csn}");
        let decimal_of_it = Csn::parse(csn).expect("a number").reversed().decimal().to_string();
        assert!(of(Format::Insa).ends_with(&format!(",{decimal_of_it}")), "{csn}");
        if csn.len() < 20 {
            assert_eq!(decimal_of_it, decimal);
        }
    }
}

#[test]
fn names_are_cut_behind_the_cleaning_and_never_break_a_line() {
    let odd = |subject: &mut Subject, _: &mut Card| {
        subject.surname = "œ\"d'O;livier,de la\r\nTour".into();
        subject.given_name = "Anne-Charlotte-Łucja".into();
        subject.eppn = "a\"<b>;c\n@univ.example".into();
    };
    let insa = line(Format::Insa, odd).expect("a line");
    assert!(insa.starts_with("061234,OE D'O;LIVIER D,Anne-Charlott,,"), "{insa}");
    let pc_pass = line(Format::PcPass, odd).expect("a line");
    assert!(pc_pass.starts_with("Œ D'O LIVIER,DE LA TOUR;Anne-Charlotte-Łucja;"), "{pc_pass}");
    assert!(pc_pass.ends_with(";a <b> c @univ.example"), "{pc_pass}");
    for format in Format::ALL {
        let cells = plain(format).matches(format.separator()).count();
        let of = line(format, odd).expect("a line");
        assert_eq!(of.matches(format.separator()).count(), cells, "{of}");
        assert!(!of.contains(['"', '\r', '\n']), "{of}");
    }
}

#[test]
fn files_have_their_charset_and_their_line_ends() {
    for format in Format::ALL {
        let bytes = format.file(&["é".to_owned(), "b".to_owned()]);
        let wanted: &[u8] = match format {
            Format::P2s => b"\xE9\nb\n",
            Format::PcPass => b"\xC3\xA9\r\nb\r\n",
            _ => b"\xE9\r\nb\r\n",
        };
        assert_eq!(bytes, wanted, "{format:?}");
        assert_eq!(Format::parse(format.as_str()), Some(format));
    }
}

#[test]
fn what_a_line_needs_and_a_card_lacks_is_said() {
    let without_chip = |_: &mut Subject, card: &mut Card| card.csn = None;
    assert_eq!(line(Format::PcPass, without_chip), Err("not_encoded"));
    assert_eq!(line(Format::Insa, without_chip), Err("not_encoded"));
    assert!(line(Format::Til, without_chip).is_ok());
    let without_end = |subject: &mut Subject, card: &mut Card| {
        (subject.due, card.due_at) = (None, None);
    };
    assert_eq!(line(Format::Til, without_end), Err("no_due"));
    for format in Format::ALL {
        let stopped = line(format, |subject, card| {
            without_end(subject, card);
            card.state = State::Disabled;
        });
        assert!(stopped.is_ok(), "{format:?} blocks it all the same");
    }
    let delivered = |_: &mut Subject, card: &mut Card| card.delivered_at = Some(card.state_at);
    let of = line(Format::UniLaSalle, delivered).expect("a line");
    assert!(of.ends_with(";03/09/2026 10:00"), "{of}");
}

#[test]
fn people_outside_have_a_badge_of_their_own_at_insa() {
    let outside = |_: &mut Subject, card: &mut Card| card.is_external = true;
    let insa = line(Format::Insa, outside).expect("a line");
    assert!(insa.starts_with("07000987,MARTIN,"), "{insa}");
    assert!(insa.contains(",0761904G,011,"), "{insa}");
}

#[test]
fn one_file_for_each_person_has_their_best_card_and_others_have_all() {
    let card = |state, enabled: Option<&str>| Card {
        id: uuid::Uuid::now_v7(),
        state,
        enabled_at: enabled.map(at),
        ..working()
    };
    let cards = [
        card(State::Enabled, Some("2024-09-01T00:00:00Z")),
        card(State::Disabled, Some("2025-09-01T00:00:00Z")),
        card(State::Disabled, Some("2026-09-01T00:00:00Z")),
        card(State::Caduc, Some("2026-10-01T00:00:00Z")),
        card(State::Encoded, None),
        card(State::Destroyed, Some("2023-09-01T00:00:00Z")),
    ];
    let of = |format: Format, from: usize| -> Vec<_> {
        let all = &cards[from..];
        format
            .cards(all, |_| false)
            .iter()
            .map(|of| cards.iter().position(|it| it.id == of.id))
            .collect()
    };
    assert_eq!(of(Format::Til, 0), [Some(0), Some(2), Some(1), Some(3)]);
    assert_eq!(of(Format::Til, 1)[0], Some(2), "the newest of those that are stopped");
    assert_eq!(of(Format::Insa, 3), [Some(3)]);
    let known = Format::Til.cards(&cards[4..], |_| true);
    assert_eq!(known.len(), 1, "destroyed before it heard that it stopped");
    assert_eq!(of(Format::P2s, 0), [Some(0), Some(1), Some(2), Some(3)]);
    assert!(of(Format::UniLaSalle, 4).is_empty());
}
