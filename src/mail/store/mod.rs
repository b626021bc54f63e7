//! Tables `mail`, `mail_account`, `mail_token` and `mail_attempt`.
mod accounts;
mod attempts;
mod outbox;
mod tokens;

pub use accounts::{
    account, accounts, add_account, default_account, delete_account, fallback_account,
    make_default, mark_ok, set_state, stop_account, update_account,
};
pub use attempts::{
    Ending, add_attempt, attempt, awaited, cancel_attempts, count_polled, delete_old_attempts,
    end_attempt, go_on, last_attempt,
};
pub use outbox::{
    Filter, MailId, MailRow, MailState, Spent, begin, bounced_before, clean_bodies, count_queued,
    counts, delete_old, find, insert, list, reset, settle, spent,
};
pub use tokens::{
    InVain, TokenRow, delete_token, lease_token, put_token, release_token, replace_token, token,
    tokens,
};
