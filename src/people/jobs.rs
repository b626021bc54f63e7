//! Rights in step with the map: after a change of the map, and each night, since what a directory
//! said of a school may have an end.
use crate::audit::Trace;
use crate::db::Db;
use crate::identity::role_map::RoleMap;
use crate::identity::{PersonId, store};
use crate::jobs::{Answer, Job, Outcome, Policy, Queue, Turn};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// People looked at together.
const PORTION: i64 = 500;

/// Holds everybody's rights against the map of this program. Whoever's are right is only read.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct GiveRoles {}

impl Job for GiveRoles {
    type Parts = RoleMap;
    const KIND: &'static str = "roles.give";
    const LABEL: &'static str = "job-give-roles";
    const POLICY: Policy = Policy { priority: 5, ..Policy::HOUSE };

    fn once(&self) -> Option<String> {
        Some(String::new())
    }

    async fn run(self, map: RoleMap, turn: Turn) -> Answer {
        let total = store::count_people(&mut turn.db().read().await?).await?;
        let total = u64::try_from(total).unwrap_or_default();
        let (mut last, mut done) = (None::<PersonId>, 0);
        loop {
            let now = turn.clock().now();
            let mut tx = turn.db().read().await?;
            let people = store::people_after(&mut tx, last, PORTION).await?;
            let differing = map.differing(&mut tx, &people, now).await?;
            drop(tx);
            // One person a transaction: others may write the same people in another order.
            for (person, ..) in differing {
                let mut tx = turn.db().write().await?;
                turn.hold(&mut tx).await?;
                map.apply(&mut tx, &[person], (&Trace::default(), now)).await?;
                tx.commit().await?;
            }
            done += people.len() as u64;
            let mut tx = turn.db().write().await?;
            turn.tell(&mut tx, done, total).await?;
            last = people.last().copied();
            if last.is_none() {
                store::note_map(&mut tx, &map.digest(), now).await?;
                tx.commit().await?;
                return Ok(Outcome::Done);
            }
            tx.commit().await?;
            if turn.is_ending() {
                return Ok(Outcome::Again(Duration::ZERO));
            }
        }
    }
}

/// When the map is not the one by which rights were given last, ask for them to be given anew.
pub async fn follow_map(
    db: &Db,
    queue: &Queue,
    map: &RoleMap,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let mut tx = db.write().await?;
    let applied = store::applied_map(&mut tx).await?;
    if applied.is_none() && map.rules().is_empty() {
        return store::note_map(&mut tx, &map.digest(), now).await.map(drop);
    }
    if applied != Some(map.digest()) {
        queue.add(&mut tx, &GiveRoles {}).await?;
    }
    queue.commit(tx).await
}
