//! Logout messages (SAML Profiles 4.4): a request to end somebody's session, and what came of it.
mod received;
mod sent;

pub use received::{LogoutChecks, LogoutMessage, LogoutRequest, LogoutResponse, Sender};
pub use sent::{LogoutAnswer, LogoutOutcome, LogoutQuestion, SentLogout};

#[cfg(test)]
mod tests;
