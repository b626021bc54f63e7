//! What the library calls an error, as one of ours.
use crate::outbound::OutboundError;
use crate::sso::upstream::UpstreamError;
use openidconnect::StandardErrorResponse;
use openidconnect::core::CoreErrorResponseType;

/// The codes of refusals, for log and audit.
pub(super) fn not_believed(error: &openidconnect::ClaimsVerificationError) -> UpstreamError {
    use openidconnect::ClaimsVerificationError as Error;
    UpstreamError::NotBelieved(match error {
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

pub(super) fn refused_code(error: TokenError<OutboundError>) -> UpstreamError {
    match error {
        openidconnect::RequestTokenError::ServerResponse(_) => UpstreamError::NotBelieved("code"),
        openidconnect::RequestTokenError::Parse(..) => UpstreamError::NotBelieved("tokens"),
        other => UpstreamError::Silent(other.to_string()),
    }
}

pub(super) fn refused_user_info(
    error: openidconnect::UserInfoError<OutboundError>,
) -> UpstreamError {
    match error {
        openidconnect::UserInfoError::Request(error) => UpstreamError::Silent(error.to_string()),
        openidconnect::UserInfoError::Response(status, ..) => {
            UpstreamError::Silent(format!("userinfo answered with status {status}"))
        }
        _ => UpstreamError::NotBelieved("userinfo"),
    }
}
