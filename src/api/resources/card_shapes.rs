//! Cards as programs see them, and how they ask for some.
use crate::api::fields::Line;
use crate::api::listing::{Cursor, Limit};
use crate::card::state::State;
use crate::card::store::{Card, Identifier};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// A card.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct CardView {
    /// Names it.
    pub id: Uuid,
    /// The person.
    pub person: Uuid,
    /// Name of the holder everywhere.
    pub eppn: String,
    /// What they are called.
    pub display_name: String,
    /// Type of the holder.
    pub card_type: String,
    /// Where it is on its way.
    pub state: State,
    /// Since when.
    pub state_at: DateTime<Utc>,
    /// Number of its chip, hexadecimal.
    pub csn: Option<String>,
    /// Its European number.
    pub escn: Option<String>,
    /// Text of the code on it.
    pub qr: String,
    /// What applications on its chip know it by.
    pub identifiers: BTreeMap<String, String>,
    /// When it was asked for.
    pub requested_at: DateTime<Utc>,
    /// When its chip was written last.
    pub encoded_at: Option<DateTime<Utc>>,
    /// Since when it works, or did.
    pub enabled_at: Option<DateTime<Utc>>,
    /// When it was handed to its holder.
    pub delivered_at: Option<DateTime<Utc>>,
    /// Until when it is good.
    pub due_at: Option<DateTime<Utc>>,
    /// Whether it was made elsewhere.
    pub is_external: bool,
    /// Raised by each change.
    pub version: i64,
}

/// The back of a card.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct Verso {
    /// Its lines as they were printed, without empty ones; else as they would be printed now.
    pub lines: Vec<String>,
}

/// In which form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(in crate::api) enum CodeFormat {
    /// Drawn.
    Svg,
    /// In points.
    Png,
}

/// Which cards. Several fields: those that fit all of them.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(in crate::api) struct CardsQuery {
    /// With this chip: hexadecimal digits or a number, from either end.
    #[param(value_type = Option<String>, max_length = 40, pattern = r"^[^\x00-\x1f\x7f]*$")]
    pub(super) csn: Option<Line<40>>,
    /// That this application on chips knows.
    #[param(value_type = Option<String>, max_length = 64, pattern = r"^[^\x00-\x1f\x7f]*$")]
    pub(super) app: Option<Line<64>>,
    /// That applications, or that one, know by this value, or by what a reader read of the chip.
    #[param(value_type = Option<String>, max_length = 512, pattern = r"^[^\x00-\x1f\x7f]*$")]
    pub(super) value: Option<Line<512>>,
    /// With this European number.
    #[param(value_type = Option<String>, max_length = 36, pattern = r"^[^\x00-\x1f\x7f]*$")]
    pub(super) escn: Option<Line<36>>,
    /// Of this holder.
    #[param(value_type = Option<String>, max_length = 256, pattern = r"^[^\x00-\x1f\x7f]*$")]
    pub(super) eppn: Option<Line<256>>,
    /// In this state.
    #[param(inline)]
    pub(super) state: Option<State>,
    /// Words of a name, the beginning of an eppn or a mail address, or any number of a card.
    #[param(value_type = Option<String>, max_length = 200, pattern = r"^[^\x00-\x1f\x7f]*$")]
    pub(super) q: Option<Line<200>>,
    /// How many.
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200, default = 50)]
    pub(super) limit: Option<Limit>,
    /// `next` of the part before.
    #[param(value_type = Option<String>, pattern = "^[A-Za-z0-9_-]{21}[AQgw]$")]
    pub(super) cursor: Option<Cursor>,
}

pub(super) fn view(card: Card, identifiers: &[Identifier]) -> CardView {
    let own = identifiers.iter().filter(|it| it.card == card.id);
    CardView {
        id: card.id,
        person: card.of.person.0,
        identifiers: own.map(|it| (it.application.clone(), it.value.clone())).collect(),
        eppn: card.of.eppn,
        display_name: card.of.display_name,
        card_type: card.of.card_type,
        state: card.state,
        state_at: card.state_at,
        csn: card.csn,
        escn: card.escn,
        qr: card.qr,
        requested_at: card.requested_at,
        encoded_at: card.last_encoded_at,
        enabled_at: card.enabled_at,
        delivered_at: card.delivered_at,
        due_at: card.due_at,
        is_external: card.is_external,
        version: card.version,
    }
}
