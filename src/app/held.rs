//! Every table with rows of people, of all modules.
use crate::db::Held;
use crate::{attendance, audit, card, cas, identity, jobs, lookup, mail, sso, sync};

/// The lists of all modules; what is removed by statements of its own stands before the person.
pub fn held() -> Vec<Held> {
    let lists: [&[Held]; 11] = [
        &attendance::HELD,
        &audit::HELD,
        &card::services::HELD,
        &card::HELD,
        &cas::HELD,
        &jobs::HELD,
        &lookup::HELD,
        &mail::HELD,
        &sso::HELD,
        &sync::HELD,
        &identity::store::HELD,
    ];
    lists.concat()
}
