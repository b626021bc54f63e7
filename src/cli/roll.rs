//! `aiguillage roll`
use super::ConfigFile;
use super::print::{say, say_error, say_json};
use crate::app::Parts;
use crate::attendance::catalogue::is_year;
use crate::attendance::import::{How, Kind, List as Read, Report, SUMMARY, Wish, Wrong};
use crate::attendance::store::{Group, Within, groups_of_directories};
use crate::attendance::{Care, GroupReading, Hand, Signer};
use crate::audit::Trace;
use crate::clock::Clock;
use crate::config::Config;
use crate::identity::Rne;
use anyhow::{Context, Result, anyhow, bail};
use clap::{Args, Subcommand};
use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;
use uuid::Uuid;

/// What is brought in.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    act: Act,
}

#[derive(Debug, Subcommand)]
enum Act {
    /// Groups and their members: columns login (or number), programme, groups (`TD2|CM`).
    Members(People),
    /// Séances of a timetable: iCalendar (.ics), or columns `ext_id`, date, start, end, programme,
    /// subject, type, groups, teachers, room, compulsory. The file is whole: what it does not name any
    /// more is marked.
    Sessions(Timetable),
    /// Marks on rolls: columns `session_ext_id`, number (or login), status, time, comment.
    Marks(List),
    /// Groups that directories fill: ask now who is in them.
    Groups(Groups),
}

