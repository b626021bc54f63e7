//! The states of a card, and who may lead it from one to another: one table (4).
use Actor::{Manager, Owner, Station, System};
use State::{
    Caduc, Canceled, Destroyed, Disabled, Enabled, Encoded, InEncode, InPrint, New, Printed,
    Rejected, Renewed, RequestChecked,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Where a card is on its way.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema, sqlx::Type,
)]
#[schema(as = CardState)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum State {
    /// Asked for.
    New,
    /// Made to take the place of another one.
    Renewed,
    /// Somebody looked at the request and found it good.
    RequestChecked,
    /// Somebody is printing it.
    InPrint,
    /// It is printed.
    Printed,
    /// It lies on an encoder.
    InEncode,
    /// Its chip is written and has a number.
    Encoded,
    /// It works.
    Enabled,
    /// The request was sent back.
    Rejected,
    /// It does not work any more.
    Disabled,
    /// Its time is over.
    Caduc,
    /// It is cut to pieces.
    Destroyed,
    /// The request is void.
    Canceled,
}

/// Who wants it somewhere else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Actor {
    /// Whoever looks after the cards of its type.
    Manager,
    /// Whose it is.
    Owner,
    /// What writes chips.
    Station,
    /// The rules, without anybody.
    System,
}

/// What decides besides the state.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Circumstances {
    /// The holder is not marked as locked.
    pub is_editable: bool,
    /// The holder has another request under way.
    pub is_pending: bool,
    /// It was made elsewhere.
    pub is_external: bool,
    /// Whoever acts brought it where it is: prints and encodings are led on by one hand.
    pub is_in_hand: bool,
    /// Whoever acts may print.
    pub may_print: bool,
    /// It has a photo that can be looked at.
    pub has_photo: bool,
}

impl Actor {
    /// Its stable name.
    pub fn as_str(self) -> &'static str {
        match self {
            Manager => "manager",
            Owner => "owner",
            Station => "station",
            System => "system",
        }
    }
}

impl State {
    /// Every state, in the order of a card's life.
    pub const ALL: [Self; 13] = [
        New,
        Renewed,
        RequestChecked,
        InPrint,
        Printed,
        InEncode,
        Encoded,
        Enabled,
        Rejected,
        Disabled,
        Caduc,
        Destroyed,
        Canceled,
    ];

    /// Its stable name in tables, forms and exports of ours.
    pub fn as_str(self) -> &'static str {
        match self {
            New => "new",
            Renewed => "renewed",
            RequestChecked => "request_checked",
            InPrint => "in_print",
            Printed => "printed",
            InEncode => "in_encode",
            Encoded => "encoded",
            Enabled => "enabled",
            Rejected => "rejected",
            Disabled => "disabled",
            Caduc => "caduc",
            Destroyed => "destroyed",
            Canceled => "canceled",
        }
    }

    /// The state of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == name)
    }

    /// Where the table lets somebody lead a card; [`State::offered`] leaves out what its
    /// circumstances forbid. To [`State::Renewed`] leads no card: another one begins there.
    pub fn after(self, actor: Actor) -> &'static [Self] {
        match (self, actor) {
            (New | Renewed, Manager) => &[RequestChecked, Rejected, Canceled],
            (New | Rejected, System) | (New, Owner) => &[Canceled],
            (RequestChecked, Manager) => &[InPrint, Canceled],
            (InPrint, Manager) => &[Printed, RequestChecked, InPrint],
            (InPrint | InEncode, Station | System) => &[Encoded],
            (Printed, Station) => &[InEncode, Encoded],
            (InEncode, Manager) => &[Printed],
            (Encoded | Disabled, Manager) => &[Enabled, Destroyed],
            (Encoded, System) => &[Enabled, Caduc],
            (Enabled, Manager) => &[Disabled, Renewed],
            (Rejected, Owner) => &[New],
            (Enabled, Owner) | (Caduc, System) => &[Disabled],
            (Enabled, System) => &[Caduc, Disabled],
            (Disabled, System) => &[Caduc],
            (Caduc, Manager) => &[Destroyed],
            (Destroyed, Manager) => &[Renewed],
            _ => &[],
        }
    }

    /// Where somebody may lead this card now.
    pub fn offered(self, actor: Actor, here: Circumstances) -> Vec<Self> {
        let is_held = matches!(self, InPrint | InEncode) && actor == Manager;
        if is_held && !here.is_in_hand {
            return Vec::new();
        }
        let is_open = |to: &&Self| match (self, **to) {
            (New | Renewed, RequestChecked) => here.is_editable && here.has_photo,
            (_, InPrint) => here.may_print && here.has_photo,
            (_, Renewed) => here.is_editable && !here.is_external && !here.is_pending,
            _ => true,
        };
        self.after(actor).iter().filter(is_open).copied().collect()
    }

    /// A request under way, one that was sent back included: a holder has one of them.
    pub fn is_request(self) -> bool {
        matches!(
            self,
            New | Renewed | RequestChecked | Rejected | InPrint | Printed | InEncode | Encoded
        )
    }

    /// Whoever leads a card there has to say why.
    pub fn wants_why(self) -> bool {
        matches!(self, Rejected | Canceled)
    }

    /// Key of its name.
    pub fn label(self) -> &'static str {
        match self {
            New => "card-state-new",
            Renewed => "card-state-renewed",
            RequestChecked => "card-state-request-checked",
            InPrint => "card-state-in-print",
            Printed => "card-state-printed",
            InEncode => "card-state-in-encode",
            Encoded => "card-state-encoded",
            Enabled => "card-state-enabled",
            Rejected => "card-state-rejected",
            Disabled => "card-state-disabled",
            Caduc => "card-state-caduc",
            Destroyed => "card-state-destroyed",
            Canceled => "card-state-canceled",
        }
    }

    /// Key of what leads there.
    pub fn act(self) -> &'static str {
        match self {
            New => "card-act-new",
            Renewed => "card-act-renewed",
            RequestChecked => "card-act-request-checked",
            InPrint => "card-act-in-print",
            Printed => "card-act-printed",
            InEncode => "card-act-in-encode",
            Encoded => "card-act-encoded",
            Enabled => "card-act-enabled",
            Rejected => "card-act-rejected",
            Disabled => "card-act-disabled",
            Caduc => "card-act-caduc",
            Destroyed => "card-act-destroyed",
            Canceled => "card-act-canceled",
        }
    }

    /// Key of what its holder should know.
    pub fn told(self) -> &'static str {
        match self {
            New | Renewed => "card-told-new",
            RequestChecked | InPrint | Printed | InEncode => "card-told-making",
            Encoded => "card-told-encoded",
            Enabled => "card-told-enabled",
            Rejected => "card-told-rejected",
            Disabled => "card-told-disabled",
            Caduc => "card-told-caduc",
            Destroyed => "card-told-destroyed",
            Canceled => "card-told-canceled",
        }
    }

    /// Its tone.
    pub fn tone(self) -> &'static str {
        match self {
            Enabled => "ok",
            New | Renewed => "info",
            Rejected => "warn",
            Disabled => "danger",
            _ => "",
        }
    }
}

#[cfg(test)]
mod tests;
