//! Files for access control, and signed messages to programs.
use super::{Setting, set};

pub(super) static SETTINGS: &[Setting] = &[
    set(
        "access:*",
        "format",
        "",
        "Who reads the files: til, synchronic, p2s, pc_pass, insa or unilasalle. Required.",
    ),
    set(
        "access:*",
        "directory",
        "",
        "Where they are written; it has to be there, shares of other machines are mounted. Required.",
    ),
    set(
        "access:*",
        "file",
        "",
        "How their names end; empty: the format and .csv. Before it stands the eppn (til, synchronic, insa: one file for each person, written over), else the time and a number (nothing is written over).",
    ),
    set("access:*", "lines", "1000", "Lines of one file at most, where it has several people."),
    set(
        "access:*",
        "at",
        "",
        "Time of the day at which they are written, 10:00 for instance. Empty: every 5 minutes, and pc_pass at 10:00.",
    ),
    set("access:*", "institute", "", "What the institution is called (til, synchronic, p2s)."),
    set(
        "access:*",
        "number_attributes",
        "supannEmpId, supannEtuId",
        "Attributes with the number of a holder, comma between; the first that says one counts.",
    ),
    set("access:*", "eppn", "", "Only holders whose eppn is all of this regular expression."),
    set("access:*", "external_cards", "false", "Cards made elsewhere are written, too."),
    set(
        "card_hook:*",
        "url",
        "",
        "Where a program gets signed messages about cards (webhook-id, webhook-timestamp, webhook-signature of standardwebhooks.com): https, or http on this machine. Required.",
    ),
    set(
        "card_hook:*",
        "secret",
        "",
        "What messages are signed with: file:/path, env:NAME or cred:name; behind whsec_ it is base64. Required.",
    ),
    set(
        "card_hook:*",
        "applications",
        "",
        "Applications on chips whose identifiers it is told, comma between.",
    ),
    set("card_hook:*", "eppn", "", "Only holders whose eppn is all of this regular expression."),
    set("card_hook:*", "external_cards", "false", "It is told of cards made elsewhere, too."),
    set("card_hook:*", "per_second", "5", "Calls in a second at most; 0: as many as there are."),
    set("card_hook:*", "parallel", "2", "Calls at the same time at most."),
    set("card_hook:*", "timeout", "30s", "How long a call may take."),
];
