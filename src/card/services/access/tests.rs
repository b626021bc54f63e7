//! What becomes of somebody who waits, without a folder.
use super::waiting::Waiting;
use super::*;
use crate::card::services::store::Telling;
use crate::card::services::test_cards::{at, lea, working};
use crate::card::services::told::ToldState;
use crate::card::state::State;
use crate::card::store::Identifier;
use std::path::PathBuf;

const NOW: &str = "2026-10-01T08:00:00Z";

fn export(format: Format, eppn: Option<&str>) -> Access {
    let settings = AccessExport {
        name: "gates".into(),
        format,
        folder: PathBuf::from("doors"),
        file: "gates.csv".into(),
        lines: 1000,
        at: None,
        institute: String::new(),
        number: Vec::new(),
        eppn: eppn.map(|eppn| eppn.parse().expect("an expression")),
        external: false,
    };
    Access::new(settings, &[], Tz::Europe__Paris).expect("a name")
}

/// Léa with a card in each of these states, the oldest first, that waits and of which this was told.
fn facts(cards: &[(State, &str)]) -> Facts {
    let of = |(number, (state, digest)): (usize, &(State, &str))| {
        let card = Card { id: Uuid::from_u128(1 + number as u128), state: *state, ..working() };
        let told = Telling {
            state: ToldState::Waiting,
            digest: (*digest).to_owned(),
            wanted: "mark".into(),
            ..Telling::blank(card.id, "access:gates", at(NOW))
        };
        let id = Identifier {
            card: card.id,
            application: APPLICATION.to_owned(),
            value: format!("id-{number}"),
        };
        (card, told, id)
    };
    let all: Vec<_> = cards.iter().enumerate().map(of).collect();
    Facts {
        holder: Uuid::from_u128(99),
        subject: lea(),
        cards: all.iter().map(|(card, ..)| card.clone()).collect(),
        known: None,
        rename: None,
        decided: crate::card::services::crous::store::Decided::default(),
        tellings: all.iter().map(|(_, told, _)| told.clone()).collect(),
        fares: Vec::new(),
        zones: Vec::new(),
        identifiers: all.into_iter().map(|(.., id)| id).collect(),
        face: None,
    }
}

fn waiting(access: &Access, facts: &Facts) -> Waiting {
    access.waiting(facts, at(NOW))
}

fn becomes(of: &Waiting) -> Vec<(ToldState, &str, &str)> {
    let all = of.tellings.iter();
    all.map(|(_, it)| (it.state, it.digest.as_str(), it.code.as_str())).collect()
}

