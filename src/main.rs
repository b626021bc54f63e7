//! The program: parse the command line, run it, print the chain of errors.
use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    aiguillage::cli::run(aiguillage::cli::Cli::parse())
}
