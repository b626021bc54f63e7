//! SAML 2.0, without HTTP and SQL: what partners send us, what we answer, who they are.
//!
//! We are the identity provider of school portals ([`Answer`], [`AuthnRequest`], [`Partners`],
//! [`OwnMetadata`]) and, for the demonstration portals, a service provider
//! ([`check_response`], [`Question`]).
//!
//! A message from outside goes one way: the *gate* (pure Rust, strict XML), the *shape* check
//! (every element in its one place), the signature (samael, over xmlsec), and only then the
//! values, read from the signed text. What we send is written in canonical form and signed as it
//! stands, without a parser in between.
//!
//! Words: a *partner* is a service provider; *ACS* is where it takes Responses; *RelayState* is
//! where the person goes afterwards.
mod answer;
mod asked_context;
mod attributes;
mod decrypt;
mod draft;
mod element;
mod encrypt;
pub mod fuzzing;
mod gate;
mod inflate;
mod keys;
mod logout;
mod message_id;
mod name_id;
mod own_metadata;
mod partner_key;
mod partners;
mod question;
mod redirect_binding;
mod refusal;
mod relay_state;
mod request;
mod self_test;
mod service_provider;
mod shape;
mod sign;
mod signed_metadata;
mod verify;
mod vocabulary;
mod writer;

pub use answer::{Answer, AnswerError, Failure, NameId, Recipient};
pub use attributes::{
    Association, Associations, AttributeSet, Entry, NameFormat, RelayStateRule, Released, release,
};
pub use decrypt::Decryption;
pub use draft::Draft;
pub use element::{Attribute, Content, Element};
pub use encrypt::ContentCipher;
pub(crate) use gate::characters::is_xml;
pub use gate::{Profile, admit};
pub use inflate::inflate;
pub use keys::{KeyError, Signer};
pub use logout::{
    LogoutAnswer, LogoutChecks, LogoutMessage, LogoutOutcome, LogoutQuestion, LogoutRequest,
    LogoutResponse, Sender, SentLogout,
};
pub use message_id::MessageId;
pub use name_id::{NameIdRule, Pseudonym};
pub use own_metadata::{Consumer, Organisation, OwnMetadata};
pub use partner_key::{PartnerKey, PartnerKeyError};
pub use partners::{
    Acs, AcsChoice, Alias, Endpoint, Feed, FeedRules, IdentityProvider, LoadRules, Logo, Partner,
    Partners, Shown, Usability,
};
pub use question::Question;
pub(crate) use refusal::demand;
pub use refusal::{Reason, Refusal};
pub use relay_state::{RefusedRelayState, RelayState};
pub use request::{AuthnRequest, Checks, Strictness};
pub use self_test::{SelfTestError, sample_response, self_test};
pub use service_provider::{Expected, Received, check_response, claimed_issuer, is_plain_name};
pub use vocabulary::{context_class, name_id_format};
pub use writer::ForbiddenCharacter;
pub(crate) use writer::Xml;

#[cfg(test)]
mod tests;
