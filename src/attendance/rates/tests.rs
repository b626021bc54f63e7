use super::*;
use chrono_tz::Europe::Paris;
use proptest::prelude::*;

/// A séance of the worked week: its beginning, its minutes, its state.
type Seance = (&'static str, i64, State);

const S1: Seance = ("2026-11-16T07:00:00Z", 120, State::Closed);
const S2: Seance = ("2026-11-16T09:15:00Z", 120, State::Closed);
const S3: Seance = ("2026-11-16T12:30:00Z", 180, State::Closed);
const S4: Seance = ("2026-11-17T07:00:00Z", 120, State::Planned);
const S5: Seance = ("2026-11-17T09:15:00Z", 120, State::Closed);

fn line((starts_at, minutes, state): Seance, status: Status, minutes_late: i64) -> Line {
    let starts_at = starts_at.parse().expect("a time");
    let is_provisional = false;
    Line { state, is_provisional, is_compulsory: true, starts_at, minutes, status, minutes_late }
}

/// What the rolls of the week say of E1 to E6, S5 validated or not.
fn week(is_validated: bool) -> [Vec<Line>; 6] {
    use Status::{Absent as A, AbsentProvisional, Excused as J, Exempt as D, Late, Present as P};
    let missing = if is_validated { A } else { AbsentProvisional };
    let of = |lines: &[(Seance, Status)]| -> Vec<Line> {
        lines.iter().map(|(seance, status)| line(*seance, *status, 0)).collect()
    };
    [
        of(&[(S1, P), (S3, P), (S5, P)]),
        [vec![line(S1, Late, 12)], of(&[(S3, A), (S5, P)])].concat(),
        of(&[(S1, A), (S3, A), (S5, J)]),
        of(&[(S1, P), (S2, P), (S4, Status::Expected), (S5, missing)]),
        of(&[(S1, J), (S2, A), (S4, Status::Expected), (S5, P)]),
        of(&[(S1, D), (S2, P), (S4, Status::Expected), (S5, P)]),
    ]
}

fn figures() -> Vec<Figures> {
    week(true).into_iter().map(|lines| Figures::of(lines, Paris)).collect()
}

#[test]
fn the_worked_week_comes_out_as_it_should() {
    // Expected, absent, unjustified, two rates in tenths, half-days gross, computed in tenths, and
    // gross with an unjustified absence.
    let expected = [
        (420, 0, 0, 0, 0, 0, 0, 0),
        (420, 180, 180, 429, 429, 1, 10, 1),
        (420, 420, 300, 1000, 714, 3, 30, 2),
        (360, 120, 120, 333, 333, 1, 10, 1),
        (360, 240, 120, 667, 333, 1, 10, 1),
        (240, 0, 0, 0, 0, 0, 0, 0),
    ];
    for (number, (found, expected)) in figures().iter().zip(expected).enumerate() {
        let row = (
            found.expected,
            found.absent,
            found.unjustified,
            found.absence_rate().expect("a rate"),
            found.unjustified_rate().expect("a rate"),
            found.half_days(),
            found.computed_half_days(),
            found.unjustified_half_days(),
        );
        assert_eq!(row, expected, "E{}", number + 1);
    }
}

#[test]
fn the_rate_of_a_group_is_a_quotient_of_sums() {
    let students = figures();
    let sum = |of: &[Figures]| of.iter().fold(Figures::default(), Figures::and);
    let group = sum(&students[3..]);
    assert_eq!((group.expected - group.absent, group.expected), (600, 960));
    assert_eq!(group.attendance_rate(), Some(625));
    let programme = sum(&students);
    assert_eq!((programme.expected - programme.absent, programme.expected), (1260, 2220));
    assert_eq!(programme.attendance_rate(), Some(568));
    assert_eq!((students[1].lates, students[1].minutes_late), (1, 12));
    assert_eq!((students[1].attended_less_lates(), students[1].expected), (228, 420));
}

#[test]
fn half_days_by_their_minutes_are_rounded_once() {
    let day = |day: u32| {
        let start = |hour: u32| format!("2026-11-{day}T{hour:02}:00:00Z").parse().expect("a time");
        let of = |hour, status| Line { starts_at: start(hour), ..line(S1, status, 0) };
        [of(7, Status::Absent), of(8, Status::Present), of(9, Status::Present)]
    };
    let of = |days: u32| Figures::of((16..16 + days).flat_map(day), Paris).computed_half_days();
    assert_eq!((of(1), of(2), of(3), of(12)), (3, 7, 10, 40), "thirds");
}

#[test]
fn what_nobody_validated_is_in_no_rate() {
    let before = Figures::of(week(false)[3].clone(), Paris);
    assert_eq!((before.absent, before.expected), (0, 240));
    let there = Line { is_provisional: true, ..line(S5, Status::Present, 0) };
    assert_eq!(Figures::of([there], Paris), Figures::default(), "nor is who was there");
    assert_eq!(Figures::default().absence_rate(), None, "nothing was expected");
    assert_eq!(
        (tenths(429, '.'), tenths(5, ','), tenths(1000, ',')),
        ("42.9".into(), "0,5".into(), "100,0".into())
    );
}

fn any_line() -> impl Strategy<Value = Line> {
    let status = prop::sample::select(Status::ALL.to_vec());
    let state = prop::sample::select(State::ALL.to_vec());
    (status, state, any::<bool>(), 1_i64..600, 0_i64..40_000).prop_map(
        |(status, state, is_compulsory, minutes, start)| Line {
            state,
            is_provisional: false,
            is_compulsory,
            starts_at: DateTime::from_timestamp(1_795_000_000 + start * 60, 0).expect("a time"),
            minutes,
            status,
            minutes_late: 0,
        },
    )
}

proptest! {
    #[test]
    fn rates_stay_between_nothing_and_everything(lines in prop::collection::vec(any_line(), 0..30)) {
        let figures = Figures::of(lines, Paris);
        for rate in [figures.absence_rate(), figures.unjustified_rate(), figures.attendance_rate()] {
            prop_assert!(rate.is_none_or(|rate| (0..=1000).contains(&rate)));
        }
        prop_assert!(figures.unjustified <= figures.absent && figures.absent <= figures.expected);
        let halves = i64::try_from(figures.half_days()).expect("few");
        prop_assert!(figures.computed_half_days() <= 10 * halves);
    }
}
