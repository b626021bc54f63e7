//! An explanation in the words of the administration page.
use super::State;
use super::explain::{AffiliationStep, DestinationStep, Explanation, ReceivedStep, Told};
use super::pages::State as Shown;
use super::pages::admin::{Fact, Step, Verdict};
use crate::identity::store::AccountFinding;

/// The steps that the page shows.
pub(super) fn steps(answer: &Explanation) -> Vec<Step> {
    let findings: Vec<Fact> = answer.findings.iter().map(finding).collect();
    let mut steps = vec![
        Step::Client(vec![client(answer)]),
        Step::Zone(vec![zone(answer)]),
        Step::Sources(sources(answer)),
    ];
    if !findings.is_empty() {
        steps.push(Step::Findings(findings));
    }
    steps.push(Step::Affiliations(affiliations(answer)));
    steps.push(Step::Destinations(answer.destinations.iter().map(destination).collect()));
    steps.extend(answer.received.as_ref().map(|step| Step::Received(received(step))));
    steps
}

fn finding(finding: &AccountFinding) -> Fact {
    let AccountFinding { source, code, subject, .. } = finding;
    Fact::Finding { code: code.clone(), subject: format!("{source} · {code} · {subject}") }
}

/// How it ends.
pub(super) fn verdict(answer: &Explanation) -> Verdict {
    let verdict = &answer.verdict;
    let label = || {
        let first = answer.destinations.iter().find(|d| d.state == State::Ok);
        first.map(|d| d.label.clone()).unwrap_or_default()
    };
    match verdict.decision {
        "nobody" => Verdict::Nobody,
        "single" => Verdict::Single(label()),
        "remembered" => Verdict::Remembered(label()),
        "choice" => Verdict::Choice(answer.destinations.len()),
        "arena_only" => Verdict::ArenaOnly,
        _ => Verdict::Refused(verdict.reason.to_owned()),
    }
}

fn client(answer: &Explanation) -> Fact {
    let address = answer.client.address.map(|address| address.to_string()).unwrap_or_default();
    match answer.client.because {
        "header" => Fact::HeaderNames(address),
        "header_ignored" => Fact::HeaderIgnored(address),
        "unknown" => Fact::AddressUnknown,
        _ => Fact::PeerIsClient(address),
    }
}

fn zone(answer: &Explanation) -> Fact {
    match &answer.zone {
        Some(zone) => Fact::Zone { network: zone.name.clone(), portal: zone.portal.clone() },
        None => Fact::NoZone,
    }
}

fn sources(answer: &Explanation) -> Vec<Fact> {
    let fact = |label: String, knows: bool| {
        if knows { Fact::Known(label) } else { Fact::NotKnown(label) }
    };
    answer.sources.iter().map(|source| fact(source.label.clone(), source.knows)).collect()
}

fn affiliations(answer: &Explanation) -> Vec<Fact> {
    if answer.affiliations.is_empty() {
        return vec![Fact::NoSchool];
    }
    answer.affiliations.iter().flat_map(affiliation).collect()
}

fn affiliation(step: &AffiliationStep) -> Vec<Fact> {
    let text = format!("{} · {} · {}", step.rne, step.profile, step.sources.join(", "));
    let meant = step.meant.clone().map(|meant| Fact::MaybeMeant { code: step.rne.clone(), meant });
    [Fact::School(text)].into_iter().chain(meant).collect()
}

fn received(step: &ReceivedStep) -> Vec<Fact> {
    let Some(name) = &step.service else { return vec![Fact::NoSuchService] };
    let told = |told: &Told| Fact::Told { name: told.label(), values: told.values.join(", ") };
    let service = Fact::Service { name: name.clone(), by: step.by() };
    std::iter::once(service).chain(step.told.iter().map(told)).collect()
}

fn destination(step: &DestinationStep) -> Fact {
    Fact::Portal {
        school: format!("{} · {}", step.rne, step.label),
        portal: step.portal.clone().unwrap_or_default(),
        state: match step.state {
            State::Ok => Shown::Open,
            State::Unknown => Shown::Unknown,
            State::NoPortal => Shown::NoPortal,
            State::NoSp => Shown::NotReachable,
            State::Inactive => Shown::Inactive,
            State::Denied => Shown::Denied,
        },
    }
}
