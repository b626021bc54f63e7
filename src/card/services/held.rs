//! What the tables of services hold of one person.
use crate::db::{End, Held};

/// What was told of them, and how services know them: the last is deleted there after they are gone here.
///
/// Names of lists come first: how services know somebody says whose they are.
pub const HELD: [Held; 3] = [
    Held {
        table: "crous_name",
        rows: "SELECT n.* FROM crous_name n WHERE n.was IN (SELECT s.name FROM card_subject s
                JOIN card_holder h ON h.id = s.holder JOIN account a ON a.id = h.account
                WHERE s.service = 'crous' AND a.person = $1)
             OR n.becomes IN (SELECT s.name FROM card_subject s
                JOIN card_holder h ON h.id = s.holder JOIN account a ON a.id = h.account
                WHERE s.service = 'crous' AND a.person = $1)
             OR n.becomes IN (SELECT h.eppn FROM card_holder h
                JOIN account a ON a.id = h.account WHERE a.person = $1)",
        secret: &[],
        end: End::Removed(
            "DELETE FROM crous_name WHERE was IN (SELECT s.name FROM card_subject s
                JOIN card_holder h ON h.id = s.holder JOIN account a ON a.id = h.account
                WHERE s.service = 'crous' AND a.person = $1)
             OR becomes IN (SELECT s.name FROM card_subject s
                JOIN card_holder h ON h.id = s.holder JOIN account a ON a.id = h.account
                WHERE s.service = 'crous' AND a.person = $1)
             OR becomes IN (SELECT h.eppn FROM card_holder h
                JOIN account a ON a.id = h.account WHERE a.person = $1)",
        ),
    },
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
