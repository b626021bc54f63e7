//! What other programs ask of the office (15): they lead cards by the same doors as people do.
use super::desk::{Desk, Hand};
use super::refusal::CardRefusal;
use super::state::{Actor, State};
use super::store::{self, Card};
use super::{Step, services::Service};
use crate::db::Tx;
use crate::identity::PersonId;
use crate::rights::Reach;
use crate::web;
use chrono::{DateTime, Utc};
use uuid::Uuid;

/// Where a program wants a card to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// There.
    pub to: State,
    /// Number of the chip that was written; needed for [`State::Encoded`], unless it is known.
    pub csn: Option<String>,
    /// What is said with it.
    pub step: Step,
}

impl Desk {
    /// Whom a name means, whether they had a card before or not.
    pub async fn named(&self, tx: &mut Tx, eppn: &str) -> sqlx::Result<Option<PersonId>> {
        let eppn = eppn.trim().to_lowercase();
        if let Some(person) = store::person_named(tx, &eppn).await? {
            return Ok(Some(person));
        }
        let people = store::people_called(tx, &eppn, &self.rules.sources).await?;
        Ok(people.first().copied().filter(|_| people.len() == 1))
    }

    /// The photo that somebody sent last, if it is still kept.
    pub async fn last_photo(
        &self,
        tx: &mut Tx,
        person: PersonId,
        now: DateTime<Utc>,
    ) -> web::Result<Uuid> {
        let applicant = self.applicant(tx, person, now).await?.ok_or(CardRefusal::NoHolder)?;
        let photo = match applicant.holder {
            Some(holder) => store::latest(tx, holder.id, now).await?,
            None => None,
        };
        Ok(photo.ok_or(CardRefusal::NoPhoto)?.id)
    }

    /// Lead a card where a program wants it; gives the card that came of it.
    pub async fn lead_for(
        &self,
        tx: &mut Tx,
        id: Uuid,
        asked: Asked,
        hand: &Hand,
    ) -> web::Result<Uuid> {
        let card = self.take(tx, id).await?;
        let Asked { to, csn, step } = asked;
        if step.seen.is_some_and(|seen| seen != card.version) {
            return Err(CardRefusal::Version.into());
        }
        match to {
            State::Encoded => {
                let csn = csn.or(card.csn).ok_or(CardRefusal::Csn)?;
                self.encode(tx, id, &csn, hand).await?;
                Ok(id)
            }
            // What it says is frozen with the batch.
            State::InPrint => {
                let of = [(id, card.version)];
                self.make_batch(tx, &of, (&Reach::All, &step), hand).await?;
                Ok(id)
            }
            to => self.lead(tx, id, (Actor::Manager, to), &step, hand).await,
        }
    }

    /// Read what accounts of somebody say, lead their cards where time leads them, and have services look whether
    /// there is something to tell.
    pub async fn sync(&self, tx: &mut Tx, person: PersonId, hand: &Hand) -> web::Result<()> {
        store::hold(tx, person).await?;
        for holder in store::holders_of(tx, person).await? {
            self.follow(tx, &holder, hand.now).await?;
            for service in self.services.on() {
                self.services.ask(tx, service, holder.id).await?;
            }
            let event = hand.event("card.holder_synced").field("holder", holder.id);
            event.record(tx, &hand.trace, hand.now).await?;
        }
        Ok(())
    }

    /// Tell a service everything of a person again; of how many cards' holders.
    pub async fn tell_again(
        &self,
        tx: &mut Tx,
        (person, service): (PersonId, Service),
        hand: &Hand,
    ) -> web::Result<u32> {
        store::hold(tx, person).await?;
        let mut told = 0;
        for holder in store::holders_of(tx, person).await? {
            self.services.retell(tx, service, holder.id).await?;
            let event = hand.event("card.told_again").field("holder", holder.id);
            let event = event.field("service", service.as_str());
            event.record(tx, &hand.trace, hand.now).await?;
            told += 1;
        }
        Ok(told)
    }

    /// The card whose photo is somebody's: the one that works, else the newest, of those in this state.
    pub async fn card_with_face(
        &self,
        tx: &mut Tx,
        eppn: &str,
        state: Option<State>,
    ) -> sqlx::Result<Option<Card>> {
        let eppn = Some(eppn.to_owned());
        let find = store::Find { eppn, state, limit: 200, ..store::Find::default() };
        let mut cards = store::find(tx, &find).await?;
        cards.retain(|card| card.photo_scan == Some(crate::uploads::Scan::Clean));
        Ok(cards.into_iter().max_by_key(|card| (card.state == State::Enabled, card.id)))
    }
}
