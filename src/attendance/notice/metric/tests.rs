//! Every metric on one week.
use super::*;
use crate::attendance::seance::State;
use chrono_tz::Europe::Paris;

fn at(text: &str) -> DateTime<Utc> {
    format!("2026-11-{text}:00Z").parse().expect("a time")
}

fn line(number: u128, start: &str, status: Status) -> Counted {
    let line = Line {
        state: State::Closed,
        is_provisional: false,
        is_compulsory: true,
        starts_at: at(start),
        minutes: 120,
        status,
        minutes_late: 0,
    };
    Counted { session: Uuid::from_u128(number), line, is_explained: false, is_settled: true }
}

fn week() -> Vec<Counted> {
    vec![
        line(1, "16T07:00", Status::Absent),
        line(2, "16T09:15", Status::Absent),
        line(3, "16T12:30", Status::Late),
        line(4, "17T07:00", Status::Excused),
        line(5, "17T12:30", Status::Excluded),
    ]
}

#[test]
fn every_metric_counts_what_it_says() {
    let mut week = week();
    week[1].is_explained = true;
    let table = [
        (Metric::AbsenceRate, 800, vec![1, 2, 4, 5]),
        (Metric::UnjustifiedRate, 600, vec![1, 2, 5]),
        (Metric::UnjustifiedHalfDays, 2, vec![1, 2, 5]),
        (Metric::Unjustified, 3, vec![1, 2, 5]),
        (Metric::Consecutive, 2, vec![5, 4]),
        (Metric::Unexplained, 1, vec![1]),
        (Metric::Lates, 1, vec![3]),
        (Metric::Absences, 4, vec![1, 2, 4, 5]),
    ];
    for (metric, value, made_of) in table {
        let measured = metric.measure(&week, (7, at("23T12:00")), Paris);
        let made_of: Vec<_> = made_of.into_iter().map(Uuid::from_u128).collect();
        assert_eq!(measured, Measured { value, sessions: 5, made_of }, "{metric:?}");
    }
}

#[test]
fn a_presence_that_nobody_confirmed_ends_a_row_and_an_absence_does_not_lengthen_it() {
    let mut row = vec![
        line(1, "16T07:00", Status::Absent),
        line(2, "16T09:15", Status::Absent),
        line(3, "16T12:30", Status::Absent),
    ];
    let made_of =
        |row: &[Counted]| Metric::Consecutive.measure(row, (0, at("23T12:00")), Paris).made_of;
    row[1].is_settled = false;
    assert_eq!(made_of(&row), [3, 1].map(Uuid::from_u128));
    row[1].line.status = Status::Present;
    assert_eq!(made_of(&row), [3].map(Uuid::from_u128));
    row[1].is_settled = true;
    row[1].line.is_provisional = true;
    assert_eq!(made_of(&row), [3].map(Uuid::from_u128));
}

#[test]
fn what_nobody_confirmed_is_in_no_metric() {
    let mut week = week();
    for it in &mut week {
        it.line.is_provisional = true;
    }
    for metric in Metric::ALL {
        let measured = metric.measure(&week, (0, at("30T12:00")), Paris);
        assert_eq!(measured, Measured::default(), "{metric:?}");
    }
}

#[test]
fn a_step_is_reached_each_time_the_threshold_is_reached_again() {
    let table = [
        (Comparator::AtLeast, 3, 0),
        (Comparator::AtLeast, 4, 1),
        (Comparator::AtLeast, 7, 1),
        (Comparator::AtLeast, 8, 2),
        (Comparator::Over, 4, 0),
        (Comparator::Over, 5, 1),
        (Comparator::Over, 8, 1),
        (Comparator::Over, 9, 2),
        (Comparator::Over, 0, 0),
    ];
    for (comparator, value, expected) in table {
        assert_eq!(comparator.step(value, 4), expected, "{comparator:?} {value}");
    }
}
