use super::*;
use proptest::prelude::*;

const SID: &str = "0190f3b2-6c4e-4b1a-9c55-2f6f5f0a7d10";

fn sid() -> Uuid {
    SID.parse().expect("an id")
}

fn secret() -> RollSecret {
    RollSecret(Zeroizing::new((0_u8..32).collect()))
}

fn at(ms: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(ms).expect("a time")
}

const NOW: i64 = 1_795_244_652_500;

#[test]
fn the_code_is_the_one_of_the_vector() {
    assert_eq!(short(sid()), "AZDzsmxOSxqcVS9vXwp9EA");
    assert_eq!(window(at(NOW), 10), 179_524_465);
    let code = |window| secret().code(sid(), window);
    assert_eq!(code(179_524_464), "2yvtyo.UWX0rMxyfLRKgHwu");
    assert_eq!(code(179_524_465), "2yvtyp.LgQBFf03e2ObGugQ");
    assert_eq!(code(179_524_466), "2yvtyq.uW7T_vTuohT6Y_I9");
    assert_eq!(secret().spoken(sid(), at(NOW)), "556639");
}

#[test]
fn a_code_lives_for_two_windows_and_a_grace() {
    let check =
        |code: &str, now: &str| secret().check((sid(), 10), code, now.parse().expect("a time"));
    let code = "2yvtyp.LgQBFf03e2ObGugQ";
    let table = [
        ("2026-11-21T07:04:08.999Z", Err(CodeFault::Unknown)),
        ("2026-11-21T07:04:09.000Z", Ok(())),
        ("2026-11-21T07:04:10.000Z", Ok(())),
        ("2026-11-21T07:04:32.999Z", Ok(())),
        ("2026-11-21T07:04:33.000Z", Err(CodeFault::Expired)),
    ];
    for (now, expected) in table {
        assert_eq!(check(code, now), expected, "{now}");
    }
    for forged in [
        "",
        ".",
        "2yvtyp",
        "2yvtyp.",
        "2yvtyq.LgQBFf03e2ObGugQ",
        "2YVTYP.LgQBFf03e2ObGugQ",
        "2yvtyp.LgQBFf03e2ObGugQA",
        "2yvtyp.LgQBFf03e2ObGug",
        "zzzzzzzzzzzzzzzz.LgQBFf03e2ObGugQ",
        "+2yvtyp.LgQBFf03e2ObGugQ",
    ] {
        assert_eq!(check(forged, "2026-11-21T07:04:12Z"), Err(CodeFault::Unknown), "{forged}");
    }
}

#[test]
fn the_spoken_code_is_good_now_and_just_before() {
    let says = |digits, ms| secret().is_spoken(sid(), digits, at(ms));
    assert!(says("556639", NOW));
    assert!(says("556639", NOW + 30_000));
    assert!(!says("556639", NOW + 60_000));
    assert!(!says("556639", NOW - 30_000));
    assert!(!says("556638", NOW) && !says("", NOW) && !says("0556639", NOW));
}

#[test]
fn a_seance_is_named_in_two_ways() {
    assert_eq!(parse_session("AZDzsmxOSxqcVS9vXwp9EA"), Some(sid()));
    assert_eq!(parse_session(SID), Some(sid()));
    for wrong in ["", "AZDzsmxOSxqcVS9vXwp9E", "AZDzsmxOSxqcVS9vXwp9E!", &SID[1..]] {
        assert_eq!(parse_session(wrong), None, "{wrong}");
    }
}

proptest! {
    #[test]
    fn a_code_of_another_seance_or_opening_is_never_accepted(
        one in any::<u128>(), other in any::<u128>(), ms in 0_i64..4_000_000_000_000,
        seconds in 5_u64..=60, key in prop::collection::vec(any::<u8>(), 32),
    ) {
        prop_assume!(one != other);
        let (one, other) = (Uuid::from_u128(one), Uuid::from_u128(other));
        let code = secret().code(one, window(at(ms), seconds));
        prop_assert_eq!(secret().check((one, seconds), &code, at(ms)), Ok(()));
        let foreign = secret().check((other, seconds), &code, at(ms));
        prop_assert_eq!(foreign, Err(CodeFault::Unknown));
        let again = RollSecret(Zeroizing::new(key)).check((one, seconds), &code, at(ms));
        prop_assert_eq!(again, Err(CodeFault::Unknown));
    }

    #[test]
    fn window_numbers_go_round(number in any::<u64>()) {
        let text = base36(number);
        prop_assert_eq!(u64::from_str_radix(&text, 36).ok(), Some(number));
        prop_assert_eq!(parse_base36(&text), (text.len() <= 12).then_some(number));
    }
}
