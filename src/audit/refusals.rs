//! Keeps a flood of refusals from filling record and log (SEC-113): what is repeated is counted.
use super::Event;
use chrono::{DateTime, Utc};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// Rows a minute for the same refusal of one network.
const ALIKE: u32 = 100;
/// Rows a minute in all: less than a megabyte.
const ROWS: u32 = 1_500;
/// Log lines a minute for the same refusal.
const LINES: u32 = 10;

/// What a refusal is called: event and code.
type Name = (&'static str, &'static str);

/// How often what was refused in this minute; one for the whole service.
#[derive(Debug, Default)]
pub struct Refusals(Mutex<Minute>);

#[derive(Debug, Default)]
struct Minute {
    number: i64,
    rows: u32,
    alike: HashMap<(Name, String), u32>,
    lines: HashMap<Name, u32>,
    counted: HashMap<Name, u64>,
}

/// What becomes of a refusal.
#[derive(Debug, Default)]
pub struct Told {
    /// It gets a row of its own.
    pub row: bool,
    /// It gets a line in the log.
    pub line: bool,
    /// What was only counted in the minutes before and gets its rows now.
    pub counted: Vec<Counted>,
}

/// Refusals that have no rows of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counted {
    name: Name,
    times: u64,
}

impl Refusals {
    /// One more refusal of this network.
    pub fn tell(
        &self,
        event: &'static str,
        code: &'static str,
        network: &str,
        now: DateTime<Utc>,
    ) -> Told {
        let name = (event, code);
        let mut minute = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let counted = minute.turn(now);
        let lines = minute.lines.entry(name).or_default();
        *lines += 1;
        let line = *lines <= LINES;
        let alike = minute.alike.entry((name, network.to_owned())).or_default();
        *alike += 1;
        let row = *alike <= ALIKE && minute.rows < ROWS;
        if row {
            minute.rows += 1;
        } else {
            // Networks that nobody is told of need no place.
            if minute.rows >= ROWS {
                minute.alike.clear();
            }
            *minute.counted.entry(name).or_default() += 1;
        }
        Told { row, line, counted }
    }

    /// What was only counted, as soon as its minute is over.
    pub fn take(&self, now: DateTime<Utc>) -> Vec<Counted> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).turn(now)
    }
}

impl Minute {
    fn turn(&mut self, now: DateTime<Utc>) -> Vec<Counted> {
        let number = now.timestamp().div_euclid(60);
        if number == self.number {
            return Vec::new();
        }
        let before = std::mem::replace(self, Self { number, ..Self::default() });
        before.counted.into_iter().map(|(name, times)| Counted { name, times }).collect()
    }
}

/// What is recorded of refusals that were only counted.
pub fn counted_events(counted: &[Counted]) -> Vec<Event> {
    let event = |Counted { name: (event, code), times }: &Counted| {
        tracing::info!(code, times, "{times} more requests were refused with {code}");
        Event::refused(event, code).field("repeated", times)
    };
    counted.iter().map(event).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;

    #[test]
    fn repetitions_are_counted_and_told_a_minute_later() {
        let (refusals, now) = (Refusals::default(), DateTime::UNIX_EPOCH + TimeDelta::days(9));
        let tell = |network: &str, now| refusals.tell("saml.refused", "E-SAML", network, now);
        let told: Vec<Told> = (0..100_000).map(|_| tell("203.0.113.0/24", now)).collect();
        assert_eq!(told.iter().filter(|told| told.row).count(), 100);
        assert_eq!(told.iter().filter(|told| told.line).count(), 10);
        assert!(tell("198.51.100.0/24", now).row, "others are heard");

        let later = tell("203.0.113.0/24", now + TimeDelta::minutes(1));
        assert!(later.row && later.line);
        assert_eq!(later.counted, [Counted { name: ("saml.refused", "E-SAML"), times: 99_900 }]);
        assert!(refusals.take(now + TimeDelta::minutes(2)).is_empty());
    }

    #[test]
    fn many_networks_together_stay_within_a_megabyte() {
        let (refusals, now) = (Refusals::default(), DateTime::UNIX_EPOCH + TimeDelta::days(9));
        let told = (0..100_000).map(|n: u32| refusals.tell("a", "b", &n.to_string(), now));
        assert_eq!(told.filter(|told| told.row).count(), 1_500);
        assert!(refusals.0.lock().unwrap().alike.len() < 2_000);
        assert_eq!(refusals.take(now + TimeDelta::minutes(1))[0].times, 98_500);
    }
}
