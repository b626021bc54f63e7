//! Tables `mail` and `mail_account`.
mod accounts;
mod outbox;

pub use accounts::{
    account, accounts, add_account, default_account, delete_account, fallback_account,
    make_default, mark_ok, stop_account, update_account,
};
pub use outbox::{
    Filter, MailId, MailRow, MailState, Spent, begin, bounced_before, clean_bodies, count_queued,
    counts, delete_old, find, insert, list, reset, settle, spent,
};
