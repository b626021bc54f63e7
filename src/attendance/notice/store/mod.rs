//! SQL of what attendance tells people. Rows are taken in this order: rule or séance, what was told, mail.
mod letters;
mod measuring;
mod rules;
mod sent;
mod telling;

pub use letters::{
    LetterAbsence, NewLetter, forget_told, insert_letter, letter_absences, letters_of,
};
pub use measuring::{Reading, RuleLine, rule_lines, students_of, waiting_days};
pub use rules::{
    active_rules, begin_rules, has_named, insert_rule, is_retired, retire_rule, rule, rules,
    update_rule,
};
pub use sent::{
    NewAlert, NewNotice, NoticeRow, SentRow, insert_alert, insert_notice, notices, sent, sent_one,
    steps_sent,
};
pub use telling::{
    AT_ONCE, Contact, absent_minded, contact, note, note_mail, present_attributes, teachers_of,
    tenders, unreminded, untold,
};
