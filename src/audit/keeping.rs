//! What is not kept any longer goes at night.
use super::{Event, Trace, forget_refused, purge};
use crate::clock::Clock;
use crate::config;
use crate::db::Db;
use chrono::{DateTime, NaiveTime, TimeDelta, Utc};
use std::time::Duration;

/// When little is going on, UTC.
const NIGHT: NaiveTime = match NaiveTime::from_hms_opt(2, 30, 0) {
    Some(time) => time,
    None => NaiveTime::MIN,
};

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
    let mut tx = db.write().await?;
    let erased = forget_refused(&mut tx, now - settings.keep_refused).await?;
    if erased > 0 {
        let event = Event::ok("audit.erased").reason("refused").field("rows", erased);
        event.record(&mut tx, &Trace::default(), now).await?;
    }
    tx.commit().await?;
    tracing::info!(removed, erased, "audit: {removed} old rows removed, {erased} made nameless");
    Ok(())
}

/// Do so every night for as long as this is polled.
pub async fn every_night(db: Db, clock: Clock, settings: config::Audit) {
    loop {
        tokio::time::sleep(until_night(clock.now())).await;
        if let Err(error) = tidy(&db, &settings, clock.now()).await {
            tracing::error!(error = %error, "old audit rows could not be removed");
        }
    }
}

fn until_night(now: DateTime<Utc>) -> Duration {
    let today = now.date_naive().and_time(NIGHT).and_utc();
    let next = if today > now { today } else { today + TimeDelta::days(1) };
    (next - now).to_std().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_night_is_less_than_a_day_away() {
        for (now, hours) in [("2027-01-15T00:30:00Z", 2), ("2027-01-15T02:30:00Z", 24)] {
            assert_eq!(until_night(now.parse().unwrap()), Duration::from_hours(hours), "{now}");
        }
    }
}
