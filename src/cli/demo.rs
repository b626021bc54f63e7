//! `aiguillage demo`
use super::print::say_error;
use crate::demo;
use anyhow::Result;
use clap::Args;
use std::path::PathBuf;
use std::process::ExitCode;

/// Where to show it.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Port on this machine.
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// Folder for the database and keys of the demonstration.
    #[arg(long, default_value = "var/demo")]
    folder: PathBuf,
    /// Folder with the demonstration's own files.
    #[arg(long, default_value = "etc/demo")]
    files: PathBuf,
    /// Begin anew: forget what was done in the demonstration before.
    #[arg(long)]
    fresh: bool,
}

pub(super) fn run(arguments: &Arguments) -> Result<ExitCode> {
    let setup = demo::Setup {
        port: arguments.port,
        folder: arguments.folder.clone(),
        files: arguments.files.clone(),
        fresh: arguments.fresh,
    };
    say_error(
        "The demonstration is starting; everything in it is made up and stays on this machine.",
    );
    demo::run(&setup, |address| {
        say_error(&format!("Open {address} in your browser. Stop with Ctrl+C."));
    })?;
    Ok(ExitCode::SUCCESS)
}
