//! What is not kept any longer goes.
use super::{Event, Trace, forget_refused, purge};
use crate::config;
use crate::db::Db;
use chrono::{DateTime, Utc};

/// Remove rows that are older than `[audit] keep`, and what is personal in refusals older than
/// `keep_refused`. Safe to repeat, and to run on several nodes.
pub async fn tidy(db: &Db, settings: &config::Audit, now: DateTime<Utc>) -> sqlx::Result<()> {
    let mut removed = 0;
    loop {
        match purge(db, now - settings.keep, now).await? {
            0 => break,
            more => removed += more,
        }
    }
    let mut erased = 0;
    loop {
        let mut tx = db.write().await?;
        let portion = forget_refused(&mut tx, now - settings.keep_refused).await?;
        if portion == 0 {
            break;
        }
        let event = Event::ok("audit.erased").reason("refused").field("rows", portion);
        event.record(&mut tx, &Trace::default(), now).await?;
        tx.commit().await?;
        erased += portion;
    }
    tracing::info!(removed, erased, "audit: {removed} old rows removed, {erased} made nameless");
    Ok(())
}
