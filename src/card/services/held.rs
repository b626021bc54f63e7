//! What the tables of services hold of one person.
use crate::db::{End, Held};

/// What was told of them, and how services know them: the last is deleted there after they are gone here.
pub const HELD: [Held; 2] = [
    Held {
        table: "card_subject",
        rows: "SELECT s.* FROM card_subject s JOIN card_holder h ON h.id = s.holder
                JOIN account a ON a.id = h.account WHERE a.person = $1",
        secret: &[],
        end: End::Removed(
            "UPDATE card_subject SET holder = NULL WHERE holder IN (
                SELECT h.id FROM card_holder h JOIN account a ON a.id = h.account
                WHERE a.person = $1)",
        ),
    },
    Held {
        table: "card_told",
        rows: "SELECT t.* FROM card_told t JOIN card c ON c.id = t.card
                JOIN card_holder h ON h.id = c.holder JOIN account a ON a.id = h.account
             WHERE a.person = $1",
        secret: &[],
        end: End::WithPerson,
    },
];
