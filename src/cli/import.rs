//! `aiguillage import`
use super::ConfigFile;
use super::print::{say, say_error, say_json};
use crate::clock::Clock;
use crate::config::Config;
use crate::db::Db;
use crate::lookup::Parts;
use crate::lookup::import::{Format, Import, Outcome, Rejected};
use anyhow::{Context, Result, ensure};
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use std::fs::File;
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Rejected lines that are shown; all of them are in the file.
const SHOWN: u64 = 20;

/// Which list, and how careful to be.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    pub(super) file: ConfigFile,
    /// The list, complete: whoever it does not name any more is removed.
    list: PathBuf,
    /// How it is written; default: by the ending of its name.
    #[arg(long)]
    format: Option<Format>,
    /// Name of the list; several lists live side by side.
    #[arg(long = "list", value_name = "NAME", default_value = "people")]
    name: String,
    /// Look only: say what would be done.
    #[arg(long)]
    dry_run: bool,
    /// Go on even if more than 20 % of the list would vanish.
    #[arg(long)]
    force: bool,
    /// Where the rejected lines are written down; default: beside the list.
    #[arg(long, value_name = "FILE")]
    rejected: Option<PathBuf>,
    /// As JSON.
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(config: Config, arguments: &Arguments) -> Result<ExitCode> {
    ensure!(is_name(&arguments.name), "a list is named with at most 40 of a-z, 0-9, - and _");
    let path = &arguments.list;
    let size = std::fs::metadata(path).with_context(|| format!("{}", path.display()))?.len();
    let (db, clock) = (Db::open(&config.database).await?, Clock::system());
    db.prepare(config.migrate).await?;
    let intake = Parts::open_intake(&config, &db, &clock).await?;
    let bar = bar(size * 2);
    let open =
        || -> io::Result<Box<dyn Read + Send>> { Ok(Box::new(bar.wrap_read(File::open(path)?))) };
    let import = Import {
        name: &arguments.name,
        format: arguments.format.unwrap_or_else(|| Format::of(path)),
        open: &open,
        force: arguments.force,
        dry_run: arguments.dry_run,
    };
    let mut rejects = Rejects::beside(arguments.rejected.as_deref(), path);
    let done = import
        .run((&intake, &db, &clock), |rejected| bar.suspend(|| rejects.note(&rejected)))
        .await;
    bar.finish_and_clear();
    rejects.sum_up().context("the rejected lines cannot be written down")?;
    let outcome = done?;
    db.close().await;
    if arguments.json {
        say_json(&outcome)?;
    } else {
        tell(&outcome);
    }
    Ok(ExitCode::SUCCESS)
}

fn is_name(name: &str) -> bool {
    let is_allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_".contains(c);
    (1..=40).contains(&name.len()) && name.chars().all(is_allowed)
}

/// The list is read twice; hidden when nobody looks at the terminal.
fn bar(bytes: u64) -> ProgressBar {
    let style =
        ProgressStyle::with_template("{wide_bar} {percent:>3} %  {bytes_per_sec}  {eta} left");
    let bar = ProgressBar::new(bytes);
    style.map_or(bar.clone(), |style| bar.with_style(style))
}

/// Lines that cannot be used: the first ones on the screen, all of them in a file.
struct Rejects {
    path: PathBuf,
    file: Option<BufWriter<File>>,
    count: u64,
}

impl Rejects {
    fn beside(chosen: Option<&Path>, list: &Path) -> Self {
        let mut beside = list.as_os_str().to_owned();
        beside.push(".rejected.csv");
        let path = chosen.map_or_else(|| PathBuf::from(beside), Path::to_owned);
        Self { path, file: None, count: 0 }
    }

    fn note(&mut self, rejected: &Rejected) -> io::Result<()> {
        self.count += 1;
        if self.count <= SHOWN {
            say_error(&format!("line {}: {}", rejected.line, rejected.why));
        }
        let mut file = if let Some(file) = self.file.take() {
            file
        } else {
            let mut file = BufWriter::new(File::create(&self.path)?);
            writeln!(file, "line,reason")?;
            file
        };
        writeln!(file, "{},\"{}\"", rejected.line, rejected.why)?;
        self.file = Some(file);
        Ok(())
    }

    fn sum_up(self) -> io::Result<()> {
        let Some(mut file) = self.file else { return Ok(()) };
        say_error(&format!("{} rejected lines stand in {}", self.count, self.path.display()));
        file.flush()
    }
}

fn tell(outcome: &Outcome) {
    if outcome.dry_run {
        say("nothing was written; this is what would be done:");
    }
    let rows: [(&str, u64); 8] = [
        ("lines", outcome.lines),
        ("added", outcome.added as u64),
        ("changed", outcome.changed as u64),
        ("unchanged", outcome.unchanged as u64),
        ("removed", outcome.removed as u64),
        ("switched off", outcome.inactive),
        ("rejected", outcome.rejected),
        ("left out by rule", outcome.refused as u64),
    ];
    for (name, count) in rows {
        say(&format!("{name:<17} {count:>9}"));
    }
}

#[cfg(test)]
mod tests {
    use super::is_name;

    #[test]
    fn lists_have_plain_names() {
        for good in ["people", "ac-dijon_2", "7"] {
            assert!(is_name(good), "{good}");
        }
        for bad in ["", "Agents", "a b", "é", "a:b", &"a".repeat(41)] {
            assert!(!is_name(bad), "{bad}");
        }
    }
}
