//! The command line: one file a command, each with an example in its help.
mod audit;
mod check_config;
mod demo;
mod explain;
mod federation;
mod import;
mod index;
mod jobs;
mod keys;
mod lint;
mod lookup;
mod migrate;
mod person;
mod print;
mod reindex;
mod role;
mod roll;
mod serve;
mod sync;
mod token;
mod verify_certificate;

use crate::config::{Config, process_environment};
use crate::db::SchemaError;
use crate::dispatch::files::Refused;
use crate::finding::Finding;
use crate::keys::{KeyError, MasterKeyError};
use clap::{Parser, Subcommand};
use print::{say, say_error};
use std::path::PathBuf;
use std::process::ExitCode;

/// Configuration that cannot be used (REL-25).
const EXIT_CONFIG: u8 = 78;

/// Signs people in once, lets them choose their school and takes them to its portal.
#[derive(Debug, Parser)]
#[command(version, about, long_about = None, after_help = "Try it: aiguillage demo, then open \
    http://localhost:8080")]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

/// Which configuration a command is about.
#[derive(Debug, Clone, clap::Args)]
pub struct ConfigFile {
    /// The configuration file.
    #[arg(
        long,
        value_name = "FILE",
        env = "AIGUILLAGE_CONFIG",
        default_value = "/etc/aiguillage/aiguillage.ini"
    )]
    config: PathBuf,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve a real installation.
    #[command(after_help = "Example: aiguillage serve --config /etc/aiguillage/aiguillage.ini\n\
            Reload the files with SIGHUP, stop with SIGTERM.")]
    Serve(ConfigFile),
    /// Serve the demonstration: made-up people, schools and portals, all on this machine.
    #[command(after_help = "Examples:\n  aiguillage demo --port 8081\n  \
            aiguillage demo --lan, then open the https address it prints on a telephone")]
    Demo(demo::Arguments),
    /// Check the configuration and every file it names; exit 78 when it cannot be used.
    #[command(after_help = "Examples:\n  \
            aiguillage check-config --config etc/aiguillage.ini --strict\n  \
            aiguillage check-config --sample > etc/aiguillage.ini")]
    CheckConfig(check_config::Arguments),
    /// Bring the tables of the database up to date.
    #[command(after_help = "Examples:\n  aiguillage migrate --config FILE --check\n  \
            aiguillage migrate --config FILE --print-grants aiguillage | psql OWNER-ADDRESS")]
    Migrate(migrate::Arguments),
    /// Report what looks wrong in etabs.ini, portails.ini and the partners' metadata.
    #[command(after_help = "Example: aiguillage lint --config FILE --json")]
    Lint(lint::Arguments),
    /// Show step by step where somebody would land, without doing it.
    #[command(
        after_help = "Example: aiguillage explain --config FILE --login mdupont --ip 10.205.3.4"
    )]
    Explain(explain::Arguments),
    /// List federations, or fetch what they publish now.
    #[command(after_help = "Example: aiguillage federation fetch --config FILE")]
    Federation(federation::Arguments),
    /// Check that nobody changed the audit record, and take it away.
    #[command(after_help = "Example: aiguillage audit verify --config FILE")]
    Audit(audit::Arguments),
    /// List, make, change and retire the keys that sign.
    #[command(after_help = "Example: aiguillage keys list --config FILE --json")]
    Keys(keys::Arguments),
    /// List, retry, drop and start work that goes on in the background.
    #[command(after_help = "Example: aiguillage jobs list --config FILE --state given_up")]
    Jobs(jobs::Arguments),
    /// Bring in the colleagues of a list: new ones, changed ones, and remove who is missing.
    #[command(after_help = "Examples:\n  \
            aiguillage import --config FILE colleagues.csv --dry-run\n  \
            aiguillage import --config FILE portal.jsonl --list portal\n\
            Columns: username, firstName, lastName, email, nclocator, perhaps isActive.")]
    Import(import::Arguments),
    /// Try the search for colleagues, and see who is claimed twice.
    #[command(after_help = "Example: aiguillage lookup explain --config FILE 'martin agnes'")]
    Lookup(lookup::Arguments),
    /// Add, list and link people.
    #[command(
        after_help = "Example: aiguillage person add --config FILE --source local --login alix \
            --name 'Alix Durand' --admin"
    )]
    Person(person::Arguments),
    /// Who may do what: list, give and take roles, explain what somebody has and why.
    #[command(after_help = "Example: aiguillage role explain --config FILE alix")]
    Role(role::Arguments),
    /// Keep people in step with directories and lists: run a source now, see what became of it.
    #[command(after_help = "Example: aiguillage sync run agents --config FILE --dry-run")]
    Sync(sync::Arguments),
    /// Make, list and revoke tokens of the API.
    #[command(after_help = "Example: aiguillage token add 'Restaurant' --config FILE \
            --scope people:read")]
    Token(token::Arguments),
    /// Bring in groups, their members, the séances of timetables, and marks.
    #[command(after_help = "Examples:\n  \
            aiguillage roll members --config FILE --rne 0759802X members.csv --dry-run\n  \
            aiguillage roll sessions --config FILE --rne 0759802X timetable.ics --teacher agarnier\n  \
            aiguillage roll groups --config FILE --dry-run")]
    Roll(roll::Arguments),
    /// Check a certificate of presence without asking anybody: exit 0 it holds, 1 the signature is
    /// bad, 2 there is no proof inside, 3 it was revoked, 4 the page says something else.
    #[command(after_help = "Examples:\n  \
            aiguillage verify-certificate CP-2026-0062999Z-0001842.pdf --jwks jwks.json\n  \
            aiguillage verify-certificate certificat.jws --jwks jwks.json --revoked revoked.jws\n\
            Keys and list come from /.well-known/attendance-jwks.json and \
            /.well-known/attendance-revoked.jws.\n\
            To compare the page with what is signed, pdftotext (package poppler-utils) is asked.")]
    VerifyCertificate(verify_certificate::Arguments),
    /// Make the search index anew from the database, also beside a serving process.
    #[command(after_help = "Example: aiguillage reindex --config FILE")]
    Reindex(reindex::Arguments),
    /// Compare the search index with the database.
    #[command(after_help = "Example: aiguillage index verify --config FILE")]
    Index(index::Arguments),
}

