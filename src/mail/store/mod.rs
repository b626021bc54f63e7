//! Tables `mail`, `mail_account`, `mail_token`, `mail_attempt` and `mail_wording`.
mod accounts;
mod attempts;
mod counting;
mod forgetting;
mod limits;
mod outbox;
mod tokens;
mod wordings;

pub use accounts::{
    account, accounts, add_account, default_account, delete_account, fallback_account,
    make_default, mark_ok, set_state, stop_account, update_account,
};
pub use attempts::{
    Ending, add_attempt, attempt, awaited, cancel_attempts, count_polled, end_attempt, go_on,
    last_attempt,
};
pub use counting::{bounced_before, count_queued, counts, forgive, oldest_waiting};
pub use forgetting::{clean_bodies, delete_old, delete_old_attempts, waiting};
pub use limits::{Spent, give_back, lock_account, spend, spent};
pub use outbox::{
    Filter, MailId, MailRow, MailState, begin, find, insert, list, reset, settle, worded,
};
pub use tokens::{
    InVain, TokenRow, delete_token, lease_token, put_token, release_token, replace_token, token,
    tokens,
};
pub use wordings::{WordingRow, add_wording, wordings, wordings_in_force};
