//! What follows from each answer while a code waits to be typed (RFC 8628, 3.5): the rule.
use super::answer::{Granted, Trouble};
use super::attempt::AttemptState;

/// Seconds that are added when the provider finds us too fast.
const SLOWER: i64 = 5;
/// Longest time between two questions after silence, seconds.
const LONGEST_WAIT: i64 = 60;

/// What is done next.
pub(super) enum Next {
    /// Keep these and never ask again.
    Keep(Granted),
    /// Ask again after so many seconds; `usual` is what is waited from now on.
    Wait { usual: i64, now: i64 },
    /// Stop, for this reason.
    Stop { state: AttemptState, problem: &'static str, detail: String },
}

/// What follows from an answer; `usual` seconds were waited before it.
pub(super) fn next(answer: Result<Granted, Trouble>, usual: i64) -> Next {
    let stop = |state, problem, detail: String| Next::Stop { state, problem, detail };
    let trouble = match answer {
        Ok(granted) => return Next::Keep(granted),
        Err(trouble) => trouble,
    };
    match trouble {
        Trouble::Refused { error, description } => match error.as_str() {
            "authorization_pending" => Next::Wait { usual, now: usual },
            "slow_down" => slower(usual, 0),
            "expired_token" => stop(AttemptState::Expired, "expired", String::new()),
            // The second one is Microsoft's.
            "access_denied" | "authorization_declined" => {
                stop(AttemptState::Denied, "denied", description)
            }
            _ => stop(AttemptState::Failed, problem(&error), format!("{error} {description}")),
        },
        Trouble::Busy { after, .. } => {
            slower(usual, after.map_or(0, |after| after.as_secs().cast_signed()))
        }
        Trouble::Silent(_) => {
            let usual = usual.max((usual * 2).min(LONGEST_WAIT));
            Next::Wait { usual, now: usual }
        }
        // It may have been a yes: asking again could take back what was given.
        Trouble::Garbled(what) => stop(AttemptState::Failed, "garbled", what.to_owned()),
        Trouble::Forbidden(why) => stop(AttemptState::Failed, "forbidden", why),
    }
}

fn slower(usual: i64, at_least: i64) -> Next {
    let usual = usual + SLOWER;
    Next::Wait { usual, now: usual.max(at_least) }
}

/// Our word for a provider's.
pub(super) fn problem(error: &str) -> &'static str {
    match error {
        "access_denied" => "denied",
        "invalid_grant" | "bad_verification_code" => "invalid_grant",
        "invalid_client" | "unauthorized_client" => "invalid_client",
        "invalid_scope" => "invalid_scope",
        "unsupported_grant_type" | "unsupported_response_type" => "unsupported",
        _ => "provider",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn refused(error: &str) -> Result<Granted, Trouble> {
        Err(Trouble::Refused { error: error.to_owned(), description: String::new() })
    }

    fn told(next: &Next) -> String {
        match next {
            Next::Keep(_) => "keep".to_owned(),
            Next::Wait { usual, now } => format!("wait {usual} {now}"),
            Next::Stop { state, problem, .. } => format!("{} {problem}", state.as_str()),
        }
    }

    #[test]
    fn each_answer_has_its_consequence() {
        let busy = |after: Option<u64>| {
            let after = after.map(Duration::from_secs);
            Err(Trouble::Busy { status: 503, after })
        };
        let silent = || Err(Trouble::Silent("closed".to_owned()));
        let table = [
            (refused("authorization_pending"), 5, "wait 5 5"),
            (refused("slow_down"), 5, "wait 10 10"),
            (refused("slow_down"), 10, "wait 15 15"),
            (refused("expired_token"), 5, "expired expired"),
            (refused("access_denied"), 5, "denied denied"),
            (refused("authorization_declined"), 5, "denied denied"),
            (refused("bad_verification_code"), 5, "failed invalid_grant"),
            (refused("invalid_grant"), 5, "failed invalid_grant"),
            (refused("invalid_client"), 5, "failed invalid_client"),
            (refused("unauthorized_client"), 5, "failed invalid_client"),
            (refused("invalid_scope"), 5, "failed invalid_scope"),
            (refused("unsupported_grant_type"), 5, "failed unsupported"),
            (refused("something_new"), 5, "failed provider"),
            (busy(None), 5, "wait 10 10"),
            (busy(Some(120)), 5, "wait 10 120"),
            (silent(), 5, "wait 10 10"),
            (silent(), 40, "wait 60 60"),
            (silent(), 90, "wait 90 90"),
            (Err(Trouble::Garbled("no JSON")), 5, "failed garbled"),
            (Err(Trouble::Forbidden(String::new())), 5, "failed forbidden"),
        ];
        for (answer, usual, expected) in table {
            assert_eq!(told(&next(answer, usual)), expected);
        }
    }
}
