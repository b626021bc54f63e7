//! Reading all schools again.
use super::files::Written;
use super::memory;
use super::table::{self, Row};
use super::timing::{By, compare_by};
use aiguillage::clock::Clock;
use aiguillage::dispatch::files::Places;
use aiguillage::dispatch::{Files, PartnerPlaces};
use aiguillage::sso::Federations;
use aiguillage::sso::saml::LoadRules;
use anyhow::Result;
use std::hint::black_box;

pub(crate) fn measure(written: &Written) -> Result<()> {
    let before = memory::anonymous();
    let text = std::fs::read_to_string(written.path("etabs.ini"))?;
    let places = PartnerPlaces {
        metadata: written.path("metadata"),
        attribute_sets: written.path("attribute_sets"),
        computed: written.path("computed"),
        app_filters: written.path("app_filters"),
        federations: Federations::default(),
        rules: LoadRules::default(),
    };
    let load = Box::new(move |now| places.load(now));
    let now = Clock::system().now();
    let places = Places::new(written.path("etabs.ini"), Some(written.path("portails.ini")));
    let (_, files) = memory::peak(|| Files::open(places, load, now));
    let files = files?;
    let after = memory::anonymous();
    let (peak, _) = memory::peak(|| black_box(files.reload(now)).is_ok());

    let pair = compare_by(
        By::Clock,
        7,
        || assert!(black_box(files.reload(now)).is_ok(), "a reload is never refused here"),
        || assert!(black_box(ini::Ini::load_from_str(&text)).is_ok(), "the text is plain INI"),
    );
    let what = format!("reload of {} schools", files.snapshot().schools.len());
    table::time(
        &Row { what: &what, baseline: "rust-ini alone on the same text", aim: "< 1 s" },
        pair,
    );
    let findings = files.snapshot().findings.len();
    let note = format!("{findings} findings among it");
    table::memory("memory for one reading", after.saturating_sub(before), &note);
    table::memory(
        "memory during a reload, at most",
        peak,
        "the old reading, the new one, the text",
    );
    Ok(())
}
