//! What follows from a reply of a server: the rule.
use super::account::Auth;
use super::smtp::{SmtpError, Step};

/// What becomes of a message that did not leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Try again later.
    Later,
    /// The account cannot send before somebody mends it; a stable word says what is wrong.
    AccountStops(&'static str),
    /// This address takes no mail.
    BadRecipient,
    /// This message will never be taken.
    Refused,
    /// It may have arrived.
    Uncertain,
}

/// Whether the server takes a token no more: a new one may help.
pub(super) fn is_token_refused(error: &SmtpError) -> bool {
    let is_over = error.code.is_some_and(|code| code >= 500);
    let is_switched_off = error.text.contains("5.7.139") || error.text.contains("5.7.30");
    error.step == Step::Auth && is_over && !is_switched_off
}

impl Verdict {
    /// The same for an account whose mail all goes to one address: whoever is refused there, it is
    /// not the recipient.
    pub(super) fn redirected(self) -> Self {
        if self == Self::BadRecipient { Self::AccountStops("redirect") } else { self }
    }
}

/// What follows from a failure of an account that shows itself this way.
pub(super) fn verdict(error: &SmtpError, auth: Auth) -> Verdict {
    let Some(code) = error.code else {
        return match error.step {
            Step::Content => Verdict::Uncertain,
            Step::Mechanisms => Verdict::AccountStops("no_mechanism"),
            _ => Verdict::Later,
        };
    };
    if (400..500).contains(&code) {
        return Verdict::Later;
    }
    match error.step {
        Step::Auth if error.text.contains("5.7.139") => Verdict::AccountStops("submission_off"),
        _ if error.text.contains("5.7.30") => Verdict::AccountStops("password_ended"),
        Step::Auth if auth.is_oauth() => Verdict::AccountStops("token_refused"),
        Step::Auth => Verdict::AccountStops("auth"),
        _ if code == 530 => Verdict::AccountStops("auth_needed"),
        _ if error.text.contains("5.7.60") => Verdict::AccountStops("sender"),
        Step::Mail => Verdict::AccountStops("sender"),
        Step::Rcpt => of_recipient(code, &error.text),
        Step::Data | Step::Content => Verdict::Refused,
        _ => Verdict::Later,
    }
}

/// A refusal at the recipient is about the recipient only if it says so (RFC 3463): many servers
/// find only here that they do not want to send for us, or not as this sender.
fn of_recipient(code: u16, text: &str) -> Verdict {
    match enhanced(text) {
        // A quota of the recipient or of the day.
        Some((2, 2)) => Verdict::Later,
        Some((1, 7 | 8)) => Verdict::AccountStops("sender"),
        Some((1, _) | (2, 1)) => Verdict::BadRecipient,
        Some((7, _)) => Verdict::AccountStops("relay"),
        _ if code == 552 => Verdict::Later,
        Some(_) => Verdict::Refused,
        None => of_words(code, &text.to_lowercase()),
    }
}

/// The same for a server that has no such codes.
fn of_words(code: u16, text: &str) -> Verdict {
    let says = |words: &[&str]| words.iter().any(|word| text.contains(word));
    if says(&["relay", "authenticat", "sender", "not permitted"]) {
        return Verdict::AccountStops("relay");
    }
    match code {
        551 | 553 => Verdict::BadRecipient,
        550 if says(&["mailbox", "user", "recipient", "address", "account", "unknown"]) => {
            Verdict::BadRecipient
        }
        _ => Verdict::Refused,
    }
}

/// Subject and detail of the first enhanced code of a lasting refusal in a reply: `5.1.1`.
fn enhanced(text: &str) -> Option<(u16, u16)> {
    text.split_whitespace().find_map(|word| {
        let word = word.trim_matches(|c: char| c.is_ascii_punctuation());
        let (subject, detail) = word.strip_prefix("5.")?.split_once('.')?;
        let number = |text: &str| (text.len() <= 3).then(|| text.parse().ok())?;
        Some((number(subject)?, number(detail)?))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replies_mean_what_their_step_makes_of_them() {
        use Verdict::{AccountStops, BadRecipient, Later, Refused, Uncertain};
        let table = [
            (Step::Connect, None, "refused", Later),
            (Step::Connect, Some(421), "busy", Later),
            (Step::Tls, None, "certificate verify failed", Later),
            (Step::Mechanisms, None, "only GSSAPI", AccountStops("no_mechanism")),
            (Step::Auth, Some(454), "4.7.0 later", Later),
            (Step::Auth, Some(535), "5.7.8 no", AccountStops("auth")),
            (Step::Auth, Some(535), "5.7.139 SMTP AUTH is off", AccountStops("submission_off")),
            (Step::Auth, Some(550), "5.7.30 Basic", AccountStops("password_ended")),
            (Step::Mail, Some(530), "5.7.0 first AUTH", AccountStops("auth_needed")),
            (Step::Mail, Some(553), "not yours", AccountStops("sender")),
            (Step::Rcpt, Some(450), "grey", Later),
            (Step::Rcpt, Some(452), "quota", Later),
            (Step::Rcpt, Some(552), "quota", Later),
            (Step::Rcpt, Some(552), "5.2.2 full", Later),
            (Step::Rcpt, Some(550), "5.1.1 nobody", BadRecipient),
            (Step::Rcpt, Some(550), "permanent error (550): 5.1.10 nobody", BadRecipient),
            (Step::Rcpt, Some(550), "<5.7.1@x.example>: (5.1.1) nobody", BadRecipient),
            (Step::Rcpt, Some(550), "5.2.1 closed", BadRecipient),
            (Step::Rcpt, Some(550), "No such user here", BadRecipient),
            (Step::Rcpt, Some(550), "mailbox unavailable", BadRecipient),
            (Step::Rcpt, Some(551), "", BadRecipient),
            (Step::Rcpt, Some(553), "", BadRecipient),
            (Step::Rcpt, Some(530), "5.7.0 first AUTH", AccountStops("auth_needed")),
            (Step::Rcpt, Some(550), "5.7.1 relaying denied", AccountStops("relay")),
            (Step::Rcpt, Some(554), "5.7.1 Relay access denied", AccountStops("relay")),
            (Step::Rcpt, Some(550), "relay not permitted", AccountStops("relay")),
            (Step::Rcpt, Some(553), "authentication is required", AccountStops("relay")),
            (Step::Rcpt, Some(550), "5.7.60 not as you", AccountStops("sender")),
            (Step::Rcpt, Some(553), "5.1.8 no such sender", AccountStops("sender")),
            (Step::Rcpt, Some(550), "5.4.6 a loop", Refused),
            (Step::Rcpt, Some(550), "10.5.1.1 is on a list", Refused),
            (Step::Rcpt, Some(554), "no", Refused),
            (Step::Data, Some(554), "5.7.60 not as you", AccountStops("sender")),
            (Step::Data, None, "closed", Later),
            (Step::Content, Some(451), "later", Later),
            (Step::Content, Some(552), "too big", Refused),
            (Step::Content, None, "closed", Uncertain),
        ];
        for (step, code, text, expected) in table {
            let error = SmtpError { step, code, text: text.to_owned() };
            assert_eq!(verdict(&error, Auth::Password), expected, "{error:?}");
        }
    }

    #[test]
    fn no_recipient_is_blamed_for_the_address_of_the_test_mode() {
        assert_eq!(Verdict::BadRecipient.redirected(), Verdict::AccountStops("redirect"));
        for other in [Verdict::Later, Verdict::Refused, Verdict::AccountStops("relay")] {
            assert_eq!(other.redirected(), other);
        }
    }
}
