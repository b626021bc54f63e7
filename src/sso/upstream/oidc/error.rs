//! Why nobody was vouched for.
use crate::outbound::OutboundError;
use openidconnect::StandardErrorResponse;
use openidconnect::core::CoreErrorResponseType;

/// Why nobody was vouched for.
#[derive(Debug, thiserror::Error)]
pub(in crate::sso::upstream) enum OidcError {
    /// The provider does not answer, or not sensibly.
    #[error("the provider does not answer: {0}")]
    Silent(String),
    /// What it says is not believed.
    #[error("the provider's answer is not believed: {0}")]
    NotBelieved(&'static str),
}

/// The codes of refusals, for log and audit.
pub(super) fn not_believed(error: &openidconnect::ClaimsVerificationError) -> OidcError {
    use openidconnect::ClaimsVerificationError as Error;
    OidcError::NotBelieved(match error {
        Error::Expired(_) => "time",
        Error::InvalidAudience(_) => "audience",
        Error::InvalidAuthTime(_) => "auth_time",
        Error::InvalidIssuer(_) => "issuer",
        Error::InvalidNonce(_) => "nonce",
        Error::InvalidSubject(_) => "subject",
        Error::SignatureVerification(_) => "signature",
        _ => "id_token",
    })
}

type TokenError<E> =
    openidconnect::RequestTokenError<E, StandardErrorResponse<CoreErrorResponseType>>;

pub(super) fn refused_code(error: TokenError<OutboundError>) -> OidcError {
    match error {
        openidconnect::RequestTokenError::ServerResponse(_) => OidcError::NotBelieved("code"),
        openidconnect::RequestTokenError::Parse(..) => OidcError::NotBelieved("tokens"),
        other => OidcError::Silent(other.to_string()),
    }
}

pub(super) fn refused_user_info(error: openidconnect::UserInfoError<OutboundError>) -> OidcError {
    match error {
        openidconnect::UserInfoError::Request(error) => OidcError::Silent(error.to_string()),
        openidconnect::UserInfoError::Response(status, ..) => {
            OidcError::Silent(format!("userinfo answered with status {status}"))
        }
        _ => OidcError::NotBelieved("userinfo"),
    }
}
