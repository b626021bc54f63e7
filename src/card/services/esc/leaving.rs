//! What the router is to know no more: cards that stopped, names that changed, people whose time is over.
use super::{Esc, refused};
use crate::card::services::fault::{Fault, Trouble};
use crate::card::services::round::Round;
use crate::card::services::store::Subjected;
use crate::card::services::told::{OFF, ToldState};
use crate::card::services::wire::{Call, Reply, part};
use crate::card::store::Card;
use reqwest::Method;
use serde_json::json;

fn person(known: &Subjected) -> Call<'static> {
    Call::new(Method::DELETE, format!("/persons/{}", part(&known.name)))
}

fn card(number: &str) -> Call<'static> {
    Call::new(Method::DELETE, format!("/cards/{}", part(number)))
}

impl Esc {
    /// A card does not work any more.
    pub(super) async fn stop(&self, round: &mut Round, card: &Card) -> Result<(), Trouble> {
        round.about(card.id, OFF);
        if let Some(number) = &card.escn {
            self.end_card(round, number).await?;
        }
        round.settle(card.id, (ToldState::Off, ""), Fault::default()).await
    }

    async fn end_card(&self, round: &mut Round, number: &str) -> Result<(), Trouble> {
        let call = card(number);
        let reply = self.call(round, &call).await?;
        gone(&call, &reply, &[404, 410])?;
        match round.facts.known.clone() {
            Some(mut known) if known.kept.0["card"] == number => {
                known.kept.0 = json!({});
                round.keep_known(known).await
            }
            _ => Ok(()),
        }
    }

    /// Their time is over: nothing has to be known of them.
    pub(super) async fn forget(&self, round: &mut Round) -> Result<(), Trouble> {
        let Some(known) = round.facts.known.clone() else { return Ok(()) };
        if !round.let_go(&known).await? {
            return Ok(());
        }
        let call = person(&known);
        let reply = self.call(round, &call).await?;
        gone(&call, &reply, &[403, 404, 410])?;
        round.keep_known(Subjected { digest: String::new(), ..known }).await
    }

    /// It knows them by a name that was wrong, which it does not change: that one goes with its card.
    pub(super) async fn leave(&self, round: &mut Round, becomes: &str) -> Result<(), Trouble> {
        if let Some(card) = round.facts.working().cloned()
            && !round.telling(card.id).digest.is_empty()
        {
            if let Some(number) = &card.escn {
                self.end_card(round, number).await?;
            }
            round.begin(card.id, "").await?;
        }
        self.forget(round).await?;
        let Some(known) = round.facts.known.clone() else { return Ok(()) };
        round.keep_known(Subjected { name: becomes.to_owned(), ..known }).await
    }

    /// Somebody was erased here: their card goes there, then they, unless somebody else here is the same there.
    pub(in crate::card::services) async fn farewell(
        &self,
        known: &Subjected,
        is_shared: bool,
    ) -> Result<(), Trouble> {
        if let Some(number) = known.kept.0["card"].as_str() {
            let call = card(number);
            gone(&call, &self.send(&call).await?, &[404, 410])?;
        }
        if known.digest.is_empty() || is_shared {
            return Ok(());
        }
        let call = person(known);
        gone(&call, &self.send(&call).await?, &[403, 404, 410])
    }
}

fn gone(call: &Call<'_>, reply: &Reply, fine: &[u16]) -> Result<(), Trouble> {
    let is_gone = reply.is_good() || fine.contains(&reply.status);
    if is_gone { Ok(()) } else { Err(refused(call, reply)) }
}
