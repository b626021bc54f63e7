//! What becomes of payments: ordered, said by Paybox, used, given back.
use super::answer::{self, Told};
use super::store::{self, Payment};
use super::till::Till;
use crate::audit::{Event, Trace};
use crate::card::desk::{Desk, Hand};
use crate::card::refusal::CardRefusal;
use crate::card::state::State;
use crate::card::store::Holder;
use crate::db::{Db, Tx, is_duplicate};
use crate::identity::PersonId;
use crate::mail::{Letter, Template};
use crate::web;
use crate::web::lang::Lang;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;
use uuid::Uuid;

/// Orders of one holder in a day.
const A_DAY: i64 = 20;

impl Desk {
    /// What the next card of somebody costs; `None`: it cannot be paid here.
    pub(super) fn cost(&self, card_type: &str, is_renewal: bool) -> Option<i64> {
        self.till.as_ref()?.cost(card_type, is_renewal)
    }

    /// An order of somebody who has to pay first.
    pub(super) async fn order(
        &self,
        tx: &mut Tx,
        holder: &Holder,
        is_renewal: bool,
        hand: &Hand,
    ) -> web::Result<Payment> {
        let amount = self.cost(&holder.card_type, is_renewal).ok_or(CardRefusal::PayClosed)?;
        if store::orders(tx, holder.id, hand.now - TimeDelta::days(1)).await? >= A_DAY {
            return Err(CardRefusal::PayMany.into());
        }
        let new = Payment {
            id: Uuid::now_v7(),
            holder: Some(holder.id),
            reference: format!("CARD-{}", Uuid::new_v4().simple()),
            amount,
            is_renewal,
            asked_at: hand.now,
            error: String::new(),
            paid_at: None,
            transaction_id: None,
            used_at: None,
            card: None,
            refunded_at: None,
        };
        store::insert(tx, &new).await?;
        let event = hand.event("card.pay_ordered").field("payment", new.id);
        let event = event.field("holder", holder.id).field("amount", amount);
        let event = event.field("reference", &new.reference);
        event.record(tx, &hand.trace, hand.now).await?;
        Ok(new)
    }

    /// A request uses a payment, where it has to be paid for.
    pub(in crate::card) async fn spend(
        &self,
        tx: &mut Tx,
        (person, card): (PersonId, Uuid),
        hand: &Hand,
    ) -> web::Result<()> {
        if !store::take(tx, (person, card), hand.now).await? {
            return Err(CardRefusal::Ask.into());
        }
        let event = hand.event("card.pay_used").field("card", card);
        Ok(event.record(tx, &hand.trace, hand.now).await?)
    }

    /// A card enters a state: the payment of a request that is void can be used again.
    pub(in crate::card) async fn settle_payment(
        &self,
        tx: &mut Tx,
        (card, to): (Uuid, State),
        hand: &Hand,
    ) -> web::Result<()> {
        if to != State::Canceled || !store::give_back(tx, card).await? {
            return Ok(());
        }
        let event = hand.event("card.pay_freed").field("card", card);
        Ok(event.record(tx, &hand.trace, hand.now).await?)
    }

    /// What Paybox signed, whoever carries it here; `None`: it did not say this.
    pub(super) fn signed(&self, query: &str) -> Option<Told> {
        answer::read(query, self.till.as_ref()?.key())
    }

    /// Keep what Paybox said, once, however often and by whomever it comes.
    pub(super) async fn keep_said(
        &self,
        db: &Db,
        told: &Told,
        trace: &Trace,
        now: DateTime<Utc>,
    ) -> web::Result<()> {
        let mut tx = db.write().await?;
        match self.hear(&mut tx, told, trace, now).await {
            Err(error) if is_duplicate(&error) => {
                // The bank's number stands on another order, or was written down a moment ago.
                drop(tx);
                tx = db.write().await?;
                if let Some(of) = store::by_reference(&mut tx, &told.reference).await? {
                    let received = self.second(&mut tx, told).await?;
                    note(&mut tx, (&of, told), &received, (trace, now)).await?;
                }
            }
            heard => heard?,
        }
        Ok(self.post.queue.commit(tx).await?)
    }

