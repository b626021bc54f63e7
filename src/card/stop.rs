//! Why a card is stopped (3.2).
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Why a card does not work any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema, sqlx::Type)]
#[schema(as = StopReason)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum Why {
    /// Nobody knows where it is.
    Lost,
    /// Somebody took it.
    Theft,
    /// It does not work.
    OutOfOrder,
}

impl Why {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Lost, Self::Theft, Self::OutOfOrder];

    /// Its stable name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Lost => "lost",
            Self::Theft => "theft",
            Self::OutOfOrder => "out_of_order",
        }
    }

    /// The reason of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|why| why.as_str() == name)
    }

    /// Key of its name.
    pub fn label(self) -> &'static str {
        match self {
            Self::Lost => "card-why-lost",
            Self::Theft => "card-why-theft",
            Self::OutOfOrder => "card-why-out-of-order",
        }
    }
}
