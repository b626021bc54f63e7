//! Somebody on the way through dispatch, for the record: every decision and choice leaves a row.
use super::Destination;
use super::service::View;
use crate::audit::Event;
use crate::db::{Db, Tx};
use crate::identity::{Rne, SignedIn, store};
use crate::web::Client;
use chrono::{DateTime, Utc};

/// One request of one person.
pub(super) struct Journey<'a> {
    pub(super) who: &'a SignedIn,
    pub(super) client: &'a Client,
    pub(super) db: &'a Db,
    pub(super) now: DateTime<Utc>,
}

impl Journey<'_> {
    /// Record a decision; going somewhere is a choice of that school too.
    pub(super) async fn decided(
        &self,
        view: &View,
        going: Option<&Destination>,
    ) -> sqlx::Result<()> {
        let event = self.who.event("dispatch.decision").reason(view.decision.reason);
        self.record(view.tell(event), going.map(|destination| (destination, &destination.rne)))
            .await
    }

    /// Record a tile that was followed.
    pub(super) async fn chose(
        &self,
        view: &View,
        destination: &Destination,
        rne: &Rne,
    ) -> sqlx::Result<()> {
        let event = self.who.event("dispatch.choice").reason("chosen");
        self.record(view.tell(event), Some((destination, rne))).await
    }

    /// Record that there was nowhere to go.
    pub(super) async fn refused(&self, view: &View, code: &str) -> sqlx::Result<()> {
        let event = Event::refused("dispatch.decision", code);
        let event = event.by(self.who.id(), &self.who.session.short());
        self.record(view.tell(event), None).await
    }

    async fn record(&self, event: Event, going: Option<(&Destination, &Rne)>) -> sqlx::Result<()> {
        let mut tx = self.db.write().await?;
        let event = match going {
            Some((destination, rne)) => {
                self.keep(&mut tx, destination, rne).await?;
                event.field("chosen", rne).field("sp", &destination.sp)
            }
            None => event,
        };
        event.record(&mut tx, &self.client.trace(), self.now).await?;
        tx.commit().await
    }

    async fn keep(&self, tx: &mut Tx, destination: &Destination, rne: &Rne) -> sqlx::Result<()> {
        let profile = destination.profiles.first().copied();
        store::choose_school(tx, self.who.session.id, rne.as_str(), profile).await?;
        store::set_last_choice(tx, self.who.id(), rne.as_str(), self.now).await
    }
}
