//! `aiguillage roll`
use super::ConfigFile;
use super::print::{say, say_error, say_json};
use crate::attendance::catalogue::is_year;
use crate::attendance::import::{
    How, IcalRules, Planned, Report, Wrong, bring_members, bring_planned, read_ical, read_members,
    read_planned,
};
use crate::clock::Clock;
use crate::config::Config;
use crate::db::Db;
use crate::identity::Rne;
use crate::rows;
use anyhow::{Context, Result, anyhow};
use clap::{Args, Subcommand};
use regex::Regex;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// What is brought in.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    act: Act,
}

#[derive(Debug, Subcommand)]
enum Act {
    /// Groups and their members: columns login, programme, groups (`TD2|CM`).
    Members(People),
    /// Séances of a timetable: iCalendar (.ics), or columns `ext_id`, date, start, end, programme,
    /// subject, type, groups, teachers, room, compulsory. The file is whole: what it does not name any
    /// more is marked.
    Sessions(Timetable),
}

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
    /// As JSON.
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
    #[arg(
        long,
        value_name = "REGEX",
        default_value = r"^(?<type>CM|TD|TP|EX|RE|ST) - (?<subject>.+) - (?<programme>\w+) (?<group>\w+)$"
    )]
    summary: String,
    /// Login of somebody who teaches all of a calendar.
    #[arg(long, value_name = "LOGIN")]
    teacher: Vec<String>,
}

impl Arguments {
    pub(super) fn file(&self) -> &ConfigFile {
        match &self.act {
            Act::Members(people) => &people.list.file,
            Act::Sessions(timetable) => &timetable.list.file,
        }
    }
}

pub(super) async fn run(config: Config, arguments: &Arguments) -> Result<ExitCode> {
    let (db, clock) = (Db::open(&config.database).await?, Clock::system());
    db.prepare(config.migrate).await?;
    let list = match &arguments.act {
        Act::Members(people) => &people.list,
        Act::Sessions(timetable) => &timetable.list,
    };
    let how = How {
        rne: Rne::parse(&list.rne).map_err(|error| anyhow!("{}: {error}", list.rne))?,
        is_dry: list.dry_run,
        skips: list.skip_errors,
        now: clock.now(),
        rules: config.attendance.clone(),
    };
    let report = match &arguments.act {
        Act::Members(people) => {
            let (mut members, wrong) = read_members(open(&list.path)?)?;
            for member in &mut members {
                member.year.clone_from(&people.year);
            }
            bring_members(&db, &how, (members, wrong)).await?
        }
        Act::Sessions(timetable) => {
            let read = sessions(timetable, &config)?;
            bring_planned(&db, &how, &timetable.source, read).await?
        }
    };
    db.close().await;
    tell(list, &report)?;
    let is_good = report.wrong.is_empty() || list.skip_errors;
    Ok(if is_good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn year(text: &str) -> Result<String, String> {
    let is = is_year(text).then(|| text.to_owned());
    is.ok_or_else(|| "write two years that follow each other: 2026-2027".to_owned())
}

fn open(path: &Path) -> Result<rows::Input> {
    let file = File::open(path).with_context(|| format!("{}", path.display()))?;
    Ok(rows::input(Box::new(file))?)
}

fn sessions(timetable: &Timetable, config: &Config) -> Result<(Vec<Planned>, Vec<Wrong>)> {
    let (path, zone) = (&timetable.list.path, config.dispatch.time_zone);
    let is_calendar = path.extension().is_some_and(|it| it.eq_ignore_ascii_case("ics"));
    if !is_calendar {
        return Ok(read_planned(open(path)?, zone)?);
    }
    let summary = Regex::new(&timetable.summary).context("--summary is no regular expression")?;
    let text = fs::read_to_string(path).with_context(|| format!("{}", path.display()))?;
    let rules = IcalRules { summary, zone, teachers: timetable.teacher.clone() };
    Ok(read_ical(&text, &rules))
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
    if !report.is_kept {
        say(if list.dry_run { "nothing was written: a dry run" } else { "nothing was written" });
    }
    Ok(())
}
