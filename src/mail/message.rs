//! A message as it goes over the wire (RFC 5322).
use super::account::{Account, MailAddress};
use super::store::MailRow;
use super::words::Written;
use crate::web::lang::Lang;
use chrono::{DateTime, Utc};
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};

/// Longest text of the test mode before a subject, letters of the address included.
const MOST_SUBJECT: usize = 400;

/// Sender and recipient of the dialogue, and the content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sealed {
    pub(super) from: MailAddress,
    pub(super) to: MailAddress,
    pub(super) content: Vec<u8>,
}

/// Why a message cannot be made.
#[derive(Debug, thiserror::Error)]
pub(super) enum MessageError {
    #[error("an address is none")]
    Address,
    #[error("the message cannot be put together")]
    Parts(#[from] lettre::error::Error),
}

/// Put a message together: text first, then HTML, nothing remote, marked as automatic (RFC 3834)
/// so that no holiday notice answers it.
pub(super) fn seal(
    mail: &MailRow,
    account: &Account,
    written: Written,
    (host, now): (&str, DateTime<Utc>),
) -> Result<Sealed, MessageError> {
    let address = |text: &str| MailAddress::parse(text).ok_or(MessageError::Address);
    let is_test = !account.redirect_to.is_empty();
    let from = address(&account.from_address)?;
    let to = address(if is_test { &account.redirect_to } else { &mail.recipient })?;
    let subject: String =
        if is_test { format!("[{}] {}", mail.recipient, written.subject) } else { written.subject };
    let name = (!account.from_name.is_empty()).then(|| account.from_name.clone());
    let mut message = lettre::Message::builder()
        .from(Mailbox::new(name, from.clone().into_inner()))
        .to(Mailbox::new(None, to.clone().into_inner()))
        .subject(subject.chars().take(MOST_SUBJECT).collect::<String>())
        .date(now.into())
        .message_id(Some(format!("<{}@{host}>", mail.id)))
        .raw_header(header("Auto-Submitted", "auto-generated"))
        .raw_header(header("Content-Language", Lang::parse(&mail.lang).unwrap_or_default().code()));
    if !account.reply_to.is_empty() {
        message = message.reply_to(Mailbox::new(None, address(&account.reply_to)?.into_inner()));
    }
    let parts = MultiPart::alternative_plain_html(written.text, written.html);
    Ok(Sealed { from, to, content: message.multipart(parts)?.formatted() })
}

fn header(name: &'static str, value: &str) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned())
}
