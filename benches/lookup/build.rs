//! Making an index straight from made-up people, and opening it again.
use super::{mebibytes, memory};
use aiguillage::config::IndexPlace;
use aiguillage::demo::colleagues::Colleague;
use aiguillage::lookup::index::{Index, IndexRules, fill};
use anyhow::Result;
use std::path::Path;
use std::time::Instant;

pub(crate) const RULES: IndexRules = IndexRules { with_pupils: false };

pub(crate) fn place(folder: &Path) -> IndexPlace {
    IndexPlace { path: folder.join("index"), memory: 64 }
}

pub(crate) fn from_people(folder: &Path, people: u64) -> Result<()> {
    let start = Instant::now();
    for number in 0..people {
        std::hint::black_box(Colleague::of(number).record());
    }
    println!("{:<44} {:>12}", "making the people up", seconds(start));
    let start = Instant::now();
    let index = Index::open(&place(folder), RULES)?;
    let (most, filled) =
        memory::peak(|| fill(&index, (0..people).map(|number| Colleague::of(number).record())));
    filled?;
    let state = index.state();
    println!("{:<44} {:>12}  with making them up", "index build", seconds(start));
    println!("{:<44} {:>12}", "anonymous memory while building, at most", mebibytes(most));
    println!("{:<44} {:>12}  {} segments", "index size", mebibytes(state.size), state.segments);
    Ok(())
}

/// The index is open again and answers.
pub(crate) fn restart(folder: &Path) -> Result<()> {
    let start = Instant::now();
    let index = Index::open(&place(folder), RULES)?;
    let is_ready = index.state().ready;
    println!("{:<44} {:>12}  ready: {is_ready}", "restart to ready", seconds(start));
    Ok(())
}

pub(crate) fn seconds(start: Instant) -> String {
    format!("{:.2} s", start.elapsed().as_secs_f64())
}
