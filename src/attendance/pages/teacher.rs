//! Pages of those who call rolls, and of those who look after them.
use crate::attendance::may::Over;
use crate::attendance::record::Status;
use crate::attendance::seance::State;
use crate::web::lang::Argument;
use crate::web::page::{Banner, Shell, Tone};
use askama::Template;

/// A séance in a list, and on top of its own pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tile {
    /// Its id.
    pub id: String,
    /// `TD – Sécurité des SI`
    pub title: String,
    /// Its groups.
    pub groups: String,
    /// `mardi 24 novembre`, or empty on a page of one day.
    pub day: String,
    /// `08:00 – 10:00`
    pub hours: String,
    /// Name of the room, or empty.
    pub room: String,
    /// How far it is.
    pub state: State,
    /// Over, and nobody called its roll.
    pub is_uncalled: bool,
    /// Closed by the clock.
    pub is_provisional: bool,
    /// Whether its roll may be opened now.
    pub may_open: bool,
    /// Present or late.
    pub there: usize,
    /// Not there.
    pub missing: usize,
    /// Nothing is known yet.
    pub expected: usize,
    /// Everybody who is not exempt.
    pub all: usize,
}

impl Tile {
    fn address(&self) -> String {
        format!("/attendance/sessions/{}", self.id)
    }

    fn act(&self, act: &str) -> String {
        format!("/attendance/sessions/{}/{act}", self.id)
    }

    /// Key and tone of its state.
    fn state(&self) -> (&'static str, &'static str) {
        if self.is_uncalled {
            return ("roll-uncalled", "warn");
        }
        match self.state {
            State::Planned => ("roll-state-planned", ""),
            State::Open => ("roll-state-open", "ok"),
            State::Closed if self.is_provisional => ("roll-state-provisional", "warn"),
            State::Closed => ("roll-state-closed", ""),
            State::Locked => ("roll-state-locked", "lock"),
            State::Cancelled => ("roll-state-cancelled", ""),
        }
    }

    fn is_open(&self) -> bool {
        self.state == State::Open
    }

    fn is_called(&self) -> bool {
        matches!(self.state, State::Closed | State::Locked)
    }

    fn counts(&self, shell: &Shell) -> String {
        let values: [(_, &dyn Argument); 3] =
            [("there", &self.there), ("all", &self.all), ("missing", &self.missing)];
        let key = if self.is_called() { "roll-counts-closed" } else { "roll-counts" };
        shell.t_with(key, &values)
    }
}

/// Own séances of today and of the days around.
#[expect(clippy::struct_excessive_bools, reason = "each shows a button")]
#[derive(Debug, Default, Template)]
#[template(path = "attendance/pages/home.html")]
pub struct Home {
    /// The frame.
    pub shell: Shell,
    /// `mardi 24 novembre`
    pub today: String,
    /// Séances of today.
    pub rows: Vec<Tile>,
    /// Séances of the last week that want something.
    pub open_ends: Vec<Tile>,
    /// Whether they may make séances.
    pub may_plan: bool,
    /// Whether they look after the rolls of others.
    pub may_tend: bool,
    /// Whether they set rolls up.
    pub may_set_up: bool,
    /// Séances of others today, for those who look after them.
    pub others: Vec<Tile>,
    /// Address of those that begin earlier.
    pub earlier: Option<String>,
    /// Address of those that begin later.
    pub later: Option<String>,
    /// Whether they see figures.
    pub may_count: bool,
}

/// Something to be picked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Choice {
    /// Its id.
    pub id: String,
    /// What it is called.
    pub label: String,
    /// Whether it is picked.
    pub is_on: bool,
}

/// A form for a new séance, with what was typed. Posts to `/attendance/new`.
#[derive(Debug, Default, Template)]
#[template(path = "attendance/pages/new.html")]
pub struct NewSeance {
    /// The frame.
    pub shell: Shell,
    /// Groups, ticked one by one as `g-ID`.
    pub groups: Vec<Choice>,
    /// Subjects.
    pub subjects: Vec<Choice>,
    /// Kinds of séances.
    pub kinds: Vec<Choice>,
    /// Rooms.
    pub rooms: Vec<Choice>,
    /// `2026-11-21`
    pub day: String,
    /// `08:00`
    pub from: String,
    /// `10:00`
    pub until: String,
    /// Whether six digits will stand beside the code.
    pub is_spoken: bool,
    /// Words by which groups were looked for.
    pub words: String,
    /// Whether there are more groups than these.
    pub is_more: bool,
    /// Key of what is wrong.
    pub wrong: Option<&'static str>,
}

