//! `aiguillage demo`
use super::print::{say, say_error};
use crate::demo::{self, Certificate, Stage};
use anyhow::{Context, Result};
use clap::Args;
use std::net::{IpAddr, UdpSocket};
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
    /// Let others in the same network come, with a telephone for instance: https with a
    /// certificate made on the spot, random passwords on this terminal, everything anew at each
    /// start. ADDRESS is ours in that network; it is found when only one is likely.
    #[arg(long, value_name = "ADDRESS", num_args = 0..=1, require_equals = true,
        default_missing_value = "auto", value_parser = lan)]
    lan: Option<Lan>,
}

/// What `--lan` says.
#[derive(Debug, Clone, Copy)]
enum Lan {
    Find,
    Address(IpAddr),
}

fn lan(text: &str) -> Result<Lan, std::net::AddrParseError> {
    if text == "auto" { Ok(Lan::Find) } else { text.parse().map(Lan::Address) }
}

pub(super) fn run(arguments: &Arguments) -> Result<ExitCode> {
    let lan = match arguments.lan {
        None => None,
        Some(Lan::Address(address)) => Some(address),
        Some(Lan::Find) => Some(own_address().context(
            "this machine has no address in a network; name one: aiguillage demo --lan=ADDRESS",
        )?),
    };
    let setup = demo::Setup {
        port: arguments.port,
        folder: arguments.folder.clone(),
        files: arguments.files.clone(),
        fresh: arguments.fresh,
        lan,
    };
    say_error("The demonstration is starting; everything in it is made up.");
    demo::run(&setup, |stage| match &stage.certificate {
        None => {
            let address = &stage.origin;
            say_error(&format!(
                "It stays on this machine. Open {address} in your browser. Stop with Ctrl+C."
            ));
        }
        Some(certificate) => invite(stage, certificate),
    })?;
    Ok(ExitCode::SUCCESS)
}

/// The address from which the rest of the world would be reached. Nothing is sent.
fn own_address() -> std::io::Result<IpAddr> {
    let socket = UdpSocket::bind("0.0.0.0:0")?;
    socket.connect("192.0.2.1:9")?;
    Ok(socket.local_addr()?.ip())
}

/// What others need to come in, and why their browser hesitates.
fn invite(stage: &Stage, certificate: &Certificate) {
    let fingerprint = certificate.fingerprint().unwrap_or_default();
    say(&format!(
        "Everybody in your network can come now. Open {} there. Stop with Ctrl+C.\n\n\
         The browser will warn that the connection is not private: the certificate was made a\n\
         moment ago on this machine, and nobody vouches for it. That is expected here, and only\n\
         here. In the details of the warning the SHA-256 fingerprint of the certificate must be\n  \
         {fingerprint}\n\
         If it is, choose to go on. If it is another one, somebody stands between you.\n\n\
         Who can sign in, and with which password:",
        stage.origin
    ));
    for person in stage.people.iter() {
        say(&format!("  {:<28} {}", person.login, person.password));
    }
}
