//! Searches by class: in process beside the bare library, over HTTP beside a bare handler.
use super::bare::Bare;
use super::classes::{self, Class};
use super::load::{self, Load};
use super::running::Running;
use super::server::{self, bare_path, search_path};
use super::timing::compare;
use super::{mebibytes, memory};
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

pub(crate) fn measure(folder: &Path, people: u64) -> Result<()> {
    let (parts, ours) = server::service(folder)?;
    let lookup = parts.lookup.as_ref().context("the lookup is on")?;
    // How many one server may see grows with all.
    lookup.access.measure(people, Vec::new());
    let copy = RebuildRequest::copy_in(&folder.join("index")).context("there is a copy")?;
    let library = Bare::open(&copy)?;
    let classes = classes::all(people);
    println!(
        "\n{:<24} {:>6} {:>12} {:>12} {:>8}",
        "in process, one thread", "hits", "ours", "(a) bare library", "ratio"
    );
    let mut in_process = Vec::new();
    for class in &classes {
        in_process.push(alone(&lookup.index, &library, class));
    }
    println!(
        "\n{:<24} {:>7} {:>9} {:>8} {:>8} {:>10} {:>10} {:>8} {:>8}",
        "over HTTP", "clients", "ours", "p50", "p99", "(a)", "(b) bare", "of least", "of both"
    );
    let bare = server::bare(&ours, &classes)?;
    let servers = Servers { ours, bare };
    servers.doors()?;
    for (class, seconds) in classes.iter().zip(in_process) {
        for clients in CLIENTS {
            servers.compare(class, clients, seconds)?;
        }
    }
    println!("{:<44} {:>12}", "anonymous memory, serving", mebibytes(memory::anonymous()));
    servers.ours.stop();
    servers.bare.stop();
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

struct Servers {
    ours: Running,
    bare: Running,
}

impl Servers {
    /// What every search goes through, with nothing behind it: one letter is too short.
    fn doors(&self) -> Result<()> {
        let (path, clients) = ([search_path("m")], CLIENTS[1]);
        let rate = load::run(self.ours.address, &path, clients, LOAD * 2)?.rate();
        println!("{:<24} {clients:>7} {rate:>7.0}/s", "(the doors alone)");
        Ok(())
    }

    /// `library`: seconds that the bare library takes for one search.
    fn compare(&self, class: &Class, clients: usize, library: f64) -> Result<()> {
        let searches: Vec<_> = class.texts.iter().map(|text| search_path(text)).collect();
        let numbered = class.texts.iter().enumerate();
        let numbered = numbered.map(|(number, text)| bare_path(class.name, number, text));
        let numbered: Vec<_> = numbered.collect();
        let (mut found, mut plain) = (Load::default(), Load::default());
        for _ in 0..TURNS {
            found.add(load::run(self.ours.address, &searches, clients, LOAD)?);
            plain.add(load::run(self.bare.address, &numbered, clients, LOAD)?);
        }
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        // One client waits for one search; more of them keep every core busy.
        let library = library / clients.min(cores) as f64;
        // A search has to be made and sent: what both baselines allow together.
        let both = 1.0 / (1.0 / plain.rate() + library);
        println!(
            "{:<24} {clients:>7} {:>7.0}/s {:>5.2} ms {:>5.2} ms {:>8.0}/s {:>8.0}/s {:>6.0} % {:>6.0} %",
            class.name,
            found.rate(),
            found.percentile(50.0),
            found.percentile(99.0),
            1.0 / library,
            plain.rate(),
            100.0 * found.rate() / plain.rate().min(1.0 / library),
            100.0 * found.rate() / both
        );
        Ok(())
    }
}