    async fn hear(
        &self,
        tx: &mut Tx,
        told: &Told,
        trace: &Trace,
        now: DateTime<Utc>,
    ) -> sqlx::Result<()> {
        let Some(of) = store::by_reference(tx, &told.reference).await? else {
            if told.is_paid() {
                self.alert(tx, ("unknown", told)).await?;
            }
            let event = Event::refused("card.pay_refused", "E-PAY-UNKNOWN");
            let event = event.field("reference", &told.reference).field("amount", told.amount);
            let event = event.field("transaction", &told.transaction);
            return event.record(tx, trace, now).await;
        };
        let received = if told.is_paid() {
            self.receive(tx, &of, told, now).await?
        } else {
            store::set_refused(tx, of.id, &told.error, now).await?;
            Received::Not("E-PAY-REFUSED")
        };
        note(tx, (&of, told), &received, (trace, now)).await
    }

    /// Money came in.
    async fn receive(
        &self,
        tx: &mut Tx,
        of: &Payment,
        told: &Told,
        now: DateTime<Utc>,
    ) -> sqlx::Result<Received> {
        if of.transaction_id.as_deref() == Some(told.transaction.as_str()) {
            return Ok(Received::Before);
        }
        let is_trial = self.till.as_ref().is_some_and(Till::is_trial);
        if told.is_trial() && !is_trial {
            store::set_refused(tx, of.id, "test", now).await?;
            return Ok(Received::Not("E-PAY-TEST"));
        }
        if told.amount != Some(of.amount) || told.transaction.is_empty() {
            store::set_refused(tx, of.id, "amount", now).await?;
            self.alert(tx, ("amount", told)).await?;
            return Ok(Received::Not("E-PAY-AMOUNT"));
        }
        if !store::set_paid(tx, of.id, told, now).await? {
            return self.second(tx, told).await;
        }
        self.alert(tx, ("paid", told)).await?;
        Ok(Received::Now)
    }

    /// It was paid already, by the same transaction, which came twice at one moment, or by another.
    async fn second(&self, tx: &mut Tx, told: &Told) -> sqlx::Result<Received> {
        let of = store::by_reference(tx, &told.reference).await?;
        let before = of.and_then(|of| of.transaction_id);
        if before.as_deref() == Some(told.transaction.as_str()) {
            return Ok(Received::Before);
        }
        self.alert(tx, ("twice", told)).await?;
        Ok(Received::Not("E-PAY-TWICE"))
    }

    /// Write to who wants to know of payments; no name stands in it.
    async fn alert(&self, tx: &mut Tx, (outcome, told): (&str, &Told)) -> sqlx::Result<()> {
        let Some(till) = &self.till else { return Ok(()) };
        let lang = Lang::default();
        for (number, to) in till.alert_to().iter().enumerate() {
            let letter = Letter {
                to: to.clone(),
                person: None,
                template: Template::CardPayment,
                lang,
                values: json!({
                    "outcome": outcome, "reference": told.reference,
                    "amount": super::pages::euros(lang, told.amount.unwrap_or_default()),
                    "path": "/cards/office/payments",
                }),
                about: format!(
                    "card-pay:{outcome}:{}:{}:{number}",
                    told.reference, told.transaction
                ),
                account: None,
            };
            self.post.add(tx, &letter).await?;
        }
        Ok(())
    }
}

/// What became of a success.
enum Received {
    /// It was known.
    Before,
    /// It is one from now on.
    Now,
    /// It is none, and why.
    Not(&'static str),
}

/// Write down what became of what Paybox said; nothing, if it was known.
async fn note(
    tx: &mut Tx,
    (of, told): (&Payment, &Told),
    received: &Received,
    (trace, now): (&Trace, DateTime<Utc>),
) -> sqlx::Result<()> {
    let event = match received {
        Received::Before => return Ok(()),
        Received::Now => Event::ok("card.paid").field("amount", of.amount),
        Received::Not(code) => {
            Event::refused("card.pay_refused", code).field("amount", told.amount)
        }
    };
    let event = event.field("payment", of.id).field("holder", of.holder);
    let event = event.field("reference", &of.reference).field("error", &told.error);
    event.field("transaction", &told.transaction).record(tx, trace, now).await
}
