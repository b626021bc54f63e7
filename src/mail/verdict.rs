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
        // A quota of the recipient or the day (mail-wide refusals come at DATA).
        Step::Rcpt if code == 552 => Verdict::Later,
        Step::Rcpt => Verdict::BadRecipient,
        Step::Data | Step::Content => Verdict::Refused,
        _ => Verdict::Later,
    }
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
            (Step::Rcpt, Some(550), "5.1.1 nobody", BadRecipient),
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
}
