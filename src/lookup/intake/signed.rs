//! What users say of themselves, in messages that they signed.
use super::removing::remove_known;
use super::{Intake, owner};
use crate::audit::{Event, Trace};
use crate::db::Tx;
use crate::identity::cloud::{CloudId, Field, Fields, RecordId};
use crate::identity::store::cloud::{
    KnownRecord, RecordRow, buried_at, bury, known_records, put_records, touch_active, touch_signed,
};
use crate::identity::store::note_changes;
use chrono::{DateTime, Utc};
use uuid::Uuid;

/// A message whose signature is good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedRecord {
    /// Who signed it.
    pub cloud_id: CloudId,
    /// What they publish.
    pub fields: Fields,
    /// When they signed, Unix seconds.
    pub signed_at: i64,
}

/// Why a message with a good signature is refused.
#[derive(Debug, thiserror::Error)]
pub enum Unsigned {
    /// A newer message was taken already: this one is sent again.
    #[error("the message is not newer than the last one")]
    Replayed,
    /// Nobody of this name.
    #[error("there is no such user")]
    Unknown,
    /// The database did not answer.
    #[error("the database does not answer")]
    Database(#[from] sqlx::Error),
}

impl Intake {
    /// Publish. What a server pushed of its user stays as the server says.
    pub async fn publish(&self, message: &SignedRecord, trace: &Trace) -> Result<(), Unsigned> {
        let now = self.clock.now();
        let mut tx = self.db.write().await?;
        let known = self.newer(&mut tx, message).await?;
        let is_pushed =
            |known: &KnownRecord| known.origin != "signed" && known.state != "withdrawn";
        if let Some(pushed) = known.filter(is_pushed) {
            touch_signed(&mut tx, pushed.id, message.signed_at).await?;
        } else {
            let ids = put_records(&mut tx, &[self.signed_row(message)], now).await?;
            for id in &ids {
                touch_active(&mut tx, *id, now).await?;
            }
            let ids: Vec<Uuid> = ids.into_iter().map(|id| id.0).collect();
            note_changes(&mut tx, &ids, "cloud", now).await?;
        }
        let event = Event::ok("lookup.signed").reason("published");
        record(event, &mut tx, message, (trace, now)).await?;
        tx.commit().await?;
        self.changed();
        Ok(())
    }

    /// Withdraw.
    pub async fn withdraw(&self, message: &SignedRecord, trace: &Trace) -> Result<(), Unsigned> {
        let now = self.clock.now();
        let mut tx = self.db.write().await?;
        let known = self.newer(&mut tx, message).await?;
        let Some(mut known) = known.filter(|known| known.state != "withdrawn") else {
            return Err(Unsigned::Unknown);
        };
        known.signed_at = message.signed_at;
        let seq = remove_known(self, &mut tx, std::slice::from_ref(&known), now).await?;
        let event = Event::ok("lookup.signed").reason("withdrawn");
        record(event, &mut tx, message, (trace, now)).await?;
        tx.commit().await?;
        self.gone(&[known.id], seq);
        Ok(())
    }

    /// What is known of the user, unless a message as new as this one was taken already.
    async fn newer(
        &self,
        tx: &mut Tx,
        message: &SignedRecord,
    ) -> Result<Option<KnownRecord>, Unsigned> {
        let key = message.cloud_id.key();
        let grave = self.grave(&key);
        let known = known_records(tx, &[key]).await?.pop();
        let buried = buried_at(tx, &grave).await?.unwrap_or(0);
        let last = known.as_ref().map_or(0, |known| known.signed_at).max(buried);
        if message.signed_at <= last {
            return Err(Unsigned::Replayed);
        }
        if buried > 0 {
            bury(tx, &grave, message.signed_at, self.clock.now()).await?;
        }
        Ok(known)
    }

    /// Who signs for themselves claims nobody else: the mail address is what they say it is.
    fn signed_row(&self, message: &SignedRecord) -> RecordRow {
        let sent = message.fields.iter().filter(|(field, _)| self.rules.fields.contains(field));
        let fields: Fields = sent.collect();
        let key = message.cloud_id.key();
        RecordRow {
            id: RecordId(Uuid::now_v7()),
            cloud_id: message.cloud_id.clone(),
            origin: "signed".to_owned(),
            person: None,
            claim: owner::claim(None, &Fields::default(), &key),
            fields: with_login(fields, &message.cloud_id),
            priority: 0,
            state: "shown",
            signed_at: message.signed_at,
        }
    }
}

/// The message names no login: it is what stands before the `@`.
fn with_login(mut fields: Fields, cloud_id: &CloudId) -> Fields {
    fields.set(Field::Userid, cloud_id.user());
    fields
}

async fn record(
    event: Event,
    tx: &mut Tx,
    message: &SignedRecord,
    (trace, now): (&Trace, DateTime<Utc>),
) -> sqlx::Result<()> {
    event.field("server", message.cloud_id.instance()).record(tx, trace, now).await
}
