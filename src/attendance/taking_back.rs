//! A slip of the finger: who was sent out or exempted on an open roll is expected again.
use super::desk::Desk;
use super::may::Over;
use super::store::{self, Seance};
use crate::db::Tx;
use crate::identity::PersonId;
use std::collections::BTreeSet;

impl Desk {
    /// Those whose D is not to be taken back on the roll: an exemption says so, or somebody who looks
    /// after rolls and not who asks.
    pub(super) async fn exempted(
        &self,
        tx: &mut Tx,
        here: &Seance,
        over: Over,
    ) -> sqlx::Result<BTreeSet<PersonId>> {
        let expected = store::expected_students(tx, here, self.day(here.starts_at)).await?;
        let mut exempted: BTreeSet<_> =
            expected.into_iter().filter_map(|(student, is)| is.then_some(student)).collect();
        if !over.tends {
            exempted.extend(store::exempted_by_office(tx, here.id).await?);
        }
        Ok(exempted)
    }
}
