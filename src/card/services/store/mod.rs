//! Tables of services: `card_service`, `card_subject`, `card_told`.
mod health;
mod listing;
mod subjects;
mod tellings;
mod waiting;

pub use health::{Health, health, keep_health, probe};
pub use listing::{Listed, Sought, count_listed, listed, listed_behind};
pub use subjects::{
    Subjected, forget_subject, holders_named, is_shared, keep_subject, names_known, orphans,
    subject_of,
};
pub use tellings::{
    Telling, count_refused, doubt, holders_after, keep_telling, mark_reported, tellings_of,
    tellings_of_card,
};
pub use waiting::{
    doubt_card, doubt_cards, fail_waiting, hold_holder, settle_waiting, wait_for_file, who_waits,
};
