//! Accounts that show a token instead of a password.
//!
//! An administrator agrees once, at the provider, in a browser: one that comes back to us
//! ([`code`], RFC 6749 and 7636) or any, by a code that is typed there ([`device`], RFC 8628). What
//! comes of it is kept in `mail_token`; an access token lives an hour or so and is renewed before it
//! ends, or when a server refuses it, by one of all that want it ([`renewing`]). Everything that
//! providers are asked goes through [`asking`]; what they answer is read in [`answer`].
mod admin;
mod answer;
mod asking;
mod attempt;
mod code;
mod device;
mod form;
mod giving_back;
mod jobs;
mod keeping;
pub mod pages;
mod polling;
mod renewing;
mod request;
mod settings;

pub(super) use admin::{callback, cancel, connect, disconnect, paste, show};
pub use attempt::{Attempt, AttemptId, AttemptState, Way};
pub use form::OauthForm;
pub use jobs::{PollDevice, RefreshTokens};
pub(super) use renewing::{NoToken, Token};
pub use settings::{ClientProof, OauthSettings, Provider};
