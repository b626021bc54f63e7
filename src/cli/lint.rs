//! `aiguillage lint`
use super::ConfigFile;
use super::print::{say, say_json};
use crate::app;
use crate::clock::Clock;
use crate::config::Config;
use crate::finding::{Finding, Severity};
use anyhow::Result;
use clap::Args;
use std::process::ExitCode;

/// Which files.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    pub(super) file: ConfigFile,
    /// As JSON.
    #[arg(long)]
    json: bool,
    /// Leave out what is only worth knowing (`I-…`).
    #[arg(long)]
    quiet: bool,
}

/// Exit 1 when anything is a warning or worse.
pub(super) fn run(config: &Config, arguments: &Arguments) -> Result<ExitCode> {
    let files = app::open_files(config, &Clock::system())?;
    let snapshot = files.snapshot();
    let least = if arguments.quiet { Severity::Warning } else { Severity::Info };
    let shown: Vec<&Finding> =
        snapshot.findings.iter().filter(|finding| finding.severity() >= least).collect();
    if arguments.json {
        say_json(&shown)?;
    } else {
        for finding in &shown {
            say(&finding.to_string());
        }
        let (schools, zones) = (snapshot.schools.len(), snapshot.zones.len());
        say(&format!(
            "{schools} schools, {zones} zones, {} partners, {} findings",
            snapshot.partners.partners.len(),
            shown.len()
        ));
    }
    let is_clean = shown.iter().all(|finding| finding.severity() < Severity::Warning);
    Ok(if is_clean { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
