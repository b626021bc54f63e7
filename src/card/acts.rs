//! Leading a card from state to state, with all that goes with it (4).
//!
//! Each act is one transaction with its history and its row in the audit record; the caller commits.
//! The holder is held first, so that two who lead cards of one holder come one after the other.
use super::csn::Csn;
use super::desk::{Desk, Hand};
use super::escn::qr_text;
use super::printing;
use super::refusal::CardRefusal;
use super::state::{Actor, Circumstances, State};
use super::stop::Why;
use super::store::{self, Card, Change, Whose};
use crate::db::{Tx, is_duplicate};
use crate::identity::PersonId;
use crate::identity::store::{account_by_id, has_role};
use crate::mail::{Letter, MailAddress, Template};
use crate::rights::Role;
use crate::uploads::Scan;
use crate::web::lang::Lang;
use crate::web::{self, Error};
use serde_json::json;
use uuid::Uuid;

/// Longest note, letters.
const NOTE: usize = 500;

/// A step that somebody wants.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Step {
    /// What is said with it.
    pub note: String,
    /// Why the card is stopped.
    pub why: Option<Why>,
    /// The card as whoever asks saw it; `None`: as it is.
    pub seen: Option<i64>,
    /// Whether whoever asks may print.
    pub may_print: bool,
}

impl Desk {
    /// A card, held: nobody else changes cards of this person before this is over.
    pub async fn take(&self, tx: &mut Tx, id: Uuid) -> web::Result<Card> {
        let seen = store::card(tx, id).await?.ok_or(Error::NotFound)?;
        store::hold(tx, seen.of.person).await?;
        store::card(tx, id).await?.ok_or(Error::NotFound)
    }

    /// Where somebody may lead a card now.
    pub async fn offered(
        &self,
        tx: &mut Tx,
        card: &Card,
        (actor, by): (Actor, Option<PersonId>),
        may_print: bool,
    ) -> sqlx::Result<Vec<State>> {
        let here = Circumstances {
            is_editable: !has_role(tx, card.of.person, Role::CardLocked).await?,
            is_pending: store::request_of(tx, card.of.person).await?.is_some(),
            is_external: card.is_external,
            // What a station holds, or somebody who is erased by now, anybody may take.
            is_in_hand: card.state_by.is_none() || card.state_by == by,
            may_print: may_print || !self.rules.printer_role,
            has_photo: card.photo_scan == Some(Scan::Clean),
        };
        Ok(card.state.offered(actor, here))
    }

    /// Somebody leads a card somewhere, as they saw it and as circumstances let them; gives the card that came of it, which is another one for
    /// [`State::Renewed`].
    pub async fn lead(
        &self,
        tx: &mut Tx,
        id: Uuid,
        (actor, to): (Actor, State),
        step: &Step,
        hand: &Hand,
    ) -> web::Result<Uuid> {
        let card = self.take(tx, id).await?;
        if step.seen.is_some_and(|seen| seen != card.version) {
            return Err(CardRefusal::Version.into());
        }
        let by = (actor, hand.person());
        if !self.offered(tx, &card, by, step.may_print).await?.contains(&to) {
            return Err(CardRefusal::State.into());
        }
        if to.wants_why() && actor == Actor::Manager && step.note.trim().is_empty() {
            return Err(CardRefusal::Why.into());
        }
        if to == State::Renewed {
            return self.renew(tx, &card, hand).await;
        }
        self.enter(tx, card, (actor, to), step, hand).await?;
        Ok(id)
    }

    /// The one door: everything that goes with entering a state, and no way but those of the table.
    pub(super) async fn enter(
        &self,
        tx: &mut Tx,
        card: Card,
        (actor, to): (Actor, State),
        step: &Step,
        hand: &Hand,
    ) -> web::Result<()> {
        let was = card.state;
        if !was.after(actor).contains(&to) {
            return Err(CardRefusal::State.into());
        }
        if to == State::Enabled {
            self.replace(tx, card.of.person, hand).await?;
        }
        let mut next = Card {
            state: to,
            state_at: hand.now,
            state_by: hand.person(),
            note: step.note.trim().chars().take(NOTE).collect(),
            ..card
        };
        match to {
            State::Rejected => next.rejections += 1,
            State::Encoded => {
                next.encoded_at.get_or_insert(hand.now);
                next.last_encoded_at = Some(hand.now);
            }
            State::Enabled => {
                next.enabled_at = Some(hand.now);
                next.stopped_for = None;
                next.due_at = next.of.rights_until;
            }
            State::Disabled if was == State::Enabled => next.stopped_for = step.why,
            _ => {}
        }
        self.write(tx, &next).await?;
        if was == State::InPrint {
            printing::store::settle(tx, next.id, printing::acts::outcome(to), hand.now).await?;
        }
        if matches!(to, State::InEncode | State::Encoded) {
            self.give_identifiers(tx, &next).await?;
        }
        self.settle_payment(tx, (next.id, to), hand).await?;
        self.note(tx, &next, (actor, Some(was)), hand).await
    }

    /// Another card of the person that works does not any more.
    async fn replace(&self, tx: &mut Tx, person: PersonId, hand: &Hand) -> web::Result<()> {
        let nobody = Hand { by: None, ..hand.clone() };
        for other in store::enabled_of(tx, person).await? {
            let to = (Actor::System, State::Disabled);
            // It does not come back here: nothing is enabled.
            Box::pin(self.enter(tx, other, to, &Step::default(), &nobody)).await?;
        }
        Ok(())
    }

