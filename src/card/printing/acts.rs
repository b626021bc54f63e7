//! Putting cards in a batch, and saying how they came out. Each is one transaction; the caller commits.
use super::super::Step;
use super::super::desk::{Desk, Hand};
use super::super::office::must_cover;
use super::super::refusal::CardRefusal;
use super::super::state::{Actor, State};
use super::super::store as cards;
use super::store::{self, Outcome};
use crate::db::Tx;
use crate::identity::PersonId;
use crate::rights::Reach;
use crate::web::{self, Error};
use uuid::Uuid;

/// A card that somebody chose, and its version as they saw it.
pub type Chosen = (Uuid, i64);

/// What became of several cards.
#[derive(Debug, Default)]
struct Tally {
    done: u32,
    refused: u32,
    /// Why the first of them was.
    why: Option<Error>,
}

impl Tally {
    /// Count a card; what is no refusal ends everything.
    async fn count(
        &mut self,
        tx: &mut Tx,
        of: web::Result<()>,
        (card, hand): (Uuid, &Hand),
    ) -> web::Result<()> {
        let error = match of {
            Ok(()) => {
                self.done += 1;
                return Ok(());
            }
            Err(error @ (Error::Refused(_) | Error::NotFound)) => error,
            Err(error) => return Err(error),
        };
        self.refused += 1;
        if let Error::Refused(why) = &error {
            hand.refusal(card, why.code).record(tx, &hand.trace, hand.now).await?;
        }
        self.why.get_or_insert(error);
        Ok(())
    }

    /// Something was done, and how much was not; or why nothing was.
    fn end(self) -> web::Result<(u32, u32)> {
        match self.why {
            Some(why) if self.done == 0 => Err(why),
            _ if self.done == 0 => Err(CardRefusal::NoCard.into()),
            _ => Ok((self.done, self.refused)),
        }
    }
}

impl Desk {
    /// Put cards in a batch, as far as they can be printed now; it, and how many were refused.
    pub async fn make_batch(
        &self,
        tx: &mut Tx,
        chosen: &[Chosen],
        (reach, step): (&Reach, &Step),
        hand: &Hand,
    ) -> web::Result<(Uuid, u32)> {
        let batch = Uuid::now_v7();
        store::insert_batch(tx, batch, hand.person(), hand.now).await?;
        let mut tally = Tally::default();
        for (place, (id, seen)) in ordered(tx, chosen).await? {
            let step = Step { seen: Some(seen), ..step.clone() };
            let put = self.put(tx, (batch, place), id, (reach, &step), hand).await;
            tally.count(tx, put, (id, hand)).await?;
        }
        let (done, refused) = tally.end()?;
        let event = hand.event("card.batch_made").field("batch", batch).field("rows", done);
        let event = event.field("refused", refused);
        event.record(tx, &hand.trace, hand.now).await?;
        Ok((batch, refused))
    }

    /// Put one card in a batch. Everything is asked before anything is written.
    async fn put(
        &self,
        tx: &mut Tx,
        (batch, place): (Uuid, i64),
        id: Uuid,
        (reach, step): (&Reach, &Step),
        hand: &Hand,
    ) -> web::Result<()> {
        let card = cards::card(tx, id).await?.ok_or(Error::NotFound)?;
        must_cover(reach, &card)?;
        self.lead(tx, id, (Actor::Manager, State::InPrint), step, hand).await?;
        // As it is behind the step, while its person is held.
        let card = cards::card(tx, id).await?.ok_or(Error::NotFound)?;
        let said = self.said(tx, &card).await?;
        Ok(store::insert_print(tx, (batch, id), place, &said).await?)
    }

    /// Say how cards of a batch came out: they are printed, or go back to those that were checked.
    pub async fn settle_batch(
        &self,
        tx: &mut Tx,
        batch: Uuid,
        (of, to): (&[Uuid], State),
        hand: &Hand,
    ) -> web::Result<(u32, u32)> {
        let chosen: Vec<Chosen> = of.iter().map(|card| (*card, 0)).collect();
        let mut tally = Tally::default();
        for (_, (card, _)) in ordered(tx, &chosen).await? {
            let settled = self.settle(tx, (batch, card), to, hand).await;
            tally.count(tx, settled, (card, hand)).await?;
        }
        let (done, refused) = tally.end()?;
        let event = hand.event("card.batch_settled").field("batch", batch).reason(to.as_str());
        let event = event.field("rows", done).field("refused", refused);
        event.record(tx, &hand.trace, hand.now).await?;
        Ok((done, refused))
    }

    async fn settle(
        &self,
        tx: &mut Tx,
        (batch, card): (Uuid, Uuid),
        to: State,
        hand: &Hand,
    ) -> web::Result<()> {
        self.take(tx, card).await?;
        // It may have been led on alone, and wait in another batch by now.
        if !store::waits(tx, batch, card).await? {
            return Err(CardRefusal::BatchOver.into());
        }
        self.lead(tx, card, (Actor::Manager, to), &Step::default(), hand).await?;
        Ok(())
    }
}

/// Cards with their place, in the order in which people are held everywhere: by their ids.
async fn ordered(tx: &mut Tx, chosen: &[Chosen]) -> web::Result<Vec<(i64, Chosen)>> {
    let mut all: Vec<(PersonId, (i64, Chosen))> = Vec::with_capacity(chosen.len());
    for (place, one) in (0..).zip(chosen) {
        if let Some(card) = cards::card(tx, one.0).await? {
            all.push((card.of.person, (place, *one)));
        }
    }
    all.sort_by_key(|(person, (place, _))| (*person, *place));
    Ok(all.into_iter().map(|(_, one)| one).collect())
}

/// What leaving the printer says of a card in its batch.
pub(in crate::card) fn outcome(to: State) -> Outcome {
    match to {
        State::Printed | State::Encoded => Outcome::Printed,
        _ => Outcome::Misprinted,
    }
}
