use super::Outcome::{ArenaOnly, Choose, Go, Refuse};
use super::*;
use crate::dispatch::{Order, destinations};
use crate::identity::Affiliation;
use crate::ini;

const PAGE: Outcome = Choose { compact: false };

fn sample() -> Schools {
    let text = include_str!("../testdata/etabs.ini");
    Schools::read(&ini::read("etabs.ini", text.as_bytes()).0, false).0
}

fn rne(text: &str) -> Rne {
    Rne::parse(text).expect("a school code")
}

/// Where a person goes who is `profile` in the schools named; metadata of 0219801P is missing.
fn going(pairs: &[(&str, Profile)]) -> Vec<Destination> {
    let affiliations: Vec<_> = pairs
        .iter()
        .map(|(code, profile)| Affiliation {
            rne: rne(code),
            profile: *profile,
            sources: Vec::new(),
            details: Vec::new(),
        })
        .collect();
    let loaded = |sp: &str| sp != "0219801P";
    destinations(&affiliations, &sample(), &loaded, &Order::default(), &Settings::default())
}

fn situation<'a>(destinations: &'a [Destination], settings: &'a Settings) -> Situation<'a> {
    Situation {
        destinations,
        arena: false,
        asked: None,
        profile: None,
        choose: false,
        remembered: None,
        settings,
    }
}

fn decided(pairs: &[(&str, Profile)]) -> Decision {
    decide(&situation(&going(pairs), &Settings::default()))
}

#[test]
fn the_cases_of_the_sample_fall_as_expected() {
    use Profile::{Parent, Pupil, Teacher};
    type Person = &'static [(&'static str, Profile)];
    let table: [(Person, Outcome, &str, u16); 17] = [
        (&[("9740091F", Teacher)], Go(0), "single", 302),
        (&[("9740091F", Teacher), ("9749801K", Teacher)], PAGE, "choice", 200),
        (&[("9740091F", Teacher), ("9740091F", Teacher)], Go(0), "single", 302),
        (&[("9740091F", Teacher), ("9740091F", Parent)], Go(0), "single", 302),
        (&[("0759801W", Teacher), ("0759801W", Parent)], PAGE, "choice", 200),
        (&[("0699801D", Teacher), ("0699802E", Teacher)], PAGE, "choice", 200),
        (&[("9749803M", Teacher)], Refuse(Refusal::NoPortal), "E-NO-PORTAL", 404),
        (&[("9740091F", Teacher), ("9749803M", Teacher)], PAGE, "choice", 200),
        (&[("0599801H", Parent)], Refuse(Refusal::NoPortal), "E-NO-PORTAL", 404),
        (&[], Refuse(Refusal::NoAffectation), "E-NO-AFFECTATION", 403),
        (&[("9749801K", Parent), ("9749801K", Parent), ("9749802L", Parent)], PAGE, "choice", 200),
        (&[("9749802L", Pupil)], Go(0), "single", 302),
        (&[("9749802L", Pupil), ("9749801K", Pupil)], PAGE, "choice", 200),
        (&[("9740091f ", Teacher)], Go(0), "single", 302),
        (&[("9740091G", Teacher)], Refuse(Refusal::NoPortal), "E-NO-PORTAL", 404),
        (&[("0219801P", Teacher)], Refuse(Refusal::NoSp), "E-NO-SP", 503),
        (
            &[("0219801P", Teacher), ("9749803M", Teacher)],
            Refuse(Refusal::NoPortal),
            "E-NO-PORTAL",
            404,
        ),
    ];
    for (pairs, outcome, reason, status) in table {
        let decision = decided(pairs);
        assert_eq!((decision.outcome, decision.reason), (outcome, reason), "{pairs:?}");
        assert_eq!(decision.status(), status, "{pairs:?}");
    }
}

#[test]
fn a_pupil_of_two_schools_looks_odd() {
    let two = [("9749802L", Profile::Pupil), ("9749801K", Profile::Pupil)];
    assert_eq!(decided(&two).warnings, ["W-PUPIL-MULTI"]);
    assert_eq!(decided(&two[..1]).warnings, Vec::<&str>::new());
    let parent = [("9749802L", Profile::Parent), ("9749801K", Profile::Parent)];
    assert_eq!(decided(&parent).warnings, Vec::<&str>::new());
}

#[test]
fn agents_without_a_school_have_the_academic_portal() {
    let settings = Settings::default();
    let arena = Situation { arena: true, ..situation(&[], &settings) };

    let decision = decide(&arena);

    assert_eq!(
        (decision.outcome, decision.status(), decision.word()),
        (ArenaOnly, 200, "arena_only")
    );
    assert_eq!(decision.reason, "arena_only");
}

#[test]
fn the_academic_portal_does_not_stop_a_redirect_unless_told_to() {
    let one = going(&[("9740091F", Profile::Teacher)]);
    let usual = Settings::default();
    let counts = Settings { arena_counts: true, ..Settings::default() };
    let with = |settings| decide(&Situation { arena: true, ..situation(&one, settings) }).outcome;

    assert_eq!(with(&usual), Go(0));
    assert_eq!(with(&counts), PAGE);
    let outside = decide(&situation(&one, &counts));
    assert_eq!(outside.outcome, Go(0));
}