#[expect(clippy::struct_excessive_bools, reason = "each is an option of its own")]
#[derive(Debug, Args)]
struct List {
    #[command(flatten)]
    file: ConfigFile,
    /// The list.
    #[arg(value_name = "LIST")]
    path: PathBuf,
    /// Code of the school.
    #[arg(long)]
    rne: String,
    /// Look only: say what would be done.
    #[arg(long)]
    dry_run: bool,
    /// Leave out lines that cannot be used, instead of bringing nothing in.
    #[arg(long)]
    skip_errors: bool,
    /// Go on even if more than a fifth of what is kept would change.
    #[arg(long)]
    sure: bool,
    /// As JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
struct Groups {
    #[command(flatten)]
    file: ConfigFile,
    /// Only this group, by its id; else all of them.
    #[arg(long, value_name = "ID")]
    group: Option<Uuid>,
    /// Look only: say who would begin and end.
    #[arg(long)]
    dry_run: bool,
    /// Go on even if more than a fifth of the members of a group would end.
    #[arg(long)]
    sure: bool,
    /// As JSON, one group a line.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
struct People {
    #[command(flatten)]
    list: List,
    /// School year of their groups, such as 2026-2027; without it that of today.
    #[arg(long, value_parser = year)]
    year: Option<String>,
}

#[derive(Debug, Args)]
struct Timetable {
    #[command(flatten)]
    list: List,
    /// Name of the timetable; several live side by side.
    #[arg(long, default_value = "timetable")]
    source: String,
    /// How the title of an event is read.
    #[arg(long, value_name = "REGEX", default_value = SUMMARY)]
    summary: String,
    /// Login of somebody who teaches all of a calendar.
    #[arg(long, value_name = "LOGIN")]
    teacher: Vec<String>,
}

impl Arguments {
    pub(super) fn file(&self) -> &ConfigFile {
        match &self.act {
            Act::Members(people) => &people.list.file,
            Act::Marks(list) => &list.file,
            Act::Sessions(timetable) => &timetable.list.file,
            Act::Groups(groups) => &groups.file,
        }
    }
}

impl Act {
    fn wish(&self) -> Result<Wish> {
        let of = |kind, timetable: Option<&Timetable>| Wish {
            kind,
            source: timetable.map_or("list", |it| &it.source).to_owned(),
            summary: timetable.map_or(SUMMARY, |it| &it.summary).to_owned(),
            teachers: timetable.map(|it| it.teacher.clone()).unwrap_or_default(),
        };
        let wish = match self {
            Self::Members(_) => of(Kind::Members, None),
            Self::Marks(_) | Self::Groups(_) => of(Kind::Marks, None),
            Self::Sessions(timetable) => {
                let extension = timetable.list.path.extension();
                let is_calendar = extension.is_some_and(|it| it.eq_ignore_ascii_case("ics"));
                of(if is_calendar { Kind::Calendar } else { Kind::Sessions }, Some(timetable))
            }
        };
        match wish.wrong() {
            Some("import-wrong-source") => bail!("--source is 1 to 64 letters, digits, . _ -"),
            Some("import-wrong-teachers") => bail!("--teacher is no login"),
            Some(_) => bail!("--summary is no regular expression"),
            None => Ok(wish),
        }
    }
}

pub(super) async fn run(config: Config, arguments: &Arguments) -> Result<ExitCode> {
    match &arguments.act {
        Act::Members(people) => bring(config, &arguments.act, &people.list).await,
        Act::Marks(list) => bring(config, &arguments.act, list).await,
        Act::Sessions(timetable) => bring(config, &arguments.act, &timetable.list).await,
        Act::Groups(groups) => read(config, groups).await,
    }
}

fn hand(clock: &Clock) -> Hand {
    Hand { signer: Signer::Command, trace: Trace::default(), now: clock.now() }
}

fn year(text: &str) -> Result<String, String> {
    let is = is_year(text).then(|| text.to_owned());
    is.ok_or_else(|| "write two years that follow each other: 2026-2027".to_owned())
}

async fn read(config: Config, asked: &Groups) -> Result<ExitCode> {
    let clock = Clock::system();
    let (parts, _) = Box::pin(Parts::build(config, clock.clone(), None)).await?;
    let groups = groups_of_directories(&mut parts.db.read().await?, &Within::all()).await?;
    let care = Care { is_dry: asked.dry_run, is_sure: asked.sure };
    let is_meant = |group: &&Group| asked.group.is_none_or(|id| id == group.id);
    let groups: Vec<&Group> = groups.iter().filter(is_meant).collect();
    let mut is_good = true;
    if let Some(id) = asked.group.filter(|_| groups.is_empty()) {
        is_good = false;
        say_error(&format!("{id}: no group that a directory fills"));
    }
    for group in groups {
        let hand = hand(&clock);
        let reading = Box::pin(parts.attendance.read_group(&parts.db, group, care, &hand)).await;
        match reading {
            Ok(reading) => {
                is_good &= reading.is_kept || asked.dry_run;
                tell_reading(asked, &reading)?;
            }
            Err(error) => {
                is_good = false;
                say_error(&format!("{} {}: {}", group.programme, group.name, error.code()));
            }
        }
    }
    parts.db.close().await;
    Ok(if is_good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn tell_reading(asked: &Groups, reading: &GroupReading) -> Result<()> {
    if asked.json {
        return say_json(reading);
    }
    let GroupReading { group, found, joined, ended, unknown, .. } = reading;
    let unknown = unknown.len();
    say(&format!(
        "{group}: found {found}, added {joined}, ended {ended}, not known here {unknown}"
    ));
    if reading.is_sweeping && !asked.sure {
        say("more than a fifth would end: --sure if that is meant");
    }
    Ok(())
}

async fn bring(config: Config, act: &Act, list: &List) -> Result<ExitCode> {
    let wish = act.wish()?;
    let rne = Rne::parse(&list.rne).map_err(|error| anyhow!("{}: {error}", list.rne))?;
    let file = fs::read(&list.path).with_context(|| format!("{}", list.path.display()))?;
    let clock = Clock::system();
    let (parts, _) = Box::pin(Parts::build(config, clock.clone(), None)).await?;
    let desk = &parts.attendance;
    let how = How {
        rne,
        is_dry: list.dry_run,
        skips: list.skip_errors,
        is_sure: list.sure,
        hand: hand(&clock),
        rules: desk.rules.clone(),
        zone: desk.zone,
    };
    let (mut read, wrong) = wish.read(file, desk.zone);
    if let (Read::Members(members), Act::Members(people)) = (&mut read, act) {
        for member in members {
            member.year.clone_from(&people.year);
        }
    }
    let report = Box::pin(desk.bring(&parts.db, &how, (&read, wrong))).await;
    let report = report.map_err(|error| anyhow!("{}", error.code()))?;
    parts.db.close().await;
    tell(list, &report)?;
    let is_good = report.is_kept || (list.dry_run && (report.wrong.is_empty() || list.skip_errors));
    Ok(if is_good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn tell(list: &List, report: &Report) -> Result<()> {
    if list.json {
        return say_json(report);
    }
    for Wrong { place, column, code } in report.wrong.iter().take(20) {
        say_error(&format!("{place}: {column}: {code}"));
    }
    if report.wrong.len() > 20 {
        say_error(&format!("{} lines cannot be used", report.wrong.len()));
    }
    let Report { created, updated, unchanged, orphans, conflicts, .. } = report;
    say(&format!(
        "created {created}, changed {updated}, unchanged {unchanged}, gone {orphans}, \
         called already {conflicts}"
    ));
    if report.is_sweeping && !list.sure {
        say("more than a fifth would change: --sure if that is meant");
    }
    if !report.is_kept {
        say(if list.dry_run { "nothing was written: a dry run" } else { "nothing was written" });
    }
    Ok(())
}
