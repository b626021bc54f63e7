//! A closed account is opened again, when the office asked for it (8.5).
use super::holder::Held;
use super::{BASE, Crous, refused};
use crate::card::services::fault::{Fault, Trouble};
use crate::card::services::round::Round;
use crate::card::services::wanted::Wanted;
use crate::card::services::wire::{Call, part};
use reqwest::Method;

/// What is to be told meanwhile, in a word.
const REOPEN: &str = "reopen";

impl Crous {
    /// Open it; whoever has no card that works is brought to what they should be.
    pub(super) async fn reopen(&self, round: &mut Round) -> Result<(), Trouble> {
        if !round.facts.decided.reopens {
            return Ok(());
        }
        let working = round.facts.working().map(|card| card.id);
        if let Some(card) = working.or_else(|| round.facts.last_told()) {
            round.about(card, REOPEN);
        }
        let name = self.name(&round.facts);
        let closed = format!("{BASE}/closed-rightholders/{}", part(&name));
        let call = Call::new(Method::DELETE, closed);
        let reply = self.call(round, &call).await?;
        // 404: nothing is closed there.
        if !reply.is_good() && reply.status != 404 {
            let refused = refused(&call, &reply);
            if matches!(refused, Trouble::Final(_)) {
                round.reopened().await?;
            }
            return Err(refused);
        }
        if working.is_none()
            && round.facts.decided.off.is_none()
            && let Ok(holder) = self.right_holder(&round.facts, &name)
        {
            let wanted = Wanted { name, holder: Some(holder), card: None };
            if let Held::Blocked(why) = self.holder(round, &wanted).await? {
                round.reopened().await?;
                return Err(Trouble::Final(Fault::ours(why)));
            }
        }
        round.reopened().await
    }
}
