//! Searches by class: in process beside the bare library, over HTTP beside a bare handler.
use super::bare::Bare;
use super::classes::{self, Class};
use super::load::{self, Load};
use super::server::{self, Server};
use super::timing::compare;
use aiguillage::lookup::index::{Index, Query, RebuildRequest};
use anyhow::{Context, Result};
use std::hint::black_box;
use std::path::Path;
use std::time::Duration;

/// Clients at the same time.
const CLIENTS: [usize; 3] = [1, 8, 32];
/// How long one load lasts, and how many turns ours and the bare one take.
const LOAD: Duration = Duration::from_millis(500);
const TURNS: usize = 3;

pub(crate) fn measure(index: &Index, folder: &Path, people: u64) -> Result<()> {
    let copy = RebuildRequest::copy_in(folder).context("there is a copy")?;
    let bare = Bare::open(&copy)?;
    let classes = classes::all(people);
    println!(
        "\n{:<24} {:>6} {:>12} {:>12} {:>8}",
        "in process, one thread", "hits", "ours", "(a) bare library", "ratio"
    );
    let mut in_process = Vec::new();
    for class in &classes {
        in_process.push(alone(index, &bare, class));
    }
    println!(
        "\n{:<24} {:>7} {:>9} {:>8} {:>8} {:>10} {:>10} {:>8} {:>8}",
        "over HTTP", "clients", "ours", "p50", "p99", "(a)", "(b) bare", "of least", "of both"
    );
    let server = server::start(index, &classes)?;
    for (class, library) in classes.iter().zip(in_process) {
        for clients in CLIENTS {
            over_http(&server, class, clients, library)?;
        }
    }
    server.stop();
    Ok(())
}

/// Seconds that the bare library takes for one search.
fn alone(index: &Index, bare: &Bare, class: &Class) -> f64 {
    let search = |text: &String| {
        let query = Query { text: text.clone(), limit: 50, ..Query::default() };
        index.search(&query).map_or(0, |hits| hits.hits.len())
    };
    let hits: usize = class.texts.iter().map(search).sum();
    let (mut ours, mut theirs) = (class.texts.iter().cycle(), class.texts.iter().cycle());
    let pair = compare(
        5,
        || {
            black_box(ours.next().map(search));
        },
        || {
            black_box(theirs.next().map(|text| bare.search(class.name, text).unwrap_or(0)));
        },
    );
    println!(
        "{:<24} {:>6.1} {:>9.1} us {:>13.1} us {:>7.2}x",
        class.name,
        hits as f64 / class.texts.len() as f64,
        pair.ours * 1e6,
        pair.baseline * 1e6,
        pair.ours / pair.baseline
    );
    pair.baseline
}

fn over_http(server: &Server, class: &Class, clients: usize, library: f64) -> Result<()> {
    let paths = |route: &str| -> Vec<String> {
        let texts = class.texts.iter().enumerate();
        texts.map(|(number, text)| server::path(route, class.name, number, text)).collect()
    };
    let (ours, bare) = (paths("users"), paths("bare"));
    let (mut found, mut plain) = (Load::default(), Load::default());
    for _ in 0..TURNS {
        found.add(load::run(server.address, &ours, clients, LOAD)?);
        plain.add(load::run(server.address, &bare, clients, LOAD)?);
    }
    let cores = std::thread::available_parallelism().map_or(1, usize::from) as f64;
    // A search has to be made and sent: what both baselines allow together.
    let both = 1.0 / (1.0 / plain.rate() + library / cores);
    println!(
        "{:<24} {clients:>7} {:>7.0}/s {:>5.2} ms {:>5.2} ms {:>8.0}/s {:>8.0}/s {:>6.0} % {:>6.0} %",
        class.name,
        found.rate(),
        found.percentile(50.0),
        found.percentile(99.0),
        cores / library,
        plain.rate(),
        100.0 * found.rate() / plain.rate().min(cores / library),
        100.0 * found.rate() / both
    );
    Ok(())
}
