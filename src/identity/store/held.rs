//! What the tables of the heart hold of one person.
use crate::db::{End, Held};

const fn with_person(table: &'static str, rows: &'static str) -> Held {
    Held { table, rows, secret: &[], end: End::WithPerson }
}

/// The tables of people, accounts and sessions.
pub const HELD: [Held; 14] = [
    Held {
        end: End::Removed("DELETE FROM person WHERE id = $1"),
        ..with_person("person", "SELECT * FROM person WHERE id = $1")
    },
    Held {
        secret: &["digest"],
        ..with_person("account", "SELECT * FROM account WHERE person = $1")
    },
    with_person("affiliation", "SELECT * FROM affiliation WHERE person = $1"),
    with_person(
        "account_finding",
        "SELECT f.* FROM account_finding f JOIN account a ON a.id = f.account WHERE a.person = $1",
    ),
    with_person(
        "account_link",
        "SELECT * FROM account_link WHERE from_person = $1 OR to_person = $1",
    ),
    with_person(
        "link_key",
        "SELECT k.* FROM link_key k JOIN account a ON a.id = k.account WHERE a.person = $1",
    ),
    Held {
        secret: &["hash"],
        ..with_person(
            "local_password",
            "SELECT w.* FROM local_password w JOIN account a ON a.id = w.account
             WHERE a.person = $1",
        )
    },
    with_person("role_grant", "SELECT * FROM role_grant WHERE person = $1"),
    with_person("lookup_choice", "SELECT * FROM lookup_choice WHERE person = $1"),
    with_person("last_choice", "SELECT * FROM last_choice WHERE person = $1"),
    Held {
        secret: &["token_hash", "csrf_token"],
        ..with_person("session", "SELECT * FROM session WHERE person = $1")
    },
    with_person("seen_as", "SELECT * FROM seen_as WHERE person = $1"),
    Held {
        end: End::Stays("held-change"),
        ..with_person("change", "SELECT * FROM change WHERE entity = $1")
    },
    Held {
        end: End::Stays("held-erasure"),
        ..with_person("erasure", "SELECT * FROM erasure WHERE person = $1")
    },
];