    pub(super) async fn write(&self, tx: &mut Tx, card: &Card) -> web::Result<()> {
        match store::rewrite(tx, card).await {
            Ok(true) => Ok(()),
            Ok(false) => Err(CardRefusal::Version.into()),
            Err(error) if is_duplicate(&error) => Err(CardRefusal::CsnTaken.into()),
            Err(error) => Err(error.into()),
        }
    }

    /// Write down what became of a card.
    pub(super) async fn note(
        &self,
        tx: &mut Tx,
        card: &Card,
        (actor, was): (Actor, Option<State>),
        hand: &Hand,
    ) -> web::Result<()> {
        let change = Change {
            card: card.id,
            at: hand.now,
            by: hand.person(),
            actor,
            was,
            became: card.state,
            note: card.note.clone(),
        };
        store::insert_change(tx, &change).await?;
        let why = card.stopped_for.filter(|_| card.state == State::Disabled);
        let event = hand.event("card.changed").field("card", card.id).reason(card.state.as_str());
        let event = event.field("was", was.map(State::as_str)).field("actor", actor.as_str());
        let event = event.field("why", why.map(Why::as_str)).field("holder", card.of.holder);
        event.record(tx, &hand.trace, hand.now).await?;
        self.services.heard(tx, card).await?;
        Ok(self.tell(tx, card, actor).await?)
    }

    /// Write to the holder what they have to know; what was said stands on the page, not in the mail.
    async fn tell(&self, tx: &mut Tx, card: &Card, actor: Actor) -> sqlx::Result<()> {
        let is_told = match card.state {
            State::Enabled | State::Rejected => true,
            State::Disabled => actor != Actor::System,
            State::Canceled => actor == Actor::Manager,
            _ => false,
        };
        let to = card.of.mail.as_deref().and_then(MailAddress::parse);
        let Some(to) = to.filter(|_| is_told) else { return Ok(()) };
        let letter = Letter {
            to,
            person: Some(card.of.person),
            template: Template::Card,
            lang: Lang::default(),
            values: json!({
                "name": card.of.display_name, "state": card.state.as_str(), "path": "/cards",
            }),
            about: format!("card:{}:{}", card.id, card.version),
            account: None,
        };
        self.post.add(tx, &letter).await?;
        Ok(())
    }

    /// A new card that will take the place of this one, which stays as it is until then.
    async fn renew(&self, tx: &mut Tx, old: &Card, hand: &Hand) -> web::Result<Uuid> {
        let new = Card {
            state: State::Renewed,
            photo: old.photo,
            renews: Some(old.id),
            rejections: old.rejections,
            ..self.blank(tx, &old.of, hand).await?
        };
        self.begin(tx, &new, Actor::Manager, hand).await?;
        Ok(new.id)
    }

    /// A card that begins, for this holder, with a code of its own.
    pub(super) async fn blank(&self, tx: &mut Tx, of: &Whose, hand: &Hand) -> web::Result<Card> {
        let escn = match &self.rules.european {
            Some(european) if european.types.contains(&of.card_type) => {
                let account = account_by_id(tx, of.account).await?;
                let told = account.and_then(|it| super::holder::told_by(&it, &self.rules));
                match told.filter(|told| told.has_ine) {
                    Some(_) => Some(store::give_number(tx, &european.issuer, hand.now).await?),
                    None => None,
                }
            }
            _ => None,
        };
        let european = self.rules.european.as_ref().filter(|it| it.is_in_code);
        let address = european.map_or("", |it| &it.qr_address);
        let shown = escn.as_ref().filter(|_| european.is_some());
        Ok(Card {
            id: Uuid::now_v7(),
            state: State::New,
            state_at: hand.now,
            state_by: hand.person(),
            note: String::new(),
            stopped_for: None,
            csn: None,
            requested_at: hand.now,
            encoded_at: None,
            last_encoded_at: None,
            enabled_at: None,
            delivered_at: None,
            due_at: of.rights_until,
            photo: None,
            photo_scan: None,
            renews: None,
            rejections: 0,
            qr: qr_text(shown, address, &of.eppn),
            escn: escn.map(|escn| escn.to_string()),
            is_external: false,
            payment: None,
            version: 1,
            of: of.clone(),
        })
    }

    /// Keep a card that begins.
    pub(super) async fn begin(
        &self,
        tx: &mut Tx,
        new: &Card,
        actor: Actor,
        hand: &Hand,
    ) -> web::Result<()> {
        match store::insert_card(tx, new).await {
            // Somebody else began one at the same moment.
            Err(error) if is_duplicate(&error) => return Err(CardRefusal::Ask.into()),
            kept => kept?,
        }
        if let Some(photo) = new.photo
            && !store::attach(tx, photo).await?
        {
            return Err(CardRefusal::NoPhoto.into());
        }
        self.note(tx, new, (actor, None), hand).await
    }

    /// A station wrote the chip of a card and read its number.
    pub async fn encode(&self, tx: &mut Tx, id: Uuid, csn: &str, hand: &Hand) -> web::Result<()> {
        let csn = Csn::parse(csn).ok_or(CardRefusal::Csn)?;
        let card = Card { csn: Some(csn.to_string()), ..self.take(tx, id).await? };
        let step = Step::default();
        self.enter(tx, card, (Actor::Station, State::Encoded), &step, hand).await?;
        if self.rules.enable_auto {
            let card = self.take(tx, id).await?;
            self.enter(tx, card, (Actor::System, State::Enabled), &step, hand).await?;
        }
        Ok(())
    }
}
