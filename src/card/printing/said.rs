//! What one card says, frozen when it goes to the printer.
use super::super::desk::Desk;
use super::super::store::Card;
use super::design::Colour;
use crate::db::Tx;
use crate::identity::store::account_by_id;
use crate::paper::clean;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Every word on a card.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// Whose it is.
    pub name: String,
    /// What cards of its type are called.
    pub kind: String,
    /// Of the band.
    pub colour: Colour,
    /// Lines of the front: what stands before, and the value.
    pub recto: Vec<(String, String)>,
    /// Lines of the back.
    pub verso: Vec<String>,
    /// Text of the code.
    pub code: String,
    /// Its European number, or empty.
    pub escn: String,
    /// The last day on which it is good.
    pub due: Option<NaiveDate>,
}

impl Said {
    /// The lines as they are told of, front and back.
    pub fn lines(&self) -> Vec<String> {
        let front = self.recto.iter().map(|(label, value)| match label.as_str() {
            "" => value.clone(),
            label => format!("{label} {value}"),
        });
        let all = std::iter::once(self.name.clone()).chain(front).chain(self.verso.iter().cloned());
        all.filter(|line| !line.is_empty()).collect()
    }
}

impl Desk {
    /// What a card says now.
    pub(super) async fn said(&self, tx: &mut Tx, card: &Card) -> sqlx::Result<Said> {
        let account = account_by_id(tx, card.of.account).await?;
        let value = |name: &str| {
            let first = account.as_ref().and_then(|account| account.attributes.first(name));
            clean(first.unwrap_or_default())
        };
        let recto =
            self.rules.design.recto.iter().map(|(name, label)| (label.clone(), value(name)));
        let verso = self.rules.verso.iter().map(|name| value(name));
        let kind = self.rules.design.kind(card);
        Ok(Said {
            name: clean(&card.of.display_name),
            kind: kind.name,
            colour: kind.colour,
            recto: recto.filter(|(_, value)| !value.is_empty()).collect(),
            verso: verso.filter(|value| !value.is_empty()).collect(),
            code: card.qr.clone(),
            escn: card.escn.clone().unwrap_or_default(),
            due: card.due_at.map(|due| due.date_naive()),
        })
    }
}
