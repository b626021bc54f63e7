//! People whom several servers claim: which account is shown, and which are not.
use crate::identity::store::cloud::ClaimedRecord;
use chrono::{DateTime, Utc};
use serde::Serialize;

/// One person with accounts on several servers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Conflict {
    /// The account that is found; none when all of them are gone or refused.
    pub shown: Option<String>,
    /// Those that are not.
    pub others: Vec<String>,
    /// When the person was active there last, on any of them.
    pub active_at: DateTime<Utc>,
}

/// One entry a person, out of records in order of claim and right.
pub fn by_person(records: &[ClaimedRecord]) -> Vec<Conflict> {
    records.chunk_by(|one, next| one.claim == next.claim).filter_map(Conflict::of).collect()
}

impl Conflict {
    fn of(claimed: &[ClaimedRecord]) -> Option<Self> {
        let winner = claimed.iter().find(|record| record.state == "shown");
        // Several accounts of the winner's own server are found side by side.
        let is_other = |record: &&ClaimedRecord| {
            winner.is_none_or(|winner| winner.instance != record.instance)
        };
        Some(Self {
            shown: winner.map(|record| record.cloud_id.clone()),
            others: claimed.iter().filter(is_other).map(|one| one.cloud_id.clone()).collect(),
            active_at: claimed.iter().map(|record| record.active_at).max()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(claim: &str, cloud_id: &str, state: &str, minute: i64) -> ClaimedRecord {
        let (_, instance) = cloud_id.split_once('@').unwrap();
        ClaimedRecord {
            claim: claim.into(),
            cloud_id: cloud_id.into(),
            instance: instance.into(),
            state: state.into(),
            priority: 0,
            active_at: DateTime::UNIX_EPOCH + chrono::Duration::minutes(minute),
        }
    }

    #[test]
    fn the_first_shown_account_wins_against_other_servers() {
        let records = [
            record("a", "zoe@old", "stale", 9),
            record("a", "zoe@new", "shown", 5),
            record("a", "zd@new", "shown", 4),
            record("a", "zoe@far", "shown", 3),
            record("b", "max@x", "refused", 1),
            record("b", "max@y", "stale", 0),
        ];
        let found = by_person(&records);
        assert_eq!(found[0].shown.as_deref(), Some("zoe@new"));
        assert_eq!(found[0].others, ["zoe@old", "zoe@far"]);
        assert_eq!(found[0].active_at.timestamp(), 9 * 60);
        assert_eq!((found[1].shown.as_deref(), found[1].others.len()), (None, 2));
    }
}
