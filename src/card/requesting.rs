//! Asking for a card: who may, and what is written down then (5).
use super::asking::{Facts, Right};
use super::desk::{Desk, Hand};
use super::holder::{Told, candidate};
use super::payment;
use super::refusal::CardRefusal;
use super::state::{Actor, State};
use super::store::{self, Card, Holder, Whose};
use super::validity::is_over;
use crate::db::Tx;
use crate::identity::store::{accounts_of, has_role};
use crate::identity::{Person, PersonId};
use crate::rights::Role;
use crate::uploads::Scan;
use crate::web;
use chrono::{DateTime, Utc};
use uuid::Uuid;

/// What somebody asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wish {
    /// The photo of the card.
    pub photo: Uuid,
    /// Whether others inside may see it.
    pub shows_photo: bool,
}

/// Somebody who may have cards, whether the office knows them already or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applicant {
    /// The account.
    pub account: Uuid,
    /// What it says.
    pub told: Told,
    /// As the office knows them.
    pub holder: Option<Holder>,
    /// What they may do.
    pub right: Right,
    /// There was a card before.
    pub had_card: bool,
}

impl Desk {
    /// What a person may ask for; `None`: none of their accounts can have cards.
    pub async fn applicant(
        &self,
        tx: &mut Tx,
        person: PersonId,
        now: DateTime<Utc>,
    ) -> sqlx::Result<Option<Applicant>> {
        let accounts = accounts_of(tx, person).await?;
        let Some((account, told)) = candidate(&accounts, &self.rules, now) else {
            return Ok(None);
        };
        let request = store::request_of(tx, person).await?;
        let enabled = store::enabled_of(tx, person).await?;
        let facts = Facts {
            had_card: store::had_card(tx, person).await?,
            is_pending: request.is_some(),
            was_rejected: request.is_some_and(|request| request.state == State::Rejected),
            is_out_of_date: told.due.is_none_or(|due| is_over(due, now)),
            is_external: enabled.iter().any(|card| card.is_external),
            first_is_paid: has_role(tx, person, Role::CardFirstPaid).await?,
            renewal_is_paid: has_role(tx, person, Role::CardRenewalPaid).await?,
            has_payment: payment::store::has_unused(tx, person).await?,
        };
        let holder = store::holder_of_account(tx, account).await?;
        let (right, had_card) = (facts.right(), facts.had_card);
        Ok(Some(Applicant { account, told, holder, right, had_card }))
    }

    /// The holder that somebody is from now on, held before anything is read of their cards.
    pub async fn enrol(
        &self,
        tx: &mut Tx,
        person: PersonId,
        now: DateTime<Utc>,
    ) -> web::Result<(Holder, Applicant)> {
        store::hold(tx, person).await?;
        let applicant = self.applicant(tx, person, now).await?.ok_or(CardRefusal::NoHolder)?;
        let holder = store::keep(tx, applicant.account, &applicant.told, now).await?;
        Ok((holder, applicant))
    }

    /// Ask for a card, or send the request again that came back.
    pub async fn request(
        &self,
        tx: &mut Tx,
        person: &Person,
        wish: &Wish,
        hand: &Hand,
    ) -> web::Result<Uuid> {
        // The row of the holder is held from here on; whether they may ask is read behind that.
        let (holder, _) = self.enrol(tx, person.id, hand.now).await?;
        let applicant = self.applicant(tx, person.id, hand.now).await?;
        let right = applicant.ok_or(CardRefusal::NoHolder)?.right;
        if !right.is_open() {
            return Err(CardRefusal::Ask.into());
        }
        let photo = store::kept_file(tx, (wish.photo, holder.id), hand.now).await?;
        let photo = photo.ok_or(CardRefusal::NoPhoto)?;
        if photo.scan_state == Scan::Infected {
            return Err(CardRefusal::PhotoHeld.into());
        }
        store::set_consent(tx, person.id, wish.shows_photo).await?;
        if holder.shows_photo != wish.shows_photo {
            for holder in store::holders_of(tx, person.id).await? {
                self.services.agreed(tx, holder.id).await?;
            }
        }
        let mut is_paid = right == Right::Paid;
        if right == Right::Again
            && let Some(back) = store::request_of(tx, person.id).await?
        {
            if back.of.holder == holder.id {
                return self.send_again(tx, back, (&holder, photo.id), hand).await;
            }
            // It was made for another account of theirs; what it was paid with goes on to the new one.
            is_paid = back.payment.is_some();
            let (step, nobody) = (super::Step::default(), Hand { by: None, ..hand.clone() });
            self.enter(tx, back, (Actor::System, State::Canceled), &step, &nobody).await?;
        }
        let whose = Whose {
            holder: holder.id,
            eppn: holder.eppn,
            card_type: holder.card_type,
            rights_until: holder.due_at,
            account: holder.account,
            person: person.id,
            display_name: person.display_name.clone(),
            mail: person.mail.clone(),
        };
        let new = Card { photo: Some(photo.id), ..self.blank(tx, &whose, hand).await? };
        self.begin(tx, &new, Actor::Owner, hand).await?;
        if is_paid {
            self.spend(tx, (person.id, new.id), hand).await?;
        }
        Ok(new.id)
    }

    /// A request that came back is sent again: the same card, with this photo.
    async fn send_again(
        &self,
        tx: &mut Tx,
        back: Card,
        (holder, photo): (&Holder, Uuid),
        hand: &Hand,
    ) -> web::Result<Uuid> {
        if !store::attach(tx, photo).await? {
            return Err(CardRefusal::NoPhoto.into());
        }
        let card = Card { photo: Some(photo), due_at: holder.due_at, ..back };
        let id = card.id;
        let to = (Actor::Owner, State::New);
        self.enter(tx, card, to, &super::Step::default(), hand).await?;
        Ok(id)
    }
}
