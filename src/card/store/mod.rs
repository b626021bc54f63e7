//! The tables of the card office.
mod cards;
mod finding;
mod holders;
mod identifiers;
mod numbers;
mod photos;
mod queue;
mod warning;

pub use cards::{
    Card, Change, SeenChange, Whose, card, cards_of, changes_of, enabled_of, ended, forget,
    had_card, hold, insert_card, insert_change, request_of, rewrite,
};
pub use finding::{Find, find};
pub use holders::{
    Holder, all_after, eppn_of_student, holder_of_account, holder_of_person, holders_of, keep,
    people_called, person_named, renew, set_consent, type_of,
};
pub use identifiers::{Identifier, identifiers_of, insert_identifier, next_number};
pub use numbers::{give_number, next_step};
pub use photos::{
    Face, NewPhoto, Photo, attach, drop_photo, due, face_on, give_up, insert_photo, kept_file,
    latest, photo, release, set_scanned, set_tried, set_verdict, shown_photo, to_scan, usage,
};
pub use queue::{Search, counts, search, waiting};
pub use warning::{expiring, mark_warned};
