//! A body that has to keep moving: too slow or too long, and it ends in an error (SEC-05, SEC-06).
use actix_web::dev::Payload;
use actix_web::error::PayloadError;
use actix_web::web::Bytes;
use futures_util::Stream;
use std::cell::Cell;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::time::{Instant, Sleep, sleep_until};

/// How slow a client may be. Only the time that we wait for it counts, never our own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// Waiting that is free.
    pub grace: Duration,
    /// Bytes that buy one more second each time.
    pub per_second: u64,
    /// Waiting in all, however much comes.
    pub most: Duration,
}

impl Pace {
    /// 1 KiB a second after five seconds, a minute in all.
    pub const FORM: Self =
        Self { grace: Duration::from_secs(5), per_second: 1024, most: Duration::from_mins(1) };

    /// How long we wait in all for somebody who has sent so many bytes.
    fn patience(self, received: u64) -> Duration {
        let earned = Duration::from_millis(received.saturating_mul(1000) / self.per_second.max(1));
        self.grace.saturating_add(earned).min(self.most)
    }
}

/// Why a body was given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// It came too slowly.
    Slow,
    /// It is longer than the path takes.
    Long,
    /// It ended before its end, or its chunks make no sense.
    Broken,
}

/// Where a body leaves word of what went wrong, whoever reads it.
#[derive(Debug, Clone, Default)]
pub struct Verdict(Rc<Cell<Option<Fault>>>);

impl Verdict {
    /// What went wrong, if anything did.
    pub fn fault(&self) -> Option<Fault> {
        self.0.get()
    }
}

/// The body of a request, watched while it is read.
pub struct Paced {
    body: Payload,
    pace: Pace,
    room: u64,
    received: u64,
    waited: Duration,
    waiting: Option<Instant>,
    alarm: Option<Pin<Box<Sleep>>>,
    verdict: Verdict,
}

impl Paced {
    /// Watch `body`, which may have `room` bytes.
    pub fn new(body: Payload, pace: Pace, room: u64) -> Self {
        let (received, waited) = (0, Duration::ZERO);
        let (waiting, alarm, verdict) = (None, None, Verdict::default());
        Self { body, pace, room, received, waited, waiting, alarm, verdict }
    }

    /// To be asked afterwards.
    pub fn verdict(&self) -> Verdict {
        self.verdict.clone()
    }

    fn arrived(&mut self, length: usize) -> bool {
        if let Some(since) = self.waiting.take() {
            self.waited += since.elapsed();
        }
        self.received += length as u64;
        self.received <= self.room
    }

    /// Nothing is there yet: ready once patience is at its end.
    fn wait(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let left = self.pace.patience(self.received).saturating_sub(self.waited);
        let is_new = self.waiting.is_none();
        let until = *self.waiting.get_or_insert_with(Instant::now) + left;
        let alarm = self.alarm.get_or_insert_with(|| Box::pin(sleep_until(until)));
        if is_new {
            alarm.as_mut().reset(until);
        }
        alarm.as_mut().poll(context)
    }

    fn give_up(&self, fault: Fault, error: PayloadError) -> Poll<Option<<Self as Stream>::Item>> {
        self.verdict.0.set(Some(fault));
        Poll::Ready(Some(Err(error)))
    }
}

impl Stream for Paced {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        match Pin::new(&mut self.body).poll_next(context) {
            Poll::Pending if self.wait(context).is_pending() => Poll::Pending,
            Poll::Pending => self.give_up(Fault::Slow, PayloadError::Incomplete(None)),
            Poll::Ready(Some(Ok(bytes))) if self.arrived(bytes.len()) => {
                Poll::Ready(Some(Ok(bytes)))
            }
            Poll::Ready(Some(Ok(_))) => self.give_up(Fault::Long, PayloadError::Overflow),
            Poll::Ready(Some(Err(error))) => self.give_up(Fault::Broken, error),
            Poll::Ready(None) => Poll::Ready(None),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::{StreamExt, stream};

    const SHORT: Pace = Pace {
        grace: Duration::from_millis(20),
        per_second: 1024,
        most: Duration::from_millis(200),
    };

    type Piece = Result<Bytes, PayloadError>;

    fn paced(pieces: impl Stream<Item = Piece> + 'static, room: u64) -> Paced {
        Paced::new(Payload::Stream { payload: Box::pin(pieces) }, SHORT, room)
    }

    #[expect(clippy::unnecessary_wraps, reason = "a stream of bodies has errors")]
    fn piece(length: usize) -> Piece {
        Ok(Bytes::from(vec![b'x'; length]))
    }

    async fn read(mut body: Paced) -> (usize, Option<Fault>) {
        let mut read = 0;
        while let Some(Ok(bytes)) = body.next().await {
            read += bytes.len();
        }
        (read, body.verdict().fault())
    }

    #[test]
    fn bytes_buy_time_up_to_a_limit() {
        let table = [(0, 5), (1024, 6), (10 * 1024, 15), (55 * 1024, 60), (u64::MAX, 60)];
        for (received, seconds) in table {
            assert_eq!(Pace::FORM.patience(received), Duration::from_secs(seconds), "{received}");
        }
    }

    #[actix_web::test]
    async fn a_body_that_comes_is_left_alone() {
        let body = paced(stream::iter([piece(3), piece(0), piece(4)]), 7);
        assert_eq!(read(body).await, (7, None));
    }

    #[actix_web::test]
    async fn a_body_that_stops_coming_is_given_up() {
        let silent = stream::iter([piece(1)]).chain(stream::pending());
        assert_eq!(read(paced(silent, 9)).await, (1, Some(Fault::Slow)));
    }

    #[actix_web::test]
    async fn a_trickle_buys_too_little_time() {
        let trickle = stream::unfold((), |()| async {
            tokio::time::sleep(Duration::from_millis(5)).await;
            Some((piece(1), ()))
        });
        let (_, fault) = read(paced(trickle, 9000)).await;
        assert_eq!(fault, Some(Fault::Slow));
    }

    #[actix_web::test]
    async fn our_own_slowness_is_not_held_against_the_client() {
        let mut body = paced(stream::iter((0..5).map(|_| piece(1))), 5);
        while let Some(bytes) = body.next().await {
            assert!(bytes.is_ok());
            tokio::time::sleep(SHORT.grace).await;
        }
        assert_eq!(body.verdict().fault(), None);
    }

    #[actix_web::test]
    async fn a_body_longer_than_its_room_is_given_up() {
        let body = paced(stream::iter([piece(4), piece(4), piece(4)]), 7);
        assert_eq!(read(body).await, (4, Some(Fault::Long)));
    }

    #[actix_web::test]
    async fn a_body_that_breaks_off_is_told_from_a_slow_one() {
        let body = paced(stream::iter([piece(4), Err(PayloadError::Incomplete(None))]), 7);
        assert_eq!(read(body).await, (4, Some(Fault::Broken)));
    }
}