fn text(of: &Waiting) -> String {
    of.lines.iter().map(|(_, line)| line.as_str()).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_card_that_may_stand_in_a_file_is_blocked_there_and_one_that_cannot_is_not() {
    let til = export(Format::Til, None);
    let of = waiting(&til, &facts(&[(State::Disabled, "?")]));
    assert!(text(&of).contains(";0;"), "{}", text(&of));
    assert_eq!(becomes(&of), [(ToldState::Off, "", "")]);
    let of = waiting(&til, &facts(&[(State::Disabled, "")]));
    assert!(of.lines.is_empty(), "it never stood there: {}", text(&of));
    assert_eq!(becomes(&of), [(ToldState::Off, "", "")]);
}

#[test]
fn a_card_that_is_destroyed_before_the_next_file_is_blocked_all_the_same() {
    for format in Format::ALL {
        let of = waiting(&export(format, None), &facts(&[(State::Destroyed, "x")]));
        assert_eq!(of.lines.len(), 1, "{format:?}");
        assert_eq!(becomes(&of), [(ToldState::Off, "", "")], "{format:?}");
    }
    let of = waiting(&export(Format::Til, None), &facts(&[(State::Destroyed, "")]));
    assert!(of.lines.is_empty(), "nobody heard of it");
}

#[test]
fn a_card_that_no_line_can_block_stays_known_for_somebody_to_see() {
    let mut facts = facts(&[(State::Disabled, "x")]);
    facts.identifiers.clear();
    let of = waiting(&export(Format::Til, None), &facts);
    assert!(of.lines.is_empty());
    assert_eq!(becomes(&of), [(ToldState::Refused, "x", "no_access_id")]);
    let without = |it: &Waiting| it.settled().kept.0["lines"].as_array().map(Vec::len);
    assert_eq!(without(&of), Some(0), "nothing blocks it");
}

#[test]
fn a_known_card_that_is_no_longer_taken_is_blocked_and_then_none_of_its_business() {
    for (format, blocked) in [(Format::Til, ";0;"), (Format::P2s, ";1;")] {
        let access = export(format, Some("nobody"));
        let of = waiting(&access, &facts(&[(State::Enabled, "x")]));
        assert!(text(&of).contains(blocked), "{}", text(&of));
        assert_eq!(becomes(&of), [(ToldState::Nothing, "", "filtered")]);
        let of = waiting(&access, &facts(&[(State::Enabled, "")]));
        assert!(of.lines.is_empty(), "it was never taken: {}", text(&of));
    }
}

#[test]
fn the_last_card_is_the_last_one_that_has_a_line() {
    let mut facts = facts(&[(State::Disabled, "x"), (State::Enabled, "")]);
    facts.identifiers.pop();
    let of = waiting(&export(Format::Til, None), &facts);
    assert!(text(&of).contains(";id-0;") && text(&of).contains(";0;"), "{}", text(&of));
    let after = [(ToldState::Off, "", ""), (ToldState::Nothing, "", "no_access_id")];
    assert_eq!(becomes(&of), after);
}

#[test]
fn what_blocks_somebody_is_kept_before_their_file_and_until_it_blocks_them() {
    let til = export(Format::Til, None);
    let mut facts = facts(&[(State::Enabled, "")]);
    let of = waiting(&til, &facts);
    let kept = |known: crate::card::services::store::Subjected| known.kept.0["lines"].to_string();
    assert!(kept(of.perhaps()).contains(";0;") && kept(of.settled()).contains(";0;"));
    assert_eq!((of.perhaps().digest.as_str(), of.orphaned().holder), ("?", None));
    facts.known = Some(of.settled());
    facts.cards[0].state = State::Disabled;
    facts.tellings[0].digest = "?".into();
    let of = waiting(&til, &facts);
    assert!(kept(of.perhaps()).contains(";0;"), "the file may not arrive");
    assert_eq!(kept(of.settled()), "[]");
    facts.cards[0].state = State::Enabled;
    facts.identifiers.clear();
    assert!(kept(waiting(&til, &facts).settled()).contains(";0;"), "no new line, so the old one");
}

#[test]
fn another_folder_or_name_is_told_anew() {
    let til = export(Format::Til, None);
    let mut facts = facts(&[(State::Enabled, "")]);
    let first = waiting(&til, &facts);
    facts.known = Some(first.settled());
    facts.tellings[0].digest = first.tellings[0].1.digest.clone();
    assert!(waiting(&til, &facts).lines.is_empty(), "it is the same");
    let mut moved = export(Format::Til, None);
    moved.settings.folder = PathBuf::from("elsewhere");
    assert_eq!(waiting(&moved, &facts).lines.len(), 1);
    let eppn = std::mem::replace(&mut facts.subject.eppn, "lea@univ-ville.example".into());
    let of = waiting(&til, &facts);
    assert_eq!((of.lines.len(), of.was.as_deref()), (1, Some(eppn.as_str())));
    let (_, sheet) = til.sheets(&[of]).remove(0);
    assert_eq!((sheet.of.as_deref(), sheet.was), (Some("lea@univ-ville.example"), Some(eppn)));
}

#[test]
fn people_whose_lines_stand_in_two_files_have_both_or_none() {
    let mut access = export(Format::P2s, None);
    access.settings.lines = 2;
    let all: Vec<Waiting> = (0..3_u128)
        .map(|number| {
            let mut facts = facts(&[(State::Disabled, "x"), (State::Enabled, "")]);
            facts.holder = Uuid::from_u128(number);
            if number == 0 {
                facts.cards.remove(0);
            }
            waiting(&access, &facts)
        })
        .collect();
    let sheets = access.sheets(&all);
    let holders: Vec<Vec<u128>> =
        sheets.iter().map(|(of, _)| of.iter().map(Uuid::as_u128).collect()).collect();
    assert_eq!(holders, [vec![0, 1], vec![1, 2], vec![2]]);
}
