//! `aiguillage check-config`
use super::print::{say, say_error, say_json};
use super::{ConfigFile, EXIT_CONFIG};
use crate::app;
use crate::clock::Clock;
use crate::config::{Config, process_environment, sample_file};
use crate::finding::{Finding, Severity};
use clap::Args;
use std::process::ExitCode;

/// What to check, and how strictly.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    file: ConfigFile,
    /// Warnings count too: exit 1.
    #[arg(long)]
    strict: bool,
    /// As JSON.
    #[arg(long)]
    json: bool,
    /// Only print a sample configuration with every setting.
    #[arg(long)]
    sample: bool,
}

pub(super) fn run(arguments: &Arguments) -> ExitCode {
    if arguments.sample {
        say(sample_file().trim_end());
        return ExitCode::SUCCESS;
    }
    let findings = check(arguments);
    let worst = findings.iter().map(Finding::severity).max();
    if arguments.json {
        if let Err(error) = say_json(&findings) {
            return super::failed(&error);
        }
    } else {
        for finding in &findings {
            say(&finding.to_string());
        }
        say_error(&summary(&findings));
    }
    match worst {
        Some(Severity::Error) => ExitCode::from(EXIT_CONFIG),
        Some(Severity::Warning) if arguments.strict => ExitCode::FAILURE,
        _ => ExitCode::SUCCESS,
    }
}

/// The configuration, then every file that it names. No network, nothing is changed.
fn check(arguments: &Arguments) -> Vec<Finding> {
    let path = &arguments.file.config;
    let (config, mut findings) = match Config::load(path, &process_environment) {
        Ok(loaded) => loaded,
        Err(findings) => return findings,
    };
    findings.extend(app::small_files(&config, &Clock::system()));
    match app::open_files(&config, &Clock::system()) {
        Ok(files) => findings.extend(files.snapshot().findings.clone()),
        Err(error) => findings.push(Finding::about("E-CONF-FILE", format!("{error:#}"))),
    }
    findings
}

fn summary(findings: &[Finding]) -> String {
    let count = |severity| findings.iter().filter(|f| f.severity() == severity).count();
    let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
    match (errors, warnings) {
        (0, 0) => "the configuration is in order".to_owned(),
        (0, _) => format!("the configuration can be used; {warnings} warnings"),
        _ => format!("the configuration cannot be used: {errors} errors, {warnings} warnings"),
    }
}
