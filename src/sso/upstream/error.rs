//! Why nobody was vouched for.

/// Why nobody was vouched for.
#[derive(Debug, thiserror::Error)]
pub(super) enum UpstreamError {
    /// The provider does not answer, or not sensibly.
    #[error("the provider does not answer: {0}")]
    Silent(String),
    /// What it says is not believed; the code of the refusal.
    #[error("the provider's answer is not believed: {0}")]
    NotBelieved(&'static str),
    /// The person, or the provider, said no; its word for it.
    #[error("the provider says no: {0}")]
    Cancelled(&'static str),
}
