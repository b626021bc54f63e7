//! Why somebody would land where they would land: every step, nothing executed.
use super::received::received;
pub use super::received::{ReceivedStep, Told};
use super::service::{Dispatcher, Wish};
use super::standing::Standing;
use super::{Outcome, State, did_you_mean};
use crate::db::Db;
use crate::identity::Person;
use crate::identity::store::{self, AccountFinding};
use crate::web::client_ip::{ClientAddress, TrustedProxies};
use chrono::{DateTime, Utc};
use serde::Serialize;
use std::net::IpAddr;

/// Who, and from where.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Question {
    /// Login, in any source.
    pub login: Option<String>,
    /// The client itself.
    pub ip: Option<IpAddr>,
    /// TCP peer, when the client is to be found out.
    pub peer: Option<IpAddr>,
    /// Lines of the forwarding header.
    pub header: Vec<String>,
    /// An application by its address, or a portal: what would it be told?
    pub service: Option<String>,
}

/// The answer, step by step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Explanation {
    /// Which address counts, and why.
    pub client: ClientStep,
    /// The zone it is in.
    pub zone: Option<ZoneStep>,
    /// Sources that know the login: name and label.
    pub sources: Vec<SourceStep>,
    /// Where the person belongs.
    pub affiliations: Vec<AffiliationStep>,
    /// What was wrong with their attributes at the last sign-in.
    pub findings: Vec<AccountFinding>,
    /// Their destinations, in order.
    pub destinations: Vec<DestinationStep>,
    /// What the application or portal that was asked about would receive.
    pub received: Option<ReceivedStep>,
    /// How it ends.
    pub verdict: Verdict,
}

/// Which address counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct ClientStep {
    /// The address, or none when it is not known.
    #[schema(value_type = Option<String>)]
    pub address: Option<IpAddr>,
    /// `given`, `peer`, `header`, `header_ignored` or `unknown`.
    pub because: &'static str,
}

/// The zone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct ZoneStep {
    /// Section of `portails.ini`.
    pub name: String,
    /// Line of it.
    pub line: u32,
    /// Academic portal.
    pub portal: String,
    /// Reverse-proxy zone.
    pub arena: Option<String>,
    /// Whether a second factor is asked for.
    pub mfa: super::Mfa,
}

/// A source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct SourceStep {
    /// `[source:NAME]`
    pub name: String,
    /// Its label.
    pub label: String,
    /// Whether an account of this person is in it.
    pub knows: bool,
}

/// An affiliation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct AffiliationStep {
    /// School code.
    pub rne: String,
    /// Profile.
    pub profile: String,
    /// Sources that say so.
    pub sources: Vec<String>,
    /// The code that was probably meant.
    pub meant: Option<String>,
}

/// A destination.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct DestinationStep {
    /// School code.
    pub rne: String,
    /// Label.
    pub label: String,
    /// Portal.
    pub portal: Option<String>,
    /// Service provider.
    pub sp: String,
    /// Whether it can be followed.
    pub state: State,
}

/// How it ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Verdict {
    /// `single`, `choice`, `remembered`, `arena_only`, `none`, or `nobody` for an unknown login.
    pub decision: &'static str,
    /// Audit reason or code.
    pub reason: &'static str,
    /// Status of the answer.
    pub status: u16,
    /// Where to, when straight on.
    pub goes_to: Option<String>,
    /// `W-…` codes.
    pub warnings: Vec<&'static str>,
}

