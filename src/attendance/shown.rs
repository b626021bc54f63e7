//! From rows to what pages show.
use super::desk::Desk;
use super::may::Over;
use super::pages::{Key, RollLine, Tile};
use super::record::{By, Status};
use super::seance::{State, is_uncalled};
use super::store::{self, LineRow, Overview, Seance};
use super::writing::BEFORE_CLOSING;
use crate::db::Tx;
use crate::web::lang::Lang;
use chrono::{DateTime, Utc};
use uuid::Uuid;

/// What a teacher may say of somebody, in the order of the keys.
const SAID: [Status; 5] =
    [Status::Present, Status::Late, Status::Absent, Status::Exempt, Status::Excluded];

/// `TD – Sécurité des SI`
pub(super) fn title(kind: &str, subject: &str) -> String {
    format!("{kind} – {subject}")
}

/// `mardi 24 novembre`
pub(super) fn day(lang: Lang, desk: &Desk, at: DateTime<Utc>) -> String {
    lang.day(desk.day(at))
}

/// A séance on a page.
pub(super) async fn tile(
    tx: &mut Tx,
    desk: &Desk,
    seance: &Seance,
    (lang, now): (Lang, DateTime<Utc>),
) -> sqlx::Result<Tile> {
    let overview = store::absences_of_roll(tx, seance.id).await?;
    let groups = store::group_names(tx, seance.id).await?;
    Ok(one_tile(desk, (seance, overview, &groups), (lang, now)))
}

/// Séances of a list, asked for all at once.
pub(super) async fn tiles(
    tx: &mut Tx,
    desk: &Desk,
    seances: &[Seance],
    (lang, now): (Lang, DateTime<Utc>),
) -> sqlx::Result<Vec<Tile>> {
    let ids: Vec<Uuid> = seances.iter().map(|seance| seance.id).collect();
    let overviews = store::overviews(tx, &ids).await?;
    let groups = store::names_of_groups(tx, &ids).await?;
    let tile = |seance: &Seance| {
        let overview = overviews.get(&seance.id).copied().unwrap_or_default();
        let groups = groups.get(&seance.id).map(Vec::as_slice).unwrap_or_default();
        one_tile(desk, (seance, overview, groups), (lang, now))
    };
    Ok(seances.iter().map(tile).collect())
}

fn one_tile(
    desk: &Desk,
    (seance, overview, groups): (&Seance, Overview, &[String]),
    (lang, now): (Lang, DateTime<Utc>),
) -> Tile {
    let times = seance.times();
    Tile {
        id: seance.id.to_string(),
        title: title(&seance.kind, &seance.subject_name),
        groups: groups.join(", "),
        day: day(lang, desk, seance.starts_at),
        hours: format!("{} – {}", desk.clock(seance.starts_at), desk.clock(seance.ends_at)),
        room: seance.room_name.clone(),
        state: seance.state,
        is_uncalled: is_uncalled(seance.state, times, &desk.rules, now),
        is_provisional: seance.is_provisional,
        may_open: seance.state == State::Planned && times.may_open(&desk.rules, now),
        there: overview.there,
        missing: overview.missing,
        expected: overview.expected,
        all: overview.all,
    }
}

/// A line on a page.
pub(super) fn line(desk: &Desk, seance: &Seance, row: &LineRow, over: Over) -> RollLine {
    RollLine {
        student: row.student.to_string(),
        name: row.display_name.clone(),
        status: row.status,
        minutes_late: row.minutes_late,
        at: row.marked_at.map(|at| desk.clock(at)).unwrap_or_default(),
        channel: row.channel.map_or("", super::record::Channel::label),
        flags: row.flags.iter().filter_map(|flag| sign(flag)).map(str::to_owned).collect(),
        note: row.note.clone(),
        keys: SAID.iter().map(|to| key(seance, row.status, *to, over)).collect(),
    }
}

/// Key of a sign's name; one that another version wrote has none.
fn sign(flag: &str) -> Option<&'static str> {
    Some(match flag {
        "zone_out" => "roll-flag-zone-out",
        "device_shared" => "roll-flag-device-shared",
        "late_ticket" => "roll-flag-late-ticket",
        "static_code" => "roll-flag-static-code",
        "spoken_code" => "roll-flag-spoken-code",
        "overlap" => "roll-flag-overlap",
        "offline" => "roll-flag-offline",
        "uid_only" => "roll-flag-uid-only",
        BEFORE_CLOSING => "roll-flag-scanned-before-closing",
        _ => return None,
    })
}

fn key(seance: &Seance, from: Status, to: Status, over: Over) -> Key {
    let changes = over.calls && matches!(seance.state, State::Open | State::Closed);
    let is_open = seance.state == State::Open;
    let way = from.way(to, is_open).filter(|_| changes);
    let exempts = to == Status::Exempt && over.tends && changes && from != to;
    Key {
        status: to,
        is_now: from == to,
        wants_reason: way == Some(By::Correction) && !exempts,
        is_shut: way.is_none() && !exempts,
        takes_back: from == to && changes && from.way(Status::Expected, is_open) == Some(By::Hand),
    }
}
