//! The slowest searches of this process: times and counts, never what was searched (SEC-81).
use crate::clock::Clock;
use actix_web::HttpResponse;
use actix_web::body::{BodySize, MessageBody};
use actix_web::http::StatusCode;
use chrono::{DateTime, Days, Utc};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// How many are kept.
const MOST: usize = 10;
/// How long.
const KEPT: Days = Days::new(1);

/// One search.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Searched {
    /// When.
    pub at: DateTime<Utc>,
    /// Whose budget it used.
    pub credential: String,
    /// How long it took.
    pub took: Duration,
    /// Bytes of the answer.
    pub bytes: u64,
    /// What became of it.
    pub outcome: Outcome,
}

/// What became of a search.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It was answered.
    Answered,
    /// It made no sense.
    BadRequest,
    /// Whoever asked may not.
    Denied,
    /// Whoever asked asks too much.
    TooMany,
    /// Too much to do, too long, or no index yet.
    Unavailable,
    /// Something broke.
    Failed,
}

impl Outcome {
    fn of(status: StatusCode) -> Self {
        match status.as_u16() {
            200..=299 => Self::Answered,
            401 | 403 => Self::Denied,
            429 => Self::TooMany,
            400..=499 => Self::BadRequest,
            503 => Self::Unavailable,
            _ => Self::Failed,
        }
    }

    /// The word in figures.
    pub fn word(self) -> &'static str {
        match self {
            Self::Answered => "answered",
            Self::BadRequest => "bad_request",
            Self::Denied => "denied",
            Self::TooMany => "too_many",
            Self::Unavailable => "unavailable",
            Self::Failed => "failed",
        }
    }
}

impl Searched {
    /// A search that ends now.
    pub fn now(
        clock: &Clock,
        credential: String,
        took: Duration,
        answer: &Result<HttpResponse, actix_web::Error>,
    ) -> Self {
        let (status, bytes) = match answer {
            Ok(answer) => match answer.body().size() {
                BodySize::Sized(bytes) => (answer.status(), bytes),
                _ => (answer.status(), 0),
            },
            Err(error) => (error.as_response_error().status_code(), 0),
        };
        Self { at: clock.now(), credential, took, bytes, outcome: Outcome::of(status) }
    }
}

/// The slowest searches; its clones are the same list.
#[derive(Debug, Clone, Default)]
pub struct Slowest(Arc<Mutex<Vec<Searched>>>);

impl Slowest {
    /// Keep a search if it is among the slowest of the last day.
    pub fn note(&self, searched: Searched) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let last_kept = searched.at.checked_sub_days(KEPT).unwrap_or(searched.at);
        kept.retain(|known| known.at >= last_kept);
        let place = kept.partition_point(|known| known.took >= searched.took);
        if place < MOST {
            kept.insert(place, searched);
            kept.truncate(MOST);
        }
    }

    /// The slowest first.
    pub fn list(&self) -> Vec<Searched> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn searched(day: i64, millis: u64) -> Searched {
        Searched {
            at: DateTime::UNIX_EPOCH + chrono::Duration::days(day),
            credential: "instance:a".into(),
            took: Duration::from_millis(millis),
            bytes: 2,
            outcome: Outcome::Answered,
        }
    }

    fn millis(slowest: &Slowest) -> Vec<u128> {
        slowest.list().iter().map(|searched| searched.took.as_millis()).collect()
    }

    #[test]
    fn the_ten_slowest_stand_in_order() {
        let slowest = Slowest::default();
        for millis in [3, 9, 1, 12, 5, 7, 2, 8, 4, 6, 11, 10] {
            slowest.note(searched(0, millis));
        }
        assert_eq!(millis(&slowest), [12, 11, 10, 9, 8, 7, 6, 5, 4, 3]);
    }

    #[test]
    fn yesterday_is_forgotten() {
        let slowest = Slowest::default();
        slowest.note(searched(0, 900));
        slowest.note(searched(2, 1));
        assert_eq!(millis(&slowest), [1]);
    }
}
