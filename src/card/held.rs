//! What the tables of the card office hold of one person.
use crate::db::{End, Held};

const fn with_person(table: &'static str, rows: &'static str) -> Held {
    Held { table, rows, secret: &[], end: End::WithPerson }
}

/// Holders, cards, their history and photos. What removes itself stands first.
pub const HELD: [Held; 7] = [
    Held {
        secret: &["storage_key", "sha256"],
        // The file itself is removed by the next turn of `CleanPhotos`, which finds it by its row.
        end: End::Removed(
            "UPDATE card_photo SET holder = NULL WHERE holder IN (
                SELECT h.id FROM card_holder h JOIN account a ON a.id = h.account
                WHERE a.person = $1)",
        ),
        ..with_person(
            "card_photo",
            "SELECT f.* FROM card_photo f JOIN card_holder h ON h.id = f.holder
                JOIN account a ON a.id = h.account WHERE a.person = $1",
        )
    },
    with_person(
        "card_change",
        "SELECT e.* FROM card_change e JOIN card c ON c.id = e.card
            JOIN card_holder h ON h.id = c.holder JOIN account a ON a.id = h.account
         WHERE a.person = $1",
    ),
    with_person(
        "card_print",
        "SELECT r.* FROM card_print r JOIN card c ON c.id = r.card
            JOIN card_holder h ON h.id = c.holder JOIN account a ON a.id = h.account
         WHERE a.person = $1",
    ),
    // Money stays received: the holder is taken out by the table itself.
    Held {
        end: End::Stays("held-payment"),
        ..with_person(
            "card_payment",
            "SELECT y.* FROM card_payment y JOIN card_holder h ON h.id = y.holder
                JOIN account a ON a.id = h.account WHERE a.person = $1",
        )
    },
    with_person(
        "card_app_id",
        "SELECT i.* FROM card_app_id i JOIN card c ON c.id = i.card
            JOIN card_holder h ON h.id = c.holder JOIN account a ON a.id = h.account
         WHERE a.person = $1",
    ),
    with_person(
        "card",
        "SELECT c.* FROM card c JOIN card_holder h ON h.id = c.holder
            JOIN account a ON a.id = h.account WHERE a.person = $1",
    ),
    with_person(
        "card_holder",
        "SELECT h.* FROM card_holder h JOIN account a ON a.id = h.account WHERE a.person = $1",
    ),
];
