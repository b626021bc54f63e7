//! How many searches run at once (SEC-80): one a core, a queue of 64, no more.
use super::error::SearchError;
use std::sync::{Condvar, Mutex, PoisonError};

/// Searches that wait for their turn.
const QUEUE: usize = 64;

/// The slots of all searches of this process.
#[derive(Debug)]
pub(super) struct Gate {
    free: Mutex<Slots>,
    freed: Condvar,
}

#[derive(Debug)]
struct Slots {
    free: usize,
    waiting: usize,
}

/// One search's slot, given back when dropped.
#[derive(Debug)]
pub(super) struct Slot<'a>(&'a Gate);

impl Default for Gate {
    fn default() -> Self {
        Self::of(std::thread::available_parallelism().map_or(1, usize::from))
    }
}

impl Gate {
    fn of(free: usize) -> Self {
        Self { free: Mutex::new(Slots { free, waiting: 0 }), freed: Condvar::new() }
    }

    /// Wait for a slot. Workers of the server search one at a time each and never wait.
    pub(super) fn enter(&self) -> Result<Slot<'_>, SearchError> {
        let mut slots = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        if slots.free == 0 && slots.waiting == QUEUE {
            return Err(SearchError::Busy);
        }
        slots.waiting += 1;
        while slots.free == 0 {
            slots = self.freed.wait(slots).unwrap_or_else(PoisonError::into_inner);
        }
        slots.waiting -= 1;
        slots.free -= 1;
        Ok(Slot(self))
    }
}

impl Drop for Slot<'_> {
    fn drop(&mut self) {
        let mut slots = self.0.free.lock().unwrap_or_else(PoisonError::into_inner);
        slots.free += 1;
        // Waking nobody is a call of the kernel, too.
        if slots.waiting > 0 {
            self.0.freed.notify_one();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    #[test]
    fn the_queue_is_bounded_and_moves_on() {
        let gate = Arc::new(Gate::of(1));
        let slot = gate.enter().unwrap();
        let waiting: Vec<_> = (0..QUEUE)
            .map(|_| {
                let gate = Arc::clone(&gate);
                std::thread::spawn(move || gate.enter().is_ok())
            })
            .collect();
        while gate.free.lock().unwrap().waiting < QUEUE {
            std::thread::yield_now();
        }
        assert_eq!(gate.enter().unwrap_err(), SearchError::Busy);
        drop(slot);
        assert!(waiting.into_iter().all(|thread| thread.join().unwrap()));
        assert!(gate.enter().is_ok());
    }
}
