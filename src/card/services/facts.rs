//! Everything that is known of a holder and a service, read at once.
use super::crous::{self, SmartCard};
use super::directory::Directory;
use super::store::{self, Subjected, Telling};
use super::subject::{Subject, subject};
use super::{Service, Services};
use crate::card::state::State;
use crate::card::store::{Card, Face, Identifier, face_on, identifiers_of};
use crate::db::Tx;
use crate::identity::store::account_by_id;
use crate::on;
use uuid::Uuid;

/// A holder, their cards, and what a service was told of them.
#[derive(Debug, Clone)]
pub struct Facts {
    /// The holder.
    pub holder: Uuid,
    /// What may be told of them.
    pub subject: Subject,
    /// Their cards, the oldest first.
    pub cards: Vec<Card>,
    /// How the service knows them.
    pub known: Option<Subjected>,
    /// The name that they are to have there instead.
    pub rename: Option<crous::NewName>,
    /// What the office decided of them there, likewise.
    pub decided: crous::store::Decided,
    /// What it was told of their cards.
    pub tellings: Vec<Telling>,
    /// Fares, the first one that fits counts; none where they are not asked for.
    pub fares: Vec<crous::Fare>,
    /// Zones of the CROUS on their chips, likewise.
    pub zones: Vec<SmartCard>,
    /// What applications on the chips know the cards by, likewise.
    pub identifiers: Vec<Identifier>,
    /// The photo on the card that works, of who lets others see it, likewise.
    pub face: Option<Face>,
}

impl Facts {
    /// The card that works.
    pub fn working(&self) -> Option<&Card> {
        self.cards.iter().find(|card| card.state == State::Enabled)
    }

    /// What the service was told of a card.
    pub fn telling(&self, card: Uuid) -> Option<&Telling> {
        self.tellings.iter().find(|told| told.card == card)
    }

    /// The newest card of which the service was told something.
    pub fn last_told(&self) -> Option<Uuid> {
        let told = |card: &&Card| self.telling(card.id).is_some();
        self.cards.iter().rev().find(told).map(|card| card.id)
    }

    /// Cards that the service believes to work, or may, and that do not.
    pub fn stopped(&self) -> Vec<Card> {
        let is_on =
            |card: &&Card| self.telling(card.id).is_some_and(|told| !told.digest.is_empty());
        let stopped = self.cards.iter().filter(|card| card.state != State::Enabled).filter(is_on);
        stopped.cloned().collect()
    }

    /// Whether the last card that worked ended with its time.
    pub fn is_over(&self) -> bool {
        let worked = self.cards.iter().filter(|card| card.enabled_at.is_some());
        worked.max_by_key(|card| card.enabled_at).is_some_and(|card| card.state == State::Caduc)
    }
}

impl Services {
    /// What is known; `None`: somebody without cards.
    pub async fn facts(
        &self,
        tx: &mut Tx,
        service: Service,
        holder: Uuid,
    ) -> sqlx::Result<Option<Facts>> {
        // Before the cards: a mark is never newer than the card that was read.
        let tellings = store::tellings_of(tx, service.as_str(), holder).await?;
        let cards: Vec<Card> = on!(&mut *tx, |conn| sqlx::query_as(crate::card_columns!(
            "WHERE c.holder = $1 ORDER BY c.id"
        ))
        .bind(holder)
        .fetch_all(conn)
        .await)?;
        let Some(of) = cards.first().map(|card| card.of.clone()) else { return Ok(None) };
        let Some(account) = account_by_id(tx, of.account).await? else { return Ok(None) };
        let (mut fares, mut zones, mut rename) = (Vec::new(), Vec::new(), None);
        let mut decided = crous::store::Decided::default();
        let known = store::subject_of(tx, service.as_str(), holder).await?;
        if let (Service::Crous, Some(crous)) = (service, &self.crous) {
            decided = crous::store::decided(tx, holder).await?;
            fares = crous::store::fares(tx, &crous.settings.books).await?;
            for csn in cards.iter().filter_map(|card| card.csn.as_deref()) {
                zones.extend(crous::store::zone(tx, csn).await?);
            }
            if let Some(known) = &known {
                rename = crous::name_store::asked_name(tx, &known.name).await?;
            }
        }
        let identifiers = match service {
            Service::Access(_) | Service::Hook(_) | Service::Directory(_) => {
                let all: Vec<Uuid> = cards.iter().map(|card| card.id).collect();
                identifiers_of(tx, &all).await?
            }
            _ => Vec::new(),
        };
        let face = match cards.iter().find(|card| card.state == State::Enabled) {
            Some(card) if self.directory(service).is_some_and(Directory::shows_faces) => {
                face_on(tx, card.id).await?
            }
            _ => None,
        };
        Ok(Some(Facts {
            holder,
            subject: subject(&of, &account.attributes),
            known,
            rename,
            decided,
            tellings,
            cards,
            fares,
            zones,
            identifiers,
            face,
        }))
    }
}