#[test]
fn the_only_usable_one_may_be_taken_at_once() {
    let some = going(&[("9749803M", Profile::Teacher), ("9740091F", Profile::Teacher)]);
    let auto = Settings { auto_single: true, ..Settings::default() };

    let decision = decide(&situation(&some, &auto));

    let Go(index) = decision.outcome else { panic!("{decision:?}") };
    assert_eq!((some[index].rne.as_str(), decision.reason), ("9740091F", "single"));
}

#[test]
fn a_remembered_choice_is_followed_while_it_is_valid() {
    let settings = Settings::default();
    let two = going(&[("9740091F", Profile::Teacher), ("9749801K", Profile::Teacher)]);
    let follow = |destinations: &[Destination], code, portal| {
        let remembered = Choice { rne: rne(code), portal };
        let found = decide(&Situation {
            remembered: Some(&remembered),
            ..situation(destinations, &settings)
        });
        (found.outcome, found.reason, found.word(), found.forget)
    };

    assert_eq!(follow(&two, "9749801K", 0), (Go(1), "remembered", "remembered", false));
    assert_eq!(follow(&two, "9749802L", 0), (PAGE, "choice", "choice", true));
    assert_eq!(follow(&two, "9749801K", 1), (PAGE, "choice", "choice", true));

    let one_usable = going(&[("9749803M", Profile::Teacher), ("9740091F", Profile::Teacher)]);
    let (outcome, reason, ..) = follow(&one_usable, "9740091F", 0);
    assert!(matches!(outcome, Go(_)));
    assert_eq!(reason, "remembered");

    let down = going(&[("0219801P", Profile::Teacher), ("9740091F", Profile::Teacher)]);
    let (outcome, _, _, forget) = follow(&down, "0219801P", 0);
    assert_eq!((outcome, forget), (PAGE, false), "it may come back");
}

#[test]
fn a_school_that_was_asked_for_is_gone_to_or_refused() {
    let settings = Settings::default();
    let all = going(&[
        ("9740091F", Profile::Teacher),
        ("9749801K", Profile::Teacher),
        ("9749803M", Profile::Teacher),
        ("0219801P", Profile::Teacher),
        ("0599801H", Profile::Teacher),
    ]);
    let asked = |code: &str| {
        let found = decide(&Situation { asked: Some(&rne(code)), ..situation(&all, &settings) });
        (found.reason, found.status())
    };
    assert_eq!(asked("9749801K"), ("direct", 302));
    assert_eq!(asked("9749802L"), ("E-NOT-YOURS", 403));
    assert_eq!(asked("9749803M"), ("E-NO-PORTAL", 404));
    assert_eq!(asked("0219801P"), ("E-NO-SP", 503));
    assert_eq!(asked("0599801H"), ("E-NO-PORTAL", 404));
}

#[test]
fn a_school_with_two_portals_is_asked_for_with_a_profile() {
    let settings = Settings::default();
    let two = going(&[("0759801W", Profile::Teacher), ("0759801W", Profile::Parent)]);
    let code = rne("0759801W");
    let base = Situation { asked: Some(&code), ..situation(&two, &settings) };
    let with = |profile| decide(&Situation { profile, ..base }).outcome;

    assert_eq!(with(None), PAGE);
    assert_eq!(with(Some(Profile::Parent)), Go(1));
    assert_eq!(with(Some(Profile::Pupil)), Refuse(Refusal::NotYours));
    let family = Choice { rne: code.clone(), portal: two[1].portal_index };
    let remembered = decide(&Situation { remembered: Some(&family), ..base });
    assert_eq!((remembered.outcome, remembered.reason), (Go(1), "direct"));
}

#[test]
fn whoever_wants_to_choose_gets_the_page() {
    let settings = Settings::default();
    let forced = |destinations: &[Destination], arena| {
        let asked = rne("9740091F");
        let base = Situation {
            choose: true,
            arena,
            asked: Some(&asked),
            ..situation(destinations, &settings)
        };
        decide(&base).reason
    };
    assert_eq!(forced(&going(&[("9740091F", Profile::Teacher)]), false), "choice_forced");
    assert_eq!(forced(&going(&[("9749803M", Profile::Teacher)]), false), "choice_forced");
    assert_eq!(forced(&[], true), "choice_forced");
    let nobody = decide(&Situation { choose: true, ..situation(&[], &settings) });
    assert_eq!(nobody.reason, "E-NO-AFFECTATION");
}

#[test]
fn many_destinations_make_a_compact_list() {
    let model = going(&[("9740091F", Profile::Teacher)]).remove(0);
    let page = |count: usize| {
        let many: Vec<_> = (0..count)
            .map(|number| Destination { rne: rne(&format!("S{number:03}")), ..model.clone() })
            .collect();
        decide(&situation(&many, &Settings::default())).outcome
    };
    assert_eq!(page(39), PAGE);
    assert_eq!(page(40), Choose { compact: true });
}

#[test]
fn what_a_policy_denies_is_not_usable() {
    let mut denied = going(&[("9740091F", Profile::Teacher)]);
    denied[0].state = State::Denied;

    assert_eq!(decide(&situation(&denied, &Settings::default())).reason, "E-NO-PORTAL");
}

#[test]
fn a_wrong_check_letter_hints_at_the_right_code() {
    let schools = sample();
    assert_eq!(did_you_mean(&rne("9740091G"), &schools), Some(rne("9740091F")));
    assert_eq!(did_you_mean(&rne("9740091F"), &schools), None);
    assert_eq!(did_you_mean(&rne("9749803A"), &schools), None, "no such school");
    assert_eq!(did_you_mean(&rne("LFE004"), &schools), None);
}
