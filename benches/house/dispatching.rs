//! Decisions: the pure rules, and whole requests to `/dispatch`.
use super::client::{self, Request};
use super::people::SomebodySignedIn;
use super::service::Service;
use super::table::{self, Row};
use super::timing::{Pair, compare, median};
use aiguillage::dispatch::{Order, Settings, Situation, decide};
use anyhow::Result;
use std::hint::black_box;
use std::time::Duration;

/// Connections that ask at the same time.
pub(crate) const CONNECTIONS: usize = 16;
/// Rounds of each pair of loads.
const ROUNDS: usize = 5;
/// How long one load lasts.
const LOAD: Duration = Duration::from_millis(700);

pub(crate) fn measure(service: &Service) -> Result<()> {
    for person in &service.people {
        rules(service, person);
    }
    for person in &service.people {
        requests(service, person)?;
    }
    Ok(())
}

/// Destinations and decision, without HTTP and SQL; the baseline only looks the schools up.
fn rules(service: &Service, person: &SomebodySignedIn) {
    let snapshot = service.parts.dispatcher.files.snapshot();
    let (now, settings, order) = (service.parts.clock.now(), Settings::default(), Order::default());
    let pair = compare(
        11,
        || {
            let destinations = snapshot.destinations(&person.affiliations, &order, &settings, now);
            black_box(decide(&Situation {
                destinations: &destinations,
                arena: true,
                asked: None,
                profile: None,
                choose: false,
                remembered: None,
                settings: &settings,
            }));
        },
        || {
            for rne in &person.schools {
                black_box(snapshot.schools.get(rne));
            }
        },
    );
    let what = format!("decision, rules alone, {}", schools(person));
    table::time(&Row { what: &what, baseline: "look-up of the schools", aim: "< 1 ms" }, pair);
}

fn requests(service: &Service, person: &SomebodySignedIn) -> Result<()> {
    let ours = Request {
        address: service.ours.address,
        path: "/dispatch".to_owned(),
        cookie: person.cookie.clone(),
        status: if person.schools.len() == 1 { 302 } else { 200 },
    };
    let bare = Request {
        address: service.bare.address,
        path: "/".to_owned(),
        status: 200,
        ..ours.clone()
    };
    let pair = against(&ours, || client::rate(&bare, CONNECTIONS, LOAD))?;
    let what = format!("GET /dispatch, {}", schools(person));
    table::rate(&Row { what: &what, baseline: "bare actix handler", aim: "" }, pair);
    Ok(())
}

/// Requests a second in turns with another rate, after one round to warm up.
pub(crate) fn against(ours: &Request, baseline: impl Fn() -> Result<f64>) -> Result<Pair> {
    client::rate(ours, CONNECTIONS, LOAD)?;
    baseline()?;
    let (mut rates, mut baselines) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        rates.push(client::rate(ours, CONNECTIONS, LOAD)?);
        baselines.push(baseline()?);
    }
    Ok(Pair { ours: median(rates), baseline: median(baselines) })
}

fn schools(person: &SomebodySignedIn) -> String {
    match person.schools.len() {
        1 => "1 school".to_owned(),
        count => format!("{count} schools"),
    }
}
