//! The table of the specification, written down a second time: every way, and every way that is none.
use super::*;

/// From, who, and where to. Everything else is refused.
const WAYS: &[(State, Actor, &[State])] = &[
    (New, Manager, &[Rejected, RequestChecked, Canceled]),
    (New, Owner, &[Canceled]),
    (New, System, &[Canceled]),
    (Renewed, Manager, &[Rejected, RequestChecked, Canceled]),
    (RequestChecked, Manager, &[InPrint, Canceled]),
    (InPrint, Manager, &[RequestChecked, InPrint, Printed]),
    (InPrint, Station, &[Encoded]),
    (InPrint, System, &[Encoded]),
    (Printed, Station, &[InEncode, Encoded]),
    (InEncode, Manager, &[Printed]),
    (InEncode, Station, &[Encoded]),
    (InEncode, System, &[Encoded]),
    (Encoded, Manager, &[Enabled, Destroyed]),
    (Encoded, System, &[Enabled, Caduc]),
    (Enabled, Manager, &[Disabled, Renewed]),
    (Enabled, Owner, &[Disabled]),
    (Enabled, System, &[Caduc, Disabled]),
    (Disabled, Manager, &[Enabled, Destroyed]),
    (Disabled, System, &[Caduc]),
    (Caduc, Manager, &[Destroyed]),
    (Caduc, System, &[Disabled]),
    (Rejected, System, &[Canceled]),
    (Rejected, Owner, &[New]),
    (Destroyed, Manager, &[Renewed]),
];

const FREE: Circumstances = Circumstances {
    is_editable: true,
    is_pending: false,
    is_external: false,
    is_in_hand: true,
    may_print: true,
    has_photo: true,
};

#[test]
fn cards_go_the_ways_of_the_table_and_no_other() {
    let mut open = 0;
    for from in State::ALL {
        for actor in [Manager, Owner, Station, System] {
            let ways = WAYS.iter().find(|(of, who, _)| (*of, *who) == (from, actor));
            let ways = ways.map_or(&[][..], |(_, _, to)| *to);
            let offered = from.offered(actor, FREE);
            for to in State::ALL {
                let is_way = ways.contains(&to);
                assert_eq!(offered.contains(&to), is_way, "{from:?} → {to:?} by {actor:?}");
                open += usize::from(is_way);
            }
        }
    }
    assert_eq!(open, WAYS.iter().map(|(_, _, to)| to.len()).sum::<usize>());
}

#[test]
fn a_card_in_somebodys_hand_is_led_on_by_them_only() {
    let elsewhere = Circumstances { is_in_hand: false, ..FREE };
    for state in [InPrint, InEncode] {
        assert_eq!(state.offered(Manager, elsewhere), [], "{state:?}");
        assert!(!state.offered(Station, elsewhere).is_empty(), "the station goes on");
    }
    assert!(!RequestChecked.offered(Manager, elsewhere).is_empty());
}

#[test]
fn locked_people_are_neither_checked_nor_renewed() {
    let locked = Circumstances { is_editable: false, ..FREE };
    assert_eq!(New.offered(Manager, locked), [Rejected, Canceled]);
    assert_eq!(Renewed.offered(Manager, locked), [Rejected, Canceled]);
    assert_eq!(Enabled.offered(Manager, locked), [Disabled]);
    for other in
        [Circumstances { is_pending: true, ..FREE }, Circumstances { is_external: true, ..FREE }]
    {
        assert_eq!(Enabled.offered(Manager, other), [Disabled]);
        assert_eq!(Destroyed.offered(Manager, other), []);
    }
}

#[test]
fn whoever_may_not_print_prints_nothing() {
    let other = Circumstances { may_print: false, ..FREE };
    assert_eq!(RequestChecked.offered(Manager, other), [Canceled]);
    assert_eq!(InPrint.offered(Manager, other), [Printed, RequestChecked]);
}

#[test]
fn nothing_is_checked_or_printed_without_a_photo_that_can_be_seen() {
    let blind = Circumstances { has_photo: false, ..FREE };
    assert_eq!(New.offered(Manager, blind), [Rejected, Canceled]);
    assert_eq!(Renewed.offered(Manager, blind), [Rejected, Canceled]);
    assert_eq!(RequestChecked.offered(Manager, blind), [Canceled]);
    assert_eq!(InPrint.offered(Manager, blind), [Printed, RequestChecked]);
}

#[test]
fn names_of_states_are_read_back() {
    for state in State::ALL {
        assert_eq!(State::parse(state.as_str()), Some(state));
    }
    assert_eq!(State::parse("NEW"), None);
}
