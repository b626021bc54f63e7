//! `aiguillage explain`
use super::ConfigFile;
use super::print::{say, say_json};
use crate::app::Parts;
use crate::clock::Clock;
use crate::config::Config;
use crate::dispatch::explain::{Explanation, Question, ReceivedStep, explain};
use crate::web::client_ip::TrustedProxies;
use anyhow::Result;
use clap::Args;
use std::net::IpAddr;
use std::process::ExitCode;

/// Who, and from where.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    pub(super) file: ConfigFile,
    /// Login, as the tables know it since the last sign-in.
    #[arg(long)]
    login: Option<String>,
    /// Address of the client.
    #[arg(long)]
    ip: Option<IpAddr>,
    /// Address of the TCP peer, with --xff.
    #[arg(long)]
    peer: Option<IpAddr>,
    /// A line of the forwarding header, several times.
    #[arg(long)]
    xff: Vec<String>,
    /// What would this application (its address) or portal (its short name or entityID) be told?
    #[arg(long)]
    service: Option<String>,
    /// As JSON.
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(config: Config, arguments: &Arguments) -> Result<ExitCode> {
    let http = &config.http;
    let proxies = TrustedProxies::new(http.trusted_proxies.clone(), http.client_ip_header);
    let clock = Clock::system();
    let (parts, _) = Parts::build(config, clock.clone(), None).await?;
    let question = Question {
        login: arguments.login.clone(),
        ip: arguments.ip,
        peer: arguments.peer,
        header: arguments.xff.clone(),
        service: arguments.service.clone(),
    };
    let answer = explain(&parts.dispatcher, &parts.db, &proxies, &question, clock.now()).await?;
    if arguments.json {
        say_json(&answer)?;
    } else {
        tell(&answer);
    }
    Ok(ExitCode::SUCCESS)
}

fn tell(answer: &Explanation) {
    let address = answer.client.address.map_or("unknown".to_owned(), |a| a.to_string());
    say(&format!("client        {address} ({})", answer.client.because));
    match &answer.zone {
        Some(zone) => {
            say(&format!("zone          [{}] line {} -> {}", zone.name, zone.line, zone.portal));
        }
        None => say("zone          none"),
    }
    for source in &answer.sources {
        let knows = if source.knows { "knows the person" } else { "does not know the person" };
        say(&format!("source        {} {knows}", source.name));
    }
    for step in &answer.affiliations {
        let meant =
            step.meant.as_ref().map(|m| format!(" (did you mean {m}?)")).unwrap_or_default();
        say(&format!(
            "affiliation   {} {} from {}{meant}",
            step.rne,
            step.profile,
            step.sources.join(", ")
        ));
    }
    for finding in &answer.findings {
        let (source, code) = (&finding.source, &finding.code);
        say(&format!("finding       {source} {code} {}", finding.subject));
    }
    for step in &answer.destinations {
        let portal = step.portal.as_deref().unwrap_or("no portal");
        say(&format!("destination   {} {} {portal} ({:?})", step.rne, step.label, step.state));
    }
    if let Some(step) = &answer.received {
        tell_received(step);
    }
    let verdict = &answer.verdict;
    say(&format!(
        "verdict       {} ({}), status {}",
        verdict.decision, verdict.reason, verdict.status
    ));
    if let Some(to) = &verdict.goes_to {
        say(&format!("goes to       {to}"));
    }
}

fn tell_received(step: &ReceivedStep) {
    let Some(name) = &step.service else {
        say("service       no file describes it");
        return;
    };
    say(&format!("service       {name} ({})", step.by()));
    for told in &step.told {
        say(&format!("receives      {} = {}", told.label(), told.values.join(", ")));
    }
}
