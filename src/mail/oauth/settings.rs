//! How the provider of an account is asked for tokens.
use crate::mail::smtp::FirstAnswer;
use std::fmt;

/// Whose service it is: some know things that others do not.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Default,
    sqlx::Type,
    serde::Serialize,
    serde::Deserialize,
    utoipa::ToSchema,
)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
#[schema(as = MailProvider)]
pub enum Provider {
    /// Any that follows the standards.
    #[default]
    Custom,
    /// Google.
    Google,
    /// Microsoft.
    Microsoft,
}

/// How we show a provider that we are its client.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Default,
    sqlx::Type,
    serde::Serialize,
    serde::Deserialize,
    utoipa::ToSchema,
)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
#[schema(as = MailClientProof)]
pub enum ClientProof {
    /// Id and secret among the fields.
    #[default]
    Body,
    /// Id and secret in the head, as HTTP Basic.
    Basic,
}

/// How the provider of an account is asked for tokens; all empty where none is shown.
#[derive(Clone, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct OauthSettings {
    /// Whose service it is.
    pub provider: Provider,
    /// Whether a token stands in the line of the command.
    pub first_answer: FirstAnswer,
    /// How the provider knows us.
    pub client_id: String,
    /// Sealed; `None` for clients that have none.
    pub client_secret: Option<Vec<u8>>,
    /// How we show it.
    pub client_proof: ClientProof,
    /// Where an administrator agrees.
    pub auth_endpoint: String,
    /// Where tokens are given.
    pub token_endpoint: String,
    /// Where codes to be typed elsewhere are given.
    pub device_endpoint: String,
    /// Where tokens are given back; empty: nowhere.
    pub revocation_endpoint: String,
    /// What we ask to be allowed, blanks between.
    pub scopes: String,
}

impl Provider {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Custom, Self::Google, Self::Microsoft];

    /// As in the table, in forms and in addresses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Custom => "custom",
            Self::Google => "google",
            Self::Microsoft => "microsoft",
        }
    }

    /// The one of this name, else any.
    pub fn parse(name: &str) -> Self {
        Self::ALL.into_iter().find(|one| one.as_str() == name).unwrap_or_default()
    }

    /// Whether it describes XOAUTH2 and nothing else.
    pub fn is_large(self) -> bool {
        self != Self::Custom
    }
}

impl ClientProof {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Body, Self::Basic];

    /// As in the table and in forms.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Body => "body",
            Self::Basic => "basic",
        }
    }

    /// The other one.
    pub(super) fn other(self) -> Self {
        match self {
            Self::Body => Self::Basic,
            Self::Basic => Self::Body,
        }
    }
}

impl fmt::Debug for OauthSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut told = f.debug_struct("OauthSettings");
        told.field("provider", &self.provider).field("client_id", &self.client_id);
        told.finish_non_exhaustive()
    }
}
