//! A person's own choice not to be found.
use super::Intake;
use crate::audit::{Event, Trace};
use crate::identity::PersonId;
use crate::identity::store::cloud::{adopt_for, records_of, set_hidden};
use crate::identity::store::note_changes;
use std::collections::BTreeSet;

pub(super) async fn hide(
    intake: &Intake,
    person: PersonId,
    hidden: bool,
    trace: &Trace,
) -> sqlx::Result<()> {
    let now = intake.clock.now();
    let mut tx = intake.db.write().await?;
    // Theirs is what is theirs now, not what was when somebody looked last.
    let freed = adopt_for(&mut tx, &[person], &intake.rules.owner).await?;
    set_hidden(&mut tx, person, hidden, now).await?;
    let records = records_of(&mut tx, person).await?;
    let event = Event::ok(if hidden { "lookup.hidden" } else { "lookup.shown" }).about(person);
    event.field("records", records.len()).record(&mut tx, trace, now).await?;
    // The person too: records that are given to them while this happens belong to it.
    let touched = records.iter().chain(&freed).map(|id| id.0).chain(std::iter::once(person.0));
    let touched: Vec<_> = touched.collect::<BTreeSet<_>>().into_iter().collect();
    let seq = note_changes(&mut tx, &touched, "cloud", now).await?;
    tx.commit().await?;
    if hidden {
        intake.gone(&records, seq);
    } else {
        intake.changed();
    }
    Ok(())
}
