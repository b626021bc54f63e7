//! `aiguillage migrate`
use super::{ConfigFile, say};
use crate::config::Config;
use crate::db::{Db, SchemaState, grants};
use anyhow::{Result, ensure};
use clap::Args;
use std::process::ExitCode;

/// What to do.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    pub(super) file: ConfigFile,
    /// Only look: exit 0 when up to date, 1 when not.
    #[arg(long)]
    check: bool,
    /// Print what the owner of a PostgreSQL database runs, so that this role may serve and nobody
    /// who serves can change the audit record. Changes nothing.
    #[arg(long, value_name = "ROLE", conflicts_with = "check")]
    print_grants: Option<String>,
}

pub(super) async fn run(config: Config, arguments: &Arguments) -> Result<ExitCode> {
    let db = Db::open(&config.database).await?;
    if let Some(role) = &arguments.print_grants {
        ensure!(matches!(db, Db::Postgres(_)), "only PostgreSQL knows roles");
        say(grants(role, config.audit.keep)?.trim_end());
        return Ok(ExitCode::SUCCESS);
    }
    let before = db.schema().await?;
    let code = match before {
        SchemaState::Current => "the database is up to date",
        SchemaState::Ahead => "the database was migrated by a newer version of aiguillage",
        SchemaState::Behind { .. } if arguments.check => "the database needs aiguillage migrate",
        SchemaState::Behind { .. } => {
            db.migrate().await?;
            "the database was brought up to date"
        }
    };
    say(code);
    let is_good =
        before == SchemaState::Current || (!arguments.check && before != SchemaState::Ahead);
    Ok(if is_good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
