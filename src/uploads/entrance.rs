//! Who is sending files: few at once, and nobody two.
//!
//! A file may take minutes to come and lies in memory meanwhile. Whoever finds no place is sent away
//! before anything of it is read, so that the others keep the places of the service.
use crate::identity::PersonId;
use crate::web::Error;
use crate::web::error::TurnedAway;
use actix_web::http::StatusCode;
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

/// People who send at once, on one node.
const AT_ONCE: usize = 16;
/// When it makes sense to try again, seconds.
const LATER: u64 = 10;

/// The places.
#[derive(Debug, Clone, Default)]
pub struct Entrance(Arc<Mutex<BTreeSet<PersonId>>>);

/// A place, free again when it is dropped.
#[derive(Debug)]
pub struct Place {
    entrance: Entrance,
    person: PersonId,
}

impl Entrance {
    /// Come in.
    pub fn enter(&self, person: PersonId) -> Result<Place, Error> {
        let mut inside = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if inside.len() >= AT_ONCE || !inside.insert(person) {
            return Err(TurnedAway::new("E-BUSY", StatusCode::SERVICE_UNAVAILABLE, LATER).into());
        }
        Ok(Place { entrance: self.clone(), person })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.entrance.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.person);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sixteen_send_at_once_and_nobody_sends_two() {
        let entrance = Entrance::default();
        let first = PersonId::new();
        let mut inside = vec![entrance.enter(first).expect("a place")];
        assert_eq!(entrance.enter(first).err().map(|error| error.code()), Some("E-BUSY"));
        while inside.len() < AT_ONCE {
            inside.push(entrance.enter(PersonId::new()).expect("a place"));
        }
        assert!(entrance.enter(PersonId::new()).is_err(), "all are taken");
        inside.remove(0);
        assert!(entrance.enter(first).is_ok(), "it is free again");
    }
}
