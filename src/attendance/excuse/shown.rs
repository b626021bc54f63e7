//! From rows to what the pages show.
use super::pages::{AbsenceLine, Case, PaperLine};
use super::reason;
use super::store::{Absence, Justification, PaperRow, Reason};
use crate::attendance::desk::Desk;
use crate::attendance::shown::title;
use crate::uploads::Scan;
use crate::web::lang::Lang;
use chrono::{DateTime, Utc};

/// What a reason is called: as the school wrote it, else as the messages have it.
pub(super) fn reason_name(lang: Lang, code: &str, label: &str) -> String {
    match reason::label(code) {
        Some(key) if label.is_empty() => lang.t(key),
        _ if label.is_empty() => code.to_owned(),
        _ => label.to_owned(),
    }
}

/// The reasons that can be chosen.
pub(super) fn choices(lang: Lang, reasons: &[Reason]) -> Vec<(String, String)> {
    let active = reasons.iter().filter(|reason| reason.flags.is_active);
    let name = |reason: &Reason| reason_name(lang, &reason.code, &reason.label);
    active.map(|reason| (reason.id.to_string(), name(reason))).collect()
}

fn moment(lang: Lang, desk: &Desk, at: DateTime<Utc>) -> String {
    lang.moment(at.with_timezone(&desk.zone).naive_local())
}

pub(super) fn case(lang: Lang, desk: &Desk, of: &Justification) -> Case {
    let sent = of.submitted_at.map(|at| moment(lang, desk, at));
    let decided = of.decided_at.map(|at| moment(lang, desk, at));
    Case {
        id: of.id.to_string(),
        name: of.display_name.clone(),
        reason: reason_name(lang, &of.reason_code, &of.reason_label),
        is_health: of.is_health,
        since: lang.day(of.since),
        until: lang.day(of.until),
        comment: of.comment.clone(),
        state: of.state,
        is_late: of.is_late,
        sent: sent.unwrap_or_default(),
        decided: decided.unwrap_or_default(),
        note: of.note.clone(),
        version: of.version,
    }
}

pub(super) fn absence(lang: Lang, desk: &Desk, of: &Absence) -> AbsenceLine {
    AbsenceLine {
        record: of.record.to_string(),
        title: title(&of.kind, &of.subject_name),
        at: moment(lang, desk, of.starts_at),
        status: of.status,
    }
}

pub(super) fn paper(lang: Lang, desk: &Desk, of: &PaperRow) -> PaperLine {
    let state = match of.scan_state {
        Scan::Clean => "excuse-paper-clean",
        Scan::Infected => "excuse-paper-infected",
        Scan::Pending | Scan::Arriving => "excuse-paper-pending",
    };
    let name = desk.vault.open_name(of.id, &of.name);
    PaperLine {
        id: of.id.to_string(),
        name: if name.is_empty() { lang.t("excuse-paper-unnamed") } else { name },
        kib: u32::try_from(of.size).unwrap_or_default().div_ceil(1024),
        state,
        is_readable: of.scan_state == Scan::Clean,
    }
}
