//! Table `lookup_spending`, and the audit rows of searches.
use super::{Counts, Sketch, Spent};
use crate::audit::{Event, Spool, Trace};
use crate::db::Db;
use crate::lookup::figures;
use crate::on;
use chrono::{DateTime, Utc};
use sqlx::{query, query_as, query_scalar};
use std::collections::HashMap;

/// One row a credential for what it searched, one for each harvest.
pub(super) async fn record(
    (db, spool): (&Db, &Spool),
    counts: &HashMap<String, Counts>,
    harvests: &[Spent],
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    if counts.is_empty() && harvests.is_empty() {
        return Ok(());
    }
    let mut events = Vec::new();
    for (credential, counts) in counts {
        let event = by(Event::ok("lookup.search"), credential);
        let event = event.field("searches", counts.searches).field("hits", counts.hits);
        events.push(event.field("limited", counts.limited));
    }
    for spent in harvests {
        let Spent { credential, hour, day } = spent;
        figures::count_harvest();
        tracing::warn!(credential, hour, day, "{credential} saw too many people: {hour} an hour");
        let event = by(Event::refused("lookup.harvest", "E-TOO-MANY"), credential);
        events.push(event.field("people_hour", hour).field("people_day", day));
    }
    spool.note(db, events, &Trace::default(), now).await
}

/// Who it was: an instance by name, others by the way they came and their network, which is personal.
fn by(event: Event, credential: &str) -> Event {
    match credential.split_once(':') {
        Some((way @ ("open" | "network"), place)) => {
            event.field("credential", way).field("place", place)
        }
        _ => event.field("credential", credential),
    }
}

/// Keep a sketch, together with what another node kept for the same hour.
pub(super) async fn merge_sketch(
    db: &Db,
    credential: &str,
    hour: i64,
    sketch: &Sketch,
) -> sqlx::Result<()> {
    let mut tx = db.write().await?;
    let kept: Option<Vec<u8>> = on!(&mut tx, |conn| query_scalar(
        "SELECT sketch FROM lookup_spending WHERE credential = $1 AND hour = $2"
    )
    .bind(credential)
    .bind(hour)
    .fetch_optional(conn)
    .await)?;
    let mut merged = sketch.clone();
    if let Some(kept) = kept.as_deref().and_then(Sketch::from_bytes) {
        merged.merge(&kept);
    }
    on!(&mut tx, |conn| query(
        "INSERT INTO lookup_spending (credential, hour, sketch) VALUES ($1, $2, $3)
         ON CONFLICT (credential, hour) DO UPDATE SET sketch = excluded.sketch"
    )
    .bind(credential)
    .bind(hour)
    .bind(merged.as_bytes())
    .execute(conn)
    .await
    .map(|_| ()))?;
    tx.commit().await
}

/// Everything kept for hours behind this one.
pub(super) async fn sketches_since(db: &Db, hour: i64) -> sqlx::Result<Vec<(String, i64, Sketch)>> {
    let mut tx = db.read().await?;
    let rows: Vec<(String, i64, Vec<u8>)> = on!(&mut tx, |conn| query_as(
        "SELECT credential, hour, sketch FROM lookup_spending WHERE hour > $1"
    )
    .bind(hour)
    .fetch_all(conn)
    .await)?;
    let sketch = |(name, hour, bytes): (String, i64, Vec<u8>)| {
        Some((name, hour, Sketch::from_bytes(&bytes)?))
    };
    Ok(rows.into_iter().filter_map(sketch).collect())
}

/// Nobody asks for these hours any more.
pub(super) async fn forget_before(db: &Db, hour: i64) -> sqlx::Result<()> {
    let mut tx = db.write().await?;
    on!(&mut tx, |conn| query("DELETE FROM lookup_spending WHERE hour < $1")
        .bind(hour)
        .execute(conn)
        .await
        .map(|_| ()))?;
    tx.commit().await
}
