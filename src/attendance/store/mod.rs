//! SQL of attendance. Rows are taken in this order: séance, scan, browser, line, presence.
mod catalogue;
mod exporting;
mod figures;
mod lines;
mod listing;
mod marking;
mod presence;
mod roster;
mod seances;
mod setup;
mod span;
mod taps;
mod tidying;
mod within;

pub use catalogue::{
    GroupRow, NamedRow, Programme, add_member, groups, insert_group, insert_programme, insert_room,
    insert_subject, insert_zone, programmes, rooms, schools_within, subjects,
};
pub use exporting::{ExportLine, ExportSeance, export_lines, export_seances, programme_rows};
pub use figures::{CallSums, LineSums, call_sums, line_sums};
pub use lines::{
    LineRow, OwnLine, all_present, insert_presence, line_of, lines, own_lines, revoke_presence,
    set_flags, set_line,
};
pub use listing::{
    Filter, Missing, Overview, absences, absences_of_roll, group_names, of_day, of_teacher,
    programmes_of, sessions, uncalled,
};
pub use marking::{
    NewMark, RefusedRow, Refusing, mark, note_refused, overlaps, refusals_of, refused, spoken_open,
    use_device, use_scan,
};
pub use presence::{
    Change, Presence, changes_of, insert_change, presence, presence_of_line, presences_of_roll,
    teacher_names,
};
pub use roster::{
    attributes_of, attributes_on_roll, expected_students, insert_line, programme_names, whose,
};
pub use seances::{
    Closing, NewSeance, Seance, cancel, close, insert_seance, is_teacher, lock, networks, open,
    overdue, reopen, seance, validate,
};
pub use setup::{Entry, add_entry, change_entry, entries, remove_entry};
pub use taps::{KeptTap, forget_taps, in_room, is_within, keep_tap, kept_tap};
pub use tidying::{erase_secrets, forget_devices, forget_refused, forget_scans};
pub use within::Within;

pub(super) use seances::seance_where;
pub(super) use within::seance_within;
