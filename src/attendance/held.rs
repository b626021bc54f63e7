//! What the tables of attendance hold of one person.
use crate::db::{End, Held};

const fn with_person(table: &'static str, rows: &'static str) -> Held {
    Held { table, rows, secret: &[], end: End::WithPerson }
}

/// Groups, rolls, marks and what is around them. What removes itself stands first.
pub const HELD: [Held; 23] = [
    Held {
        end: End::Removed("UPDATE alert_notice SET person = NULL, address = '' WHERE person = $1"),
        ..with_person(
            "alert_notice",
            "SELECT n.* FROM alert_notice n LEFT JOIN alert_sent a ON a.id = n.alert
             WHERE n.person = $1 OR (a.student = $1 AND n.kind IN ('guardian', 'employer'))",
        )
    },
    with_person("notice_letter", "SELECT * FROM notice_letter WHERE student = $1"),
    with_person("alert_sent", "SELECT * FROM alert_sent WHERE student = $1"),
    with_person("roll_notice", "SELECT * FROM roll_notice WHERE person = $1"),
    Held {
        secret: &["storage_key", "name"],
        // The file itself is removed by the next turn of `CleanPapers`, which finds it by its row.
        end: End::Removed(
            "UPDATE justification_file SET justification = NULL WHERE justification IN (
                SELECT id FROM justification WHERE student = $1)",
        ),
        ..with_person(
            "justification_file",
            "SELECT f.* FROM justification_file f JOIN justification j ON j.id = f.justification
             WHERE j.student = $1",
        )
    },
    with_person(
        "justification_record",
        "SELECT r.* FROM justification_record r JOIN justification j ON j.id = r.justification
         WHERE j.student = $1",
    ),
    with_person("justification", "SELECT * FROM justification WHERE student = $1"),
    with_person("paper_sent", "SELECT * FROM paper_sent WHERE student = $1"),
    Held {
        secret: &["token", "sha256"],
        end: End::Removed(
            "DELETE FROM presence_token WHERE presence IN (
                SELECT p.id FROM presence p JOIN attendance_record a ON a.id = p.record
                WHERE a.student = $1)",
        ),
        ..with_person(
            "presence_token",
            "SELECT t.* FROM presence_token t JOIN presence p ON p.id = t.presence
                JOIN attendance_record a ON a.id = p.record WHERE a.student = $1",
        )
    },
    Held {
        secret: &["presence"],
        // The row stays without what it said: the list of those that were taken back must be whole.
        end: End::Removed(
            "UPDATE certificate SET jws = '' WHERE presence IN (
                SELECT p.id FROM presence p JOIN attendance_record a ON a.id = p.record
                WHERE a.student = $1)",
        ),
        ..with_person(
            "certificate",
            "SELECT c.* FROM certificate c JOIN presence p ON p.id = c.presence
                JOIN attendance_record a ON a.id = p.record WHERE a.student = $1",
        )
    },
    with_person(
        "record_change",
        "SELECT c.* FROM record_change c JOIN attendance_record a ON a.id = c.record
         WHERE a.student = $1",
    ),
    with_person("group_member", "SELECT * FROM group_member WHERE student = $1"),
    Held {
        secret: &["roll_secret", "ext_digest"],
        end: End::Stays("held-class-session"),
        ..with_person(
            "class_session",
            "SELECT * FROM class_session
             WHERE opened_by = $1 OR closed_by = $1 OR validated_by = $1 OR created_by = $1",
        )
    },
    with_person("class_session_teacher", "SELECT * FROM class_session_teacher WHERE teacher = $1"),
    with_person("attendance_record", "SELECT * FROM attendance_record WHERE student = $1"),
    Held {
        // Its number is what proves: whoever knows it could make the proof.
        secret: &["id"],
        ..with_person(
            "presence",
            "SELECT p.* FROM presence p JOIN attendance_record a ON a.id = p.record
             WHERE a.student = $1",
        )
    },
    with_person("exemption", "SELECT * FROM exemption WHERE student = $1"),
    with_person("planned_absence", "SELECT * FROM planned_absence WHERE student = $1"),
    Held {
        secret: &["nonce"],
        ..with_person("scan_use", "SELECT * FROM scan_use WHERE student = $1")
    },
    with_person("tap", "SELECT * FROM tap WHERE student = $1"),
    with_person("device_use", "SELECT * FROM device_use WHERE student = $1"),
    Held {
        // The file names others.
        secret: &["body", "report"],
        ..with_person("roll_upload", "SELECT * FROM roll_upload WHERE made_by = $1")
    },
    with_person("refused_scan", "SELECT * FROM refused_scan WHERE student = $1"),
];
