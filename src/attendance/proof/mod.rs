//! Proof of presence: what somebody can show outside that they were there.
//!
//! Two proofs that differ in kind. The *token* is the id of a presence, encrypted with our public key
//! and printed as a QR code: whoever scans it asks us. The *certificate* is a signed statement
//! (PS512) inside a PDF: anybody can check it without us. `docs/presence-proof.md` tells both.
//!
//! This folder knows nothing of how a roll is called. It is given [`Facts`].
mod certificate;
mod control;
mod error;
mod facts;
mod jobs;
mod jws;
mod key;
mod letter;
mod padding;
mod pages;
mod payload;
mod pdf;
mod private;
mod prover;
mod published;
mod qr;
mod revoked;
mod roster;
mod routes;
mod store;
mod summary;
mod token;
mod verdict;
mod words;

pub use super::record::Channel;
pub use certificate::Certificate;
pub use error::ProofError;
pub use facts::{Correction, Establishment, Facts, Sight, Standing, Status, Student};
pub use jobs::MakeProofKeys;
pub use jws::{Jws, Trust, Untrusted};
pub use key::{PrivateKey, PublicKey, new_key};
pub use letter::{PaperLetter, letters_pdf};
pub use pages::{Control, Detail, TypeSerial, VerifyHere};
pub use payload::Payload;
pub use prover::{FactsOf, Finding, Known, Prover};
pub use revoked::RevokedList;
pub use roster::{PeriodSheet, SessionAbout, SessionSheet, SheetRow, Writing};
pub use routes::routes;
pub use store::SealedToken;
pub use summary::FiguresSheet;
pub use token::Token;
pub use words::told;
