//! Codes in words: ours have a text, those of services stand as they are.
use super::fault::Fault;
use super::pages::Said;
use super::store::Telling;
use crate::web::lang::Lang;

/// Words of ours, and the keys of their texts.
const OURS: [(&str, &str); 31] = [
    ("address", "card-code-address"),
    ("broken", "card-code-broken"),
    ("busy", "card-code-busy"),
    ("denied", "card-code-denied"),
    ("external", "card-code-external"),
    ("filtered", "card-code-filtered"),
    ("izly_off", "card-code-izly-off"),
    ("key", "card-code-key"),
    ("no_access_id", "card-code-no-access-id"),
    ("no_due", "card-code-no-due"),
    ("no_entry", "card-code-no-entry"),
    ("no_escn", "card-code-no-escn"),
    ("no_fares", "card-code-no-fares"),
    ("no_ine", "card-code-no-ine"),
    ("no_mail", "card-code-no-mail"),
    ("no_number", "card-code-no-number"),
    ("no_right", "card-code-no-right"),
    ("no_zone", "card-code-no-zone"),
    ("not_encoded", "card-code-not-encoded"),
    ("not_enabled", "card-code-not-enabled"),
    ("over", "card-code-over"),
    ("redirect", "card-code-redirect"),
    ("rubbish", "card-code-rubbish"),
    ("several_entries", "card-code-several-entries"),
    ("silent", "card-code-silent"),
    ("stays_student", "card-code-stays-student"),
    ("switched_off", "card-code-switched-off"),
    ("timeout", "card-code-timeout"),
    ("untrusted", "card-code-untrusted"),
    ("unwritable", "card-code-unwritable"),
    ("-31", "card-code-erased-there"),
];

/// A code in our words; one of a service has none.
pub(super) fn text(lang: Lang, code: &str) -> Option<String> {
    OURS.iter().find(|(ours, _)| *ours == code).map(|(_, key)| lang.t(key))
}

/// What was said against a card.
pub(super) fn said(lang: Lang, told: &Telling) -> Said {
    let text = text(lang, &told.code).unwrap_or_default();
    let call = [&told.field, &told.operation, &told.place].map(String::as_str);
    let call: Vec<&str> = call.into_iter().filter(|part| !part.is_empty()).collect();
    Said { text, code: told.code.clone(), message: told.message.clone(), call: call.join(" ") }
}

/// The same of a word.
pub(super) fn word(lang: Lang, code: &str) -> String {
    text(lang, code).unwrap_or_else(|| Fault::ours(code).code)
}
