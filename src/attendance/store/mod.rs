//! SQL of attendance. Rows are taken in this order: séance, scan, browser, line, presence.
mod catalogue;
mod directory;
mod exporting;
mod figures;
mod forgetting;
mod importing;
mod lines;
mod listing;
mod marking;
mod members;
mod naming;
mod overview;
mod planning;
mod presence;
mod roster;
mod seances;
mod setup;
mod span;
mod taps;
mod tidying;
mod uploads;
mod within;

pub use catalogue::{
    GroupRow, NamedRow, Programme, group_named, groups, insert_group, insert_programme,
    insert_room, insert_subject, insert_zone, programmes, room_named, room_of, rooms,
    schools_within, subject_named, subjects,
};
pub use directory::{
    ReadingRow, forget_readings, group_reading, groups_of_directories, hold_group,
    keep_group_reading, members_from, people_of_source, set_directory,
};
pub use exporting::{ExportLine, ExportSeance, export_lines, export_seances, programme_rows};
pub use figures::{CallSums, LineSums, call_sums, line_sums};
pub use forgetting::{forget_around, forget_seance, forget_words, old_seances};
pub use importing::{
    KnownSeance, attributes_at, groups_by_directory, hold_imports, memberships, of_timetable,
    people_named, sessions_called, set_conflict, set_orphan, teachers_at,
};
pub use lines::{
    LineRow, OWN_LINES, OwnLine, all_present, insert_presence, line_of, lines, own_lines,
    revoke_presence, set_flags, set_line,
};
pub use listing::{
    Filter, Missing, absences, changed_elsewhere, look_at, of_day, of_teacher, programmes_of,
    sessions, uncalled,
};
pub use marking::{
    NewMark, RefusedRow, Refusing, count_refused, mark, note_refused, overlaps, refusals_of,
    refused, spoken_open, unnote_refused, use_device, use_scan,
};
pub use members::{
    Group, Membership, add_member, add_members, end_member, group, hold_by_hand, is_at, members,
    people_at,
};
pub use naming::{
    GroupName, ProgrammeName, ThingName, group_list, programme_list, room_list, subject_list,
};
pub use overview::{Overview, absences_of_roll, group_names, names_of_groups, overviews};
pub use planning::{
    Around, Listed, ListedSeance, around, clear_around, insert_around, insert_listed,
    insert_seance, replan, replan_listed,
};
pub use presence::{
    Belonging, Change, Presence, belonging, changes_of, exempted_by_office, insert_change,
    presence, presence_of_line, teacher_names,
};
pub use roster::{
    attributes_of, attributes_on_roll, expected_students, insert_line, programme_names, whose,
};
pub use seances::{
    Closing, NewSeance, Seance, cancel, close, hold, is_teacher, lock, networks, open, overdue,
    reopen, seance, validate,
};
pub use setup::{Entry, add_entry, change_entry, entries, remove_entry};
pub use taps::{KeptTap, forget_taps, in_room, is_within, keep_tap, kept_tap};
pub use tidying::{erase_secrets, forget_devices, forget_refused, forget_scans};
pub use uploads::{Upload, end_upload, forget_uploads, hold_upload, insert_upload, upload};
pub use within::Within;

pub(super) use seances::seance_where;
pub(super) use within::seance_within;
