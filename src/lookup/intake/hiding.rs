//! A person's own choice not to be found.
use super::Intake;
use crate::audit::{Event, Trace};
use crate::identity::PersonId;
use crate::identity::store::cloud::{records_of, set_hidden};
use crate::identity::store::note_changes;

pub(super) async fn hide(
    intake: &Intake,
    person: PersonId,
    hidden: bool,
    trace: &Trace,
) -> sqlx::Result<()> {
    let now = intake.clock.now();
    let mut tx = intake.db.write().await?;
    set_hidden(&mut tx, person, hidden, now).await?;
    let records = records_of(&mut tx, person).await?;
    let event = Event::ok(if hidden { "lookup.hidden" } else { "lookup.shown" }).about(person);
    event.field("records", records.len()).record(&mut tx, trace, now).await?;
    // The person too: records that are given to them while this happens belong to it.
    let touched: Vec<_> = records.iter().map(|id| id.0).chain(std::iter::once(person.0)).collect();
    let seq = note_changes(&mut tx, &touched, "cloud", now).await?;
    tx.commit().await?;
    if hidden {
        intake.gone(&records, seq);
    } else {
        intake.changed();
    }
    Ok(())
}