/// Run a command line.
pub fn run(cli: Cli) -> ExitCode {
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => return failed(&error.into()),
    };
    let done = match cli.command {
        Command::Serve(file) => with_config(&file, serve::run),
        Command::Demo(arguments) => demo::run(&arguments),
        Command::VerifyCertificate(arguments) => return verify_certificate::run(&arguments),
        Command::CheckConfig(arguments) => return check_config::run(&arguments),
        Command::Migrate(arguments) => {
            with_config(&arguments.file, |c| runtime.block_on(migrate::run(c, &arguments)))
        }
        Command::Lint(arguments) => with_config(&arguments.file, |c| lint::run(&c, &arguments)),
        Command::Explain(arguments) => {
            with_config(&arguments.file, |c| runtime.block_on(explain::run(c, &arguments)))
        }
        Command::Federation(arguments) => {
            with_config(arguments.file(), |c| runtime.block_on(federation::run(c, &arguments)))
        }
        Command::Audit(arguments) => {
            with_config(arguments.file(), |c| runtime.block_on(audit::run(c, &arguments)))
        }
        Command::Keys(arguments) => {
            with_config(arguments.file(), |c| runtime.block_on(keys::run(c, &arguments)))
        }
        Command::Jobs(arguments) => {
            with_config(arguments.file(), |c| runtime.block_on(jobs::run(c, &arguments)))
        }
        Command::Import(arguments) => {
            with_config(&arguments.file, |c| runtime.block_on(import::run(c, &arguments)))
        }
        Command::Lookup(arguments) => {
            with_config(arguments.file(), |c| runtime.block_on(lookup::run(c, &arguments)))
        }
        Command::Person(arguments) => {
            with_config(arguments.file(), |c| runtime.block_on(person::run(c, &arguments)))
        }
        Command::Role(arguments) => {
            with_config(arguments.file(), |c| runtime.block_on(role::run(c, &arguments)))
        }
        Command::Sync(arguments) => {
            with_config(arguments.file(), |c| runtime.block_on(sync::run(c, &arguments)))
        }
        Command::Token(arguments) => {
            with_config(arguments.file(), |c| runtime.block_on(token::run(c, &arguments)))
        }
        Command::Roll(arguments) => {
            with_config(arguments.file(), |c| runtime.block_on(roll::run(c, &arguments)))
        }
        Command::Reindex(arguments) => {
            with_config(&arguments.file, |c| runtime.block_on(reindex::run(c)))
        }
        Command::Index(arguments) => {
            with_config(arguments.file(), |c| runtime.block_on(index::run(c, &arguments)))
        }
    };
    done.unwrap_or_else(|error| failed(&error))
}

/// Load the configuration, list every mistake if it cannot be used.
fn with_config(
    file: &ConfigFile,
    run: impl FnOnce(Config) -> anyhow::Result<ExitCode>,
) -> anyhow::Result<ExitCode> {
    match Config::load(&file.config, &process_environment) {
        Ok((config, findings)) => {
            say_findings(&findings);
            run(config)
        }
        Err(findings) => Ok(refuse(&findings)),
    }
}

fn say_findings(findings: &[Finding]) {
    for finding in findings {
        say_error(&finding.to_string());
    }
}

/// All mistakes at once on standard error, exit 78.
fn refuse(findings: &[Finding]) -> ExitCode {
    say_findings(findings);
    say_error(&format!("{} mistakes: nothing was started", findings.len()));
    ExitCode::from(EXIT_CONFIG)
}

/// The chain of causes on standard error.
fn failed(error: &anyhow::Error) -> ExitCode {
    say_error(&format!("aiguillage: {error:#}"));
    if error.chain().any(is_about_configuration) {
        return ExitCode::from(EXIT_CONFIG);
    }
    ExitCode::FAILURE
}

/// Whether starting again will not help before somebody changed a file or the database.
fn is_about_configuration(cause: &(dyn std::error::Error + 'static)) -> bool {
    let is_key = |error: &KeyError| matches!(error, KeyError::Master(_) | KeyError::Sealed);
    cause.is::<Refused>()
        || cause.is::<MasterKeyError>()
        || cause.downcast_ref::<KeyError>().is_some_and(is_key)
        || matches!(
            cause.downcast_ref::<SchemaError>(),
            Some(SchemaError::Ahead | SchemaError::Behind { .. })
        )
}
