//! What the database adds up, held against the same figures counted line by line.
use super::{Ground, Roll, figures, period};
use crate::house::House;
use aiguillage::attendance::figures::By;
use aiguillage::attendance::rates::{Figures, Line};
use aiguillage::attendance::record::Status;
use aiguillage::attendance::seance::State;
use chrono::{DateTime, Duration, Utc};
use chrono_tz::Europe::Paris;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

/// Hour since the beginning, minutes, state, provisional, compulsory, and what six lines say.
type Drawn = (i64, i64, State, bool, bool, Vec<Status>);

fn any_roll() -> impl Strategy<Value = Drawn> {
    let status = prop::sample::select(Status::ALL.to_vec());
    let state = prop::sample::select(State::ALL.to_vec());
    // Half an hour is the step: many beginnings stand around noon and around midnight.
    let settled = prop_oneof![3 => Just(State::Closed), 1 => state];
    let lines = prop::collection::vec(status, 6);
    (
        0_i64..48 * 240,
        1_i64..300,
        settled,
        prop::bool::weighted(0.2),
        prop::bool::weighted(0.8),
        lines,
    )
}

#[actix_web::test]
async fn the_database_adds_up_what_counting_line_by_line_finds() {
    let house = House::open().await;
    let ground = Ground::lay(&house).await;
    let begin: DateTime<Utc> = "2026-08-31T22:00:00Z".parse().expect("a time");
    let mut runner = TestRunner::deterministic();
    let mut lines: Vec<Vec<Line>> = vec![vec![]; 6];
    let mut tx = house.db().write().await.expect("a transaction");
    for _ in 0..150 {
        let tree = any_roll().new_tree(&mut runner).expect("a roll");
        let (start, minutes, state, is_provisional, is_compulsory, said) = tree.current();
        let starts_at = begin + Duration::minutes(30 * start);
        let mut kept = vec![];
        for ((student, status), lines) in ground.students.iter().zip(said).zip(&mut lines) {
            let minutes_late = if status == Status::Late { 7 } else { 0 };
            kept.push((*student, status, minutes_late));
            let line = Line {
                state,
                is_provisional,
                is_compulsory,
                starts_at,
                minutes,
                status,
                minutes_late,
            };
            lines.push(line);
        }
        let roll = Roll {
            starts_at,
            minutes,
            kind: "CM",
            subject: ground.ssi,
            group: ground.all,
            state,
            is_provisional,
            is_compulsory,
            opened: None,
            lines: kept,
        };
        ground.keep(&mut tx, roll).await;
    }
    tx.commit().await.expect("kept");

    let year = period("2026-08-31T22:00:00Z", "2027-07-31T22:00:00Z");
    let mut found = Vec::new();
    for row in figures(&house, By::Student, &year).await {
        let halves = (row.half_days, row.unjustified_half_days, row.computed());
        found.push((
            row.expected,
            row.absent,
            row.unjustified,
            row.lates,
            row.minutes_late,
            halves,
        ));
    }
    let mut counted = Vec::new();
    for lines in lines {
        let it = Figures::of(lines, Paris);
        let many = |count: usize| i64::try_from(count).expect("few");
        let halves =
            (many(it.half_days()), many(it.unjustified_half_days()), it.computed_half_days());
        counted.push((
            it.expected,
            it.absent,
            it.unjustified,
            many(it.lates),
            it.minutes_late,
            halves,
        ));
    }
    found.sort_unstable();
    counted.sort_unstable();
    assert_eq!(found, counted);

    for by in [By::All, By::Student, By::Group, By::Subject, By::Programme, By::Teacher, By::Month]
    {
        let rows = figures(&house, by, &year).await;
        assert!(rows.iter().any(|row| row.absent > 0), "{by:?}");
        for row in rows {
            let rates = [row.absence_rate(), row.unjustified_rate(), row.attendance_rate()];
            for rate in rates.into_iter().chain([row.uncalled_rate()]) {
                assert!(rate.is_none_or(|rate| (0..=1000).contains(&rate)), "{by:?} {row:?}");
            }
            assert!(row.unjustified <= row.absent && row.absent <= row.expected, "{by:?} {row:?}");
            assert!(row.unjustified_half_days <= row.half_days, "{by:?} {row:?}");
            assert!(row.computed() <= 10 * row.half_days, "{by:?} {row:?}");
        }
    }
}
