//! How many requests are in work at once, over all workers; who has to wait and who is sent away
//! (SEC-07, REL-30).
use super::error::{Error, TurnedAway};
use crate::figures;
use actix_web::http::StatusCode;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::timeout;

/// Longest wait for a place.
const PATIENCE: Duration = Duration::from_secs(2);

/// What a path is for. When all places are taken, the last in this list waits least.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Class {
    /// On the way from the sign-in page to the portal, what those pages load included.
    SignOn,
    /// Any other page or call.
    #[default]
    Page,
    /// Figures over many people.
    Statistics,
    /// Questions of other servers to the directory.
    Lookup,
    /// Long lists.
    Export,
}

impl Class {
    /// The word in figures.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SignOn => "sign_on",
            Self::Page => "page",
            Self::Statistics => "statistics",
            Self::Lookup => "lookup",
            Self::Export => "export",
        }
    }

    /// How much of the waiting room may be full when this class still comes in.
    fn share(self, room: usize) -> usize {
        let eighths = match self {
            Self::SignOn => 8,
            Self::Page => 6,
            Self::Statistics => 4,
            Self::Lookup => 2,
            Self::Export => 1,
        };
        (room * eighths).div_ceil(8)
    }
}

/// The places; one workroom for the whole service.
#[derive(Debug)]
pub struct Workroom {
    places: Semaphore,
    count: usize,
    waiting: AtomicUsize,
    patience: Duration,
}

impl Workroom {
    /// So many requests in work, and as many that wait.
    pub fn new(count: usize) -> Self {
        let waiting = AtomicUsize::new(0);
        Self { places: Semaphore::new(count), count, waiting, patience: PATIENCE }
    }

    /// Requests in work.
    pub fn in_work(&self) -> usize {
        self.count.saturating_sub(self.places.available_permits())
    }

    /// Requests that wait.
    pub fn waiting(&self) -> usize {
        self.waiting.load(Ordering::Relaxed)
    }

    /// Take a place, which is free again when it is dropped.
    pub async fn enter(&self, class: Class) -> Result<SemaphorePermit<'_>, Error> {
        if let Ok(place) = self.places.try_acquire() {
            return Ok(place);
        }
        let place = match self.sit_down(class) {
            Some(_seat) => timeout(self.patience, self.places.acquire()).await.ok(),
            None => None,
        };
        place.and_then(Result::ok).ok_or_else(|| {
            figures::count_shed(class.as_str());
            TurnedAway::new("E-BUSY", StatusCode::SERVICE_UNAVAILABLE, 2).into()
        })
    }

    fn sit_down(&self, class: Class) -> Option<Seat<'_>> {
        let share = class.share(self.count);
        let more = |waiting: usize| (waiting < share).then_some(waiting + 1);
        let taken = self.waiting.fetch_update(Ordering::AcqRel, Ordering::Acquire, more);
        taken.ok().map(|_| Seat(&self.waiting))
    }
}

/// A seat in the waiting room, left when dropped: clients hang up, too.
struct Seat<'g>(&'g AtomicUsize);

impl Drop for Seat<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::future::{join_all, poll_immediate};

    fn workroom(count: usize, patience: Duration) -> Workroom {
        Workroom { patience, ..Workroom::new(count) }
    }

    #[actix_web::test]
    async fn somebody_waits_until_a_place_is_free() {
        let workroom = workroom(1, Duration::from_mins(1));
        let first = workroom.enter(Class::SignOn).await.expect("a place");
        let mut second = Box::pin(workroom.enter(Class::SignOn));

        assert!(poll_immediate(&mut second).await.is_none());
        assert_eq!((workroom.in_work(), workroom.waiting()), (1, 1));
        drop(first);

        let second = second.await.expect("a place");
        assert_eq!((workroom.in_work(), workroom.waiting()), (1, 0));
        drop(second);
        assert_eq!(workroom.in_work(), 0);
    }

    #[actix_web::test]
    async fn whoever_waits_too_long_is_sent_away() {
        let workroom = workroom(1, Duration::from_millis(10));
        let _first = workroom.enter(Class::SignOn).await.expect("a place");

        let second = workroom.enter(Class::SignOn).await;

        assert_eq!(second.err().map(|error| error.code()), Some("E-BUSY"));
        assert_eq!(workroom.waiting(), 0);
    }

    #[actix_web::test]
    async fn a_full_waiting_room_sends_away_at_once_exports_first_and_sign_on_last() {
        let workroom = workroom(8, Duration::from_mins(1));
        let _inside = join_all((0..8).map(|_| workroom.enter(Class::SignOn))).await;
        let mut waiting = Vec::new();
        let table = [
            (1, [true, true, true, true, false]),
            (2, [true, true, true, false, false]),
            (4, [true, true, false, false, false]),
            (6, [true, false, false, false, false]),
            (8, [false, false, false, false, false]),
        ];
        for (already, lets) in table {
            while waiting.len() < already {
                let mut more = Box::pin(workroom.enter(Class::SignOn));
                assert!(poll_immediate(&mut more).await.is_none());
                waiting.push(more);
            }
            let classes =
                [Class::SignOn, Class::Page, Class::Statistics, Class::Lookup, Class::Export];
            for (class, expected) in classes.into_iter().zip(lets) {
                let is_waiting = poll_immediate(Box::pin(workroom.enter(class))).await.is_none();
                assert_eq!(is_waiting, expected, "{class:?} behind {already}");
            }
        }
    }

    #[actix_web::test]
    async fn who_hangs_up_gives_the_seat_back() {
        let workroom = workroom(1, Duration::from_mins(1));
        let _first = workroom.enter(Class::SignOn).await.expect("a place");
        let mut second = Box::pin(workroom.enter(Class::SignOn));
        assert!(poll_immediate(&mut second).await.is_none());

        drop(second);

        assert_eq!(workroom.waiting(), 0);
    }
}
