//! Mail that leaves through the organisation's own accounts.
//!
//! Whoever has something to say calls [`Post::add`] in the transaction of the act. The message waits as
//! a row of `mail` and a job ([`SendMail`]); the job writes it out ([`template`], [`message`]) and hands
//! it to the server of its [`Account`] ([`smtp`]). What follows from each reply is a rule
//! ([`verdict`]). A message whose content left and whose final reply never came is `uncertain` and is
//! not sent again by itself (D35).
//!
//! Accounts that show a token instead of a password get it by [`oauth`]; [`entering`] shows it.
//!
//! Standards: RFC 5321 (SMTP), 3207 (STARTTLS), 4954 (AUTH), 5322 (messages), 3834 (automatic ones).
mod account;
mod account_admin;
mod admin;
mod changing;
mod cleaning;
mod doors;
mod entering;
pub mod figures;
mod form;
mod held;
mod jobs;
mod message;
pub mod oauth;
pub mod pages;
mod post;
mod preset;
mod readying;
mod routes;
mod secrets;
mod smtp;
mod stopping;
pub mod store;
mod template;
mod trying;
mod verdict;
mod wording;
mod wording_admin;
mod words;

pub use account::{Account, AccountId, AccountState, Auth, MailAddress, Tls};
pub use changing::{By, NotKept};
pub use cleaning::CleanMail;
pub use form::{AccountForm, Wrong};
pub use held::HELD;
pub use jobs::SendMail;
pub use post::{Letter, Mailer, Post};
pub use routes::routes;
pub use secrets::Typed;
pub use smtp::{Dialogue, FirstAnswer, Network, Sasl, SmtpError, Step};
pub use template::{Template, Variable};
pub use trying::{Handover, Trial};
pub use wording::OwnWords;
pub use words::{Fault, Part, Why, Words, WordsError, Written};