/// What a key of a line does.
#[expect(clippy::struct_excessive_bools, reason = "each is a look of its own")]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key {
    /// What the line is to say.
    pub status: Status,
    /// It says so already.
    pub is_now: bool,
    /// Takes a reason.
    pub wants_reason: bool,
    /// Cannot be from here.
    pub is_shut: bool,
    /// It says so already, and can be taken back: pressed again, the student is expected.
    pub takes_back: bool,
}

/// One student on a roll.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RollLine {
    /// Who.
    pub student: String,
    /// Their name.
    pub name: String,
    /// What the line says.
    pub status: Status,
    /// Minutes late.
    pub minutes_late: i64,
    /// `08:04`, or empty.
    pub at: String,
    /// Key of the channel, or empty.
    pub channel: &'static str,
    /// Keys of what the teacher should look at.
    pub flags: Vec<String>,
    /// Reason of the last correction.
    pub note: String,
    /// What can be said instead.
    pub keys: Vec<Key>,
}

impl RollLine {
    fn initial(&self, shell: &Shell) -> String {
        shell.t(self.status.label())
    }

    /// Those that are pressed beside a face: there, late, absent.
    fn short_keys(&self) -> &[Key] {
        self.keys.get(..3).unwrap_or(&self.keys)
    }
}

impl Key {
    fn take_back(self, shell: &Shell, line: &RollLine) -> String {
        let what = shell.t(self.status.label());
        shell.t_with("roll-take-back", &[("what", &what), ("name", &line.name)])
    }

    fn say(self, shell: &Shell, line: &RollLine) -> String {
        let what = shell.t(self.status.label());
        shell.t_with("roll-say-of", &[("what", &what), ("name", &line.name)])
    }

    fn correction(self, seance: &Tile, line: &RollLine) -> String {
        let to = self.status.as_str();
        format!("/attendance/sessions/{}/lines/{}?to={to}", seance.id, line.student)
    }
}

/// A scan that did not count.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RefusedLine {
    /// Who.
    pub name: String,
    /// Key of why.
    pub why: String,
    /// `08:04`
    pub at: String,
    /// Where they are expected, or empty.
    pub elsewhere: String,
}

/// A roll: who is there. Posts `student` and `status` to `…/mark`, nothing to `…/everyone`, and
/// perhaps `reason` to the acts.
#[derive(Debug, Template)]
#[template(path = "attendance/pages/roll.html")]
pub struct Roll {
    /// The frame.
    pub shell: Shell,
    /// Which.
    pub seance: Tile,
    /// Everybody on it.
    pub lines: Vec<RollLine>,
    /// Scans that did not count.
    pub refused: Vec<RefusedLine>,
    /// Whether the teacher may open it again.
    pub may_reopen: bool,
    /// What else whoever looks may do.
    pub over: Over,
    /// People in the room, when somebody counted.
    pub headcount: Option<usize>,
    /// What was just done.
    pub notice: Option<&'static str>,
}

impl Roll {
    fn banner(&self) -> Option<Banner> {
        self.notice.map(|key| Banner::new(Tone::Done, self.shell.t(key)))
    }

    fn may_lock(&self) -> bool {
        let is_settled = self.seance.state == State::Closed && !self.seance.is_provisional;
        self.over.locks && is_settled
    }

    fn may_cancel(&self) -> bool {
        let may_now =
            self.seance.state == State::Planned || (self.seance.is_open() && self.over.tends);
        self.over.calls && self.over.plans && may_now
    }
}

