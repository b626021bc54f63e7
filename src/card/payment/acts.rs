//! What becomes of payments: ordered, said by Paybox, used, given back.
use super::answer::{self, Told};
use super::store::{self, Payment};
use crate::audit::{Event, Trace};
use crate::card::desk::{Desk, Hand};
use crate::card::refusal::CardRefusal;
use crate::card::state::State;
use crate::card::store::Holder;
use crate::db::{Tx, is_duplicate};
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

    /// What Paybox says. Whoever calls hears nothing of what became of it.
    pub(super) async fn hear(
        &self,
        tx: &mut Tx,
        query: &str,
        trace: &Trace,
        now: DateTime<Utc>,
    ) -> sqlx::Result<()> {
        let refused = |code| Event::refused("card.pay_refused", code);
        let told = self.till.as_ref().and_then(|till| answer::read(query, till.key()));
        let Some(told) = told else {
            return refused("E-PAY-FORGED").record(tx, trace, now).await;
        };
        let Some(of) = store::by_reference(tx, &told.reference).await? else {
            let event = refused("E-PAY-UNKNOWN").field("transaction", &told.transaction);
            self.alert(tx, ("unknown", &told), now).await?;
            return event.record(tx, trace, now).await;
        };
        let about = |event: Event| {
            let event = event.field("payment", of.id).field("holder", of.holder);
            event.field("error", &told.error).field("transaction", &told.transaction)
        };
        let event = if told.is_paid() {
            match self.receive(tx, &of, &told, now).await? {
                Received::Before => return Ok(()),
                Received::Now => Event::ok("card.paid").field("amount", of.amount),
                Received::Not(code) => refused(code).field("amount", told.amount),
            }
        } else {
            store::set_refused(tx, of.id, &told.error, now).await?;
            refused("E-PAY-REFUSED")
        };
        about(event).record(tx, trace, now).await
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
        if told.amount != Some(of.amount) || told.transaction.is_empty() {
            self.alert(tx, ("amount", told), now).await?;
            return Ok(Received::Not("E-PAY-AMOUNT"));
        }
        if !store::set_paid(tx, of.id, told, now).await? {
            self.alert(tx, ("twice", told), now).await?;
            return Ok(Received::Not("E-PAY-TWICE"));
        }
        self.alert(tx, ("paid", told), now).await?;
        Ok(Received::Now)
    }

    /// Write to who wants to know of payments; no name stands in it.
    async fn alert(
        &self,
        tx: &mut Tx,
        (outcome, told): (&str, &Told),
        now: DateTime<Utc>,
    ) -> sqlx::Result<()> {
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
                about: format!("card-pay:{}:{number}:{}", told.transaction, now.timestamp_millis()),
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

/// Whether two successes came at one moment: the transaction of one of them belongs to another order.
pub(super) fn is_raced(error: &sqlx::Error) -> bool {
    is_duplicate(error)
}
