//! One visit at a service for one holder: what is known, and what becomes of it, kept call by call.
use super::Service;
use super::crous::store::set_reopen;
use super::crous::{NewName, name_store};
use super::facts::Facts;
use super::fault::{Fault, Trouble};
use super::store::{self, Subjected, Telling};
use super::told::{OFF, ToldState};
use super::wanted::Wanted;
use crate::jobs::Turn;
use chrono::{DateTime, Utc};
use serde_json::json;
use sqlx::types::Json;
use uuid::Uuid;

/// One visit.
pub(super) struct Round {
    /// Which service.
    pub(super) service: Service,
    /// What is known.
    pub(super) facts: Facts,
    /// When it began.
    pub(super) now: DateTime<Utc>,
    /// The card that it is about at the moment.
    pub(super) at: Option<Uuid>,
    /// What is to be told of that card.
    pub(super) wanted: String,
    /// Calls so far.
    pub(super) calls: u32,
    /// What was said last against a card that is to be tried again: a code.
    pub(super) later: Option<String>,
    turn: Turn,
}

impl Round {
    pub(super) fn new(service: Service, facts: Facts, turn: &Turn) -> Self {
        Self {
            service,
            facts,
            now: turn.clock().now(),
            at: None,
            wanted: String::new(),
            calls: 0,
            later: None,
            turn: turn.clone(),
        }
    }

    /// From here on it is about this card, and this is to be told of it.
    pub(super) fn about(&mut self, card: Uuid, wanted: impl Into<String>) {
        self.at = Some(card);
        self.wanted = wanted.into();
    }

    /// What the service was told of a card.
    pub(super) fn telling(&self, card: Uuid) -> Telling {
        let known = self.facts.telling(card).cloned();
        known.unwrap_or_else(|| Telling::blank(card, self.service.as_str(), self.now))
    }

    async fn keep(&mut self, telling: Telling) -> Result<(), Trouble> {
        let mut tx = self.turn.db().write().await?;
        self.turn.hold(&mut tx).await?;
        store::keep_telling(&mut tx, &telling).await?;
        tx.commit().await?;
        self.facts.tellings.retain(|told| told.card != telling.card);
        self.facts.tellings.push(telling);
        Ok(())
    }

    /// A card is about to be told: whoever finds it so later knows that it may have arrived.
    pub(super) async fn begin(&mut self, card: Uuid, digest: &str) -> Result<(), Trouble> {
        let telling = Telling { digest: digest.to_owned(), ..self.telling(card) };
        self.keep(telling).await
    }

    /// That is how far a card came; `digest`: of what counts there now.
    pub(super) async fn settle(
        &mut self,
        card: Uuid,
        (state, digest): (ToldState, &str),
        remark: Fault,
    ) -> Result<(), Trouble> {
        let told = self.telling(card);
        let is_told = matches!(state, ToldState::On | ToldState::Off);
        let telling = Telling {
            state,
            digest: digest.to_owned(),
            wanted: self.wanted.clone(),
            told_at: if is_told { Some(self.now) } else { told.told_at },
            tried_at: self.now,
            tries: 0,
            ..told
        };
        self.keep(telling.with(remark)).await
    }

    /// What is wrong with one card is written down there, and keeps no other card waiting.
    pub(super) async fn note(&mut self, told: Result<(), Trouble>) -> Result<(), Trouble> {
        match told {
            Err(Trouble::Final(fault)) => self.fail(ToldState::Refused, fault).await,
            Err(Trouble::Later(fault)) => {
                self.later = Some(fault.code.clone());
                self.fail(self.failing(), fault).await
            }
            told => told,
        }
    }

    /// What a card is while its job goes on trying, or when it does not any more.
    pub(super) fn failing(&self) -> ToldState {
        if self.turn.is_last { ToldState::Refused } else { ToldState::Failing }
    }

    /// So often the card that it is about failed so far.
    pub(super) fn tries(&self) -> i64 {
        self.at.and_then(|card| self.facts.telling(card)).map_or(0, |told| told.tries)
    }

    /// It did not work.
    pub(super) async fn fail(&mut self, state: ToldState, fault: Fault) -> Result<(), Trouble> {
        let Some(card) = self.at else { return Ok(()) };
        let told = self.telling(card);
        let telling = Telling {
            state,
            wanted: self.wanted.clone(),
            tried_at: self.now,
            tries: told.tries + 1,
            ..told
        };
        self.keep(telling.with(fault)).await
    }

    /// Everything is told: what failed before of cards that do not work is over with them.
    pub(super) async fn calm(&mut self) -> Result<(), Trouble> {
        let working = self.facts.working().map(|card| card.id);
        let is_left = |told: &&Telling| {
            let failed = matches!(told.state, ToldState::Failing | ToldState::Refused);
            failed && told.digest.is_empty() && Some(told.card) != working
        };
        let left: Vec<_> = self.facts.tellings.iter().filter(is_left).map(|it| it.card).collect();
        for card in left {
            self.about(card, OFF);
            self.settle(card, (ToldState::Off, ""), Fault::default()).await?;
        }
        Ok(())
    }

    /// How the service knows the holder, or would by what is to be told.
    pub(super) fn known(&self, wanted: &Wanted) -> Subjected {
        self.facts.known.clone().unwrap_or_else(|| Subjected {
            id: Uuid::now_v7(),
            holder: Some(self.facts.holder),
            name: wanted.name.clone(),
            digest: String::new(),
            kept: Json(json!({})),
            told_at: None,
            asked_at: None,
        })
    }

    /// What became of a name that was asked for: with the name by which they are known from now on.
    pub(super) async fn keep_name(
        &mut self,
        name: &NewName,
        known: Subjected,
        refused: Option<Fault>,
    ) -> Result<(), Trouble> {
        let mut tx = self.turn.db().write().await?;
        self.turn.hold(&mut tx).await?;
        name_store::settle_name(&mut tx, name, refused.as_ref()).await?;
        let mut known = known;
        if refused.is_none() {
            known.name.clone_from(&name.becomes);
            store::keep_subject(&mut tx, self.service.as_str(), &known).await?;
        }
        tx.commit().await?;
        self.facts.known = Some(known);
        Ok(())
    }

    /// Nobody has to be known there as this holder. `false`: somebody else is known by the same name, so that nothing
    /// has to be said.
    pub(super) async fn let_go(&mut self, known: &Subjected) -> Result<bool, Trouble> {
        let mut tx = self.turn.db().write().await?;
        self.turn.hold(&mut tx).await?;
        let is_shared = store::is_shared(&mut tx, self.service.as_str(), known).await?;
        if is_shared {
            let known = Subjected { digest: String::new(), ..known.clone() };
            store::keep_subject(&mut tx, self.service.as_str(), &known).await?;
            self.facts.known = Some(known);
        }
        tx.commit().await?;
        Ok(!is_shared)
    }

    /// The account of the holder was opened again, or never will be.
    pub(super) async fn reopened(&mut self) -> Result<(), Trouble> {
        let mut tx = self.turn.db().write().await?;
        self.turn.hold(&mut tx).await?;
        set_reopen(&mut tx, self.facts.holder, false).await?;
        tx.commit().await?;
        self.facts.decided.reopens = false;
        Ok(())
    }

    /// Write down how it knows the holder.
    pub(super) async fn keep_known(&mut self, known: Subjected) -> Result<(), Trouble> {
        let mut tx = self.turn.db().write().await?;
        self.turn.hold(&mut tx).await?;
        store::keep_subject(&mut tx, self.service.as_str(), &known).await?;
        tx.commit().await?;
        self.facts.known = Some(known);
        Ok(())
    }
}
