//! How rolls are called.
use super::{Setting, set};

pub(super) static SETTINGS: &[Setting] = &[
    set("attendance", "early", "15m", "How long before its beginning a roll may be opened."),
    set(
        "attendance",
        "grace",
        "15m",
        "How long after the end a roll may still be opened, and stays open when nobody closes it.",
    ),
    set(
        "attendance",
        "correction",
        "7d",
        "How long after the end teachers may correct a roll and open it again; later the secretariat can.",
    ),
    set("attendance", "late_after", "10m", "How long after the beginning somebody is on time."),
    set(
        "attendance",
        "refuse_after",
        "30m",
        "How long after the beginning students mark themselves, or never: until the roll is closed.",
    ),
    set("attendance", "rotation", "10s", "How long a code is shown, 5s to 60s."),
    set(
        "attendance",
        "spoken_code",
        "true",
        "Six digits beside the code, for those without a camera, where nobody says otherwise of a session; such marks are flagged.",
    ),
    set(
        "attendance",
        "zone",
        "flag",
        "Marks from outside the room's network: off, flag (the teacher sees it) or block.",
    ),
    set("attendance", "device", "flag", "Several students with one browser: off, flag or block."),
    set(
        "attendance",
        "card_attributes",
        "",
        "Attributes of accounts in which numbers of cards stand, comma between; card readers mark by them.",
    ),
    set(
        "attendance",
        "reminder",
        "20m",
        "How long after the beginning teachers get a mail when their roll is not open; 0: never.",
    ),
    set(
        "attendance",
        "uncalled_list",
        "true",
        "In the morning teachers and secretariats get a mail with the rolls that nobody called.",
    ),
    set(
        "attendance",
        "guardian_attributes",
        "",
        "Attributes of accounts with mail addresses of the persons responsible, for alerts that go to them, comma between. Name only what holds those of minors, or where the student agreed.",
    ),
    set(
        "attendance",
        "employer_attributes",
        "",
        "Attributes of accounts with mail addresses of the employer, for alerts that go there, comma between.",
    ),
    set(
        "attendance",
        "postal_attributes",
        "postalAddress",
        "Attributes of accounts with the address for letters, lines parted by $, comma between.",
    ),
    set(
        "attendance",
        "postal_code_attributes",
        "postalCode",
        "Attributes of accounts with the postal code by which letters are sorted, comma between.",
    ),
    set(
        "attendance",
        "clamd",
        "",
        "Scanner for viruses in justifications: host:port or the socket of clamd. Until it has seen a file nobody can read it. Empty: nothing is scanned.",
    ),
];
