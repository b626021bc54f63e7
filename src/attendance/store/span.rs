//! The séances of a period in SQL, with their minutes and half-days as the clock on the wall has them.
use super::within::seance_within;
use crate::attendance::figures::Period;
use crate::attendance::rates::NOON;
use crate::db::Tx;
use chrono::{DateTime, Offset, TimeDelta, Timelike, Utc};
use chrono_tz::Tz;
use std::fmt::Write as _;

/// The séances of a period with what counting needs. Only our own numbers are written into it.
pub(super) fn meetings(tx: &Tx, of: &Period) -> String {
    let seconds = |column: &str| match tx {
        Tx::Sqlite(_) => format!("unixepoch({column})"),
        Tx::Postgres(_) => format!("CAST(floor(extract(epoch FROM {column})) AS BIGINT)"),
    };
    let (starts, ends) = (seconds("c.starts_at"), seconds("c.ends_at"));
    let opened = seconds("c.opened_at");
    let offset = offset(of, &starts);
    let noon = NOON.num_seconds_from_midnight();
    let within = seance_within!();
    // Minutes are rounded; the day that is added keeps what is divided above zero.
    format!(
        "WITH local AS (
            SELECT c.id, c.subject, c.state, c.starts_at, c.ends_at,
                c.state IN ('closed', 'locked') AND NOT c.is_provisional AND c.is_compulsory
                    AS is_settled,
                ({ends} - {starts}) / 60 AS minutes, {starts} + {offset} AS clock,
                ({opened} - {starts} + 86430) / 60 - 1440 AS delay
            FROM class_session c
            WHERE c.starts_at >= $2 AND c.starts_at < $3
                AND ($4 IS NULL OR EXISTS (SELECT 1 FROM class_session_group v
                    JOIN student_group w ON w.id = v.student_group
                    WHERE v.class_session = c.id AND w.programme = $4))
                AND ($5 IS NULL OR c.subject = $5) AND ($6 IS NULL OR c.kind = $6) AND {within}
        ), meeting AS (
            SELECT local.*, clock / 86400 AS day,
                2 * (clock / 86400) + CASE WHEN clock % 86400 >= {noon} THEN 1 ELSE 0 END AS half
            FROM local
        )"
    )
}

/// Days since 1970 of a column that holds a day.
pub(super) fn days(tx: &Tx, column: &str) -> String {
    match tx {
        Tx::Sqlite(_) => format!("unixepoch({column}) / 86400"),
        Tx::Postgres(_) => format!("({column} - DATE '1970-01-01')"),
    }
}

/// Seconds to be added to a second of the world for the clock on the wall: one for each stretch of
/// the period between two changes of the clocks.
fn offset(of: &Period, second: &str) -> String {
    let mut cases = String::new();
    let mut here = offset_at(of.zone, of.since);
    let mut hour = of.since;
    while hour < of.until {
        let next = hour + TimeDelta::days(1);
        let there = offset_at(of.zone, next);
        if there != here {
            let at = change(of.zone, hour, next).timestamp();
            let _ = write!(cases, " WHEN {second} < {at} THEN {here}");
            here = there;
        }
        hour = next;
    }
    if cases.is_empty() { here.to_string() } else { format!("CASE{cases} ELSE {here} END") }
}

/// When clocks change between these two.
fn change(zone: Tz, mut before: DateTime<Utc>, mut behind: DateTime<Utc>) -> DateTime<Utc> {
    let from = offset_at(zone, before);
    while behind - before > TimeDelta::seconds(1) {
        let middle = before + (behind - before) / 2;
        if offset_at(zone, middle) == from {
            before = middle;
        } else {
            behind = middle;
        }
    }
    // They change at full minutes.
    let second = behind.timestamp();
    DateTime::from_timestamp(second - second.rem_euclid(60), 0).unwrap_or(behind)
}

fn offset_at(zone: Tz, at: DateTime<Utc>) -> i32 {
    at.with_timezone(&zone).offset().fix().local_minus_utc()
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono_tz::Europe::Paris;

    #[test]
    fn clocks_change_where_they_do() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().expect("a time");
        let of = |since, until| Period {
            since: at(since),
            until: at(until),
            zone: Paris,
            programme: None,
            subject: None,
            kind: None,
        };
        let year = of("2026-07-31T22:00:00Z", "2027-07-31T22:00:00Z");
        let (autumn, spring) = (at("2026-10-25T01:00:00Z"), at("2027-03-28T01:00:00Z"));
        let (autumn, spring) = (autumn.timestamp(), spring.timestamp());
        let expected =
            format!("CASE WHEN s < {autumn} THEN 7200 WHEN s < {spring} THEN 3600 ELSE 7200 END");
        assert_eq!(offset(&year, "s"), expected);
        assert_eq!(offset(&of("2026-11-16T00:00:00Z", "2026-11-20T00:00:00Z"), "s"), "3600");
    }
}