/// A line against a mark, or afterwards. Posts `student`, `status`, `version` and `reason` to
/// The same roll with faces, each an address of its own. Posts what the roll posts, and `back`.
#[derive(Debug, Template)]
#[template(path = "attendance/pages/faces.html")]
pub struct Faces {
    /// The frame.
    pub shell: Shell,
    /// Which.
    pub seance: Tile,
    /// Everybody on it.
    pub lines: Vec<RollLine>,
    /// What leads to the faces, and back here.
    pub ticket: String,
}

/// `…/mark`.
#[derive(Debug, Template)]
#[template(path = "attendance/pages/correction.html")]
pub struct Correction {
    /// The frame.
    pub shell: Shell,
    /// On which roll.
    pub seance: Tile,
    /// Whose.
    pub line: RollLine,
    /// What it is to say.
    pub to: Status,
    /// As it was read.
    pub version: i64,
    /// What was typed.
    pub reason: String,
    /// Whether the reason says nothing.
    pub is_wrong: bool,
}

impl Correction {
    fn change(&self) -> String {
        let (from, to) = (self.shell.t(self.line.status.label()), self.shell.t(self.to.label()));
        self.shell.t_with("roll-from-to", &[("from", &from), ("to", &to)])
    }

    fn wrong(&self) -> String {
        if self.is_wrong { self.shell.t("roll-why-wrong") } else { String::new() }
    }
}

/// Before a roll is closed. Posts `headcount` and `sure` to `…/close`.
#[derive(Debug, Template)]
#[template(path = "attendance/pages/closing.html")]
pub struct Closing {
    /// The frame.
    pub shell: Shell,
    /// Which.
    pub seance: Tile,
    /// Who would be absent.
    pub missing: Vec<String>,
    /// What was counted, when that differs from the marks.
    pub headcount: Option<usize>,
    /// Names to be called out.
    pub spot: Vec<String>,
}

/// The code for the beamer.
#[derive(Debug, Template)]
#[template(path = "attendance/pages/board.html")]
pub struct Board {
    /// The frame.
    pub shell: Shell,
    /// Which.
    pub seance: Tile,
    /// Address inside the code; empty: the roll is not open.
    pub address: String,
    /// Modules of a side.
    pub side: usize,
    /// The dark ones.
    pub path: String,
    /// Seconds of a code.
    pub seconds: u64,
    /// Six digits, or empty.
    pub spoken: String,
    /// Where they are typed.
    pub type_at: String,
}

/// Somebody who was not there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AbsenceRow {
    /// Id of the séance.
    pub session: String,
    /// Who.
    pub name: String,
    /// What and when.
    pub title: String,
    /// `mardi 24 novembre, 8 h 00`
    pub at: String,
    /// What the roll says.
    pub status: Status,
}

/// One page of a list of séances.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TileList {
    /// Its séances.
    pub rows: Vec<Tile>,
    /// Address of the page before.
    pub newer: Option<String>,
    /// Address of the page behind.
    pub older: Option<String>,
}

/// Rolls of others: not called, changed by their timetables, and who is absent. Posts `session` when
/// somebody has looked at a change.
#[derive(Debug, Default, Template)]
#[template(path = "attendance/pages/office.html")]
pub struct Office {
    /// The frame.
    pub shell: Shell,
    /// Over, and nobody called their roll.
    pub uncalled: TileList,
    /// Called, and their timetable says something else since.
    pub moved: TileList,
    /// Planned, and their timetable does not name them any more.
    pub gone: TileList,
    /// Who was not there.
    pub absences: Vec<AbsenceRow>,
    /// Whether they decide justifications.
    pub may_decide: bool,
    /// Address of newer ones.
    pub newer: Option<String>,
    /// Address of older ones.
    pub older: Option<String>,
}

impl Office {
    /// Lists of what timetables changed, with the keys of their titles and of what can be done.
    fn changed(&self) -> Vec<(&TileList, &'static str, &'static str)> {
        let lists = [
            (&self.moved, "roll-moved-list", "roll-moved-help"),
            (&self.gone, "roll-gone-list", "roll-gone-help"),
        ];
        let is_there = |list: &TileList| !list.rows.is_empty() || list.newer.is_some();
        lists.into_iter().filter(|(list, ..)| is_there(list)).collect()
    }
}
