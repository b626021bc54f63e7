//! Identifiers of cards for the applications on their chips: each is given once and stays (11).
use super::csn::Csn;
use super::desk::Desk;
use super::identifiers::Application;
use super::printing;
use super::refusal::CardRefusal;
use super::store::{self, Card, Identifier};
use crate::db::{Tx, is_duplicate};
use crate::identity::store::account_by_id;
use crate::web;
use sqlx::types::Json;

impl Desk {
    /// Give a card that is about to be encoded, or was, what it has not got yet.
    pub(super) async fn give_identifiers(&self, tx: &mut Tx, card: &Card) -> web::Result<()> {
        if self.rules.applications.is_empty() {
            return Ok(());
        }
        let given = store::identifiers_of(tx, &[card.id]).await?;
        let csn = card.csn.as_deref().and_then(Csn::parse);
        for application in &self.rules.applications {
            if given.iter().any(|it| it.application == application.name) {
                continue;
            }
            // What names the chip waits until it was read.
            if !application.counts() && csn.is_none() {
                continue;
            }
            let number = if application.counts() {
                store::next_number(tx, &application.name).await?
            } else {
                0
            };
            let value = application.value(number, &card.of.card_type, csn.as_ref());
            let new = Identifier {
                card: card.id,
                application: application.name.clone(),
                value: value.ok_or(CardRefusal::Identifier)?,
            };
            match store::insert_identifier(tx, &new).await {
                Err(error) if is_duplicate(&error) => return Err(CardRefusal::Identifier.into()),
                kept => kept?,
            }
        }
        Ok(())
    }

    /// The application of this name.
    pub fn application(&self, name: &str) -> Option<&Application> {
        self.rules.applications.iter().find(|application| application.name == name)
    }

    /// The value of what a reader sent: what is on the chip, where the application is known, or the
    /// value itself.
    pub fn identifier(&self, application: Option<&str>, read: &str) -> String {
        let application = application.and_then(|name| self.application(name));
        let decoded = application.and_then(|it| it.decode(read));
        decoded.map_or_else(|| read.trim().to_owned(), std::borrow::Cow::into_owned)
    }

    /// The lines on the back of a card: those that were printed, else the first values of attributes, as
    /// its holder's account has them now.
    pub async fn verso(&self, tx: &mut Tx, card: &Card) -> sqlx::Result<Vec<String>> {
        if let Some((Json(said), _)) = printing::store::said_of(tx, card.id).await? {
            return Ok(said.verso);
        }
        let Some(account) = account_by_id(tx, card.of.account).await? else {
            return Ok(Vec::new());
        };
        let line = |name: &String| account.attributes.first(name).unwrap_or_default().to_owned();
        Ok(self.rules.verso.iter().map(line).collect())
    }
}