/// Explain. The person is looked up in the tables as they are; no source is asked.
pub async fn explain(
    dispatcher: &Dispatcher,
    db: &Db,
    proxies: &TrustedProxies,
    question: &Question,
    now: DateTime<Utc>,
) -> sqlx::Result<Explanation> {
    let (address, client) = client(proxies, question);
    let found = match &question.login {
        Some(login) => find(dispatcher, db, login, now).await?,
        None => None,
    };
    let sources = sources(dispatcher, found.as_ref().map(|(_, standing, _)| standing));
    let Some((person, standing, findings)) = found else {
        let zone = dispatcher.zone(address).map(|zone| zone_step(&zone));
        return Ok(nobody(client, zone, sources));
    };
    let view = dispatcher.look(standing, address, &Wish::default(), now);
    let schools = &view.snapshot.schools;
    let affiliations = view.standing.affiliations.iter().map(|a| AffiliationStep {
        rne: a.rne.to_string(),
        profile: a.profile.to_string(),
        sources: a.sources.clone(),
        meant: did_you_mean(&a.rne, schools).map(|rne| rne.to_string()),
    });
    let goes_to = match view.decision.outcome {
        Outcome::Go(index) => {
            let destination = &view.destinations[index];
            Some(super::choice::way_in(destination, &destination.rne))
        }
        _ => None,
    };
    let told = question.service.as_deref().map(|service| {
        let arena = view.zone.as_ref().and_then(|zone| zone.arena.clone());
        received(dispatcher, &view.snapshot, &view.standing, &person, arena, service.trim())
    });
    Ok(Explanation {
        received: told,
        client,
        zone: view.zone.as_ref().map(zone_step),
        sources,
        affiliations: affiliations.collect(),
        findings,
        destinations: view.destinations.iter().map(destination_step).collect(),
        verdict: Verdict {
            decision: view.decision.word(),
            reason: view.decision.reason,
            status: view.decision.status(),
            goes_to,
            warnings: view.decision.warnings.clone(),
        },
    })
}

fn nobody(client: ClientStep, zone: Option<ZoneStep>, sources: Vec<SourceStep>) -> Explanation {
    Explanation {
        client,
        zone,
        sources,
        affiliations: Vec::new(),
        findings: Vec::new(),
        destinations: Vec::new(),
        received: None,
        verdict: Verdict {
            decision: "nobody",
            reason: "unknown_login",
            status: 401,
            goes_to: None,
            warnings: vec![],
        },
    }
}

async fn find(
    dispatcher: &Dispatcher,
    db: &Db,
    login: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<(Person, Standing, Vec<AccountFinding>)>> {
    let mut tx = db.read().await?;
    let accounts = store::accounts_by_login(&mut tx, login).await?;
    let Some(first) = accounts.first() else { return Ok(None) };
    let standing = Standing::read(&mut tx, &dispatcher.directories, first.person, now).await?;
    let findings = store::findings_of(&mut tx, first.person).await?;
    let person = store::find_person(&mut tx, first.person).await?;
    Ok(person.map(|person| (person, standing, findings)))
}

fn client(proxies: &TrustedProxies, question: &Question) -> (ClientAddress, ClientStep) {
    if let Some(ip) = question.ip {
        let address = ip.to_canonical();
        let step = ClientStep { address: Some(address), because: "given" };
        return (ClientAddress::Known(address), step);
    }
    let lines: Vec<&str> = question.header.iter().map(String::as_str).collect();
    let seen = proxies.client(question.peer, &lines);
    let because = match seen.client {
        ClientAddress::Unknown => "unknown",
        ClientAddress::Known(_) if seen.header_used => "header",
        ClientAddress::Known(_) if seen.header_ignored => "header_ignored",
        ClientAddress::Known(_) => "peer",
    };
    (seen.client, ClientStep { address: seen.client.known(), because })
}

fn sources(dispatcher: &Dispatcher, standing: Option<&Standing>) -> Vec<SourceStep> {
    let knows = |name: &str| {
        standing.is_some_and(|s| s.accounts.iter().any(|account| account.source == name))
    };
    let all = dispatcher.directories.all().iter();
    all.map(|s| SourceStep { name: s.name.clone(), label: s.label.clone(), knows: knows(&s.name) })
        .collect()
}

fn zone_step(zone: &super::Zone) -> ZoneStep {
    ZoneStep {
        name: zone.name.clone(),
        line: zone.line,
        portal: zone.portal.as_str().to_owned(),
        arena: zone.arena.clone(),
        mfa: zone.mfa,
    }
}

fn destination_step(destination: &super::Destination) -> DestinationStep {
    DestinationStep {
        rne: destination.rne.to_string(),
        label: destination.label.clone(),
        portal: destination.portal.as_ref().map(|portal| portal.as_str().to_owned()),
        sp: destination.sp.clone(),
        state: destination.state,
    }
}
